package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.AttributeIndex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Three leaves of an ordered index have so few entries that a removal makes them two; the third is free then, and some
 * additions make it a leaf again, with other entries. A reader that walks the index meanwhile must see every entry that
 * stays, once and in order.
 */
@JCStressTest
@Outcome(id = "75, [01234]", expect = Expect.ACCEPTABLE, desc = "all that stay, and any of those that come or go")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry is missing, or there twice, or out of order")
@State
public class NodeReuseStress {
    private static final int FILL = 81;
    private static final int ADDED = 3;
    private static final int REMOVED = 5;
    private static final int FIRST_ADDED_SLOT = 100;

    private final AttributeIndex index = new AttributeIndex(FIRST_ADDED_SLOT + ADDED);
    private final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();

    /** Makes three leaves of 76 entries together, one of which can spare none. */
    public NodeReuseStress() {
        for (int slot = 0; slot < FILL; slot++) {
            index.add(slot, slot * 10);
        }
        for (int slot = 0; slot < REMOVED; slot++) {
            index.remove(slot, slot * 10);
        }
        checkNodes(4);
    }

    private void checkNodes(final int nodes) {
        if (index.usedNodes() != nodes) {
            throw new IllegalStateException("nodes " + index.usedNodes() + ", expected " + nodes);
        }
    }

    /** Makes them two, and three again. */
    @Actor
    public void writer() {
        index.remove(REMOVED, REMOVED * 10);
        checkNodes(3);
        for (int i = 0; i < ADDED; i++) {
            index.add(FIRST_ADDED_SLOT + i, 601 + i);
        }
        checkNodes(4);
    }

    /**
     * Walks all.
     *
     * @param result number of entries that stay, in order, and of others.
     */
    @Actor
    public void reader(final II_Result result) {
        int expected = REMOVED + 1;
        cursor.seek(index, 0, Integer.MAX_VALUE);
        for (int slot = cursor.next(); slot >= 0; slot = cursor.next()) {
            if (slot == REMOVED || slot >= FIRST_ADDED_SLOT) {
                result.r2++;
            } else {
                result.r1 += slot == expected && cursor.value() == slot * 10 ? 1 : 1000;
                expected = slot + 1;
            }
        }
        result.r1 += expected == FILL ? 0 : 1000;
    }
}
