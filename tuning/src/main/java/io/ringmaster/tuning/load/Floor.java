package io.ringmaster.tuning.load;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The floor of a run: short stretches of {@link EchoWorkload} before, between and after the stretches of the scenario, so
 * that both see the same moods of the machine. Its percentiles are the medians over the stretches. The responder idles
 * like the server while the scenario runs, and the server idles while the floor runs.
 * <p>
 * Threading: confined to the generator.
 */
final class Floor implements AutoCloseable {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final EchoWorkload workload;
    private final LoadLoop loop;
    private final long stretchNs;
    private long[] p50Ns = new long[0];
    private long[] p99Ns = new long[0];
    private final Histogram all = Latencies.histogram();
    private long lost;
    private long errors;

    /**
     * Starts the responder and warms both ends up.
     *
     * @param settings  of both ends.
     * @param directory for its files.
     * @param clock     of the run.
     * @param warmupNs  how long to warm up.
     * @param stretchNs how long each stretch is.
     */
    Floor(
        final EchoSettings settings, final RunDirectory directory, final NanoClock clock, final long warmupNs,
        final long stretchNs) {
        this.workload = EchoWorkload.start(settings, directory, 1, 1);
        this.loop = new LoadLoop(workload, clock, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
        this.stretchNs = stretchNs;
        note(loop.runClosed(warmupNs));
    }

    /** What has to be polled now and then while the floor is measured. */
    void background(final Runnable task) {
        loop.background(task);
    }

    /** Keeps the connection alive while the floor is not measured. */
    void poll() {
        workload.poll(0);
    }

    /** One more stretch. */
    void measure() {
        final Segment segment = loop.runClosed(stretchNs);
        note(segment);
        final Histogram histogram = segment.latencies().all();
        all.add(histogram);
        p50Ns = append(p50Ns, Latencies.percentile(histogram, 50));
        p99Ns = append(p99Ns, Latencies.percentile(histogram, 99));
    }

    /** Writes the floor, and what was wrong with it, into a result. */
    void writeTo(final LoadResult result) {
        result.floor(median(p50Ns), median(p99Ns));
        result.more().set("floorLatencyNs", Latencies.jsonWithCount(all));
        if (lost + errors > 0) {
            result.fail("floor: " + lost + " echoes lost, " + errors + " wrong");
        }
        workload.faults().forEach(fault -> result.fail("floor: " + fault));
    }

    @Override
    public void close() {
        workload.close();
    }

    static long median(final long[] values) {
        if (values.length == 0) {
            return 0;
        }
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static long[] append(final long[] values, final long value) {
        final long[] longer = Arrays.copyOf(values, values.length + 1);
        longer[values.length] = value;
        return longer;
    }

    private void note(final Segment segment) {
        lost += segment.lost();
        errors += segment.errors();
    }
}
