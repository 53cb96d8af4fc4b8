package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement R23: the first lookups that a server gets after its start against those of the same server once it is warm, at
 * the same rate in an open loop. Each round starts a server of its own; one round before the first is not counted, so that
 * the generator is warm in all of them.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class FirstRun {
    private static final double RATE_PER_SECOND = 1_000;
    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final double MAX_GROWTH = 2;

    private final LoadOptions options;
    private final LoadResult result;
    private final EchoSettings settings;
    private final Consumer<String> progress;
    private final Histogram first = Latencies.histogram();
    private final Histogram steady = Latencies.histogram();
    private long operations;
    private long rejected;
    private long errors;
    private long durationNs;

    FirstRun(final LoadOptions options, final LoadResult result, final EchoSettings settings, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.settings = settings;
        this.progress = progress;
    }

    void run() {
        for (int round = 0; round <= options.segments; round++) {
            progress.accept(round == 0 ? "a server to warm up the generator" : "server " + round + " of " + options.segments);
            try (RunDirectory directory = RunDirectory.create();
                Target target = Target.open(options, ServerPlan.sets(Scenario.FIRST, options), directory, settings)) {
                round(target, round > 0);
            } catch (final IOException ex) {
                throw new LoadException("no directory for a run: " + ex.getMessage(), ex);
            }
        }
        result.counts(operations, errors, rejected, durationNs);
        result.latencies(steady);
        final ObjectNode more = result.more();
        more.put("ratePerSecond", RATE_PER_SECOND);
        more.put("servers", options.segments);
        more.set("firstNs", Latencies.jsonWithCount(first));
        more.set("steadyNs", Latencies.jsonWithCount(steady));
        result.goal("R23", "p99 of a server's first " + (long) (RATE_PER_SECOND * FIRST_NS / 1e9) + " lookups / p99 when it is warm",
            (double) Latencies.percentile(first, 99) / Math.max(1, Latencies.percentile(steady, 99)), false, MAX_GROWTH);
    }

    private void round(final Target target, final boolean counts) {
        final KeySpace keys = new KeySpace(options.entries, "first-keys", 0, options.seed);
        try (RegistryWorkload workload = new RegistryWorkload(
            target, options.clients, keys, new FixedKinds(OperationMix.LOOKUP), options.seed)) {
            workload.prepare();
            final LoadLoop loop = new LoadLoop(workload, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            final Segment cold = loop.runOpen(new FixedRateSchedule(RATE_PER_SECOND, FIRST_NS));
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            final Segment warm = loop.runOpen(
                new FixedRateSchedule(RATE_PER_SECOND, TimeUnit.SECONDS.toNanos(options.seconds) / options.segments));
            if (counts) {
                count(cold, first);
                count(warm, steady);
            }
            workload.faults().forEach(result::fail);
        }
    }

    private void count(final Segment segment, final Histogram histogram) {
        histogram.add(segment.latencies().all());
        operations += segment.ok();
        rejected += segment.rejected();
        errors += segment.errors() + segment.lost();
        durationNs += segment.durationNs();
        if (segment.missedRate()) {
            result.warn("rate missed; latency counts from the intended times all the same");
        }
    }
}
