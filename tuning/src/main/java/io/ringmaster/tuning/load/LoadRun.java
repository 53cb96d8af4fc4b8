package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.config.ServerConfig;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * One run of one scenario: the floor before, between and after the stretches of load, the server's figures around each
 * stretch, and the checks.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class LoadRun {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final long FLOOR_WARMUP_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long RESUME_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final Scenario scenario;
    private final LoadOptions options;
    private final RunDirectory directory;
    private final Consumer<String> progress;
    private final EchoSettings echoSettings;
    private final LoadResult result;

    /**
     * A run that has not begun.
     *
     * @param scenario  to run.
     * @param options   checked.
     * @param directory for its files.
     * @param progress  told what happens.
     */
    LoadRun(final Scenario scenario, final LoadOptions options, final RunDirectory directory, final Consumer<String> progress) {
        this.scenario = scenario;
        this.options = options;
        this.directory = directory;
        this.progress = progress;
        this.echoSettings = echoSettings(options);
        this.result = new LoadResult(
            scenario.word(), options.transport, options.profile == null ? "laptop" : options.profile);
    }

    /**
     * Runs it, with a server of its own if the options say so.
     *
     * @return the result.
     */
    LoadResult run() {
        if (scenario == Scenario.ECHO) {
            return runEcho();
        }
        progress.accept(options.targetIsSelf() ? "starting a server" : "using the server at " + options.target);
        try (Target target = Target.open(options, ServerPlan.sets(scenario, options), directory, echoSettings)) {
            return run(target);
        }
    }

    /**
     * Runs it against a server.
     *
     * @param target the server.
     * @return the result.
     */
    LoadResult run(final Target target) {
        final Floor floor = options.floorSeconds > 0
            ? new Floor(echoSettings, directory, clock, FLOOR_WARMUP_NS, (long) (options.floorSeconds * 1e9))
            : null;
        try {
            if (scenario == Scenario.REPLAY) {
                new ReplayRun(options, target, floor, progress).run(result);
            } else {
                runRequests(target, floor);
            }
            if (floor != null) {
                floor.writeTo(result);
            }
        } catch (final LoadException ex) {
            throw target.isDead() ? new LoadException("the server died: " + ex.getMessage() + target.logTail(), ex) : ex;
        } finally {
            CloseHelper.quietClose(floor);
        }
        return result;
    }

    private LoadResult runEcho() {
        try (EchoWorkload workload = EchoWorkload.start(
            echoSettings.withSharedDriver(), directory, options.clients,
            Math.max(options.clients, LoadOptions.MAX_OUTSTANDING));
            EchoFloor bare = openBareFloor(workload)) {
            final LoadLoop loop = new LoadLoop(workload, clock, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            if (bare != null) {
                bare.background(() -> workload.poll(0));
                loop.background(bare::poll);
            }
            final Totals totals = stretches(workload, loop, () -> measureBare(bare, workload, loop), null);
            result.floor(Latencies.percentile(totals.all(), 50), Latencies.percentile(totals.all(), 99));
            if (bare != null) {
                Floor.writeBareTo(result, bare);
            }
            finish(workload, totals, null);
        }
        return result;
    }

    /** The bare floor, warmed up while the echo of the scenario pauses, or null. */
    private EchoFloor openBareFloor(final EchoWorkload workload) {
        if (options.floorSeconds == 0) {
            return null;
        }
        workload.pause();
        final EchoFloor bare = Floor.startBare(
            echoSettings, directory, clock, FLOOR_WARMUP_NS, (long) (options.floorSeconds * 1e9));
        workload.resume();
        return bare;
    }

    /** The bare floor while the echo of the scenario pauses. */
    private void measureBare(final EchoFloor bare, final EchoWorkload workload, final LoadLoop loop) {
        if (bare != null) {
            progress.accept("measuring the bare floor");
            workload.pause();
            bare.measure();
            workload.resume();
            loop.runClosed(RESUME_NS);
        }
    }

    private void runRequests(final Target target, final Floor floor) {
        try (ChannelWorkload workload = workload(target)) {
            final LoadLoop loop = new LoadLoop(workload, clock, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
            final Runnable keepAlive = () -> workload.poll(0);
            if (floor != null) {
                floor.background(keepAlive);
                loop.background(floor::poll);
            }
            final ServerProbe probe = probe(target, keepAlive);
            try {
                final Totals totals = scenario == Scenario.BURST
                    ? bursts(workload, loop, floor, probe)
                    : stretches(workload, loop, () -> measureFloor(floor), probe);
                finish(workload, totals, probe);
            } finally {
                CloseHelper.quietClose(probe);
            }
        }
    }

    private ServerProbe probe(final Target target, final Runnable keepAlive) {
        return openProbe(target, keepAlive, result);
    }

    /** The probe of a server, or null and a warning. */
    static ServerProbe openProbe(final Target target, final Runnable keepAlive, final LoadResult result) {
        if (target.dir() == null) {
            result.warn("no figures of the server: only its endpoint is known");
            return null;
        }
        try {
            return ServerProbe.open(target.dir(), keepAlive);
        } catch (final IOException ex) {
            result.warn("no figures of the server: " + ex.getMessage());
            return null;
        }
    }

    private ChannelWorkload workload(final Target target) {
        progress.accept("connecting " + options.clients + (options.clients == 1 ? " session" : " sessions"));
        if (scenario == Scenario.DISPATCH || scenario == Scenario.BATCH) {
            final Placements agents = new Placements();
            agents.learnNames(target, BatchWorkload.CAPABILITY);
            agents.check(BatchWorkload.CAPABILITY);
            return new BatchWorkload(
                target, options.clients, scenario == Scenario.DISPATCH ? 1 : options.batchFor(Scenario.BATCH));
        }
        final KeySpace keys = new KeySpace(
            options.entries, "load-" + Long.toString(ProcessHandle.current().pid(), 36) + Long.toString(clock.nanoTime(), 36),
            scenario == Scenario.LOOKUP_BATCH ? options.batchFor(scenario) : 0, options.seed);
        final RegistryWorkload workload = new RegistryWorkload(target, options.clients, keys, kindSource(), options.seed);
        try {
            workload.prepare();
            return workload;
        } catch (final RuntimeException ex) {
            CloseHelper.quietClose(workload);
            throw ex;
        }
    }

    private RegistryWorkload.KindSource kindSource() {
        return switch (scenario) {
            case LOOKUP_BATCH -> new FixedKinds(RegistryWorkload.LOOKUP_BATCH);
            case REGISTER -> new FixedKinds(OperationMix.REGISTER, OperationMix.UNREGISTER);
            case BURST -> new OperationMix(options.seed);
            default -> new FixedKinds(OperationMix.LOOKUP);
        };
    }

    private Totals stretches(
        final Workload workload, final LoadLoop loop, final Runnable measureFloor, final ServerProbe probe) {
        progress.accept("warming up for " + options.warmupSeconds + " s");
        if (options.warmupSeconds > 0) {
            stretch(loop, TimeUnit.SECONDS.toNanos(options.warmupSeconds));
        }
        final Totals totals = new Totals(1, workload.kinds());
        for (int i = 0; i < options.segments; i++) {
            measureFloor.run();
            progress.accept("measuring, part " + (i + 1) + " of " + options.segments);
            begin(probe);
            totals.add(stretch(loop, TimeUnit.SECONDS.toNanos(options.seconds) / options.segments));
            end(probe);
        }
        measureFloor.run();
        totals.writeTo(result);
        totals.writeSegmentsTo(result);
        return totals;
    }

    private Segment stretch(final LoadLoop loop, final long durationNs) {
        return options.ratePerSecond > 0
            ? loop.runOpen(new FixedRateSchedule(options.ratePerSecond, durationNs))
            : loop.runClosed(durationNs);
    }

    private Totals bursts(final Workload workload, final LoadLoop loop, final Floor floor, final ServerProbe probe) {
        progress.accept("warming up for " + options.warmupSeconds + " s");
        if (options.warmupSeconds > 0) {
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            loop.runOpen(new BurstSchedule(options.bursts.get(options.bursts.size() - 1), 1));
        }
        final Totals totals = new Totals(BurstSchedule.WAVES, workload.kinds());
        final ArrayNode bursts = result.more().putArray("bursts");
        for (final int burst : options.bursts) {
            measureFloor(floor);
            progress.accept("bursts of " + burst);
            begin(probe);
            final Segment segment = loop.runOpen(new BurstSchedule(burst, options.seconds));
            end(probe);
            totals.add(segment);
            writeBurst(bursts.addObject(), burst, segment);
        }
        measureFloor(floor);
        totals.writeTo(result);
        waves(result.more().putArray("waves"), totals::ofTag);
        return totals;
    }

    private void writeBurst(final ObjectNode json, final int burst, final Segment segment) {
        json.put("burst", burst);
        json.put("operations", segment.ok());
        json.put("rejected", segment.rejected());
        json.put("errors", segment.errors() + segment.lost());
        json.set("latencyNs", Latencies.json(segment.latencies().all()));
        waves(json.putArray("waves"), segment.latencies()::ofTag);
        final long first = Latencies.percentile(segment.latencies().ofTag(0), 99);
        final long last = Latencies.percentile(segment.latencies().ofTag(BurstSchedule.WAVES - 1), 99);
        json.put("lastToFirstP99", first == 0 ? 0.0 : Math.round(100.0 * last / first) / 100.0);
        if (segment.missedRate()) {
            result.warn(String.format(Locale.ROOT, "bursts of %d: rate missed, %.1f/s of %.1f/s", burst,
                segment.achievedRatePerSecond(), segment.intendedRatePerSecond()));
        }
    }

    private static void waves(final ArrayNode json, final IntFunction<Histogram> ofTag) {
        for (int wave = 0; wave < BurstSchedule.WAVES; wave++) {
            final ObjectNode node = json.addObject();
            node.put("wave", wave + 1);
            node.set("latencyNs", Latencies.json(ofTag.apply(wave)));
        }
    }

    private void finish(final Workload workload, final Totals totals, final ServerProbe probe) {
        if (probe != null) {
            result.server(probe.figures());
        }
        for (final String fault : workload.faults()) {
            result.fail(fault);
        }
        if (workload instanceof RegistryWorkload registry && registry.kindSwaps() > 0) {
            result.more().put("kindSwaps", registry.kindSwaps());
        }
        if (totals.rejected() > 0) {
            result.warn(totals.rejected() + " operations were refused for load");
        }
    }

    private void measureFloor(final Floor floor) {
        if (floor != null) {
            progress.accept("measuring the floor");
            floor.measure();
        }
    }

    private static void begin(final ServerProbe probe) {
        if (probe != null) {
            probe.begin();
        }
    }

    private static void end(final ServerProbe probe) {
        if (probe != null) {
            probe.end();
        }
    }

    private static EchoSettings echoSettings(final LoadOptions options) {
        try {
            return EchoSettings.of(
                ServerConfig.load(options.profile, null, options.sets).settings(), options.transport == Transport.UDP);
        } catch (final ConfigException ex) {
            throw new LoadException(ex.getMessage(), ex);
        }
    }

    /** The same kinds in turn. */
    private static final class FixedKinds implements RegistryWorkload.KindSource {
        private final int[] kinds;
        private int next;

        FixedKinds(final int... kinds) {
            this.kinds = kinds;
        }

        @Override
        public int kind() {
            return kinds[next];
        }

        @Override
        public void advance() {
            next = next + 1 == kinds.length ? 0 : next + 1;
        }
    }
}
