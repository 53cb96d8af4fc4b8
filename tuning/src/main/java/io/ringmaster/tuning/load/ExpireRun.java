package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement G7: {@code --entries} live leases, {@code --expiring} more that end within one second, lookups of the live ones at a
 * fixed rate before, during and after, and a watcher that must hear of every expiry. Generator and watcher are one thread,
 * so taking in the events is part of the latency. While latencies are taken the generator sleeps up to 0.1 ms instead of spinning, so that
 * the server's threads and both compilers have the cores; that sleep is part of every latency.
 * <p>
 * What is asked for is a server's answer, not how fast the generator's JVM compiles: the generator practises on a server that is then
 * stopped. Then come a server that was started without a rehearsal, whose latencies are reported, and {@code --segments} servers that have
 * rehearsed before they served. Each of those is new to the load, all of their waves count, the first included, and the worst wave is held
 * against the goal. A server that runs already ({@code --target}) has all of its waves counted, and the generator has not practised.
 * Lost or wrong expiries count in every wave of every server.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ExpireRun {
    private static final double DEFAULT_RATE = 10_000;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    /** From the start of the registrations to the end of the first lease. */
    private static final long LEAD_NS = 20 * SECOND_NS;
    private static final long BEFORE_NS = 2 * SECOND_NS;
    /** The second in which leases end, and until the removals of a warm server have caught up. */
    private static final long DURING_NS = SECOND_NS + SECOND_NS / 10;
    private static final long AFTER_NS = 2 * SECOND_NS;
    private static final long LAST_REPORT_NS = 10 * SECOND_NS;
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final String REHEARSAL = "ringmaster.rehearsal.limit=60s";
    private static final double MAX_P99_MS = 1;

    private final LoadOptions options;
    private final LoadResult result;
    private final EchoSettings settings;
    private final Consumer<String> progress;
    private final Histogram counted = Latencies.histogram();
    private double worstP99Ms;
    private long operations;
    private long rejected;
    private long errors;
    private long durationNs;

    ExpireRun(final LoadOptions options, final LoadResult result, final EchoSettings settings, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.settings = settings;
        this.progress = progress;
    }

    /** Runs against servers that it starts. */
    void run() {
        server("practice", List.of(), options.practiceWaves, false, "practiceWaves");
        server("a server without a rehearsal", List.of(), options.waves, false, "wavesWithoutRehearsal");
        for (int i = 1; i <= options.segments; i++) {
            server("server " + i + " of " + options.segments, List.of(REHEARSAL), options.waves, true, "waves");
        }
        result.more().put("servers", options.segments);
        finish("servers that have rehearsed");
    }

    /** Runs against one server. */
    void run(final Target target) {
        waves("the server", target, options.waves, true, "waves");
        result.warn("the generator has not practised: the first waves wait for its compilers, too");
        finish("a server that ran already");
    }

    private void finish(final String servers) {
        result.counts(operations, errors, rejected, durationNs);
        result.latencies(counted);
        result.more().put("liveLeases", options.entries);
        result.more().put("expiring", options.expiring);
        result.goal("G7", "p99 of lookups while leases run out, worst of all waves of " + servers + ", ms",
            worstP99Ms, false, MAX_P99_MS);
    }

    private void server(final String which, final List<String> sets, final int waves, final boolean counts, final String name) {
        progress.accept(which + ": starting it");
        final List<String> all = new ArrayList<>(ServerPlan.sets(Scenario.EXPIRE, options));
        all.addAll(sets);
        try (RunDirectory directory = RunDirectory.create(); Target target = Target.open(options, all, directory, settings)) {
            waves(which, target, waves, counts, name);
        } catch (final IOException ex) {
            throw new LoadException("no directory for a run: " + ex.getMessage(), ex);
        }
    }

    private void waves(final String which, final Target target, final int waves, final boolean counts, final String name) {
        final KeySpace keys = new KeySpace(options.entries, "live-keys", 0, options.seed);
        try (RegistryWorkload lookups = new RegistryWorkload(
            target, 1, keys, new FixedKinds(OperationMix.LOOKUP), options.seed)) {
            progress.accept(which + ": registering " + options.entries + " records that stay");
            lookups.prepare();
            progress.accept(which + ": warming up for " + options.warmupSeconds + " s");
            loop(lookups, GeneratorIdle.busy()).runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            for (int i = 1; i <= waves; i++) {
                wave(target, lookups, which + ", wave " + i + " of " + waves, counts, result.more().withArray("/" + name).addObject());
            }
            lookups.faults().forEach(fault -> result.fail(which + ": " + fault));
        }
    }

    private static LoadLoop loop(final RegistryWorkload lookups, final IdleStrategy idle) {
        return new LoadLoop(lookups, SystemNanoClock.INSTANCE, idle, DRAIN_TIMEOUT_NS);
    }

    private void wave(
        final Target target, final RegistryWorkload lookups, final String which, final boolean counts, final ObjectNode out) {
        try (ExpiryWatcher watcher = new ExpiryWatcher(target, options.expiring)) {
            lookups.alongside(watcher::poll);
            progress.accept(which + ": registering " + options.expiring + " records that go");
            final long firstNs = System.nanoTime() + LEAD_NS;
            watcher.prepare(firstNs, SECOND_NS, () -> lookups.poll(0));
            progress.accept(which + ": waiting for the leases to run out");
            loop(lookups, GeneratorIdle.busy()).runClosed(Math.max(1, firstNs - BEFORE_NS - System.nanoTime()));
            final double rate = options.ratePerSecond > 0 ? options.ratePerSecond : DEFAULT_RATE;
            final long beginNs = Math.max(1, firstNs - System.nanoTime());
            final Segment segment = loop(lookups, GeneratorIdle.relaxed()).runOpen(
                new PhasedSchedule(rate, beginNs, beginNs + DURING_NS, beginNs + DURING_NS + AFTER_NS));
            final long sinceNs = System.nanoTime();
            while (watcher.removed() < options.expiring && System.nanoTime() - sinceNs < LAST_REPORT_NS) {
                lookups.poll(0);
            }
            report(out, segment, watcher);
            rejected += segment.rejected();
            errors += segment.errors() + segment.lost();
            if (counts) {
                count(segment);
            }
            check(which, watcher);
        } finally {
            lookups.alongside(() -> 0);
        }
    }

    private void count(final Segment segment) {
        operations += segment.ok();
        durationNs += segment.durationNs();
        counted.add(segment.latencies().all());
        worstP99Ms = Math.max(worstP99Ms, Latencies.percentile(segment.latencies().ofTag(PhasedSchedule.DURING), 99) / 1e6);
        if (segment.missedRate()) {
            result.warn("rate missed; latency counts from the intended times all the same");
        }
    }

    private static void report(final ObjectNode out, final Segment segment, final ExpiryWatcher watcher) {
        out.put("expiriesReported", watcher.removed());
        out.put("expirySpreadNs", watcher.spreadNs());
        out.put("lossesNamed", watcher.lossesNamed());
        out.put("lossesCounted", watcher.lossesCounted());
        out.set("expiryDelayNs", Latencies.jsonWithCount(watcher.delays()));
        out.set("beforeNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.BEFORE)));
        out.set("duringNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.DURING)));
        out.set("afterNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.AFTER)));
    }

    private void check(final String which, final ExpiryWatcher watcher) {
        if (watcher.removed() != options.expiring) {
            result.fail(which + ": the watcher heard of " + watcher.removed() + " of " + options.expiring + " expiries");
        }
        if (watcher.lossesNamed() + watcher.lossesCounted() != options.expiring) {
            result.fail(which + ": the owner was told of " + watcher.lossesNamed() + " lost leases by name and " +
                watcher.lossesCounted() + " by number, of " + options.expiring);
        }
        watcher.faults().forEach(fault -> result.fail(which + ": " + fault));
    }
}
