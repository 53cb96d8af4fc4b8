package io.ringmaster.tuning.load;

import org.agrona.concurrent.IdleStrategy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Yields and never sleeps, but for pauses: then each idle turn takes a millisecond, which leaves the cores to whatever is
 * measured meanwhile and still keeps every connection alive.
 * <p>
 * Threading: thread-safe; one instance may serve several threads, and any thread may pause and resume it.
 */
final class PausableYield implements IdleStrategy {
    private static final long PAUSED_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile boolean paused;

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    boolean isPaused() {
        return paused;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount <= 0) {
            idle();
        }
    }

    @Override
    public void idle() {
        if (paused) {
            LockSupport.parkNanos(PAUSED_PARK_NS);
        } else {
            Thread.yield();
        }
    }

    @Override
    public void reset() {
        // The pause outlasts any work.
    }
}
