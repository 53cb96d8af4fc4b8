package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

class CounterHistogramTest {
    private static final int COUNTERS = 256;
    private final CountersManager manager = new CountersManager(
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(COUNTERS * CountersReader.METADATA_LENGTH, 64)),
        new UnsafeBuffer(BufferUtil.allocateDirectAligned(COUNTERS * CountersReader.COUNTER_LENGTH, 64)));
    private final CounterHistogram waits = new CounterHistogram(manager, RingCounters.WAIT_BUCKET_TYPE_ID, "wait", 10, 4_000_000_000L);
    private final CounterHistogram depths = new CounterHistogram(manager, RingCounters.DEPTH_BUCKET_TYPE_ID, "depth", 0, 64);

    @Test
    void shouldBeAQuarterTooGreatAtMostWhenValuesAreCounted() {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            final long value = random.nextLong(4_096, 4_000_000_000L);
            final CounterHistogram one = new CounterHistogram(manager, 1, "one", 10, 4_000_000_000L);
            one.record(value);
            final long bound = one.percentile(99);
            assertTrue(bound >= value && bound <= value + value / 4 + 1_023, value + " in a bucket up to " + bound);
            one.close();
        }
    }

    @Test
    void shouldTellPercentilesAndCountTheGreatestWhenValuesDiffer() {
        for (int i = 0; i < 98; i++) {
            depths.record(1);
        }
        depths.record(5);
        depths.record(1_000_000);

        assertEquals(100, depths.count());
        assertEquals(1, depths.percentile(98));
        assertEquals(5, depths.percentile(99));
        assertTrue(depths.percentile(100) >= 64 && depths.percentile(100) < 128, () -> "" + depths.percentile(100));
        assertEquals(0, waits.percentile(50));
        assertThrows(IllegalArgumentException.class, () -> waits.percentile(0));
    }

    @Test
    void shouldTellWaitsDepthAndHandlingApartWhenARingIsTimed() {
        final long[] nowNs = {1_000_000};
        final RingCounters counters = new RingCounters(manager, "a").timed(manager, "a", waits, depths);
        final CommandRing ring = new CommandRing(
            new RingSettings("a", 8, 64, 0), counters, () -> nowNs[0], error -> { });
        final UnsafeBuffer message = new UnsafeBuffer(new byte[8]);
        for (int i = 0; i < 3; i++) {
            ring.offer(message, 0, 8, false, nowNs[0]);
        }
        nowNs[0] += 50_000;

        final CommandHandler handler = (buffer, offset, length, enqueuedNs) -> nowNs[0] += 1_000;
        assertEquals(3, ring.poll(handler, 10));

        assertEquals(3, waits.count());
        assertTrue(waits.percentile(99) >= 50_000 && waits.percentile(99) < 63_000, () -> "" + waits.percentile(99));
        assertEquals(3, depths.percentile(100));
        assertEquals(3 * 3_000, value("ring-handling-total-ns: a"));
        assertEquals(3 * 1_053_000, value("ring-handled-at-total-ns: a"));
    }

    private long value(final String wanted) {
        final List<Long> found = new ArrayList<>();
        manager.forEach((value, id, label) -> {
            if (label.equals(wanted)) {
                found.add(value);
            }
        });
        assertEquals(1, found.size());
        return found.get(0);
    }
}
