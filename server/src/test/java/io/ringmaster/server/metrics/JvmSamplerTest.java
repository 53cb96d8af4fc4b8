package io.ringmaster.server.metrics;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JvmSamplerTest {
    private static final int MAX_COUNTERS = 128;

    private final ServerCounters counters = new ServerCounters(new CountersManager(
        new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_COUNTERS * CountersReader.METADATA_LENGTH)),
        new UnsafeBuffer(ByteBuffer.allocateDirect(MAX_COUNTERS * CountersReader.COUNTER_LENGTH))));

    @Test
    void shouldTakePlausibleFiguresWhenSampled() {
        try (JvmSampler sampler = new JvmSampler(counters, () -> 12_345)) {
            sampler.sample(1);
            assertTrue(get(ServerCounter.JVM_HEAP_USED) > 100_000);
            assertTrue(get(ServerCounter.JVM_HEAP_COMMITTED) >= get(ServerCounter.JVM_HEAP_USED));
            assertTrue(get(ServerCounter.JVM_OFF_HEAP) >= MAX_COUNTERS * (CountersReader.METADATA_LENGTH +
                CountersReader.COUNTER_LENGTH));
            assertTrue(get(ServerCounter.PROCESS_CPU_NS) > 0);
            assertTrue(get(ServerCounter.PROCESS_UPTIME_NS) > 0);
            assertTrue(get(ServerCounter.JVM_ALLOCATED_BYTES) > 0);
            assertEquals(12_345, get(ServerCounter.AERON_MAPPED_BYTES));
            assertEquals(0, get(ServerCounter.JVM_ROLE_ALLOCATED_BYTES));
            assertEquals(Files.exists(Path.of("/proc/self/status")), get(ServerCounter.PROCESS_RSS_BYTES) > 1_000_000);
        }
    }

    @Test
    void shouldSumAllocationOfRoleThreadsOnly() throws InterruptedException {
        try (JvmSampler sampler = new JvmSampler(counters, () -> 0)) {
            final int length = 4 << 20;
            sampler.roleThreads(Thread.currentThread().getId());
            sampler.sample(1);
            final long before = get(ServerCounter.JVM_ROLE_ALLOCATED_BYTES);
            final long allBefore = get(ServerCounter.JVM_ALLOCATED_BYTES);
            final byte[][] kept = new byte[2][];
            kept[0] = new byte[length];
            final CountDownLatch allocated = new CountDownLatch(1);
            final CountDownLatch sampled = new CountDownLatch(1);
            final Thread other = new Thread(() -> {
                kept[1] = new byte[2 * length];
                allocated.countDown();
                try {
                    sampled.await();
                } catch (final InterruptedException ex) {
                    Thread.currentThread().interrupt();
                }
            });
            other.start();
            allocated.await();
            sampler.sample(2);
            final long roles = get(ServerCounter.JVM_ROLE_ALLOCATED_BYTES) - before;
            assertTrue(roles >= length && roles < 2 * length, roles + " bytes");
            final long all = get(ServerCounter.JVM_ALLOCATED_BYTES) - allBefore;
            assertTrue(all >= 3 * length, all + " bytes");
            sampled.countDown();
            other.join();
            sampler.sample(3);
            assertTrue(get(ServerCounter.JVM_ALLOCATED_BYTES) - allBefore >= 3 * length,
                "what a dead thread allocated stays in the sum");
            assertEquals(length, kept[0].length);
        }
    }

    @Test
    @Timeout(30)
    void shouldCountPausesWhenTheHeapIsCollected() {
        try (JvmSampler sampler = new JvmSampler(counters, () -> 0)) {
            sampler.sample(1);
            final long before = get(ServerCounter.JVM_GC_COUNT);
            while (get(ServerCounter.JVM_GC_COUNT) == before) {
                System.gc();
                sampler.sample(2);
            }
            while (get(ServerCounter.JVM_GC_PAUSE_TOTAL_NS) == 0 || get(ServerCounter.JVM_GC_PAUSE_MAX_NS) == 0) {
                System.gc();
                sampler.sample(3);
            }
            assertTrue(get(ServerCounter.JVM_GC_PAUSE_MAX_NS) >= 1_000_000);
        }
    }

    @Test
    void shouldCountPausesOnlyWhenACollectorWorksBesideTheProgram() {
        for (final String pausing : List.of("G1 Young Generation", "G1 Old Generation", "PS Scavenge", "Copy", "ZGC Pauses",
            "ZGC Major Pauses", "Shenandoah Pauses")) {
            assertTrue(JvmSampler.isPausing(pausing), pausing);
        }
        for (final String concurrent : List.of("ZGC Cycles", "ZGC Minor Cycles", "Shenandoah Cycles")) {
            assertFalse(JvmSampler.isPausing(concurrent), concurrent);
        }
    }

    @Test
    @Timeout(30)
    void shouldKeepSamplingAndBeatingWhenASamplerFails() throws InterruptedException {
        final CountDownLatch rounds = new CountDownLatch(3);
        final AtomicLong heartbeat = new AtomicLong();
        final AtomicInteger errors = new AtomicInteger();
        final Sampler failing = nowNs -> {
            throw new IllegalStateException("test");
        };
        final Sampler counting = nowNs -> rounds.countDown();
        final Housekeeping housekeeping = new Housekeeping(
            1_000_000L, () -> 99, heartbeat::set, List.of(failing, counting), error -> errors.incrementAndGet());
        housekeeping.start();
        rounds.await();
        housekeeping.close();
        housekeeping.close();
        assertEquals(99, heartbeat.get());
        assertTrue(errors.get() >= 2);
    }

    @Test
    void shouldCopyFiguresWhenMirrored() {
        final AtomicLong depth = new AtomicLong(5);
        final GaugeMirror mirror = new GaugeMirror().add(counters.of(ServerCounter.MAILBOX_DEPTH), depth::get);
        mirror.sample(1);
        assertEquals(5, get(ServerCounter.MAILBOX_DEPTH));
        depth.set(3);
        mirror.sample(2);
        assertEquals(3, get(ServerCounter.MAILBOX_DEPTH));
    }

    private long get(final ServerCounter counter) {
        return counters.of(counter).get();
    }
}
