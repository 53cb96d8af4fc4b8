package io.ringmaster.registry.stress;

import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A slot of which a writer changes three fields, in both cache lines of its fixed part, twice: to 1 and then to 2.
 * <p>
 * Threading: one writer; readers use {@link #table}.
 */
final class TwiceWrittenSlot {
    final SlotTable table = new SlotTable(1);
    final UnsafeBuffer buffer = table.buffer();

    void write() {
        write(1);
        write(2);
    }

    private void write(final long value) {
        table.beginWrite(0);
        buffer.putLong(SlotDescriptor.INCARNATION_OFFSET, value);
        buffer.putLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET, value);
        buffer.putLong(SlotDescriptor.CAPABILITIES_OFFSET, value);
        table.endWrite(0);
    }
}
