package io.ringmaster.registry;

/**
 * How many dead records a duty cycle may take out, by how long the cycles before it took. A removal costs what all that hear of it
 * do on the same thread (store, watches, the session's stream), some microseconds or, before the code is compiled, some hundreds; so
 * a fixed number would be a pause of unknown length for the lookups that the thread answers in between. The number starts small, grows
 * by a quarter with each cycle that was short, and is halved by one that took more than {@link #CYCLE_NS}. Below {@link #FIRST}
 * it does not fall, so that removals get on, however busy the thread is with other things.
 * <p>
 * Time comes in; the same cycles give the same numbers.
 * <p>
 * Threading: confined to the partition's writer.
 */
final class RemovalPace {
    /** Length of a duty cycle of the writer's thread, all of its roles together, beyond which fewer are taken out. */
    static final long CYCLE_NS = 100_000;
    /** Removals of the first cycle after one that had none. */
    static final int FIRST = 8;

    private static final int GROWTH_DIVISOR = 4;

    private final int most;
    private final int least;
    private int limit;
    private long cycleStartNs;
    private boolean hasRemoved;

    /**
     * A pace.
     *
     * @param most removals of a cycle, from 1.
     */
    RemovalPace(final int most) {
        this.most = most;
        least = Math.min(FIRST, most);
        limit = least;
    }

    /**
     * Starts a duty cycle. One that removed something is followed by the next without a pause, so the time in between is its length.
     *
     * @param nowNs time now.
     */
    void startCycle(final long nowNs) {
        if (!hasRemoved) {
            limit = least;
        } else if (nowNs - cycleStartNs > CYCLE_NS) {
            limit = Math.max(least, limit / 2);
        } else {
            limit = Math.min(most, limit + limit / GROWTH_DIVISOR);
        }
        hasRemoved = false;
        cycleStartNs = nowNs;
    }

    /** The cycle has taken a record out. */
    void onRemoved() {
        hasRemoved = true;
    }

    /** Removals of this cycle. */
    int limit() {
        return limit;
    }
}
