package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.COUNT_OFFSET;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ENTRIES_OFFSET;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.FREE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEVEL_OFFSET;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NEXT_OFFSET;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NULL_NODE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ROOT;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.SEQUENCE_OFFSET;

import java.lang.invoke.VarHandle;
import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Nodes of an {@link OrderedIndex} in direct memory, laid out as {@link OrderedIndexDescriptor} says, with a free list. Memory
 * order is that of a seqlock, as described in {@link io.ringmaster.registry.layout.SlotTable}.
 * <p>
 * Threading: single writer; {@link #beginRead(int)}, {@link #isUnchanged(int, long)} and the getters any thread.
 */
final class OrderedNodes {
    private static final int SPINS_BEFORE_YIELD = 128;

    private final UnsafeBuffer buffer;
    private final int nodes;
    private final int nodeShift;
    private final boolean hasValues;
    private final int leafCapacity;
    private final int innerCapacity;
    private final int leafSlotsOffset;
    private final int innerSlotsOffset;
    private final int childrenOffset;
    private int freeHead = NULL_NODE;
    private int cutNodes = ROOT + 1;
    private int usedNodes = 1;

    OrderedNodes(final OrderedIndexDescriptor descriptor, final int entries) {
        nodes = descriptor.nodesFor(entries);
        nodeShift = Integer.numberOfTrailingZeros(descriptor.nodeLength());
        hasValues = descriptor.valueLength() > 0;
        leafCapacity = descriptor.capacity(LEAF);
        innerCapacity = descriptor.capacity(LEAF + 1);
        leafSlotsOffset = descriptor.slotsOffset(LEAF);
        innerSlotsOffset = descriptor.slotsOffset(LEAF + 1);
        childrenOffset = descriptor.childrenOffset();
        buffer = OffHeapMemory.allocate(nodes << nodeShift);
        buffer.putInt(NEXT_OFFSET, NULL_NODE);
    }

    long bytes() {
        return buffer.capacity();
    }

    int nodes() {
        return nodes;
    }

    int usedNodes() {
        return usedNodes;
    }

    int capacity(final int level) {
        return level == LEAF ? leafCapacity : innerCapacity;
    }

    /** Writer: takes a free node. */
    int allocate() {
        int node = freeHead;
        if (node != NULL_NODE) {
            freeHead = next(node);
        } else if (cutNodes < nodes) {
            node = cutNodes++;
        } else {
            throw new IllegalStateException("all of nodes=" + nodes + " are in use");
        }
        usedNodes++;
        return node;
    }

    /** Writer: gives a node back that is open for writing. */
    void free(final int node) {
        level(node, FREE);
        count(node, 0);
        next(node, freeHead);
        freeHead = node;
        usedNodes--;
    }

    void beginWrite(final int node) {
        final int index = offset(node) + SEQUENCE_OFFSET;
        final long sequence = buffer.getLong(index);
        assert (sequence & 1) == 0 : "node " + node + " is already being written";
        buffer.putLongOpaque(index, sequence + 1);
        VarHandle.releaseFence();
    }

    void endWrite(final int node) {
        final int index = offset(node) + SEQUENCE_OFFSET;
        final long sequence = buffer.getLong(index);
        assert (sequence & 1) == 1 : "node " + node + " is not being written";
        buffer.putLongRelease(index, sequence + 1);
    }

    /** Reader: waits until the node is not being written, and returns its even sequence. */
    long beginRead(final int node) {
        final int index = offset(node) + SEQUENCE_OFFSET;
        int spins = 0;
        while (true) {
            final long sequence = buffer.getLongAcquire(index);
            if ((sequence & 1) == 0) {
                return sequence;
            }
            if (++spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Reader: whether all that was read since {@link #beginRead(int)} belongs together. */
    boolean isUnchanged(final int node, final long sequence) {
        VarHandle.acquireFence();
        return buffer.getLongOpaque(offset(node) + SEQUENCE_OFFSET) == sequence;
    }

    int level(final int node) {
        return buffer.getInt(offset(node) + LEVEL_OFFSET);
    }

    void level(final int node, final int level) {
        buffer.putInt(offset(node) + LEVEL_OFFSET, level);
    }

    int count(final int node) {
        return buffer.getInt(offset(node) + COUNT_OFFSET);
    }

    void count(final int node, final int count) {
        buffer.putInt(offset(node) + COUNT_OFFSET, count);
    }

    int next(final int node) {
        return buffer.getInt(offset(node) + NEXT_OFFSET);
    }

    void next(final int node, final int next) {
        buffer.putInt(offset(node) + NEXT_OFFSET, next);
    }

    /** Value of an entry; 0 in an index of slots only. */
    long value(final int node, final int i) {
        return hasValues ? buffer.getLong(valueIndex(node, i)) : 0;
    }

    int slot(final int node, final int level, final int i) {
        return buffer.getInt(slotIndex(node, level, i));
    }

    int child(final int node, final int i) {
        return buffer.getInt(childIndex(node, i));
    }

    void entry(final int node, final int level, final int i, final long value, final int slot) {
        if (hasValues) {
            buffer.putLong(valueIndex(node, i), value);
        }
        buffer.putInt(slotIndex(node, level, i), slot);
    }

    void child(final int node, final int i, final int child) {
        buffer.putInt(childIndex(node, i), child);
    }

    /** Writer: moves the entries of a node that is open for writing, from one on, to the right or to the left, with the count. */
    void shift(final int node, final int level, final int from, final int by) {
        final int count = count(node);
        final int length = count - from;
        if (hasValues) {
            buffer.putBytes(valueIndex(node, from + by), buffer, valueIndex(node, from), length * BitUtil.SIZE_OF_LONG);
        }
        buffer.putBytes(
            slotIndex(node, level, from + by), buffer, slotIndex(node, level, from), length * BitUtil.SIZE_OF_INT);
        if (level != LEAF) {
            buffer.putBytes(childIndex(node, from + by), buffer, childIndex(node, from), length * BitUtil.SIZE_OF_INT);
        }
        count(node, count + by);
    }

    private int offset(final int node) {
        return node << nodeShift;
    }

    private int valueIndex(final int node, final int i) {
        return offset(node) + ENTRIES_OFFSET + (i << 3);
    }

    private int slotIndex(final int node, final int level, final int i) {
        return offset(node) + (level == LEAF ? leafSlotsOffset : innerSlotsOffset) + (i << 2);
    }

    private int childIndex(final int node, final int i) {
        return offset(node) + childrenOffset + (i << 2);
    }
}
