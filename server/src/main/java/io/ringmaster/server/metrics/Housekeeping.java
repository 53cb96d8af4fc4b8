package io.ringmaster.server.metrics;

import io.ringmaster.thread.KernelScheduling;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/**
 * A daemon thread of low priority for what is slow and may allocate: samples and the heartbeat. It says that the
 * process lives, not
 * that the roles make progress; their stall counters say that.
 * <p>
 * Threading: starts one thread of its own; {@link #close()} any thread.
 */
public final class Housekeeping implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_MS = 2_000;

    private final long intervalNs;
    private final EpochClock clock;
    private final LongConsumer heartbeat;
    private final List<Sampler> samplers;
    private final ErrorHandler errorHandler;
    private final Thread thread;
    private volatile boolean isRunning = true;

    /**
     * Creates the thread; {@link #start()} starts it.
     *
     * @param intervalNs   between two rounds.
     * @param clock        for the heartbeat.
     * @param heartbeat    takes epoch milliseconds, each round.
     * @param samplers     run each round, in this order.
     * @param errorHandler gets what a sampler throws; the other samplers still run.
     */
    public Housekeeping(
        final long intervalNs,
        final EpochClock clock,
        final LongConsumer heartbeat,
        final List<? extends Sampler> samplers,
        final ErrorHandler errorHandler) {

        this.intervalNs = intervalNs;
        this.clock = clock;
        this.heartbeat = heartbeat;
        this.samplers = List.copyOf(samplers);
        this.errorHandler = errorHandler;
        thread = new Thread(this::run, "ringmaster-housekeeping");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /**
     * Starts the thread, after one round on the caller's.
     *
     * @return this.
     */
    public Housekeeping start() {
        round();
        thread.start();
        return this;
    }

    /** Stops the thread and waits for it, at most two seconds. Idempotent. */
    @Override
    public void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        if (thread != Thread.currentThread()) {
            try {
                thread.join(CLOSE_TIMEOUT_MS);
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        KernelScheduling.workInTheBackground();
        long nextNs = System.nanoTime() + intervalNs;
        while (isRunning) {
            final long waitNs = nextNs - System.nanoTime();
            if (waitNs > 0) {
                LockSupport.parkNanos(this, Math.min(waitNs, TimeUnit.SECONDS.toNanos(1)));
            } else {
                round();
                nextNs = System.nanoTime() + intervalNs;
            }
        }
    }

    private void round() {
        final long nowNs = System.nanoTime();
        guarded(() -> heartbeat.accept(clock.time()));
        for (final Sampler sampler : samplers) {
            guarded(() -> sampler.sample(nowNs));
        }
    }

    private void guarded(final Runnable step) {
        try {
            step.run();
        } catch (final RuntimeException ex) {
            errorHandler.onError(ex);
        }
    }
}
