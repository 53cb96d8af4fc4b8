package io.ringmaster.thread;

import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Backs off as another strategy does, and after a time without any work rests: parks longer. A wake-up costs some 30 us of CPU on a
 * virtual machine, so parks of 1 ms cost 3 % of a core for good; bursts a second apart still find the short parks.
 * <p>
 * Threading: confined to the thread that idles.
 */
final class RestingIdleStrategy implements IdleStrategy {
    private final IdleStrategy backoff;
    private final long restAfterNs;
    private final long restParkNs;
    private final NanoClock clock;
    private boolean idling;
    private boolean resting;
    private long idleSinceNs;

    RestingIdleStrategy(final IdleStrategy backoff, final long restAfterNs, final long restParkNs, final NanoClock clock) {
        this.backoff = backoff;
        this.restAfterNs = restAfterNs;
        this.restParkNs = restParkNs;
        this.clock = clock;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (!idling) {
            idling = true;
            idleSinceNs = clock.nanoTime();
        } else if (!resting) {
            resting = clock.nanoTime() - idleSinceNs >= restAfterNs;
        }
        if (resting) {
            LockSupport.parkNanos(restParkNs);
        } else {
            backoff.idle();
        }
    }

    @Override
    public void reset() {
        idling = false;
        resting = false;
        backoff.reset();
    }

    /** Whether the last cycle rested, for tests. */
    boolean isResting() {
        return resting;
    }
}
