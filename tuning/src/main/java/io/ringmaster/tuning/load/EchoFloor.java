package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

import java.util.concurrent.TimeUnit;

/**
 * Stretches of one kind of {@link EchoWorkload}, and the medians of their percentiles. Between the stretches the threads
 * that never sleep are paused.
 * <p>
 * Threading: confined to the generator.
 */
final class EchoFloor implements AutoCloseable {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long SETTLE_NS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MAX_SETTLES = 20;
    /** Round trips in one settling time; a paused responder, at most one a millisecond, cannot reach it. */
    private static final int FLOWING_ROUND_TRIPS = 100;

    private final String name;
    private final EchoWorkload workload;
    private final LoadLoop loop;
    private final long stretchNs;
    private final Histogram all = Latencies.histogram();
    private long[] p50Ns = new long[0];
    private long[] p99Ns = new long[0];
    private long lost;
    private long errors;
    private int unsettled;

    /**
     * Starts the responder, warms both ends up and pauses them.
     *
     * @param name      for messages.
     * @param settings  of both ends.
     * @param directory for its files.
     * @param clock     of the run.
     * @param warmupNs  how long to warm up.
     * @param stretchNs how long each stretch is.
     */
    EchoFloor(
        final String name, final EchoSettings settings, final RunDirectory directory, final NanoClock clock,
        final long warmupNs, final long stretchNs) {
        this.name = name;
        this.workload = EchoWorkload.start(settings, directory, 1, 1);
        this.loop = new LoadLoop(workload, clock, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
        this.stretchNs = stretchNs;
        try {
            note(loop.runClosed(warmupNs));
            workload.pause();
        } catch (final RuntimeException ex) {
            workload.close();
            throw ex;
        }
    }

    /** What has to be polled now and then while the floor is measured. */
    void background(final Runnable task) {
        loop.background(task);
    }

    /** Keeps the connection alive while the floor is not measured. */
    void poll() {
        workload.poll(0);
    }

    /** One more stretch, from pause to pause. */
    void measure() {
        workload.resume();
        settle();
        final Segment segment = loop.runClosed(stretchNs);
        workload.pause();
        note(segment);
        final Histogram histogram = segment.latencies().all();
        all.add(histogram);
        p50Ns = Floor.append(p50Ns, Latencies.percentile(histogram, 50));
        p99Ns = Floor.append(p99Ns, Latencies.percentile(histogram, 99));
    }

    long medianP50Ns() {
        return Floor.median(p50Ns);
    }

    long medianP99Ns() {
        return Floor.median(p99Ns);
    }

    /** All round trips of the stretches. */
    ObjectNode latenciesJson() {
        return Latencies.jsonWithCount(all);
    }

    /** Tells a result what was wrong. */
    void checkTo(final LoadResult result) {
        if (lost + errors > 0) {
            result.fail(name + ": " + lost + " echoes lost, " + errors + " wrong");
        }
        if (unsettled > 0) {
            result.warn(name + ": " + unsettled + " stretches began before round trips flowed");
        }
        workload.faults().forEach(fault -> result.fail(name + ": " + fault));
    }

    @Override
    public void close() {
        workload.close();
    }

    /** Echoes that do not count, until round trips flow again. */
    private void settle() {
        for (int i = 0; i < MAX_SETTLES; i++) {
            final Segment segment = loop.runClosed(SETTLE_NS);
            note(segment);
            if (segment.ok() >= FLOWING_ROUND_TRIPS || segment.lost() > 0) {
                return;
            }
        }
        unsettled++;
    }

    private void note(final Segment segment) {
        lost += segment.lost();
        errors += segment.errors();
    }
}
