package io.ringmaster.thread;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Times the duty cycles of a thread with one reading of the clock for each: a cycle lasts from its start to the start of the
 * next one. The idling after a cycle without work is part of it; a cycle with work is not followed by any. One that lasts longer
 * than the threshold is a stall: a role that took too long, or a thread that the machine did not run.
 * <p>
 * Threading: single writer = the thread; {@link #lastCycleNs()} any thread.
 */
public final class StallTracker {
    private final long thresholdNs;
    private final ThreadCounters counters;
    private final AtomicLong lastCycleNs = new AtomicLong();
    private boolean started;
    private boolean busy;

    /**
     * A tracker for one thread.
     *
     * @param thresholdNs a longer cycle is a stall.
     * @param counters    to update.
     */
    public StallTracker(final long thresholdNs, final ThreadCounters counters) {
        this.thresholdNs = thresholdNs;
        this.counters = Objects.requireNonNull(counters, "counters");
    }

    /**
     * The thread starts; its first cycle is yet to come.
     *
     * @param nowNs the time.
     */
    public void onStart(final long nowNs) {
        lastCycleNs.setRelease(nowNs);
    }

    /**
     * Ends the cycle before, and starts one.
     *
     * @param nowNs the time.
     */
    public void onCycleStart(final long nowNs) {
        if (started) {
            final long durationNs = nowNs - lastCycleNs.getPlain();
            counters.onCycle(busy, durationNs);
            if (durationNs > thresholdNs) {
                counters.onStall();
            }
        }
        started = true;
        lastCycleNs.setRelease(nowNs);
    }

    /**
     * Notes what the cycle did.
     *
     * @param workCount of all roles.
     */
    public void onCycleEnd(final int workCount) {
        busy = workCount > 0;
    }

    /**
     * Start of the latest cycle; a time that stays behind the clock shows a stuck thread.
     *
     * @return nanoseconds on the plan's clock; the time of the start before the first.
     */
    public long lastCycleNs() {
        return lastCycleNs.getAcquire();
    }
}
