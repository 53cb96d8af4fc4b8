package io.ringmaster.registry.stress;

import io.ringmaster.registry.layout.SlotDescriptor;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A writer changes three fields of a slot, in both of its cache lines, twice; a reader must get all of one time. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "before the first write")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "between the writes")
@Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "after the second write")
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "the copy was thrown away")
@Outcome(expect = Expect.FORBIDDEN, desc = "torn read")
@State
public class SlotReadStress {
    private final TwiceWrittenSlot slot = new TwiceWrittenSlot();

    /** Writes twice. */
    @Actor
    public void writer() {
        slot.write();
    }

    /**
     * Reads the fields in the order that the writer does not use.
     *
     * @param result what was read.
     */
    @Actor
    public void reader(final JJJ_Result result) {
        final long sequence = slot.table.beginRead(0);
        result.r3 = slot.buffer.getLong(SlotDescriptor.CAPABILITIES_OFFSET);
        result.r1 = slot.buffer.getLong(SlotDescriptor.INCARNATION_OFFSET);
        result.r2 = slot.buffer.getLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
        if (!slot.table.isUnchanged(0, sequence)) {
            result.r1 = -1;
            result.r2 = -1;
            result.r3 = -1;
        }
    }
}
