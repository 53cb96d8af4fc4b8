package io.ringmaster.tuning.load;

import com.sun.management.ThreadMXBean;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * The generator: one thread that sends and receives. In an open loop operations go out at the times of a schedule and
 * latency counts from those times; in a closed loop each session has one operation under way and sends the next when the
 * answer is there.
 * <p>
 * Threading: confined to the generator. Allocates nothing between the start and the end of a stretch.
 */
final class LoadLoop implements CompletionListener {
    /** How often connections that do not work at the moment are polled, so that they stay alive. */
    private static final long BACKGROUND_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Workload workload;
    private final NanoClock clock;
    private final IdleStrategy idle;
    private final long drainTimeoutNs;
    private final int[] idleSessions;
    private int idleCount;
    private Runnable background = () -> { };
    private long nextBackgroundNs;

    private LatencyRecorder latencies;
    private long sent;
    private long ok;
    private long rejected;
    private long errors;
    private long lastAnswerNs;
    private long allocatedBefore;

    /**
     * A loop over one workload.
     *
     * @param workload       to drive; this loop becomes its listener.
     * @param clock          of all times.
     * @param idle           what to do when there is nothing to do.
     * @param drainTimeoutNs how long to wait without an answer when all is sent; what is still missing then is lost.
     */
    LoadLoop(final Workload workload, final NanoClock clock, final IdleStrategy idle, final long drainTimeoutNs) {
        this.workload = workload;
        this.clock = clock;
        this.idle = idle;
        this.drainTimeoutNs = drainTimeoutNs;
        this.idleSessions = new int[workload.sessions()];
        workload.listener(this);
    }

    /**
     * What has to be polled now and then while this loop runs.
     *
     * @param task to call every 20 ms.
     */
    void background(final Runnable task) {
        background = task;
    }

    /**
     * Closed loop: as fast as the answers come.
     *
     * @param durationNs after which nothing more is sent.
     * @return what came of it.
     */
    Segment runClosed(final long durationNs) {
        begin(1);
        for (idleCount = 0; idleCount < idleSessions.length; idleCount++) {
            idleSessions[idleCount] = idleCount;
        }
        final long startNs = clock.nanoTime();
        lastAnswerNs = startNs;
        long nowNs = startNs;
        while (nowNs - startNs < durationNs) {
            int workCount = 0;
            while (idleCount > 0 && workload.trySend(idleSessions[idleCount - 1], nowNs, 0)) {
                idleCount--;
                sent++;
                workCount++;
                nowNs = idleCount > 0 ? clock.nanoTime() : nowNs;
            }
            workCount += workload.poll(nowNs);
            runBackground(nowNs);
            idle.idle(workCount);
            nowNs = clock.nanoTime();
        }
        drain();
        return segment(startNs, 0, 0);
    }

    /**
     * Open loop: at the times of a schedule.
     *
     * @param schedule of all operations.
     * @return what came of it.
     */
    Segment runOpen(final ArrivalSchedule schedule) {
        begin(schedule.tags());
        idleCount = 0;
        final int sessions = idleSessions.length;
        final long startNs = clock.nanoTime();
        lastAnswerNs = startNs;
        final OpenLoopPacer pacer = new OpenLoopPacer(schedule, startNs);
        int session = 0;
        long nowNs = startNs;
        while (!pacer.isDone()) {
            int workCount = 0;
            while (pacer.isDue(nowNs) && workload.trySend(session, pacer.intendedNs(), pacer.tag())) {
                session = session + 1 == sessions ? 0 : session + 1;
                nowNs = clock.nanoTime();
                pacer.onSent(nowNs);
                sent++;
                workCount++;
                if ((workCount & 15) == 0) {
                    break;
                }
            }
            workCount += workload.poll(nowNs);
            runBackground(nowNs);
            idle.idle(workCount);
            nowNs = clock.nanoTime();
        }
        drain();
        return segment(startNs, pacer.intendedRatePerSecond(), pacer.achievedRatePerSecond());
    }

    @Override
    public void onCompleted(final int session, final long intendedNs, final int tag, final int kind, final Outcome outcome) {
        final long nowNs = clock.nanoTime();
        lastAnswerNs = nowNs;
        switch (outcome) {
            case OK -> {
                ok++;
                latencies.record(tag, kind, nowNs - intendedNs);
            }
            case REJECTED -> rejected++;
            default -> errors++;
        }
        if (idleCount < idleSessions.length) {
            idleSessions[idleCount++] = session;
        }
    }

    private void runBackground(final long nowNs) {
        if (nowNs - nextBackgroundNs >= 0) {
            background.run();
            nextBackgroundNs = nowNs + BACKGROUND_INTERVAL_NS;
        }
    }

    private void begin(final int tags) {
        latencies = new LatencyRecorder(tags, workload.kinds().size());
        nextBackgroundNs = clock.nanoTime();
        sent = 0;
        ok = 0;
        rejected = 0;
        errors = 0;
        allocatedBefore = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private void drain() {
        final long sinceNs = clock.nanoTime();
        long nowNs = sinceNs;
        while (sent - ok - rejected - errors > 0 && nowNs - Math.max(sinceNs, lastAnswerNs) < drainTimeoutNs) {
            idle.idle(workload.poll(nowNs));
            runBackground(nowNs);
            nowNs = clock.nanoTime();
        }
    }

    private Segment segment(final long startNs, final double intendedRate, final double achievedRate) {
        final long allocatedBytes = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocatedBefore;
        final long lost = sent - ok - rejected - errors;
        return new Segment(
            sent, ok, rejected, errors, lost, Math.max(1, lastAnswerNs - startNs), intendedRate, achievedRate, allocatedBytes,
            latencies);
    }
}
