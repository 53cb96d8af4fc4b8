package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.KeyIndex;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two records share a home cell; the first is removed, and the second one's cell is moved into the gap. A probe for the
 * second must find it, or must be told that its result cannot be believed.
 */
@JCStressTest
@Outcome(id = "1, [01]", expect = Expect.ACCEPTABLE, desc = "found")
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "missed, and the reader knows that it has to probe again")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, and the reader believes it")
@State
public class IndexShiftStress {
    private static final long REMOVED_HASH = 5;
    private static final long STAYING_HASH = 5 + (1L << 31);

    private final KeyIndex index = new KeyIndex(8);

    /** Puts both records in. */
    public IndexShiftStress() {
        index.put(REMOVED_HASH, 0);
        index.put(STAYING_HASH, 1);
    }

    /** Removes the first record. */
    @Actor
    public void writer() {
        index.remove(REMOVED_HASH, 0);
    }

    /**
     * Probes for the second record.
     *
     * @param result whether it was found, and whether a miss would be believed.
     */
    @Actor
    public void reader(final II_Result result) {
        final long moves = index.moves();
        int cell = index.home(STAYING_HASH);
        for (long entry = index.cell(cell); entry != KeyIndex.EMPTY; entry = index.cell(cell)) {
            if (KeyIndex.isOf(entry, STAYING_HASH)) {
                result.r1 = 1;
            }
            cell = index.next(cell);
        }
        result.r2 = index.isUnmoved(moves) ? 1 : 0;
    }
}
