package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.agrona.concurrent.SystemNanoClock;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement G7: {@code --entries} live leases, {@code --expiring} more that end within one second, lookups of the live ones at a
 * fixed rate before, during and after, and a watcher that must hear of every expiry. Generator and watcher are one thread,
 * so taking in the events is part of the latency.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ExpireRun {
    private static final double DEFAULT_RATE = 10_000;
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    /** From the start of the registrations to the end of the first lease. */
    private static final long LEAD_NS = 20 * SECOND_NS;
    private static final long BEFORE_NS = 2 * SECOND_NS;
    private static final long DURING_NS = 2 * SECOND_NS;
    private static final long AFTER_NS = 2 * SECOND_NS;
    private static final long LAST_REPORT_NS = 10 * SECOND_NS;
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);

    private final LoadOptions options;
    private final LoadResult result;
    private final Consumer<String> progress;

    ExpireRun(final LoadOptions options, final LoadResult result, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.progress = progress;
    }

    void run(final Target target) {
        final KeySpace keys = new KeySpace(options.entries, "live-keys", 0, options.seed);
        try (RegistryWorkload lookups = new RegistryWorkload(
            target, 1, keys, new FixedKinds(OperationMix.LOOKUP), options.seed);
            ExpiryWatcher watcher = new ExpiryWatcher(target, options.expiring)) {
            progress.accept("registering " + options.entries + " records that stay");
            lookups.alongside(watcher::poll);
            lookups.prepare();
            final LoadLoop loop = new LoadLoop(lookups, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            progress.accept("warming up for " + options.warmupSeconds + " s");
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            progress.accept("registering " + options.expiring + " records that go");
            final long firstNs = System.nanoTime() + LEAD_NS;
            watcher.prepare(firstNs, SECOND_NS, () -> lookups.poll(0));
            progress.accept("waiting for the leases to run out");
            loop.runClosed(Math.max(1, firstNs - BEFORE_NS - System.nanoTime()));
            final double rate = options.ratePerSecond > 0 ? options.ratePerSecond : DEFAULT_RATE;
            final long beginNs = Math.max(1, firstNs - System.nanoTime());
            final Segment segment = loop.runOpen(
                new PhasedSchedule(rate, beginNs, beginNs + DURING_NS, beginNs + DURING_NS + AFTER_NS));
            final long sinceNs = System.nanoTime();
            while (watcher.removed() < options.expiring && System.nanoTime() - sinceNs < LAST_REPORT_NS) {
                lookups.poll(0);
            }
            write(segment, watcher, lookups.faults());
        }
    }

    private void write(final Segment segment, final ExpiryWatcher watcher, final List<String> lookupFaults) {
        result.counts(segment.ok(), segment.errors() + segment.lost(), segment.rejected(), segment.durationNs());
        result.latencies(segment.latencies().all());
        final ObjectNode more = result.more();
        more.put("liveLeases", options.entries);
        more.put("expiring", options.expiring);
        more.put("expiriesReported", watcher.removed());
        more.put("expirySpreadNs", watcher.spreadNs());
        more.set("expiryDelayNs", Latencies.jsonWithCount(watcher.delays()));
        more.set("beforeNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.BEFORE)));
        more.set("duringNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.DURING)));
        more.set("afterNs", Latencies.jsonWithCount(segment.latencies().ofTag(PhasedSchedule.AFTER)));
        result.goal("G7", "p99 of lookups while leases run out, ms",
            Latencies.percentile(segment.latencies().ofTag(PhasedSchedule.DURING), 99) / 1e6, false, 1);
        if (watcher.removed() != options.expiring) {
            result.fail("the watcher heard of " + watcher.removed() + " of " + options.expiring + " expiries");
        }
        if (segment.missedRate()) {
            result.warn("rate missed; latency counts from the intended times all the same");
        }
        watcher.faults().forEach(result::fail);
        lookupFaults.forEach(result::fail);
    }
}
