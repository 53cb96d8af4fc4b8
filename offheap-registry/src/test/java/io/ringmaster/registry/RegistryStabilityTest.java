package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Records that stay, in a small and full table in which a writer registers and unregisters all others: a reader must find
 * each of the former, by name and by query, at every time, whatever comes and goes in front of those that stand behind their bucket.
 */
@Timeout(60)
class RegistryStabilityTest {
    private static final long NOW = 1_000_000_000L;
    private static final long HUNT_NS = 1_500_000_000L;
    private static final int STABLE = 12;
    private static final int CHANGING = 38;
    private static final UnsafeBuffer NAMESPACE = OffHeapRegistry.bytes("default");

    private final RegistrySettings settings = new RegistrySettings(1, 51, 16, 16_384, 16, 0, 64);
    private final OffHeapRegistry registry = new OffHeapRegistry(settings);
    private final RegistryPartition partition = registry.partition(0);
    private final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
    private final UnsafeBuffer[] names = new UnsafeBuffer[STABLE];
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long displaced;

    private Thread startWriter() {
        for (int i = 0; i < CHANGING; i++) {
            registry.register(Spec.of("passing-" + i, 1).capabilities(3), NOW);
        }
        final long displacedBefore = partition.counters().get(RegistryCounters.DISPLACED_TYPE_ID);
        for (int i = 0; i < STABLE; i++) {
            registry.register(Spec.of("stable-" + i, 2).capabilities(3, 7), NOW);
            names[i] = OffHeapRegistry.bytes("stable-" + i);
        }
        assertTrue(partition.counters().get(RegistryCounters.DISPLACED_TYPE_ID) > displacedBefore, "all stable records in their buckets");
        partition.releaseWriter();
        final Thread writer = new Thread(this::write, "writer");
        writer.setUncaughtExceptionHandler((thread, throwable) -> failure.set(throwable));
        writer.start();
        return writer;
    }

    private void write() {
        final Registration[] registrations = new Registration[CHANGING];
        final UnsafeBuffer[] passing = new UnsafeBuffer[CHANGING];
        for (int i = 0; i < CHANGING; i++) {
            passing[i] = OffHeapRegistry.bytes("passing-" + i);
            registrations[i] = OffHeapRegistry.fill(new Registration(), Spec.of("passing-" + i, 1).capabilities(3));
        }
        long round = 0;
        while (running.get()) {
            final int i = (int) ((OffHeapRegistry.spread(++round) >>> 33) % CHANGING);
            partition.unregister(NAMESPACE, 0, 7, passing[i], 0, passing[i].capacity(), 0, true, NOW);
            assertEquals(RegistryResult.OK, partition.register(registrations[i], NOW));
            displaced += partition.counters().get(RegistryCounters.DISPLACED_TYPE_ID);
        }
    }

    @Test
    void shouldAlwaysFindARecordThatStays() throws InterruptedException {
        final Thread writer = startWriter();
        final RecordView view = new RecordView(settings);
        final RegistryQuery both = new RegistryQuery().kind((byte) 1).namespace(NAMESPACE, 0, 7);
        both.allOf().add(3).add(7);
        final int[] seen = new int[1];
        final long start = System.nanoTime();
        try {
            while (System.nanoTime() - start < HUNT_NS && failure.get() == null) {
                for (int i = 0; i < STABLE; i++) {
                    assertTrue(reader.lookup(NAMESPACE, 0, 7, names[i], 0, names[i].capacity(), NOW, view));
                    assertEquals(2, view.ownerSession());
                }
                seen[0] = 0;
                reader.query(both, 0, 100, NOW, record -> {
                    assertEquals(2, record.ownerSession());
                    return seen[0]++ < STABLE;
                });
                assertEquals(STABLE, seen[0]);
            }
        } finally {
            running.set(false);
            writer.join();
        }
        assertNull(failure.get());
        assertTrue(displaced > 1000, "displaced records, after all rounds " + displaced);
        System.out.println("stability: " + reader.hits() + " hits, " + displaced + " displaced records after all rounds, "
            + reader.retries() + " retries");
    }
}
