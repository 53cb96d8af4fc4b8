package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.client.RingmasterClient;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Requirement R23: the first lookups that a server gets after its start, and the first after a client has warmed it
 * ({@link RingmasterClient#warm(String, List, Duration)}), against those of the same servers after seconds of load, all at the same rate in
 * an open loop. Each round starts two servers, one for each; a round before the first is not counted, so that the generator is
 * warm in all of them.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class FirstRun {
    private static final double RATE_PER_SECOND = 1_000;
    private static final long FIRST_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final double MAX_GROWTH = 2;

    private final LoadOptions options;
    private final LoadResult result;
    private final EchoSettings settings;
    private final Consumer<String> progress;
    private final Histogram cold = Latencies.histogram();
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
            progress.accept(round == 0 ? "servers to warm up the generator" : "servers " + round + " of " + options.segments);
            round(false, round > 0);
            round(true, round > 0);
        }
        result.counts(operations, errors, rejected, durationNs);
        result.latencies(steady);
        final ObjectNode more = result.more();
        more.put("ratePerSecond", RATE_PER_SECOND);
        more.put("servers", 2 * options.segments);
        more.put("warmUpMs", WARM_UP.toMillis());
        more.set("coldNs", Latencies.jsonWithCount(cold));
        more.set("firstNs", Latencies.jsonWithCount(first));
        more.set("steadyNs", Latencies.jsonWithCount(steady));
        more.put("coldToSteadyP99", p99(cold) / p99(steady));
        result.goal("R23", "p99 of the first " + (long) (RATE_PER_SECOND * FIRST_NS / 1e9) + " lookups after a warm-up of "
            + WARM_UP.toSeconds() + " s / p99 after seconds of load", p99(first) / p99(steady), false, MAX_GROWTH);
    }

    private static double p99(final Histogram histogram) {
        return Math.max(1, Latencies.percentile(histogram, 99));
    }

    private void round(final boolean warms, final boolean counts) {
        try (RunDirectory directory = RunDirectory.create();
            Target target = Target.open(options, ServerPlan.sets(Scenario.FIRST, options), directory, settings)) {
            round(target, warms, counts);
        } catch (final IOException ex) {
            throw new LoadException("no directory for a run: " + ex.getMessage(), ex);
        }
    }

    private void round(final Target target, final boolean warms, final boolean counts) {
        final KeySpace keys = new KeySpace(options.entries, "first-keys", 0, options.seed);
        try (RegistryWorkload workload = new RegistryWorkload(
            target, options.clients, keys, new FixedKinds(OperationMix.LOOKUP), options.seed)) {
            workload.prepare();
            final RingmasterClient client = warms ? warm(target, keys, workload) : null;
            final LoadLoop loop = new LoadLoop(workload, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            final Segment begin = loop.runOpen(new FixedRateSchedule(RATE_PER_SECOND, FIRST_NS));
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            final Segment later = loop.runOpen(
                new FixedRateSchedule(RATE_PER_SECOND, TimeUnit.SECONDS.toNanos(options.seconds) / (2 * options.segments)));
            if (counts) {
                count(begin, warms ? first : cold);
                count(later, steady);
            }
            CloseHelper.close(client);
            workload.faults().forEach(result::fail);
        }
    }

    /** The client stays, as one that warms a server and then uses it would; the session of the load is kept alive meanwhile. */
    private static RingmasterClient warm(final Target target, final KeySpace keys, final RegistryWorkload workload) {
        final List<String> names = IntStream.range(0, keys.size()).mapToObj(KeySpace::name).toList();
        final RingmasterClient client = RingmasterClient.connect(target.address(new RingmasterClient.Context())
            .clientName("warm-up").driverParentDir(target.directory().memory("").toString()));
        final CompletableFuture<Long> found = CompletableFuture.supplyAsync(() -> client.warm(keys.namespace(), names, WARM_UP));
        while (!found.isDone()) {
            workload.poll(0);
            LockSupport.parkNanos(POLL_INTERVAL_NS);
        }
        if (found.join() != names.size()) {
            client.close();
            throw new LoadException("the warm-up found " + found.join() + " of " + names.size() + " records");
        }
        return client;
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
