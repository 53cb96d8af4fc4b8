package io.ringmaster.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
    private final LatencyHistogram histogram = new LatencyHistogram();

    @Test
    void shouldSayNothingWhenNothingWasCounted() {
        assertEquals(0, histogram.count());
        assertEquals(0, histogram.percentileNs(50));
        assertThrows(IllegalArgumentException.class, () -> histogram.percentileNs(0));
        assertThrows(IllegalArgumentException.class, () -> histogram.percentileNs(100.1));
    }

    @Test
    void shouldBeExactWhenDurationsAreSmall() {
        for (int i = 0; i < 16; i++) {
            histogram.record(i);
        }
        assertEquals(7, histogram.percentileNs(50));
        assertEquals(15, histogram.percentileNs(100));
    }

    @Test
    void shouldKeepEveryPercentileWithinASixteenthWhenDurationsAreRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final long[] values = new long[10_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 27);
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (final double percent : new double[] {1, 50, 90, 99, 99.9, 100}) {
            final long exact = values[(int) Math.ceil(values.length * percent / 100) - 1];
            final long told = histogram.percentileNs(percent);
            assertTrue(told >= exact && told <= exact + exact / 16 + 1, "seed " + seed + ": " + percent + " is " + exact + ", not " + told);
        }
        assertEquals(values.length, histogram.count());
    }

    @Test
    void shouldClampWhenDurationsAreOutOfRange() {
        histogram.record(-5);
        assertEquals(0, histogram.percentileNs(100));
        histogram.record(Long.MAX_VALUE);
        assertEquals(LatencyHistogram.MAX_NS, histogram.percentileNs(100));
    }
}
