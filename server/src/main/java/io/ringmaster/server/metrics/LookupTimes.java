package io.ringmaster.server.metrics;

import org.agrona.concurrent.NanoClock;

/**
 * How long the server takes for a lookup, from its decoded key to its encoded answer, for names that are found and for names that
 * are not. One lookup in {@link #SAMPLE_INTERVAL} is measured: two looks at the clock cost about as much as a lookup itself.
 * <pre>
 *     final long startNs = times.begin();
 *     ...
 *     times.end(startNs, found);
 * </pre>
 * <p>
 * Threading: {@link #begin} and {@link #end} confined to the network thread; the histograms are readable from any thread.
 */
public final class LookupTimes {
    /** Lookups for each one that is measured; a prime, so that what repeats itself among requests is not always passed over. */
    public static final int SAMPLE_INTERVAL = 31;
    private static final long NOT_MEASURED = Long.MIN_VALUE;

    private final NanoClock clock;
    private final LatencyHistogram hits = new LatencyHistogram();
    private final LatencyHistogram misses = new LatencyHistogram();
    private int untilMeasured = 1;

    /**
     * Nothing measured.
     *
     * @param clock in nanoseconds.
     */
    public LookupTimes(final NanoClock clock) {
        this.clock = clock;
    }

    /**
     * A lookup begins.
     *
     * @return for {@link #end}.
     */
    public long begin() {
        if (--untilMeasured > 0) {
            return NOT_MEASURED;
        }
        untilMeasured = SAMPLE_INTERVAL;
        return clock.nanoTime();
    }

    /**
     * A lookup has ended.
     *
     * @param beginNs from {@link #begin}.
     * @param found   whether there was a record.
     */
    public void end(final long beginNs, final boolean found) {
        if (beginNs != NOT_MEASURED) {
            (found ? hits : misses).record(clock.nanoTime() - beginNs);
        }
    }

    /**
     * Of names that were found.
     *
     * @return the same for the server's life.
     */
    public LatencyHistogram hits() {
        return hits;
    }

    /**
     * Of names that were not found.
     *
     * @return the same for the server's life.
     */
    public LatencyHistogram misses() {
        return misses;
    }
}
