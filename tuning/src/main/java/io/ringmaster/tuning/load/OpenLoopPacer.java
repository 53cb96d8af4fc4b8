package io.ringmaster.tuning.load;

/**
 * Walks through an {@link ArrivalSchedule}: tells which operation is due now and remembers how the sending went. It reads
 * no clock.
 * <p>
 * Threading: confined to the generator.
 */
final class OpenLoopPacer {
    /** Below this share of the intended rate a run is marked as one that missed its rate. */
    static final double RATE_TOLERANCE = 0.99;

    private final ArrivalSchedule schedule;
    private final long startNs;
    private final long count;
    private long next;
    private long nextDueNs;
    private long lastSentNs;
    private long maxLatenessNs;

    /**
     * A pacer before its first operation.
     *
     * @param schedule of the run.
     * @param startNs  the schedule's time 0 on the caller's clock.
     */
    OpenLoopPacer(final ArrivalSchedule schedule, final long startNs) {
        this.schedule = schedule;
        this.startNs = startNs;
        this.count = schedule.count();
        this.lastSentNs = startNs;
        this.nextDueNs = count > 0 ? startNs + schedule.intendedNs(0) : Long.MAX_VALUE;
    }

    boolean isDue(final long nowNs) {
        return next < count && nextDueNs - nowNs <= 0;
    }

    boolean isDone() {
        return next >= count;
    }

    /** The operation that {@link #isDue} speaks of. */
    long index() {
        return next;
    }

    /** When it is meant to be sent, on the caller's clock. */
    long intendedNs() {
        return nextDueNs;
    }

    int tag() {
        return schedule.tag(next);
    }

    /** Nanoseconds until the next operation is due: 0 if it is due or late. */
    long untilDueNs(final long nowNs) {
        return isDone() ? 0 : Math.max(0, nextDueNs - nowNs);
    }

    /**
     * The current operation was sent.
     *
     * @param nowNs when.
     */
    void onSent(final long nowNs) {
        maxLatenessNs = Math.max(maxLatenessNs, nowNs - nextDueNs);
        lastSentNs = nowNs;
        next++;
        if (next < count) {
            nextDueNs = startNs + schedule.intendedNs(next);
        }
    }

    long sent() {
        return next;
    }

    /** The latest that an operation was sent after its time, in nanoseconds. */
    long maxLatenessNs() {
        return maxLatenessNs;
    }

    double intendedRatePerSecond() {
        return count * 1e9 / schedule.durationNs();
    }

    /**
     * Rate that was reached: a run whose last operation went out when it was due has reached its intended rate exactly.
     *
     * @return operations a second.
     */
    double achievedRatePerSecond() {
        if (next == 0) {
            return 0;
        }
        final long lastIntendedNs = startNs + schedule.intendedNs(next - 1);
        final long lateNs = Math.max(0, lastSentNs - lastIntendedNs);
        return next * 1e9 / (schedule.durationNs() + lateNs);
    }

    boolean missedRate() {
        return achievedRatePerSecond() < RATE_TOLERANCE * intendedRatePerSecond();
    }
}
