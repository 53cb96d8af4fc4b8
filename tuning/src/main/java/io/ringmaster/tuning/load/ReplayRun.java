package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The replay of a trace: agents in the server and in another process, which may be killed and started again meanwhile.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ReplayRun {
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final LoadOptions options;
    private final Target target;
    private final Floor floor;
    private final Consumer<String> progress;

    ReplayRun(final LoadOptions options, final Target target, final Floor floor, final Consumer<String> progress) {
        this.options = options;
        this.target = target;
        this.floor = floor;
        this.progress = progress;
    }

    /** Runs it and writes what came of it into a result. */
    void run(final LoadResult result) {
        final List<TraceRow> rows = rows();
        final WorkModel model = new WorkModel(options.prefillNs, options.decodeNs, options.speedup);
        final long[] arrivalsNs = model.arrivalsNs(rows);
        final long[] worksNs = model.worksNs(rows);
        final RemoteAgents remote = options.remoteAgents > 0 ? startRemote() : null;
        try {
            replay(result, arrivalsNs, worksNs, remote);
        } finally {
            CloseHelper.quietClose(remote);
        }
    }

    private void replay(
        final LoadResult result, final long[] arrivalsNs, final long[] worksNs, final RemoteAgents remote) {
        final Placements placements = new Placements();
        placements.learnNames(target, ReplayWorkload.CAPABILITY);
        final int agents = placements.agents();
        placements.check(ReplayWorkload.CAPABILITY);
        try (ReplayWorkload workload = new ReplayWorkload(target, options.clients, worksNs, placements)) {
            final LoadLoop loop = new LoadLoop(workload, SystemNanoClock.INSTANCE, GeneratorIdle.relaxed(), DRAIN_TIMEOUT_NS);
            final Runnable keepAlive = () -> workload.poll(System.nanoTime());
            if (floor != null) {
                floor.background(keepAlive);
                loop.background(floor::poll);
                progress.accept("measuring the floor");
                floor.measure();
            }
            try (ServerProbe probe = LoadRun.openProbe(target, keepAlive, result)) {
                if (probe != null) {
                    probe.begin();
                }
                progress.accept(String.format(Locale.ROOT, "replaying %,d rows over %d agents in about %s",
                    worksNs.length, agents, TextReport.time(arrivalsNs[arrivalsNs.length - 1])));
                if (remote != null && options.killAgentAtSeconds >= 0) {
                    remote.killLater(
                        (long) (options.killAgentAtSeconds * 1e9), (long) (options.restartAgentAfterSeconds * 1e9));
                }
                final long startNs = System.nanoTime();
                final Segment segment = loop.runOpen(new TraceSchedule(arrivalsNs));
                if (probe != null) {
                    probe.end();
                }
                write(result, segment, workload);
                if (probe != null) {
                    result.server(probe.figures());
                }
                final long makespanNs = workload.lastAnswerNs() - startNs;
                writeMakespan(result, makespanNs, WorkModel.lowerBoundNs(arrivalsNs, worksNs, agents), agents);
            }
            if (floor != null) {
                progress.accept("measuring the floor");
                floor.measure();
            }
            writeAgents(result, placements, remote);
            workload.faults().forEach(result::fail);
        }
    }

    private void write(final LoadResult result, final Segment segment, final ReplayWorkload workload) {
        final Totals totals = new Totals(1, workload.kinds());
        totals.add(segment);
        totals.writeTo(result);
        final ExactlyOnceChecker checker = workload.checker();
        result.counts(segment.ok(), checker.errors(), checker.rejectedAttempts(), segment.durationNs());
        final ObjectNode more = result.more();
        more.put("work", "simulated");
        more.put("trace", options.trace.getFileName().toString());
        more.put("speedup", options.speedup);
        more.put("prefillNsPerToken", options.prefillNs);
        more.put("decodeNsPerToken", options.decodeNs);
        more.put("tasksAccepted", checker.acceptedTasks());
        more.put("tasksAnswered", checker.answeredTasks());
        more.set("waiting", Latencies.jsonWithCount(workload.waiting()));
        more.set("service", Latencies.jsonWithCount(workload.service()));
        more.set("endToEnd", Latencies.jsonWithCount(segment.latencies().all()));
    }

    private static void writeMakespan(
        final LoadResult result, final long makespanNs, final long lowerBoundNs, final int agents) {
        final ObjectNode more = result.more();
        more.put("makespanNs", makespanNs);
        more.put("lowerBoundNs", lowerBoundNs);
        more.put("lowerBoundFormula", "max over k of arrival(k) + max(work(k), sum of work from k on / agents)");
        more.put("lowerBoundAgents", agents);
        more.put("makespanToLowerBound", Math.round(1000.0 * makespanNs / Math.max(1, lowerBoundNs)) / 1000.0);
    }

    private void writeAgents(final LoadResult result, final Placements placements, final RemoteAgents remote) {
        final ObjectNode more = result.more();
        if (remote != null) {
            remote.awaitRestart();
            more.put("remoteAgents", options.remoteAgents);
            more.put("agentProcessKilled", remote.killed());
            more.put("agentProcessRestarted", remote.restarted());
            if (remote.failure() != null) {
                result.fail("the agents' process did not start again: " + remote.failure().getMessage());
            }
            if (options.killAgentAtSeconds >= 0 && !remote.killed()) {
                result.fail("the run was over before --kill-agent-at " + options.killAgentAtSeconds);
            }
        }
        placements.learnNames(target, ReplayWorkload.CAPABILITY);
        placements.writeTo(more.putArray("placements"));
    }

    private RemoteAgents startRemote() {
        progress.accept("starting " + options.remoteAgents + " agents in another process");
        return RemoteAgents.start(target, options.remoteAgents);
    }

    private List<TraceRow> rows() {
        try {
            return TraceReader.read(options.trace);
        } catch (final IOException ex) {
            throw new LoadException("--trace " + options.trace + ": " + ex.getMessage(), ex);
        }
    }
}
