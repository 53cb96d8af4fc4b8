package io.ringmaster.tuning.load;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a helper process when to end: at SIGTERM, or when the process that started it is gone, which closes this one's
 * standard input. Closed last, it lets a SIGTERM wait until everything else is closed.
 * <p>
 * Threading: thread-safe; one daemon thread waits for the end of the input.
 */
final class ParentWatch implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_SECONDS = 8;

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean alive = true;

    private ParentWatch() {
    }

    static ParentWatch start() {
        final ParentWatch watch = new ParentWatch();
        final Thread reader = new Thread(watch::readToEnd, "parent-watch");
        reader.setDaemon(true);
        reader.start();
        Runtime.getRuntime().addShutdownHook(new Thread(watch::onShutdown, "parent-watch-hook"));
        return watch;
    }

    boolean isAlive() {
        return alive;
    }

    @Override
    public void close() {
        closed.countDown();
    }

    private void onShutdown() {
        alive = false;
        try {
            closed.await(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void readToEnd() {
        try {
            int read = System.in.read();
            while (read >= 0) {
                read = System.in.read();
            }
        } catch (final IOException ex) {
            // No input any more is the end of it, too.
        }
        alive = false;
    }
}
