package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RegistryStatisticsTest {
    private static final long NOW = 1_000_000_000L;

    private final RegistrySettings settings = RegistrySettings.of(4, 1000, 0);
    private final OffHeapRegistry registry = new OffHeapRegistry(settings);

    @Test
    void shouldCountRecordsOfNamespacesOverAllPartitionsWhenPaged() {
        final Map<String, Long> expected = new TreeMap<>();
        for (int i = 0; i < 300; i++) {
            final String namespace = "ns" + i % 23;
            assertEquals(RegistryResult.OK,
                registry.register(Spec.of("agent-" + i, 1).namespace(namespace), NOW).result());
            expected.merge(namespace, 1L, Long::sum);
        }
        registry.unregister("ns7", "agent-7", 1, NOW);
        expected.merge("ns7", -1L, Long::sum);
        final Map<String, Long> found = new TreeMap<>();
        int from = 0;
        do {
            final int[] room = {4};
            from = registry.reader().namespaces(from, (buffer, offset, length, entries) -> {
                if (room[0]-- == 0) {
                    return false;
                }
                assertEquals(null, found.put(buffer.getStringWithoutLengthAscii(offset, length), entries));
                return true;
            });
        } while (from != 0);
        assertEquals(expected, found);
        assertEquals(0, registry.reader().namespaces(Integer.MAX_VALUE, (buffer, offset, length, entries) -> false));
    }

    @Test
    void shouldTellTheFiguresOfAPartition() {
        final PartitionStatistics statistics = new PartitionStatistics();
        registry.reader().statistics(0, statistics);
        assertEquals(0, statistics.entries());
        assertEquals(0, statistics.meanProbeLength());
        for (int i = 0; i < 900; i++) {
            registry.register(Spec.of("agent-" + i, 1).metadata("m".repeat(i % 500)), NOW);
        }
        long entries = 0;
        for (int partition = 0; partition < 4; partition++) {
            registry.reader().statistics(partition, statistics);
            entries += statistics.entries();
            assertEquals(settings.partitionEntries(), statistics.capacity());
            assertEquals(settings.partitionSlots(), statistics.indexCells());
            assertEquals((double) statistics.entries() / settings.partitionSlots(), statistics.loadFactor());
            assertTrue(statistics.meanProbeLength() >= 1 && statistics.meanProbeLength() < 3, "" + statistics.meanProbeLength());
            assertTrue(statistics.maxProbeLength() >= statistics.meanProbeLength());
            assertTrue(statistics.slabUsedBytes() > 0 && statistics.slabUsedBytes() <= statistics.slabBytes());
            assertEquals(registry.partition(partition).offHeapBytes(), statistics.bytes());
            assertEquals(1, statistics.namespaces());
        }
        assertEquals(900, entries);
    }

    @Test
    void shouldRefuseExactlyBeyondTheEntriesWhenPartitionsShareAQuota() {
        final RecordedEffects effects = new RecordedEffects();
        final RegistryQuota quota = new RegistryQuota(settings.entries());
        final RegistryPartition[] partitions = new RegistryPartition[4];
        for (int i = 0; i < 4; i++) {
            partitions[i] = new RegistryPartition(i, settings, effects, RegistryCounters.onHeap(), quota);
        }
        final PartitionRouter router = new PartitionRouter(4);
        final Registration registration = new Registration();
        final RegistryReader reader = RegistryReader.of(partitions);
        final RecordView view = new RecordView(settings);
        for (final int percent : new int[] {85, 99, 100}) {
            for (int i = (int) quota.used(); i < settings.entries() * percent / 100; i++) {
                OffHeapRegistry.fill(registration, Spec.of("agent-" + i, 1));
                assertEquals(RegistryResult.OK,
                    partitions[router.partitionOf(registration.keyHash())].register(registration, NOW), "agent-" + i);
            }
            for (int i = 0; i < 1100; i++) {
                final Spec spec = Spec.of("agent-" + i, 1);
                assertEquals(i < quota.used(), reader.lookup(OffHeapRegistry.bytes(spec.namespace()), 0, 7,
                    OffHeapRegistry.bytes(spec.name()), 0, spec.name().length(), NOW, view), "agent-" + i);
            }
        }
        OffHeapRegistry.fill(registration, Spec.of("agent-1000", 1));
        final RegistryPartition last = partitions[router.partitionOf(registration.keyHash())];
        assertEquals(RegistryResult.FULL, last.register(registration, NOW));
        assertEquals(1000, quota.used());
        OffHeapRegistry.fill(registration, Spec.of("agent-5", 1));
        assertEquals(RegistryResult.OK,
            partitions[router.partitionOf(registration.keyHash())].register(registration, NOW), "a replacement needs no room");
        partitions[router.partitionOf(registration.keyHash())].unregister(
            OffHeapRegistry.bytes("default"), 0, 7, OffHeapRegistry.bytes("agent-5"), 0, 7, 1, false, NOW);
        OffHeapRegistry.fill(registration, Spec.of("agent-1000", 1));
        assertEquals(RegistryResult.OK, last.register(registration, NOW));
    }
}
