package io.ringmaster.tuning.load;

import com.sun.management.ThreadMXBean;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * The generator: one thread that sends and receives. In an open loop operations go out at the times of a schedule and
 * latency counts from those times; in a closed loop a fixed number of operations is under way, spread evenly over the
 * sessions, and a session sends the next one when an answer is there.
 * <p>
 * Threading: confined to the generator. Allocates nothing between the start and the end of a stretch.
 */
final class LoadLoop implements CompletionListener {
    /** How often connections that do not work at the moment are polled, so that they stay alive. */
    private static final long BACKGROUND_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** An open loop that can neither send nor hear anything for this long is given up. */
    private static final long STALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);
    /** Sends in a row before what has arrived is taken in, at least; with many sessions some for each that is polled then. */
    private static final int MIN_SEND_LIMIT = 16;
    private static final int CLOSED_SENDS_PER_SESSION = 4;
    /** How long before its first operation an observer hears of a tag, unless the generator is late. */
    static final long TAG_LEAD_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Workload workload;
    private final NanoClock clock;
    private final IdleStrategy idle;
    private final long drainTimeoutNs;
    private final int closedSendLimit;
    private final int openSendLimit;
    private final TurnQueue turns = new TurnQueue();
    private Runnable background = () -> { };
    private LoadObserver observer = LoadObserver.NONE;
    private int observedTag;
    private long nextBackgroundNs;

    private LatencyRecorder latencies;
    private SessionFairness fairness;
    private SlowestMoments slowest;
    private long sent;
    private long ok;
    private long rejected;
    private long errors;
    private long lastAnswerNs;
    private long lastSentNs;
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
        this.closedSendLimit = Math.max(MIN_SEND_LIMIT, CLOSED_SENDS_PER_SESSION * workload.sessions());
        this.openSendLimit = Math.max(MIN_SEND_LIMIT, workload.sessions());
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
     * Who looks on.
     *
     * @param looker for all stretches from now on.
     */
    void observer(final LoadObserver looker) {
        observer = looker;
    }

    /**
     * Closed loop with one operation of each session under way.
     *
     * @param durationNs after which nothing more is sent.
     * @return what came of it.
     */
    Segment runClosed(final long durationNs) {
        return runClosed(durationNs, workload.sessions());
    }

    /**
     * Closed loop: as fast as the answers come.
     *
     * @param durationNs  after which nothing more is sent.
     * @param outstanding operations under way, of all sessions together; fewer than there are sessions leave some idle.
     * @return what came of it.
     */
    Segment runClosed(final long durationNs, final int outstanding) {
        begin(1);
        turns.fill(outstanding, workload.sessions());
        final long startNs = clock.nanoTime();
        lastAnswerNs = startNs;
        long nowNs = startNs;
        while (nowNs - startNs < durationNs) {
            int workCount = 0;
            while (workCount < closedSendLimit && !turns.isEmpty()) {
                if (!workload.trySend(turns.first(), nowNs, 0)) {
                    turns.firstGoesLast();
                    break;
                }
                turns.removeFirst();
                sent++;
                workCount++;
                nowNs = turns.isEmpty() ? nowNs : clock.nanoTime();
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
        return runOpen(schedule, Long.MAX_VALUE);
    }

    /**
     * Open loop of a caller that has no more than some operations under way: the others wait at the caller, and their latency counts
     * from their intended times all the same.
     *
     * @param schedule    of all operations.
     * @param outstanding operations under way at most, of all sessions together.
     * @return what came of it.
     */
    Segment runOpen(final ArrivalSchedule schedule, final long outstanding) {
        begin(schedule.tags());
        turns.fill(0, 1);
        final int sessions = workload.sessions();
        final long startNs = clock.nanoTime();
        lastAnswerNs = startNs;
        lastSentNs = startNs;
        final OpenLoopPacer pacer = new OpenLoopPacer(schedule, startNs);
        int session = 0;
        long nowNs = startNs;
        observedTag = -1;
        while (!pacer.isDone()) {
            int workCount = 0;
            announce(pacer, nowNs);
            while (pacer.isDue(nowNs) && sent - ok - rejected - errors < outstanding
                && workload.trySend(session, pacer.intendedNs(), pacer.tag())) {
                session = session + 1 == sessions ? 0 : session + 1;
                nowNs = clock.nanoTime();
                pacer.onSent(nowNs);
                lastSentNs = nowNs;
                sent++;
                workCount++;
                if (workCount == openSendLimit || pacer.isDone() || pacer.tag() != observedTag) {
                    break;
                }
            }
            workCount += workload.poll(nowNs);
            runBackground(nowNs);
            idle.idle(workCount);
            nowNs = clock.nanoTime();
            checkProgress(pacer, nowNs);
        }
        drain();
        observer.onEnd();
        return segment(startNs, pacer.intendedRatePerSecond(), pacer.achievedRatePerSecond());
    }

    @Override
    public void onCompleted(final int session, final long intendedNs, final int tag, final int kind, final Outcome outcome) {
        final long nowNs = clock.nanoTime();
        lastAnswerNs = nowNs;
        observer.onAnswer(kind, outcome, intendedNs, nowNs);
        switch (outcome) {
            case OK -> {
                ok++;
                latencies.record(tag, kind, nowNs - intendedNs);
                fairness.record(session, nowNs - intendedNs);
                slowest.record(intendedNs, tag, nowNs - intendedNs);
            }
            case REJECTED -> rejected++;
            default -> errors++;
        }
        turns.add(session);
    }

    private void announce(final OpenLoopPacer pacer, final long nowNs) {
        final int tag = pacer.tag();
        if (tag != observedTag && pacer.isDue(nowNs + TAG_LEAD_NS)) {
            observedTag = tag;
            observer.onTag(tag);
        }
    }

    /** A load that cannot be sent any more would otherwise never end. */
    private void checkProgress(final OpenLoopPacer pacer, final long nowNs) {
        if (nowNs - Math.max(lastSentNs, lastAnswerNs) > STALL_TIMEOUT_NS && pacer.isDue(nowNs - STALL_TIMEOUT_NS)) {
            throw new LoadException("nothing could be sent and no answer came for " + STALL_TIMEOUT_NS / 1_000_000
                + " ms, with " + sent + " operations sent: " + workload.faults());
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
        fairness = new SessionFairness(workload.sessions());
        slowest = new SlowestMoments();
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
            latencies, fairness, slowest);
    }
}
