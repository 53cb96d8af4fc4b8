package io.ringmaster.registry;

import static io.ringmaster.registry.RegistryResult.FULL;
import static io.ringmaster.registry.RegistryResult.OK;
import static io.ringmaster.registry.RegistryResult.SLAB_FULL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.LeaseWheel;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The off-heap registry at its bounds: load, churn, bounded work, slab. */
class RegistryLoadTest {
    private static final long NOW = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"1, 85", "1, 99", "1, 100", "4, 85", "4, 99", "4, 100"})
    void shouldWorkAtEachLoadOfItsEntries(final int partitions, final int percent) {
        final RegistrySettings settings = RegistrySettings.of(partitions, 20_000, 0);
        final OffHeapRegistry registry = new OffHeapRegistry(settings);
        final int count = settings.entries() / 100 * percent;
        for (int i = 0; i < count; i++) {
            final Spec spec = Spec.of("agent-" + i, 1 + i % 7).metadata("m" + i).capabilities(i % 5);
            assertEquals(OK, registry.register(spec, NOW).result());
        }
        assertEquals(count, registry.size());
        for (int i = 0; i < count; i++) {
            assertEquals("m" + i, registry.lookup("default", "agent-" + i, NOW).metadata());
        }
        assertNull(registry.lookup("default", "agent-" + count, NOW));
        assertEquals(count / 5, registry.query(new CapabilitySet().add(3), (byte) 0, "", 1000, NOW).size());
        for (int i = 0; i < count; i += 2) {
            assertEquals(OK, registry.unregister("default", "agent-" + i, 0, NOW).result());
        }
        for (int i = 0; i < count; i++) {
            assertEquals(i % 2 == 1, registry.lookup("default", "agent-" + i, NOW) != null);
        }
    }

    @Test
    void shouldSayFullBeyondTheEntriesAndStayCorrect() {
        final OffHeapRegistry registry = new OffHeapRegistry(RegistrySettings.of(1, 5_000, 0));
        for (int i = 0; i < 6_000; i++) {
            assertEquals(i < 5_000 ? OK : FULL, registry.register(Spec.of("agent-" + i, 1), NOW).result());
        }
        for (int i = 0; i < 6_000; i++) {
            assertEquals(i < 5_000, registry.lookup("default", "agent-" + i, NOW) != null);
        }
        assertEquals(1_000, registry.partition(0).counters().get(RegistryCounters.REFUSED_FULL_TYPE_ID));
        assertEquals(5_000, registry.partition(0).counters().get(RegistryCounters.ENTRIES_TYPE_ID));
    }

    @Test
    void shouldSaySlabFullAndLeaveRecordsAsTheyAre() {
        final OffHeapRegistry registry = new OffHeapRegistry(new RegistrySettings(1, 100, 512, 4096, 16, 0, 64));
        int registered = 0;
        while (registry.register(Spec.of("agent-" + registered, 1).metadata("x".repeat(300)), NOW).result() == OK) {
            registered++;
        }
        assertEquals(12, registered, "blocks of 336 bytes in 4096");
        assertEquals(SLAB_FULL, registry.register(Spec.of("more", 1).metadata("x".repeat(300)), NOW).result());
        assertNull(registry.lookup("default", "more", NOW));
        assertEquals(SLAB_FULL, registry.register(Spec.of("agent-0", 1).metadata("x".repeat(500)), NOW).result());
        assertEquals(300, registry.lookup("default", "agent-0", NOW).metadata().length());
        assertEquals(1, registry.lookup("default", "agent-0", NOW).version());
        assertEquals(OK, registry.register(Spec.of("agent-0", 1).metadata("y".repeat(300)), NOW).result(), "same size");
        assertEquals(OK, registry.register(Spec.of("tiny", 1), NOW).result(), "what is left is enough for a small one");
        registry.unregister("default", "agent-1", 1, NOW);
        assertEquals(OK, registry.register(Spec.of("more", 1).metadata("z".repeat(300)), NOW).result());
        for (int i = 2; i < registered; i++) {
            assertEquals("x".repeat(300), registry.lookup("default", "agent-" + i, NOW).metadata());
        }
    }

    @Test
    void shouldKeepProbesAndSlabFlatOverManyRegistrations() {
        final RegistrySettings settings = new RegistrySettings(1, 11_400, 64, 4 << 20, 32, 0, 64).withInlineLength(0);
        final OffHeapRegistry registry = new OffHeapRegistry(settings);
        final Random random = new Random(5);
        final int live = 11_400;
        assertTrue(live > 0.79 * settings.partitionSlots(), "as full as a table can be");
        final int[] ids = new int[live];
        int nextId = 0;
        for (int i = 0; i < live; i++) {
            ids[i] = nextId++;
            registry.register(spec(ids[i]), NOW);
        }
        final long bytes = registry.partition(0).offHeapBytes();
        final RegistryTables tables = registry.partition(0).tables();
        long probesEarly = 0;
        long probesLate = 0;
        int highWaterEarly = 0;
        final int cycles = 200_000;
        for (int i = 0; i < cycles; i++) {
            final int victim = random.nextInt(live);
            assertEquals(OK, registry.unregister("default", "agent-" + ids[victim], 1, NOW).result());
            ids[victim] = nextId++;
            assertEquals(OK, registry.register(spec(ids[victim]), NOW).result());
            if (i >= cycles / 4 && i < cycles / 2) {
                probesEarly += tables.keys.displacement();
                highWaterEarly = tables.slab.highWaterBytes();
            } else if (i >= cycles * 3 / 4) {
                probesLate += tables.keys.displacement();
            }
        }
        final double meanEarly = 1 + probesEarly / (cycles / 4.0) / live;
        final double meanLate = 1 + probesLate / (cycles / 4.0) / live;
        System.out.printf("probe length of a record at load 0.8: %.3f then %.3f, longest %d%n",
            meanEarly, meanLate, tables.keys.maxProbeLength());
        // As a simulation with random numbers says: 1.65, and 61 for the longest of 105 million.
        assertTrue(meanEarly < 1.8, "mean probe " + meanEarly);
        assertTrue(meanLate < 1.05 * meanEarly, "mean probe " + meanLate);
        assertTrue(tables.keys.maxProbeLength() < 80, "longest probe " + tables.keys.maxProbeLength());
        final int highWater = tables.slab.highWaterBytes();
        assertTrue(highWater < 1.05 * highWaterEarly, "slab grew from " + highWaterEarly + " to " + highWater);
        assertEquals(bytes, registry.partition(0).offHeapBytes());
        for (final int id : ids) {
            assertNotNull(registry.lookup("default", "agent-" + id, NOW));
        }
    }

    private static Spec spec(final int id) {
        return Spec.of("agent-" + id, 1).metadata("m".repeat(id % 64));
    }

    @Test
    void shouldRemoveABoundedNumberOfRecordsInACycle() {
        final OffHeapRegistry registry = new OffHeapRegistry(new RegistrySettings(1, 5_000, 16, 1 << 20, 32, 0, 64));
        for (int i = 0; i < 2_000; i++) {
            registry.register(Spec.of("session-" + i, 1), NOW);
            registry.register(Spec.of("lease-" + i, 2).lease(1_000_000_000L), NOW);
        }
        final RegistryPartition partition = registry.partition(0);
        assertEquals(0, partition.doWork(NOW));
        registry.releaseSession(1);
        final long later = NOW + 1_000_000_000L + LeaseWheel.TICK_NS;
        int cycles = 0;
        int removed = 0;
        for (int work = partition.doWork(later); work > 0; work = partition.doWork(later)) {
            assertTrue(work <= 128, "work " + work);
            removed += work;
            cycles++;
            assertEquals(removed, registry.effects().downs.size());
        }
        assertEquals(4_000, removed);
        // 32 with the most of each kind, and 6 because the first are smaller.
        assertEquals(38, cycles);
        assertEquals(2_000, partition.counters().get(RegistryCounters.LEASE_EXPIRED_TYPE_ID));
        assertEquals(2_000, partition.counters().get(RegistryCounters.SESSION_ENDED_TYPE_ID));
    }

    @Test
    void shouldStopInTheMiddleWhenEffectsHaveNoRoom() {
        final OffHeapRegistry registry = new OffHeapRegistry(new RegistrySettings(1, 100, 16, 1 << 16, 32, 0, 64));
        for (int i = 0; i < 20; i++) {
            registry.register(Spec.of("session-" + i, 1), NOW);
            registry.register(Spec.of("lease-" + i, 2).lease(1_000_000_000L), NOW);
        }
        registry.releaseSession(1);
        final long later = NOW + 2_000_000_000L;
        for (int limit = 1; limit <= 40; limit++) {
            registry.effects().acceptLimit = limit;
            assertEquals(1, registry.partition(0).doWork(later));
            assertEquals(0, registry.partition(0).doWork(later));
            assertEquals(40 - limit, registry.size());
        }
    }

    @Test
    void shouldRefuseAKeyOfAnotherPartitionAndASecondWriter() throws InterruptedException {
        final OffHeapRegistry registry = new OffHeapRegistry(RegistrySettings.of(2, 100, 0));
        final RegistryPartition right = registry.partitionOf("default", "x");
        final RegistryPartition wrong = registry.partition(1 - right.partitionIndex());
        final Registration registration = OffHeapRegistry.fill(new Registration(), Spec.of("x", 1));
        assertEquals(RegistryResult.WRONG_PARTITION, wrong.register(registration, NOW));
        assertEquals(OK, right.register(registration, NOW));
        final Thread other = new Thread(() -> assertThrows(IllegalStateException.class, () -> right.doWork(NOW)));
        final Throwable[] failure = new Throwable[1];
        other.setUncaughtExceptionHandler((thread, throwable) -> failure[0] = throwable);
        other.start();
        other.join();
        assertNull(failure[0]);
        right.releaseWriter();
        final Thread next = new Thread(() -> assertEquals(0, right.doWork(NOW)));
        next.setUncaughtExceptionHandler((thread, throwable) -> failure[0] = throwable);
        next.start();
        next.join();
        assertNull(failure[0]);
    }

    @Test
    void shouldGoOnWithAnyCursor() {
        final OffHeapRegistry registry = new OffHeapRegistry(RegistrySettings.of(2, 1_000, 0));
        for (int i = 0; i < 500; i++) {
            registry.register(Spec.of("agent-" + i, 1), NOW);
        }
        final Random random = new Random(9);
        final RegistryQuery any = new RegistryQuery();
        for (int i = 0; i < 10_000; i++) {
            final long cursor = i < 5_000 ? random.nextLong() : random.nextLong(1L << 33);
            final int[] count = new int[1];
            registry.reader().query(any, cursor, 10, NOW, record -> ++count[0] > 0);
            assertTrue(count[0] <= 10);
        }
        assertEquals(0, registry.reader().query(any, Long.MAX_VALUE, 10, NOW, record -> true));
    }

    @Test
    void shouldStartAgainWithTheRecordThatFoundNoRoom() {
        final OffHeapRegistry registry = new OffHeapRegistry(RegistrySettings.of(2, 1_000, 0));
        for (int i = 0; i < 50; i++) {
            registry.register(Spec.of("agent-" + i, 1), NOW);
        }
        final java.util.Set<Long> seen = new java.util.HashSet<>();
        long cursor = 0;
        int calls = 0;
        do {
            final int before = seen.size();
            cursor = registry.reader().query(new RegistryQuery(), cursor, 100, NOW,
                record -> seen.size() - before < 3 && seen.add(record.incarnation()));
            calls++;
        } while (cursor != 0);
        assertEquals(50, seen.size());
        assertEquals(17, calls);
    }
}
