package io.ringmaster.server.store;

import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.thread.KernelScheduling;
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
 * The disk's failure is reported and counted as an error, and the next portion is tried: what was acknowledged does not hang on it, and
 * the store is not marked clean when it is closed.
 * <p>
 * Threading: {@link #start} and {@link #close} whoever launches and closes the server.
 */
final class WriteBack implements AutoCloseable {
    private static final long CLEAN_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

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
     * @param isWritten    whether all of the store's file is on the disk.
     * @param store        stays open until this is closed; its {@link DurableStore#writeBackLength} is more than 0.
     * @param periodNs     in which every part of the store has its turn, if it has changed.
     * @param changes      that the store has had; any thread may ask.
     * @param portions     counts what was written.
     * @param portionsNs   counts how long that took.
     * @param errorHandler told when the disk fails.
     */
    WriteBack(
        final boolean isWritten, final DurableStore store, final long periodNs, final LongSupplier changes,
        final AtomicCounter portions, final AtomicCounter portionsNs, final ErrorHandler errorHandler) {
        this.store = store;
        this.changes = changes;
        this.portions = portions;
        this.portionsNs = portionsNs;
        this.errorHandler = errorHandler;
        pace = new WriteBackPace(isWritten, store.writeBackLength(), periodNs, changes.getAsLong(), System.nanoTime());
        thread = new Thread(this::run, "ringmaster-write-back");
        thread.setDaemon(true);
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
        KernelScheduling.workInTheBackground();
        while (isRunning) {
            try {
                step();
            } catch (final Throwable ex) {
                // An Error too: without this thread the kernel would be left alone for good.
                errorHandler.onError(ex);
                LockSupport.parkNanos(this, CLEAN_PAUSE_NS);
            }
        }
    }

    private void step() {
        final long count = changes.getAsLong();
        final long startNs = System.nanoTime();
        long pauseNs = pace.isClean(count) ? CLEAN_PAUSE_NS : pace.pauseNs();
        if (pace.advance(count, startNs)) {
            store.writeBack(pace.from(), pace.to());
            final long tookNs = System.nanoTime() - startNs;
            portionsNs.getAndAddRelease(tookNs);
            portions.incrementRelease();
            pauseNs -= tookNs;
        }
        if (pauseNs > 0) {
            LockSupport.parkNanos(this, pauseNs);
        }
    }

    /** Stops the thread and waits for the portion under way, as closing the store would. Idempotent. */
    @Override
    public void close() {
        isRunning = false;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                // What the thread writes to is unmapped when this returns.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
