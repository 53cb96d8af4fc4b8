package io.ringmaster.thread;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * What a thread does after a duty cycle that found no work.
 * <p>
 * Threading: immutable.
 */
public enum IdleKind {
    /** Nothing: starts the next cycle at once. Lowest latency; takes a whole core for good, so it needs one of its own. */
    SPIN,
    /** Yields to other threads that are ready to run. Still takes a whole core when the machine has nothing else to do. */
    YIELD,
    /**
     * Spins, then yields, then parks, doubling from min-park to max-park, and rests after a longer time without work. Idle threads
     * cost little; the default.
     */
    BACKOFF,
    /** Parks for max-park after every cycle without work. Cheapest, and work waits up to max-park. */
    SLEEP;

    /**
     * Whether a thread never lets go of its CPU.
     *
     * @return true for {@link #SPIN}.
     */
    public boolean spins() {
        return SPIN == this;
    }

    /**
     * A new strategy; each thread needs its own.
     *
     * @param backoff figures for {@link #BACKOFF} and {@link #SLEEP}.
     * @return the strategy.
     */
    public IdleStrategy newIdleStrategy(final BackoffSettings backoff) {
        return switch (this) {
            case SPIN -> new BusySpinIdleStrategy();
            case YIELD -> new YieldingIdleStrategy();
            case BACKOFF -> backoff.restAfterNs() == 0 ? newBackoff(backoff)
                : new RestingIdleStrategy(newBackoff(backoff), backoff.restAfterNs(), backoff.restParkNs(), SystemNanoClock.INSTANCE);
            case SLEEP -> new SleepingIdleStrategy(backoff.maxParkNs());
        };
    }

    private static IdleStrategy newBackoff(final BackoffSettings backoff) {
        return new BackoffIdleStrategy(backoff.spins(), backoff.yields(), backoff.minParkNs(), backoff.maxParkNs());
    }
}
