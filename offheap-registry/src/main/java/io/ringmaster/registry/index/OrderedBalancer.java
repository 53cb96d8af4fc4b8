package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NULL_NODE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ROOT;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.SLACK;

/**
 * Changes the shape of an {@link OrderedIndex}: splits, mergers and sharing are all one step, which takes the entries of two or
 * three neighbours below one parent together and spreads them evenly over two or three nodes
 * ({@link OrderedIndexDescriptor} says when which). All nodes of a step, the parent too, are open for writing from its start
 * to its end. The leftmost node of a step keeps its place, so no node outside has to be changed.
 * <p>
 * Threading: confined to the writer of the index.
 */
final class OrderedBalancer {
    private static final int MOST_NODES = 3;

    private final OrderedNodes nodes;
    private final int leafMinimum;
    private final int innerMinimum;
    private final int[] window = new int[MOST_NODES];
    private final long[] values;
    private final int[] slots;
    private final int[] children;
    private int total;

    OrderedBalancer(final OrderedNodes nodes, final OrderedIndexDescriptor descriptor) {
        this.nodes = nodes;
        leafMinimum = descriptor.minimum(LEAF);
        innerMinimum = descriptor.minimum(LEAF + 1);
        final int most = MOST_NODES * Math.max(nodes.capacity(LEAF), nodes.capacity(LEAF + 1));
        values = new long[most];
        slots = new int[most];
        children = new int[most];
    }

    /** The root is full: its entries go to two new nodes below it. */
    void splitRoot() {
        final int level = nodes.level(ROOT);
        nodes.beginWrite(ROOT);
        total = 0;
        gather(ROOT, level);
        for (int i = 0; i < 2; i++) {
            window[i] = nodes.allocate();
            nodes.beginWrite(window[i]);
        }
        spread(level, 2, NULL_NODE);
        nodes.level(ROOT, level + 1);
        nodes.count(ROOT, 2);
        nodes.child(ROOT, 0, window[0]);
        separate(ROOT, level + 1, 1, 2);
        nodes.endWrite(ROOT);
        nodes.endWrite(window[0]);
        nodes.endWrite(window[1]);
    }

    /** A child is full: afterwards the child that an entry of it belongs to is not. The parent must not be full. */
    void makeRoom(final int parent, final int i) {
        final int level = nodes.level(parent) - 1;
        final int capacity = nodes.capacity(level);
        final int left = i > 0 ? nodes.count(nodes.child(parent, i - 1)) : capacity + 1;
        final int right = i + 1 < nodes.count(parent) ? nodes.count(nodes.child(parent, i + 1)) : capacity + 1;
        final boolean share = Math.min(left, right) <= capacity - SLACK;
        redistribute(parent, left <= right ? i - 1 : i, 2, share ? 2 : MOST_NODES);
    }

    /** Whether an entry may not be removed below a child before {@link #refill(int, int)}. */
    boolean isLow(final int parent, final int child) {
        final int level = nodes.level(parent) - 1;
        final int minimum = level == LEAF ? leafMinimum : innerMinimum;
        return nodes.count(child) <= (nodes.count(parent) == 2 ? nodes.capacity(level) >> 2 : minimum);
    }

    /** A child is low: afterwards it is not, or the root has taken its two children in and is one level lower. */
    void refill(final int parent, final int i) {
        final int level = nodes.level(parent) - 1;
        final int capacity = nodes.capacity(level);
        final int siblings = nodes.count(parent);
        if (siblings > 2) {
            final int first = Math.min(Math.max(i - 1, 0), siblings - MOST_NODES);
            int sum = 0;
            for (int j = 0; j < MOST_NODES; j++) {
                sum += nodes.count(nodes.child(parent, first + j));
            }
            redistribute(parent, first, MOST_NODES, sum <= 2 * capacity - SLACK ? 2 : MOST_NODES);
        } else {
            assert parent == ROOT && siblings == 2 : "node " + parent + " has " + siblings + " children";
            final int sum = nodes.count(nodes.child(ROOT, 0)) + nodes.count(nodes.child(ROOT, 1));
            if (sum <= capacity - (capacity >> 2)) {
                absorb(level);
            } else {
                redistribute(ROOT, 0, 2, 2);
            }
        }
    }

    private void absorb(final int level) {
        nodes.beginWrite(ROOT);
        open(ROOT, 0, 2);
        gather(level, 2, ROOT, 0);
        nodes.level(ROOT, level);
        write(ROOT, level, 0, total);
        nodes.next(ROOT, NULL_NODE);
        nodes.free(window[0]);
        nodes.free(window[1]);
        nodes.endWrite(ROOT);
        nodes.endWrite(window[0]);
        nodes.endWrite(window[1]);
    }

    /** Spreads the entries of {@code before} children of a parent evenly over {@code after} of them. */
    private void redistribute(final int parent, final int first, final int before, final int after) {
        final int parentLevel = nodes.level(parent);
        final int level = parentLevel - 1;
        nodes.beginWrite(parent);
        open(parent, first, before);
        gather(level, before, parent, first);
        final int next = nodes.next(window[before - 1]);
        if (after > before) {
            window[before] = nodes.allocate();
            nodes.beginWrite(window[before]);
        }
        spread(level, after, next);
        if (after != before) {
            nodes.shift(parent, parentLevel, first + before, after - before);
        }
        separate(parent, parentLevel, first + 1, after);
        if (after < before) {
            nodes.free(window[after]);
        }
        nodes.endWrite(parent);
        for (int j = 0; j < Math.max(before, after); j++) {
            nodes.endWrite(window[j]);
        }
    }

    private void open(final int parent, final int first, final int size) {
        for (int j = 0; j < size; j++) {
            window[j] = nodes.child(parent, first + j);
            nodes.beginWrite(window[j]);
        }
    }

    /** Takes the entries of a window together. The least entry below a node is in its parent, not in its own entry 0. */
    private void gather(final int level, final int size, final int parent, final int first) {
        total = 0;
        for (int j = 0; j < size; j++) {
            final int start = total;
            gather(window[j], level);
            if (level != LEAF) {
                values[start] = nodes.value(parent, first + j);
                slots[start] = nodes.slot(parent, level + 1, first + j);
            }
        }
    }

    private void gather(final int node, final int level) {
        final int count = nodes.count(node);
        for (int i = 0; i < count; i++, total++) {
            values[total] = nodes.value(node, i);
            slots[total] = nodes.slot(node, level, i);
            if (level != LEAF) {
                children[total] = nodes.child(node, i);
            }
        }
    }

    /** Writes all entries to the first nodes of the window. */
    private void spread(final int level, final int size, final int next) {
        for (int j = 0; j < size; j++) {
            nodes.level(window[j], level);
            write(window[j], level, total * j / size, total * (j + 1) / size);
            nodes.next(window[j], j + 1 < size ? window[j + 1] : next);
        }
    }

    private void write(final int node, final int level, final int from, final int to) {
        for (int i = from; i < to; i++) {
            nodes.entry(node, level, i - from, values[i], slots[i]);
            if (level != LEAF) {
                nodes.child(node, i - from, children[i]);
            }
        }
        nodes.count(node, to - from);
    }

    /** Enters all nodes of the window but the first in the parent. */
    private void separate(final int parent, final int parentLevel, final int index, final int size) {
        for (int j = 1; j < size; j++) {
            final int least = total * j / size;
            nodes.entry(parent, parentLevel, index + j - 1, values[least], slots[least]);
            nodes.child(parent, index + j - 1, window[j]);
        }
    }
}
