package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.ring.CounterHistogram;
import io.ringmaster.ring.RingCounters;
import io.ringmaster.server.metrics.CountersFile;
import org.HdrHistogram.Histogram;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.status.CountersReader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Requirements R2, R4 and R8: for each wave how long commands waited in the rings of the registry, how many were in them, what their
 * handling took, and how long the reply was under way. Read from the server's counters, which its threads write at once, 5 ms before
 * each burst; what a bucket or a sum grew by between two readings belongs to the burst between them.
 * <p>
 * The times of one burst are means over its writes: the server sums the times at which it handled commands, the generator those at
 * which it meant to send and at which it heard; both read the clock of the machine. The mean of the way back is the difference of two
 * such sums, divided by their number. A burst for which the server handled another number of commands than the generator heard
 * answers, or before or after which a ring was not empty, is left out and counted.
 * <p>
 * Threading: confined to the generator. Allocates nothing between two readings.
 */
final class RingProbe implements LoadObserver, AutoCloseable {
    private static final String RING_PREFIX = ": registry";

    private final CountersFile file;
    private final CountersReader reader;
    private final Buckets waits;
    private final Buckets depths;
    private final int[] enqueued;
    private final int[] consumed;
    private final int[] waitTotals;
    private final int[] handlingTotals;
    private final int[] handledAtTotals;
    private final Sums before = new Sums();
    private final Sums now = new Sums();
    private RingTimes[] tags;
    private int tag = -1;
    private long answers;
    private long intendedSum;
    private long heardSum;

    private RingProbe(final CountersFile file) {
        this.file = file;
        reader = file.reader();
        waits = new Buckets(reader, RingCounters.WAIT_BUCKET_TYPE_ID);
        depths = new Buckets(reader, RingCounters.DEPTH_BUCKET_TYPE_ID);
        enqueued = ids(RingCounters.ENQUEUED_TYPE_ID);
        consumed = ids(RingCounters.CONSUMED_TYPE_ID);
        waitTotals = ids(RingCounters.WAIT_TOTAL_NS_TYPE_ID);
        handlingTotals = ids(RingCounters.HANDLING_TOTAL_NS_TYPE_ID);
        handledAtTotals = ids(RingCounters.HANDLED_AT_TOTAL_NS_TYPE_ID);
        if (consumed.length == 0 || handledAtTotals.length != consumed.length || waits.ids.length == 0 || depths.ids.length == 0) {
            throw new LoadException("the server has no times of its rings: it is of another version");
        }
    }

    static RingProbe open(final Path dir) throws IOException {
        return new RingProbe(CountersFile.open(dir));
    }

    /**
     * The next schedule begins.
     *
     * @param times for each of its tags; they are added to.
     */
    void begin(final RingTimes[] times) {
        tags = times;
        tag = -1;
    }

    @Override
    public void onTag(final int newTag) {
        read();
        if (!now.isQuiet()) {
            tags[newTag].busyAtStart++;
        }
        tag = newTag;
    }

    @Override
    public void onEnd() {
        read();
        tag = -1;
    }

    @Override
    public void onAnswer(final int kind, final Outcome outcome, final long intendedNs, final long nowNs) {
        if ((kind == OperationMix.REGISTER || kind == OperationMix.UNREGISTER) && outcome == Outcome.OK) {
            answers++;
            intendedSum += intendedNs;
            heardSum += nowNs;
        }
    }

    /** Reads all, and counts what it grew by for the burst that ends. */
    private void read() {
        now.read(this);
        if (tag >= 0) {
            waits.addGrowth(reader, tags[tag].waits);
            depths.addGrowth(reader, tags[tag].depths);
            countMeans(tags[tag]);
        } else {
            waits.addGrowth(reader, null);
            depths.addGrowth(reader, null);
        }
        before.copyFrom(now);
        answers = 0;
        intendedSum = 0;
        heardSum = 0;
    }

    private void countMeans(final RingTimes times) {
        final long commands = now.consumed - before.consumed;
        times.bursts++;
        if (commands != answers || !before.isQuiet() || !now.isQuiet()) {
            times.leftOut++;
        } else if (commands > 0) {
            final long handledAt = now.handledAt - before.handledAt;
            final long handling = now.handling - before.handling;
            final long waited = now.waited - before.waited;
            times.request.recordValue(Math.max(0, (handledAt - handling - waited - intendedSum) / commands));
            times.handling.recordValue(Math.max(0, handling / commands));
            times.reply.recordValue(Math.max(0, (heardSum - handledAt) / commands));
        }
    }

    private int[] ids(final int wantedTypeId) {
        final IntArrayList ids = new IntArrayList();
        reader.forEach((counterId, typeId, key, label) -> {
            if (typeId == wantedTypeId && label.contains(RING_PREFIX)) {
                ids.addInt(counterId);
            }
        });
        return ids.toIntArray();
    }

    private long sum(final int[] ids) {
        long sum = 0;
        for (final int id : ids) {
            sum += reader.getCounterValue(id);
        }
        return sum;
    }

    @Override
    public void close() {
        file.close();
    }

    /** What is read at one moment. */
    private static final class Sums {
        private long enqueued;
        private long consumed;
        private long waited;
        private long handling;
        private long handledAt;

        /** Consumed first: what the server says it consumed was enqueued and timed before. */
        void read(final RingProbe probe) {
            consumed = probe.sum(probe.consumed);
            waited = probe.sum(probe.waitTotals);
            handling = probe.sum(probe.handlingTotals);
            handledAt = probe.sum(probe.handledAtTotals);
            enqueued = probe.sum(probe.enqueued);
        }

        /** Whether no command was in a ring or at its handler; only then the sums are all of the same commands. */
        boolean isQuiet() {
            return enqueued == consumed;
        }

        void copyFrom(final Sums other) {
            consumed = other.consumed;
            waited = other.waited;
            handling = other.handling;
            handledAt = other.handledAt;
            enqueued = other.enqueued;
        }
    }

    /** The buckets of one histogram of the server. */
    private static final class Buckets {
        private final int[] ids;
        private final long[] greatest;
        private final long[] counts;

        Buckets(final CountersReader reader, final int wantedTypeId) {
            final IntArrayList idList = new IntArrayList();
            final LongArrayList greatestList = new LongArrayList();
            reader.forEach((counterId, typeId, key, label) -> {
                if (typeId == wantedTypeId && label.contains(RING_PREFIX)) {
                    idList.addInt(counterId);
                    greatestList.addLong(key.getLong(CounterHistogram.GREATEST_OFFSET));
                }
            });
            ids = idList.toIntArray();
            greatest = greatestList.toLongArray();
            counts = new long[ids.length];
        }

        /** Null: the growth is nobody's. */
        void addGrowth(final CountersReader reader, final Histogram histogram) {
            for (int i = 0; i < ids.length; i++) {
                final long count = reader.getCounterValue(ids[i]);
                if (histogram != null && count > counts[i]) {
                    histogram.recordValueWithCount(greatest[i], count - counts[i]);
                }
                counts[i] = count;
            }
        }
    }

    /** What came of the bursts of one wave. */
    static final class RingTimes {
        private final Histogram waits = Latencies.histogram();
        private final Histogram depths = Latencies.histogram();
        private final Histogram request = Latencies.histogram();
        private final Histogram handling = Latencies.histogram();
        private final Histogram reply = Latencies.histogram();
        private long bursts;
        private long leftOut;
        private long busyAtStart;

        static RingTimes[] ofWaves(final int waves) {
            final RingTimes[] times = new RingTimes[waves];
            Arrays.setAll(times, wave -> new RingTimes());
            return times;
        }

        void add(final RingTimes other) {
            waits.add(other.waits);
            depths.add(other.depths);
            request.add(other.request);
            handling.add(other.handling);
            reply.add(other.reply);
            bursts += other.bursts;
            leftOut += other.leftOut;
            busyAtStart += other.busyAtStart;
        }

        long waitNs(final double percentile) {
            return Latencies.percentile(waits, percentile);
        }

        long replyNs(final double percentile) {
            return Latencies.percentile(reply, percentile);
        }

        long greatestDepth() {
            return depths.getTotalCount() == 0 ? 0 : depths.getMaxValue();
        }

        /** Bursts before which a ring was not empty. */
        long busyAtStart() {
            return busyAtStart;
        }

        void writeTo(final ObjectNode json) {
            json.set("waitNs", Latencies.jsonWithCount(waits));
            json.put("greatestDepth", greatestDepth());
            json.put("burstsThatFoundARingNotEmpty", busyAtStart);
            json.put("bursts", bursts);
            json.put("burstsWithoutTimes", leftOut);
            json.set("requestMeanNs", Latencies.jsonWithCount(request));
            json.set("handlingMeanNs", Latencies.jsonWithCount(handling));
            json.set("replyMeanNs", Latencies.jsonWithCount(reply));
        }
    }
}
