package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NULL_NODE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ROOT;

import io.ringmaster.registry.layout.SlotTable;

/**
 * Ordered set of entries in direct memory: a B+ tree with linked leaves, one writer, readers without locks. What the order is
 * and what an entry holds beside its slot is the subclass's.
 * <p>
 * <b>Readers.</b> Each node has a sequence (H.-J. Boehm, "Can seqlocks get along with programming language memory models?", MSPC
 * 2012; see {@link SlotTable}). A reader goes down with the sequences of two nodes in its hands: it reads the child's
 * sequence before it looks at the parent's a second time, so that the child was the right one when its sequence was read
 * (optimistic lock coupling: V. Leis, M. Haubenschild, T. Neumann, IEEE Data Engineering Bulletin 42-1, 2019). It copies a
 * leaf, checks the leaf's sequence, and hands out the copy. To go on it follows the leaf's link (P. Lehman, S. B. Yao,
 * "Efficient locking for concurrent operations on B-trees", ACM TODS 6-4, 1981) if the leaf is still the same then, else it
 * goes down again for what comes after the last entry of its copy. A step that moves entries between nodes has all of them and
 * their parent open, so a reader that could miss an entry, or see one twice, finds one of its sequences changed. Hence: what is in
 * the index during a whole scan is returned exactly once and in order; what comes or goes meanwhile may or may not be. Sequences
 * are 64 bit wide and never reset, not when a node becomes free and is used again either. What a reader takes from a node that is
 * being written (count, child, slot) it checks against its bounds before use.
 * <p>
 * <b>Progress.</b> Readers do not hold the writer up. A reader tries again only when the writer has changed one of the nodes on
 * its way: that is one leaf for an add or a removal, one node above it for the removal of the least entry of a leaf, and a parent
 * with two or three children for one change in seventy when random entries are replaced, one in six while an index is filled in
 * ascending order. It tries a leaf {@link OrderedCursor#LEAF_ATTEMPTS} times before it goes down from the root again.
 * <p>
 * <b>Separators.</b> Entry {@code i > 0} of a node above the leaves is always the least entry below its child, not merely a bound:
 * the removal of a leaf's first entry puts the second one in its place. So each slot in a node is one whose record is in the index,
 * which an order that has to look at the record needs.
 * <p>
 * <b>Shape.</b> {@link OrderedIndexDescriptor} has the rules and why memory is bounded. On its way down, a change makes room in each
 * full node (or refills each low one) before it goes into it, so that no step has to go up again.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread through a cursor each.
 */
public abstract class OrderedIndex {
    final OrderedNodes nodes;
    private final OrderedBalancer balancer;
    private final int slots;
    private int size;

    OrderedIndex(final OrderedIndexDescriptor descriptor, final int slots) {
        if (slots < 1 || slots > SlotTable.MAX_SLOTS) {
            throw new IllegalArgumentException("slots=" + slots + " must be from 1 to " + SlotTable.MAX_SLOTS);
        }
        this.slots = slots;
        nodes = new OrderedNodes(descriptor, slots + 1);
        balancer = new OrderedBalancer(nodes, descriptor);
    }

    /** Writer: order of two entries. */
    abstract int compare(long value, int slot, long otherValue, int otherSlot);

    /**
     * Number of slots of the partition.
     *
     * @return as given to the constructor.
     */
    public final int slots() {
        return slots;
    }

    /**
     * Most entries: one more than there are slots, so that a writer can add the new entry of a record before it removes the
     * old one.
     *
     * @return entries.
     */
    public final int capacity() {
        return slots + 1;
    }

    /**
     * Writer: number of entries.
     *
     * @return from 0.
     */
    public final int size() {
        return size;
    }

    /**
     * Writer: number of levels.
     *
     * @return from 1.
     */
    public final int height() {
        return nodes.level(ROOT) + 1;
    }

    /**
     * Writer: number of nodes in use.
     *
     * @return from 1 to {@link #maxNodes()}.
     */
    public final int usedNodes() {
        return nodes.usedNodes();
    }

    /**
     * Number of nodes that there is memory for.
     *
     * @return nodes.
     */
    public final int maxNodes() {
        return nodes.nodes();
    }

    /**
     * Size of the index.
     *
     * @return bytes of direct memory.
     */
    public final long bytes() {
        return nodes.bytes();
    }

    final boolean insert(final long value, final int slot) {
        checkSlot(slot);
        if (size == capacity()) {
            throw new IllegalStateException("slot=" + slot + " does not fit: capacity=" + capacity() + " entries are in the index");
        }
        if (nodes.count(ROOT) == nodes.capacity(nodes.level(ROOT))) {
            balancer.splitRoot();
        }
        int node = ROOT;
        for (int level = nodes.level(ROOT); level > LEAF; level--) {
            final int i = childFor(node, level, value, slot);
            int child = nodes.child(node, i);
            if (nodes.count(child) == nodes.capacity(level - 1)) {
                balancer.makeRoom(node, i);
                child = nodes.child(node, childFor(node, level, value, slot));
            }
            node = child;
        }
        final int count = nodes.count(node);
        final int after = firstAfter(node, LEAF, 0, value, slot);
        if (after > 0 && compareAt(node, LEAF, after - 1, value, slot) == 0) {
            return false;
        }
        nodes.beginWrite(node);
        if (after < count) {
            nodes.shift(node, LEAF, after, 1);
        } else {
            nodes.count(node, count + 1);
        }
        nodes.entry(node, LEAF, after, value, slot);
        nodes.endWrite(node);
        size++;
        return true;
    }

    final boolean delete(final long value, final int slot) {
        checkSlot(slot);
        int node = ROOT;
        int separated = NULL_NODE;
        int separator = 0;
        for (int level = nodes.level(ROOT); level > LEAF; level = nodes.level(node)) {
            int i = childFor(node, level, value, slot);
            int child = nodes.child(node, i);
            if (balancer.isLow(node, child)) {
                balancer.refill(node, i);
                if (nodes.level(node) < level) {
                    continue;
                }
                i = childFor(node, level, value, slot);
                child = nodes.child(node, i);
            }
            if (i > 0) {
                separated = node;
                separator = i;
            }
            node = child;
        }
        final int position = firstAfter(node, LEAF, 0, value, slot) - 1;
        if (position < 0 || compareAt(node, LEAF, position, value, slot) != 0) {
            return false;
        }
        nodes.beginWrite(node);
        nodes.shift(node, LEAF, position + 1, -1);
        nodes.endWrite(node);
        if (position == 0 && separated != NULL_NODE) {
            nodes.beginWrite(separated);
            nodes.entry(separated, nodes.level(separated), separator, nodes.value(node, 0), nodes.slot(node, LEAF, 0));
            nodes.endWrite(separated);
        }
        size--;
        return true;
    }

    private void checkSlot(final int slot) {
        if (slot < 0 || slot >= slots) {
            throw new IllegalArgumentException("slot=" + slot + " must be from 0 to " + (slots - 1));
        }
    }

    private int childFor(final int node, final int level, final long value, final int slot) {
        return firstAfter(node, level, 1, value, slot) - 1;
    }

    /** Position of the first entry of a node, from one on, that is greater than the given one. */
    private int firstAfter(final int node, final int level, final int from, final long value, final int slot) {
        int low = from;
        int high = nodes.count(node);
        while (low < high) {
            final int middle = low + high >>> 1;
            if (compareAt(node, level, middle, value, slot) > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private int compareAt(final int node, final int level, final int i, final long value, final int slot) {
        return compare(nodes.value(node, i), nodes.slot(node, level, i), value, slot);
    }
}
