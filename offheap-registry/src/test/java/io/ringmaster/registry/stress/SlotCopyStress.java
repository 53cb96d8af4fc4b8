package io.ringmaster.registry.stress;

import io.ringmaster.registry.layout.OffHeapMemory;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A writer changes three fields of a slot, in both of its cache lines, twice; a copy must have all of one time. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "before the first write")
@Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "between the writes")
@Outcome(id = "2, 2, 2", expect = Expect.ACCEPTABLE, desc = "after the second write")
@Outcome(id = "-1, -1, -1", expect = Expect.ACCEPTABLE, desc = "the copy was thrown away")
@Outcome(expect = Expect.FORBIDDEN, desc = "torn read")
@State
public class SlotCopyStress {
    private final TwiceWrittenSlot slot = new TwiceWrittenSlot();
    private final UnsafeBuffer copy = OffHeapMemory.allocate(slot.table.slotLength());

    /** Writes twice. */
    @Actor
    public void writer() {
        slot.write();
    }

    /**
     * Copies the slot in one piece.
     *
     * @param result what was copied.
     */
    @Actor
    public void reader(final JJJ_Result result) {
        final boolean whole = slot.table.copy(0, copy) != SlotTable.TORN;
        result.r1 = whole ? copy.getLong(SlotDescriptor.INCARNATION_OFFSET) : -1;
        result.r2 = whole ? copy.getLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET) : -1;
        result.r3 = whole ? copy.getLong(SlotDescriptor.CAPABILITIES_OFFSET) : -1;
    }
}
