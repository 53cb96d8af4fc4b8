package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.agrona.concurrent.SystemNanoClock;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement R15: writes with ten times as many under way as the ring of the one partition has places for new work, each refused
 * one sent again at once; then the load stops, and writes at a low rate show that nothing of it is left. Every answer must be the right
 * one or a refusal for load, every request must have an answer, and a second after the load has stopped nothing is refused any more.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class OverloadRun {
    /** Slots of the ring, and how many of them are not for new work. */
    static final int RING_SLOTS = 32;
    static final int RING_RESERVED = 16;
    /** Operations under way. */
    static final int UNDER_WAY = 10 * (RING_SLOTS - RING_RESERVED);

    private static final double RATE_AFTERWARDS = 100;
    private static final long RECOVERY_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long AFTERWARDS_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);

    private final LoadOptions options;
    private final LoadResult result;
    private final Consumer<String> progress;

    OverloadRun(final LoadOptions options, final LoadResult result, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.progress = progress;
    }

    void run(final Target target) {
        final KeySpace keys = new KeySpace(options.entries, "overload-keys", 0, options.seed);
        try (RegistryWorkload writes = new RegistryWorkload(
            target, options.clients, keys, new FixedKinds(OperationMix.REGISTER, OperationMix.UNREGISTER), options.seed)) {
            writes.prepare();
            final LoadLoop loop = new LoadLoop(writes, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            progress.accept("warming up for " + options.warmupSeconds + " s");
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            progress.accept(UNDER_WAY + " writes under way, ten times the places of the ring");
            final long loadNs = TimeUnit.SECONDS.toNanos(options.seconds);
            final Segment overload = loop.runClosed(loadNs, UNDER_WAY);
            final long drainNs = Math.max(0, overload.durationNs() - loadNs);
            progress.accept("the load has stopped");
            final Segment recovery = loop.runOpen(new FixedRateSchedule(RATE_AFTERWARDS, Math.max(1, RECOVERY_NS - drainNs)));
            final Segment afterwards = loop.runOpen(new FixedRateSchedule(RATE_AFTERWARDS, AFTERWARDS_NS));
            write(overload, recovery, afterwards, drainNs);
            writes.faults().forEach(result::fail);
        }
    }

    private void write(final Segment overload, final Segment recovery, final Segment afterwards, final long drainNs) {
        result.counts(overload.ok(), overload.errors() + overload.lost() + recovery.errors() + recovery.lost()
            + afterwards.errors() + afterwards.lost(), overload.rejected(), overload.durationNs());
        result.latencies(overload.latencies().all());
        final ObjectNode more = result.more();
        more.put("underWay", UNDER_WAY);
        more.put("drainNs", drainNs);
        writePhase(more.putObject("overload"), overload);
        writePhase(more.putObject("firstSecondAfterwards"), recovery);
        writePhase(more.putObject("afterwards"), afterwards);
        result.goal("R15", "wrong answers in overload", overload.errors(), false, 0);
        result.goal("R15", "requests without an answer in overload", overload.lost(), false, 0);
        result.measured("R15", "typed refusals in overload", overload.rejected());
        result.goal("R15", "from the end of the overload to its last answer, s", drainNs / 1e9, false, 1);
        result.goal("R15", "errors and refusals from one second after the overload on",
            afterwards.errors() + afterwards.lost() + afterwards.rejected(), false, 0);
        if (overload.rejected() == 0) {
            result.warn("nothing was refused: this was no overload");
        }
    }

    private static void writePhase(final ObjectNode json, final Segment segment) {
        json.put("operations", segment.ok());
        json.put("rejected", segment.rejected());
        json.put("errors", segment.errors());
        json.put("withoutAnswer", segment.lost());
        json.set("latencyNs", Latencies.jsonWithCount(segment.latencies().all()));
    }
}
