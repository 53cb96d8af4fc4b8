package io.ringmaster.registry.index;

import static io.ringmaster.registry.index.OrderedIndexDescriptor.LEAF;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.NULL_NODE;
import static io.ringmaster.registry.index.OrderedIndexDescriptor.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/** Looks at every node of an index that nobody writes to: order, levels, separators, links, fill and number of nodes. */
final class OrderedIndexCheck {
    private final OrderedIndex index;
    private final OrderedNodes nodes;
    private final OrderedIndexDescriptor descriptor;
    private final List<List<Integer>> levels = new ArrayList<>();
    private int reached;
    private int entries;

    private OrderedIndexCheck(final OrderedIndex index) {
        this.index = index;
        this.nodes = index.nodes;
        descriptor = index instanceof AttributeIndex ? OrderedIndexDescriptor.ATTRIBUTE : OrderedIndexDescriptor.NAME;
    }

    static void check(final OrderedIndex index) {
        new OrderedIndexCheck(index).run();
    }

    private void run() {
        for (int i = 0; i < index.height(); i++) {
            levels.add(new ArrayList<>());
        }
        visit(ROOT, index.height() - 1);
        assertEquals(index.size(), entries, "entries");
        assertEquals(index.usedNodes(), reached, "nodes in use");
        assertTrue(reached <= descriptor.nodesFor(index.size()), () -> reached + " nodes for " + index.size() + " entries");
        for (int level = 0; level < levels.size() - 1; level++) {
            final List<Integer> row = levels.get(level);
            for (final int node : row) {
                final int least = row.size() > 2 ? descriptor.minimum(level) : nodes.capacity(level) / 4;
                final int at = level;
                assertTrue(nodes.count(node) >= least, () -> "level " + at + " has a node of " + nodes.count(node));
            }
        }
        final List<Integer> leaves = levels.get(LEAF);
        for (int i = 0; i < leaves.size(); i++) {
            assertEquals(i + 1 < leaves.size() ? leaves.get(i + 1) : NULL_NODE, nodes.next(leaves.get(i)), "link");
        }
    }

    /** Leftmost leaf below a node. */
    private int visit(final int node, final int level) {
        assertEquals(level, nodes.level(node), "level");
        assertTrue(nodes.count(node) <= nodes.capacity(level), "count");
        assertEquals(0, nodes.beginRead(node) & 1);
        levels.get(level).add(node);
        reached++;
        for (int i = level == LEAF ? 1 : 2; i < nodes.count(node); i++) {
            assertTrue(index.compare(nodes.value(node, i - 1), nodes.slot(node, level, i - 1),
                nodes.value(node, i), nodes.slot(node, level, i)) < 0, "order");
        }
        if (level == LEAF) {
            entries += nodes.count(node);
            return node;
        }
        int leftmost = NULL_NODE;
        for (int i = 0; i < nodes.count(node); i++) {
            final int leaf = visit(nodes.child(node, i), level - 1);
            if (i == 0) {
                leftmost = leaf;
            } else {
                assertEquals(nodes.value(leaf, 0), nodes.value(node, i), "value of a separator");
                assertEquals(nodes.slot(leaf, LEAF, 0), nodes.slot(node, level, i), "slot of a separator");
            }
        }
        return leftmost;
    }
}
