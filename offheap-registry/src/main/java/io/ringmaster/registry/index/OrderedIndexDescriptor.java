package io.ringmaster.registry.index;

import org.agrona.BitUtil;

/**
 * Layout of the nodes of an {@link OrderedIndex}. All nodes of an index have one length, a power of two; node 0 is the root.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Sequence (odd: being written)              0      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Level (0: leaf, -1: free node)             8      |
 *  +---------------------------------------------------------------+
 *  |             Count of entries                          12      |
 *  +---------------------------------------------------------------+
 *  |             Next (leaf: to the right; free: next free) 16     |
 *  +---------------------------------------------------------------+
 *  |             Unused                                    20      |
 *  +---------------------------------------------------------------+
 *  |             Values, capacity x int64 or none          24     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |             Slots, capacity x int32                          ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |             Children, capacity x int32 (not in a leaf)       ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * Entry {@code i} of a node above the leaves is a child and the least entry of the leaves below it (value and slot). That of
 * entry 0 is not kept up and not read. Integers are in native byte order: the index never leaves the process.
 * <pre>
 *              node length   leaf: capacity, minimum   above: capacity, minimum   bytes for each entry at the minimum
 *   attribute          512                    40, 24                     30, 18                                 22.6
 *   name               256                    58, 36                     29, 17                                  7.6
 * </pre>
 * <b>Minimum.</b> A node that is full shares with its less filled neighbour, and when that has less than {@link #SLACK} free
 * places, the two become three (the B*-tree of D. E. Knuth, The Art of Computer Programming 3, 6.2.4). A node that is about to
 * fall below the minimum is put together with two neighbours: when the three have at most {@code 2 * capacity - SLACK} entries,
 * they become two, else they share evenly. Sharing among three gives each at least {@code (2 * capacity - SLACK + 1) / 3}, and
 * the minimum is one less. So every level of three nodes or more has the minimum in each of them, and
 * {@link #nodesFor(int)} bounds the number of nodes whatever the history was. Only the two nodes of a level below a root of two
 * may have less.
 * <p>
 * Protocol: see {@link OrderedIndex}.
 * <p>
 * Threading: immutable.
 */
public final class OrderedIndexDescriptor {
    /** Sequence lock, int64: odd while the writer changes the node; never reset. */
    public static final int SEQUENCE_OFFSET = 0;
    /** Level of the node, int32: {@link #LEAF}, above it 1 and more, or {@link #FREE}. */
    public static final int LEVEL_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Number of entries, int32. */
    public static final int COUNT_OFFSET = LEVEL_OFFSET + BitUtil.SIZE_OF_INT;
    /** Leaf to the right, in a free node the next free one, int32; {@link #NULL_NODE}: none. */
    public static final int NEXT_OFFSET = COUNT_OFFSET + BitUtil.SIZE_OF_INT;
    /** First of the arrays of entries. */
    public static final int ENTRIES_OFFSET = NEXT_OFFSET + 2 * BitUtil.SIZE_OF_INT;
    /** Level of a leaf. */
    public static final int LEAF = 0;
    /** Level of a free node. */
    public static final int FREE = -1;
    /** Index of the root. */
    public static final int ROOT = 0;
    /** No node. */
    public static final int NULL_NODE = -1;
    /** Free places that two neighbours must have together so that they are not split, or that a merger must leave. */
    public static final int SLACK = 4;
    /** Nodes of an {@link AttributeIndex}. */
    public static final OrderedIndexDescriptor ATTRIBUTE = new OrderedIndexDescriptor(512, BitUtil.SIZE_OF_LONG);
    /** Nodes of a {@link NameIndex}: slots only. */
    public static final OrderedIndexDescriptor NAME = new OrderedIndexDescriptor(256, 0);

    private final int nodeLength;
    private final int valueLength;

    private OrderedIndexDescriptor(final int nodeLength, final int valueLength) {
        this.nodeLength = nodeLength;
        this.valueLength = valueLength;
    }

    /**
     * Length of a node.
     *
     * @return bytes, a power of two.
     */
    public int nodeLength() {
        return nodeLength;
    }

    /**
     * Length of a value.
     *
     * @return bytes: 8, or 0 when entries are slots only.
     */
    public int valueLength() {
        return valueLength;
    }

    /**
     * Most entries of a node.
     *
     * @param level of the node.
     * @return entries.
     */
    public int capacity(final int level) {
        final int child = level == LEAF ? 0 : BitUtil.SIZE_OF_INT;
        return (nodeLength - ENTRIES_OFFSET) / (valueLength + BitUtil.SIZE_OF_INT + child);
    }

    /**
     * Fewest entries of a node on a level of three nodes or more.
     *
     * @param level of the node.
     * @return entries.
     */
    public int minimum(final int level) {
        return (2 * capacity(level) - SLACK + 1) / 3 - 1;
    }

    /**
     * Where the slots of a node start.
     *
     * @param level of the node.
     * @return offset from the start of the node.
     */
    public int slotsOffset(final int level) {
        return ENTRIES_OFFSET + valueLength * capacity(level);
    }

    /**
     * Where the children of a node above the leaves start.
     *
     * @return offset from the start of the node.
     */
    public int childrenOffset() {
        return slotsOffset(LEAF + 1) + BitUtil.SIZE_OF_INT * capacity(LEAF + 1);
    }

    /**
     * Most nodes that an index can need: at each level the number of nodes that hold the minimum, or two, and the root.
     *
     * @param entries most entries.
     * @return nodes.
     */
    public int nodesFor(final int entries) {
        int nodes = 1;
        int onLevel = entries;
        int level = LEAF;
        do {
            onLevel = Math.max(2, onLevel / minimum(level++));
            nodes += onLevel;
        } while (onLevel > 2);
        return nodes;
    }
}
