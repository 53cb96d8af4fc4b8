package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Registrations over a restored record that waits for its owner. */
class OrphanTakeoverTest {
    private static final long NOW_NS = 5_000_000_000L;
    private static final long GRACE_END_NS = NOW_NS + 1_000_000_000L;
    private static final int ENTRIES = 8;
    private static final DirectBuffer METADATA = new UnsafeBuffer(new byte[2048]);

    private final RecordedEffects effects = new RecordedEffects();
    private final RegistrySettings settings = new RegistrySettings(1, ENTRIES, 2048, 4096, 24, 1000, 1);
    private final RegistryQuota quota = new RegistryQuota(ENTRIES);
    private final RegistryPartition partition =
        new RegistryPartition(0, settings, effects, RegistryCounters.onHeap(), quota);
    private final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
    private final RecordView view = new RecordView(settings);
    private final Registration registration = new Registration();
    private final UnsafeBuffer namespace = OffHeapRegistry.bytes("ns");

    private Registration record(final String name, final int metadataLength) {
        return registration.reset().kind(RegistryPartition.KIND_AGENT).ownerSession(7).leaseNs(0)
            .namespace(namespace, 0, namespace.capacity())
            .name(OffHeapRegistry.bytes(name), 0, name.length())
            .metadata(METADATA, 0, metadataLength);
    }

    private int restore(final String name, final int metadataLength) {
        return partition.restore(record(name, metadataLength), 500, 3, GRACE_END_NS, NOW_NS);
    }

    private int register(final String name, final int metadataLength) {
        return partition.register(record(name, metadataLength), NOW_NS);
    }

    private boolean find(final String name) {
        return reader.lookup(
            namespace, 0, namespace.capacity(), OffHeapRegistry.bytes(name), 0, name.length(), NOW_NS, view);
    }

    private void fillSlab() {
        int count = 0;
        while (register("filler" + count, 700) == RegistryResult.OK) {
            count++;
        }
        assertTrue(count < ENTRIES - 1, "the slab is full before the table is");
        effects.ups.clear();
    }

    @Test
    void shouldLeaveTheOrphanWhenTheNewRecordFindsNoRoomInTheSlab() {
        assertEquals(RegistryResult.OK, restore("orphan", 300));
        fillSlab();
        final int before = partition.size();
        assertEquals(RegistryResult.SLAB_FULL, register("orphan", 2048));
        assertEquals(List.of(), effects.downs);
        assertEquals(List.of(), effects.ups);
        assertTrue(find("orphan"));
        assertEquals(RegistryPartition.STALE, view.readiness());
        assertEquals(500, view.incarnation());
        assertEquals(3, view.version());
        assertEquals(300, view.metadataLength());
        assertEquals(before, partition.size());
        assertEquals(before, quota.used());
        assertEquals(2, partition.counters().get(RegistryCounters.REFUSED_FULL_TYPE_ID), "the last filler, and this one");
    }

    @Test
    void shouldLeaveAShortOrphanWhenTheNewRecordFindsNoRoomInTheSlab() {
        assertEquals(RegistryResult.OK, restore("orphan", 0));
        fillSlab();
        assertEquals(RegistryResult.SLAB_FULL, register("orphan", 2048));
        assertEquals(List.of(), effects.downs);
        assertTrue(find("orphan"));
        assertEquals(500, view.incarnation());
    }

    @Test
    void shouldTakeTheRoomOfTheOrphanWhenThereIsNoOther() {
        assertEquals(RegistryResult.OK, restore("orphan", 500));
        fillSlab();
        assertEquals(RegistryResult.OK, register("orphan", 500));
        assertEquals(1, effects.downs.size());
        assertEquals(RegistryEffects.SESSION_ENDED, effects.downs.get(0).reason());
        assertEquals(1, effects.ups.size());
        assertTrue(find("orphan"));
        assertEquals(RegistryPartition.INITIAL_READINESS, view.readiness());
        assertEquals(partition.lastIncarnation(), view.incarnation());
    }

    @Test
    void shouldTakeThePlaceOfTheOrphanWhenTheRegistryIsFull() {
        assertEquals(RegistryResult.OK, restore("orphan", 0));
        for (int i = 1; i < ENTRIES; i++) {
            assertEquals(RegistryResult.OK, register("other" + i, 0));
        }
        assertEquals(RegistryResult.FULL, register("one-too-many", 0));
        assertEquals(RegistryResult.OK, register("orphan", 0));
        assertEquals(ENTRIES, quota.used());
        assertEquals(ENTRIES, partition.size());
        assertFalse(find("one-too-many"));
        assertTrue(find("orphan"));
        assertEquals(7, view.ownerSession());
    }
}
