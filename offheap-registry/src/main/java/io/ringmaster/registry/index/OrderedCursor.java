package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NULL_NODE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ROOT;

/**
 * Walks a range of an {@link OrderedIndex} leaf by leaf, as described there. Reusable. Its <em>position</em> is the entry that
 * all further ones come after; the subclass has it, and the end of the range.
 * <p>
 * Threading: confined to the thread that uses it.
 */
abstract class OrderedCursor {
    /** Tries of one leaf before the cursor goes down from the root again. */
    static final int LEAF_ATTEMPTS = 8;
    /** Result of a comparison with a slot that has no record. */
    static final int GONE = NameOrder.GONE;

    final long[] values;
    final int[] slots;
    int taken;
    private int limit;
    private boolean ended = true;
    private OrderedNodes nodes;
    private int leaf;
    private long leafSequence;
    private int leafNext;
    private long retries;

    OrderedCursor(final OrderedIndexDescriptor descriptor) {
        final int most = descriptor.capacity(LEAF);
        values = new long[most];
        slots = new int[most];
    }

    /** Whether an entry comes after the position (above 0) or not (0 or below); {@link #GONE} if that cannot be told. */
    abstract int compareToPosition(long value, int slot);

    /** Whether an entry comes after the end of the range (above 0) or not (0 or below); {@link #GONE} if that cannot be told. */
    abstract int compareToEnd(long value, int slot);

    /** Gets hold of what {@link #commitPosition()} needs; false if the slot has no record. */
    abstract boolean preparePosition(long value, int slot);

    /** Makes the entry that was prepared last the position. */
    abstract void commitPosition();

    final void start(final OrderedIndex index) {
        nodes = index.nodes;
        taken = 0;
        limit = 0;
        leaf = NULL_NODE;
        ended = false;
    }

    /** Makes the walk end. */
    final void stop() {
        taken = 0;
        limit = 0;
        ended = true;
    }

    final int nextSlot() {
        while (taken == limit) {
            if (ended) {
                return -1;
            }
            if (leaf == NULL_NODE || !follow()) {
                descend();
            }
        }
        return slots[taken++];
    }

    /**
     * Nodes that this cursor had to read again because the writer changed them meanwhile.
     *
     * @return since it was made.
     */
    public final long retries() {
        return retries;
    }

    private boolean follow() {
        final int next = leafNext;
        final long sequence = nodes.beginRead(next);
        return nodes.isUnchanged(leaf, leafSequence) && copy(next, sequence, true);
    }

    private void descend() {
        while (!tryDescend()) {
            retries++;
            Thread.onSpinWait();
        }
    }

    private boolean tryDescend() {
        int parent = NULL_NODE;
        long parentSequence = 0;
        int node = ROOT;
        long sequence = nodes.beginRead(ROOT);
        for (int level = nodes.level(ROOT); level > LEAF; level--) {
            final int count = nodes.count(node);
            final int i = count < 2 || count > nodes.capacity(level) ? -1 : firstAfter(node, level, 1, count) - 1;
            final int child = i < 0 ? NULL_NODE : nodes.child(node, i);
            if (child <= ROOT || child >= nodes.nodes()) {
                return changed(node, sequence);
            }
            final long childSequence = nodes.beginRead(child);
            if (!nodes.isUnchanged(node, sequence)) {
                return false;
            }
            parent = node;
            parentSequence = sequence;
            node = child;
            sequence = childSequence;
        }
        for (int attempt = 1; !copy(node, sequence, false); attempt++) {
            if (attempt == LEAF_ATTEMPTS || parent == NULL_NODE) {
                return false;
            }
            sequence = nodes.beginRead(node);
            if (!nodes.isUnchanged(parent, parentSequence)) {
                return false;
            }
            retries++;
        }
        return true;
    }

    /** Copies what a leaf has of the range; false if the writer changed it meanwhile, and then nothing has changed here. */
    private boolean copy(final int node, final long sequence, final boolean fromStart) {
        final int count = nodes.count(node);
        if (nodes.level(node) != LEAF || count < 0 || count > nodes.capacity(LEAF)) {
            return changed(node, sequence);
        }
        final int from = fromStart ? 0 : firstAfter(node, LEAF, 0, count);
        final int to = from < 0 ? -1 : end(node, from, count);
        if (to < 0) {
            return changed(node, sequence);
        }
        for (int i = from; i < to; i++) {
            values[i - from] = nodes.value(node, i);
            slots[i - from] = nodes.slot(node, LEAF, i);
        }
        final int next = nodes.next(node);
        final int copied = to - from;
        if (copied > 0 && !preparePosition(values[copied - 1], slots[copied - 1])) {
            return changed(node, sequence);
        }
        if (!nodes.isUnchanged(node, sequence)) {
            return false;
        }
        if (copied > 0) {
            commitPosition();
        }
        taken = 0;
        limit = copied;
        ended = to < count || next == NULL_NODE;
        leaf = node;
        leafSequence = sequence;
        leafNext = next;
        return true;
    }

    /** Something in a node cannot be: the writer must have changed it. */
    private boolean changed(final int node, final long sequence) {
        if (nodes.isUnchanged(node, sequence)) {
            throw new IllegalStateException("node=" + node + " has an entry whose record is gone: it must be removed from the index first");
        }
        return false;
    }

    /** Position of the first entry of a node, from one on, that comes after the position of the cursor; -1: cannot be told. */
    private int firstAfter(final int node, final int level, final int from, final int count) {
        int low = from;
        int high = count;
        while (low < high) {
            final int middle = low + high >>> 1;
            final int order = compareToPosition(nodes.value(node, middle), nodes.slot(node, level, middle));
            if (order == GONE) {
                return -1;
            }
            if (order > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Position behind the last entry of a leaf that is in the range; -1: cannot be told. */
    private int end(final int node, final int from, final int count) {
        int low = from;
        int high = count;
        int middle = count - 1;
        while (low < high) {
            final int order = compareToEnd(nodes.value(node, middle), nodes.slot(node, LEAF, middle));
            if (order == GONE) {
                return -1;
            }
            if (order > 0) {
                high = middle;
            } else {
                low = middle + 1;
            }
            middle = low + high >>> 1;
        }
        return low;
    }
}
