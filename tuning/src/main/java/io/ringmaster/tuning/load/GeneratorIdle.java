package io.ringmaster.tuning.load;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;

import java.util.concurrent.TimeUnit;

/**
 * What the generator does when there is nothing to do.
 * <p>
 * Threading: static factories; a strategy is confined to its loop.
 */
final class GeneratorIdle {
    private static final int SPINS = 20;
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private GeneratorIdle() {
    }

    /** Yields and never sleeps, as the floors of REQUIREMENTS.md are defined: for round trips of microseconds. */
    static IdleStrategy busy() {
        return new BackoffIdleStrategy(0, Long.MAX_VALUE, 1, 1);
    }

    /**
     * Sleeps up to 0.1 ms: for runs whose work takes milliseconds, where the cores are better left to the others. Does not yield before:
     * a thread that yields to one with much to do, such as a compiler's, gets the core back at the next tick, 4 ms later.
     */
    static IdleStrategy relaxed() {
        return new BackoffIdleStrategy(SPINS, 0, TimeUnit.MICROSECONDS.toNanos(20), MAX_PARK_NS);
    }
}
