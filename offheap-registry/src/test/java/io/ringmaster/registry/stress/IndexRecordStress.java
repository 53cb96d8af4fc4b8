package io.ringmaster.registry.stress;

import io.ringmaster.registry.index.AttributeIndex;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A record's attribute changes from 1 to 2: the record first, then the new entry of the index, then the old one goes. A reader that
 * searches for both values in one range finds the record; one whose hit it then holds against the record never takes it for
 * one of the other value.
 */
@JCStressTest
@Outcome(id = "1, [12]", expect = Expect.ACCEPTABLE, desc = "found, as it was or as it is")
@Outcome(id = "2, [12]", expect = Expect.ACCEPTABLE, desc = "found twice, by its old and its new value")
@Outcome(expect = Expect.FORBIDDEN, desc = "missed, or a value that the record never had")
@State
public class IndexRecordStress {
    private static final int SLOT = 0;

    private final SlotTable table = new SlotTable(2);
    private final AttributeIndex index = new AttributeIndex(2);

    /** The record with the first value. */
    public IndexRecordStress() {
        write(1);
        index.add(SLOT, 1);
    }

    private void write(final int value) {
        table.beginWrite(SLOT);
        table.buffer().putInt(SlotDescriptor.IN_FLIGHT_OFFSET, value);
        table.kind(SLOT, (byte) 1);
        table.endWrite(SLOT);
    }

    /** Changes the value. */
    @Actor
    public void writer() {
        write(2);
        index.add(SLOT, 2);
        index.remove(SLOT, 1);
    }

    /**
     * Searches for both values and reads the record.
     *
     * @param result how often the record was found, and its value.
     */
    @Actor
    public void reader(final II_Result result) {
        final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor().seek(index, 1, 2);
        for (int slot = cursor.next(); slot >= 0; slot = cursor.next()) {
            result.r1++;
            long sequence;
            do {
                sequence = table.beginRead(slot);
                result.r2 = table.buffer().getInt(SlotDescriptor.IN_FLIGHT_OFFSET);
            } while (!table.isUnchanged(slot, sequence));
        }
    }
}
