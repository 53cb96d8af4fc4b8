package io.ringmaster.tuning.load;

import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.config.ServerConfig;
import org.agrona.CloseHelper;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One run of one scenario: the floor before, between and after the stretches of load, the server's figures around each
 * stretch, and the checks.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class LoadRun {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final long FLOOR_WARMUP_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    static final double MAX_UNFAIRNESS = 3;
    private static final double MAX_PARTITION_SHARE = 1.3;
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
        if (scenario == Scenario.FIRST) {
            new FirstRun(options, result, echoSettings, progress).run();
            return result;
        }
        if (scenario == Scenario.AB) {
            new AbRun(options, result, echoSettings, progress).run();
            return result;
        }
        if (scenario == Scenario.SESSIONS) {
            new SessionsRun(options, result, echoSettings, progress).run();
            return result;
        }
        if (scenario == Scenario.EXPIRE && options.targetIsSelf()) {
            new ExpireRun(options, result, echoSettings, progress).run();
            return result;
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
        final Floor floor = options.floorSeconds > 0 && scenario.measuresFloor()
            ? new Floor(echoSettings, directory, clock, FLOOR_WARMUP_NS, (long) (options.floorSeconds * 1e9))
            : null;
        try {
            if (scenario == Scenario.REPLAY) {
                new ReplayRun(options, target, floor, progress).run(result);
            } else if (scenario == Scenario.EXPIRE) {
                new ExpireRun(options, result, echoSettings, progress).run(target);
            } else if (scenario == Scenario.OVERLOAD) {
                new OverloadRun(options, result, progress).run(target);
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
            try (RingProbe rings = probe == null || scenario != Scenario.BURST ? null : openRings(target)) {
                final Totals totals = switch (scenario) {
                    case BURST -> new BurstRun(options, result, progress).run(
                        workload, loop, () -> measureFloor(floor), probe, rings);
                    case SWEEP -> new ConcurrencySweep(options, result, progress).run(
                        workload, loop, () -> measureFloor(floor), probe);
                    default -> stretches(workload, loop, () -> measureFloor(floor), probe);
                };
                finish(workload, totals, probe);
            } finally {
                CloseHelper.quietClose(probe);
            }
        }
    }

    private static RingProbe openRings(final Target target) {
        try {
            return RingProbe.open(target.dir());
        } catch (final IOException ex) {
            throw new LoadException("no counters of the server's rings: " + ex.getMessage(), ex);
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
            workload.hitRate(options.hitRate);
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
        writeOutstanding(totals);
        return totals;
    }

    private void writeOutstanding(final Totals totals) {
        final int keys = scenario == Scenario.LOOKUP_BATCH ? options.batchFor(scenario) : 1;
        if (options.ratePerSecond == 0) {
            result.more().put("outstanding", options.clients * options.outstanding);
        }
        if (scenario == Scenario.LOOKUP_BATCH) {
            result.more().put("keysPerOperation", keys);
            result.more().put("keysPerSecond", Math.round(totals.throughputPerSecond() * keys));
        }
        if (totals.fairness().sessions() > 1) {
            result.goal("R13", "mean latency of the slowest of " + totals.fairness().sessions() + " sessions / mean of all",
                totals.fairness().maxToMean(), false, MAX_UNFAIRNESS);
        }
        if (options.hitRate < 1) {
            for (final int kind : new int[] {OperationMix.LOOKUP, RegistryWorkload.LOOKUP_MISS}) {
                result.goal("R11", "p99 of lookups that " + (kind == OperationMix.LOOKUP ? "find" : "do not find") + " a record, ms",
                    Latencies.percentile(totals.latencies().ofKind(kind), 99) / 1e6, false, 1);
            }
        }
    }

    private Segment stretch(final LoadLoop loop, final long durationNs) {
        return options.ratePerSecond > 0
            ? loop.runOpen(new FixedRateSchedule(options.ratePerSecond, durationNs))
            : loop.runClosed(durationNs, options.clients * options.outstanding);
    }

    private void finish(final Workload workload, final Totals totals, final ServerProbe probe) {
        if (probe != null) {
            result.server(probe.figures());
            probe.writeStagesTo(result);
            if (scenario == Scenario.REGISTER) {
                result.goal("R86", "commands of the busiest partition / mean of all",
                    probe.partitionMaxToMean(), false, MAX_PARTITION_SHARE);
                result.measured("R8", "writes a second at full speed, each through a ring", totals.throughputPerSecond());
            }
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

    static void begin(final ServerProbe probe) {
        if (probe != null) {
            probe.begin();
        }
    }

    static void end(final ServerProbe probe) {
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
}
