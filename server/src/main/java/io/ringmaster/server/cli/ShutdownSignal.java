package io.ringmaster.server.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a command that serves or holds something to stop, and tells the shutdown hook when it has.
 * <p>
 * Threading: thread-safe.
 */
final class ShutdownSignal {
    /** The command has not ended, or is none that waits for the signal. */
    static final int NO_EXIT_CODE = -1;

    private final CountDownLatch raised = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean isWatched;
    private volatile int exitCode = NO_EXIT_CODE;

    /** The process has been asked to end. */
    void raise() {
        raised.countDown();
    }

    /** A command says that it looks at the signal and ends soon after it. */
    void watch() {
        isWatched = true;
    }

    /**
     * Waits for the signal.
     *
     * @param timeoutNs longest wait.
     * @return true if it has been raised.
     */
    boolean await(final long timeoutNs) {
        try {
            return raised.await(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** The command has ended. */
    void finish(final int code) {
        exitCode = code;
        finished.countDown();
    }

    /**
     * Waits for a command that watches the signal.
     *
     * @param timeoutNs longest wait.
     * @return its exit code; {@link #NO_EXIT_CODE} if it has not ended in time, or nobody watches the signal.
     */
    int awaitExitCode(final long timeoutNs) {
        if (isWatched) {
            try {
                finished.await(timeoutNs, TimeUnit.NANOSECONDS);
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
        }
        return exitCode;
    }
}
