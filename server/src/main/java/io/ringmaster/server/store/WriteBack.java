package io.ringmaster.server.store;

import io.ringmaster.registry.store.DurableStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Writes the store's changed pages to the disk, a few at a time, on a thread of its own that mostly sleeps. Left alone, the kernel
 * writes all of them some 30 s later in one go: for a registry of a million records that is a core for the better part of a second, and
 * an interrupt of the writing thread for each page. {@link WriteBackPace} says which pages and when.
 * <p>
 * The disk's failure is reported and counted as an error, and the next portion is tried: what the store promises does not hang on it.
 * <p>
 * Threading: {@link #start} and {@link #close} whoever launches and closes the server.
 */
public final class WriteBack implements AutoCloseable {
    /** While there are changes: shorter than what a part of {@link WriteBackPace} waits for in the shortest sensible period. */
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLEAN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CLOSE_TIMEOUT_MS = 10_000;

    private final DurableStore store;
    private final LongSupplier changes;
    private final AtomicCounter portions;
    private final AtomicCounter portionsNs;
    private final ErrorHandler errorHandler;
    private final WriteBackPace pace;
    private final Thread thread;
    private volatile boolean isRunning = true;

    /**
     * Not started yet.
     *
     * @param store        stays open until this is closed; its {@link DurableStore#writeBackLength} is more than 0.
     * @param periodNs     in which every part of the store has its turn, if it has changed.
     * @param changes      that the store has had; any thread may ask.
     * @param portions     counts what was written.
     * @param portionsNs   counts how long that took.
     * @param errorHandler told when the disk fails.
     */
    WriteBack(
        final DurableStore store, final long periodNs, final LongSupplier changes, final AtomicCounter portions,
        final AtomicCounter portionsNs, final ErrorHandler errorHandler) {
        this.store = store;
        this.changes = changes;
        this.portions = portions;
        this.portionsNs = portionsNs;
        this.errorHandler = errorHandler;
        pace = new WriteBackPace(store.writeBackLength(), periodNs, changes.getAsLong(), System.nanoTime());
        thread = new Thread(this::run, "ringmaster-write-back");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /**
     * Starts the thread; once.
     *
     * @return this.
     */
    WriteBack start() {
        thread.start();
        return this;
    }

    private void run() {
        while (isRunning) {
            final long count = changes.getAsLong();
            if (pace.advance(count, System.nanoTime())) {
                write();
            }
            LockSupport.parkNanos(this, pace.isClean(count) ? CLEAN_PAUSE_NS : PAUSE_NS);
        }
    }

    private void write() {
        final long startNs = System.nanoTime();
        try {
            store.writeBack(pace.from(), pace.to());
        } catch (final RuntimeException ex) {
            errorHandler.onError(ex);
        }
        portionsNs.getAndAddRelease(System.nanoTime() - startNs);
        portions.incrementRelease();
    }

    /** Stops the thread and waits for the portion under way, at most ten seconds. Idempotent. */
    @Override
    public void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
