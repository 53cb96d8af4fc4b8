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
    private final SlotTable table = new SlotTable(1);
    private final UnsafeBuffer buffer = table.buffer();
    private final UnsafeBuffer copy = OffHeapMemory.allocate(table.slotLength());

    private void write(final long value) {
        table.beginWrite(0);
        buffer.putLong(SlotDescriptor.INCARNATION_OFFSET, value);
        buffer.putLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, value);
        buffer.putLong(SlotDescriptor.CAPABILITIES_OFFSET, value);
        table.endWrite(0);
    }

    /** Writes twice. */
    @Actor
    public void writer() {
        write(1);
        write(2);
    }

    /**
     * Copies the slot in one piece.
     *
     * @param result what was copied.
     */
    @Actor
    public void reader(final JJJ_Result result) {
        final boolean whole = table.copy(0, copy) != SlotTable.TORN;
        result.r1 = whole ? copy.getLong(SlotDescriptor.INCARNATION_OFFSET) : -1;
        result.r2 = whole ? copy.getLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET) : -1;
        result.r3 = whole ? copy.getLong(SlotDescriptor.CAPABILITIES_OFFSET) : -1;
    }
}
