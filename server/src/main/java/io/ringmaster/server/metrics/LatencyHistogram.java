package io.ringmaster.server.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts of durations in buckets whose width grows with the duration: 16 buckets for each power of two, so a bucket is at most a
 * sixteenth of its value wide. Recording costs two additions and allocates nothing. Durations below 16 ns are exact; those above
 * {@link #MAX_NS} count as that.
 * <p>
 * Threading: {@link #record} single writer; readers any thread. A reader beside the writer sees each count at some moment of its
 * own, so its percentiles may be off by what was recorded meanwhile.
 */
public final class LatencyHistogram {
    /** Longest duration that is told apart: 2^40 - 1 ns, about 18 minutes. */
    public static final long MAX_NS = (1L << 40) - 1;
    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    private static final int BUCKETS = bucketOf(MAX_NS) + 1;
    private static final VarHandle COUNT = countHandle();

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private long count;

    /**
     * Counts a duration.
     *
     * @param durationNs in nanoseconds; a negative one counts as 0.
     */
    public void record(final long durationNs) {
        final int bucket = bucketOf(Math.max(0, Math.min(durationNs, MAX_NS)));
        counts.setOpaque(bucket, counts.getPlain(bucket) + 1);
        COUNT.setOpaque(this, count + 1);
    }

    /**
     * Durations that were counted.
     *
     * @return since the start.
     */
    public long count() {
        return (long) COUNT.getOpaque(this);
    }

    /**
     * A percentile.
     *
     * @param percent above 0, up to 100.
     * @return nanoseconds: the greatest that fall into the bucket of the percentile; 0 when nothing was counted.
     */
    public long percentileNs(final double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent=" + percent + " must be above 0 and not above 100");
        }
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            total += counts.getOpaque(i);
        }
        if (total == 0) {
            return 0;
        }
        final long rank = Math.max(1, (long) Math.ceil(total * percent / 100));
        long seen = 0;
        int bucket = 0;
        while (bucket < BUCKETS - 1 && (seen += counts.getOpaque(bucket)) < rank) {
            bucket++;
        }
        return greatestOf(bucket);
    }

    /** Below 16 the value itself; above, 16 buckets for each power of two. */
    private static int bucketOf(final long value) {
        if (value < SUB_BUCKETS) {
            return (int) value;
        }
        final int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(value) - SUB_BITS;
        return (shift + 1 << SUB_BITS) + (int) (value >>> shift) - SUB_BUCKETS;
    }

    private static long greatestOf(final int bucket) {
        if (bucket < SUB_BUCKETS) {
            return bucket;
        }
        final int shift = (bucket >>> SUB_BITS) - 1;
        final long sub = (bucket & SUB_BUCKETS - 1) + SUB_BUCKETS;
        return (sub + 1 << shift) - 1;
    }

    private static VarHandle countHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(LatencyHistogram.class, "count", long.class);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }
}
