package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.AttributeIndex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two leaves of an ordered index are all but full, and an entry is added: the two become three. A reader that walks the second half of
 * the index meanwhile must see every entry that was there, once and in order.
 */
@JCStressTest
@Outcome(id = "47, 0", expect = Expect.ACCEPTABLE, desc = "all, without the new one")
@Outcome(id = "47, 1", expect = Expect.ACCEPTABLE, desc = "all, and the new one")
@Outcome(expect = Expect.FORBIDDEN, desc = "an entry is missing, or there twice, or out of order")
@State
public class NodeSplitStress {
    private static final int ENTRIES = 77;
    private static final int FIRST = 30;
    private static final int ADDED_VALUE = 601;

    private final AttributeIndex index = new AttributeIndex(ENTRIES + 1);
    private final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();

    /** Fills two leaves. */
    public NodeSplitStress() {
        for (int slot = 0; slot < ENTRIES; slot++) {
            index.add(slot, slot * 10);
        }
        if (index.usedNodes() != 3) {
            throw new IllegalStateException("nodes " + index.usedNodes());
        }
    }

    /** Adds one entry. */
    @Actor
    public void writer() {
        index.add(ENTRIES, ADDED_VALUE);
        if (index.usedNodes() != 4) {
            throw new IllegalStateException("nodes " + index.usedNodes());
        }
    }

    /**
     * Walks what starts in the first leaf.
     *
     * @param result number of old entries in order, and of new ones.
     */
    @Actor
    public void reader(final II_Result result) {
        cursor.seek(index, FIRST * 10, Integer.MAX_VALUE);
        for (int slot = cursor.next(); slot >= 0; slot = cursor.next()) {
            if (slot == ENTRIES) {
                result.r2 += cursor.value() == ADDED_VALUE && result.r1 + FIRST == 61 ? 1 : 100;
            } else {
                result.r1 += slot == FIRST + result.r1 && cursor.value() == slot * 10 ? 1 : 1000;
            }
        }
    }
}
