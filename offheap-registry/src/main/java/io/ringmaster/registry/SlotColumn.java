package io.ringmaster.registry;

import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Namespace and readiness of each slot's record, close together: a query that walks bitmaps tells with a look at 4 bytes
 * that a record is of another namespace or readiness, and does not read it.
 * <pre>
 *   slot s at 4s:  int32, entry of the namespace + 1 in the high 24 bits (0: no record), readiness in the low 8
 * </pre>
 * Readiness changes with heartbeats, the most frequent command there is. Bitmaps of their own would cost each of these four words and
 * their summaries; here it is one store. What is read here is a hint, as in the bitmaps.
 * <p>
 * Threading: single writer = the partition's writer; {@link #matches} any thread.
 */
final class SlotColumn {
    private final UnsafeBuffer buffer;

    SlotColumn(final int slots) {
        buffer = OffHeapMemory.allocateResident(slots * BitUtil.SIZE_OF_INT);
    }

    long bytes() {
        return buffer.capacity();
    }

    void put(final int slot, final int namespaceEntry, final byte readiness) {
        buffer.putIntRelease(slot << 2, namespaceEntry + 1 << 8 | readiness & 0xFF);
    }

    void clear(final int slot) {
        buffer.putIntRelease(slot << 2, 0);
    }

    /** Whether a slot has a namespace (-1: any) and a readiness (0: any). */
    boolean matches(final int slot, final int namespaceEntry, final byte readiness) {
        final int value = buffer.getIntAcquire(slot << 2);
        return (namespaceEntry < 0 || value >>> 8 == namespaceEntry + 1) && (readiness == 0 || (value & 0xFF) == (readiness & 0xFF));
    }
}
