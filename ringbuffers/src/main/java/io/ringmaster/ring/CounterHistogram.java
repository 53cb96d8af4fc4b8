package io.ringmaster.ring;

import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;

/**
 * Counts values in buckets, each a counter of its own, so that another process can tell what was recorded between two moments: by
 * the difference of each bucket. Four buckets for each power of two above a unit, so a bucket is at most a quarter of its value
 * wide; what is greater than the last bucket's bound counts there.
 * <p>
 * Key of each counter: the index of the bucket, int32, then its greatest value, int64, in native byte order.
 * <p>
 * Threading: {@link #record} single writer, or several rings with one consumer; readers any thread, and any process that maps the
 * counters' file.
 */
public final class CounterHistogram implements AutoCloseable {
    /** Offset of the bucket's greatest value in the key of its counter. */
    public static final int GREATEST_OFFSET = Integer.BYTES;
    private static final int SUB_BITS = 2;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    private final AtomicCounter[] buckets;
    private final int unitShift;

    /**
     * Allocates the counters.
     *
     * @param manager   to allocate from.
     * @param typeId    of each.
     * @param label     of each, in front of the bound.
     * @param unitShift values are told apart down to 2^unitShift; 0 to 32.
     * @param greatest  value that has a bucket of its own; the last bucket counts what is greater, too.
     */
    public CounterHistogram(
        final CountersManager manager, final int typeId, final String label, final int unitShift, final long greatest) {
        if (unitShift < 0 || unitShift > 32 || greatest < 1) {
            throw new IllegalArgumentException("unitShift=" + unitShift + " must be 0 to 32, greatest=" + greatest + " at least 1");
        }
        this.unitShift = unitShift;
        buckets = new AtomicCounter[bucketOf(greatest >>> unitShift) + 1];
        for (int i = 0; i < buckets.length; i++) {
            final int bucket = i;
            final long bound = greatestOf(i);
            buckets[i] = manager.newCounter(label + " <= " + bound, typeId, key -> {
                key.putInt(0, bucket);
                key.putLong(GREATEST_OFFSET, bound);
            });
        }
    }

    /**
     * Counts a value.
     *
     * @param value a negative one counts as 0.
     */
    public void record(final long value) {
        final int bucket = bucketOf(Math.max(0, value) >>> unitShift);
        buckets[Math.min(bucket, buckets.length - 1)].incrementRelease();
    }

    /**
     * Values that were counted.
     *
     * @return since the start.
     */
    public long count() {
        long count = 0;
        for (final AtomicCounter bucket : buckets) {
            count += bucket.get();
        }
        return count;
    }

    /**
     * A percentile of all values since the start.
     *
     * @param percent above 0, up to 100.
     * @return the greatest value of its bucket; 0 when nothing was counted.
     */
    public long percentile(final double percent) {
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent=" + percent + " must be above 0 and not above 100");
        }
        final long count = count();
        final long rank = Math.max(1, (long)Math.ceil(count * percent / 100));
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i].get();
            if (seen >= rank) {
                return greatestOf(i);
            }
        }
        return 0;
    }

    /** Frees the counters. Only after the writer has stopped. */
    @Override
    public void close() {
        for (final AtomicCounter bucket : buckets) {
            bucket.close();
        }
    }

    /** Below 4 the number itself; above, 4 buckets for each power of two. */
    private static int bucketOf(final long units) {
        if (units < SUB_BUCKETS) {
            return (int)units;
        }
        final int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(units) - SUB_BITS;
        return (shift + 1 << SUB_BITS) + (int)(units >>> shift) - SUB_BUCKETS;
    }

    private long greatestOf(final int bucket) {
        if (bucket < SUB_BUCKETS) {
            return (bucket + 1L << unitShift) - 1;
        }
        final int shift = (bucket >>> SUB_BITS) - 1;
        final long sub = (bucket & SUB_BUCKETS - 1) + SUB_BUCKETS;
        return (sub + 1 << shift + unitShift) - 1;
    }
}
