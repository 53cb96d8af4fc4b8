package io.ringmaster.tuning.load;

import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * One of two servers that take turns in one run, with its sessions, its load and what came of it.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ComparedServer implements AutoCloseable {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);

    private final LoadOptions options;
    private final RunDirectory directory;
    private final Target target;
    private RegistryWorkload workload;
    private LoadLoop loop;
    private long ok;
    private long rejected;
    private long errors;
    private long durationNs;

    /**
     * Starts it.
     *
     * @param scenario that compares.
     * @param options  of the run.
     * @param moreSets its configuration beside that of the scenario.
     * @param settings of Aeron, as in the server's profile.
     */
    ComparedServer(final Scenario scenario, final LoadOptions options, final List<String> moreSets, final EchoSettings settings) {
        this.options = options;
        try {
            directory = RunDirectory.create();
        } catch (final IOException ex) {
            throw new LoadException("no directory for a run: " + ex.getMessage(), ex);
        }
        try {
            final List<String> sets = new ArrayList<>(ServerPlan.sets(scenario, options));
            sets.addAll(moreSets);
            target = Target.open(options, sets, directory, settings);
        } catch (final RuntimeException ex) {
            directory.close();
            throw ex;
        }
    }

    /**
     * Connects and registers the records, while the other server's connections are kept alive.
     *
     * @param clients sessions.
     * @param batch   names in each message.
     * @param other   polls the other server's sessions.
     */
    void connect(final int clients, final int batch, final IntSupplier other) {
        workload = new RegistryWorkload(target, clients,
            new KeySpace(options.entries, "compared-keys", batch > 1 ? batch : 0, options.seed),
            new FixedKinds(batch > 1 ? RegistryWorkload.LOOKUP_BATCH : OperationMix.LOOKUP), options.seed);
        workload.alongside(other);
        workload.prepare();
        workload.alongside(() -> 0);
        loop = new LoadLoop(workload, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
    }

    /** Polls its sessions, so that they stay alive while the other server has its turn. */
    int poll() {
        return workload.poll(0);
    }

    /** The other server's sessions stay alive while this one has its turn. */
    void besides(final ComparedServer other) {
        loop.background(other::poll);
    }

    /** A turn of a closed loop. */
    Segment closed(final long stretchNs, final int outstanding, final Histogram latencies) {
        return count(loop.runClosed(stretchNs, outstanding), latencies);
    }

    /** A turn of an open loop. */
    Segment open(final ArrivalSchedule schedule, final int outstanding, final Histogram latencies) {
        return count(loop.runOpen(schedule, outstanding), latencies);
    }

    private Segment count(final Segment segment, final Histogram latencies) {
        latencies.add(segment.latencies().all());
        ok += segment.ok();
        rejected += segment.rejected();
        errors += segment.errors() + segment.lost();
        durationNs += segment.durationNs();
        return segment;
    }

    /** Forgets the operations that were answered well or refused so far; errors stay. */
    void forget() {
        ok = 0;
        rejected = 0;
        durationNs = 0;
    }

    /** Writes the operations of both, and what was wrong with them. */
    static void writeCounts(final LoadResult result, final ComparedServer one, final ComparedServer other) {
        result.counts(one.ok + other.ok, one.errors + other.errors, one.rejected + other.rejected, one.durationNs + other.durationNs);
        one.workload.faults().forEach(result::fail);
        other.workload.faults().forEach(result::fail);
    }

    @Override
    public void close() {
        CloseHelper.quietCloseAll(workload, target);
        directory.close();
    }
}
