package io.ringmaster.tuning.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tells a helper process when to end: at SIGTERM, or when the process that started it is gone, which closes this one's
 * standard input. Until then it passes on the lines that come there. Closed last, it lets a SIGTERM wait until everything
 * else is closed.
 * <p>
 * Threading: thread-safe; one daemon thread waits for lines and for the end of the input, and calls the listener.
 */
final class ParentWatch implements AutoCloseable {
    private static final long CLOSE_TIMEOUT_SECONDS = 8;

    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean alive = true;

    private final Consumer<String> listener;

    private ParentWatch(final Consumer<String> listener) {
        this.listener = listener;
    }

    /** Watches, and ignores what the parent writes. */
    static ParentWatch start() {
        return start(line -> { });
    }

    /**
     * Watches.
     *
     * @param listener called on the reader's thread with each line that the parent writes.
     * @return the watch.
     */
    static ParentWatch start(final Consumer<String> listener) {
        final ParentWatch watch = new ParentWatch(listener);
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
            readLines(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), listener);
        } catch (final IOException ex) {
            // No input any more is the end of it, too.
        }
        alive = false;
    }

    /** Passes on every line until the input ends. */
    static void readLines(final BufferedReader reader, final Consumer<String> listener) throws IOException {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            listener.accept(line);
        }
    }
}
