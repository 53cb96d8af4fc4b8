package io.ringmaster.ring;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of one {@link Mailbox}, or of many that share them (all agents of a worker, or of the server). So every one of them
 * is updated atomically. What one mailbox refused and dropped is in the mailbox.
 * <p>
 * Threading: thread-safe (atomic updates); readers any thread, and any process that maps the counters' file.
 */
public final class MailboxCounters implements AutoCloseable {
    /** Most messages seen waiting at once in one mailbox. */
    public static final int DEPTH_HIGH_WATER_TYPE_ID = 1011;
    /** Messages accepted. */
    public static final int ENQUEUED_TYPE_ID = 1012;
    /** Offers answered with {@link Mailbox#FULL}. */
    public static final int REFUSED_TYPE_ID = 1013;
    /** Messages taken out by {@link OverflowPolicy#DROP_OLDEST}. */
    public static final int DROPPED_TYPE_ID = 1014;
    /** Messages handed to the handler. */
    public static final int CONSUMED_TYPE_ID = 1015;
    /** Messages whose handler threw. */
    public static final int HANDLER_ERRORS_TYPE_ID = 1016;

    private final AtomicCounter depthHighWater;
    private final AtomicCounter enqueued;
    private final AtomicCounter refused;
    private final AtomicCounter dropped;
    private final AtomicCounter consumed;
    private final AtomicCounter handlerErrors;

    /**
     * Allocates the counters.
     *
     * @param manager to allocate from.
     * @param name    of the mailbox or group of mailboxes, for the labels.
     */
    public MailboxCounters(final CountersManager manager, final String name) {
        depthHighWater = manager.newCounter("mailbox-depth-high-water: " + name, DEPTH_HIGH_WATER_TYPE_ID);
        enqueued = manager.newCounter("mailbox-enqueued: " + name, ENQUEUED_TYPE_ID);
        refused = manager.newCounter("mailbox-refused: " + name, REFUSED_TYPE_ID);
        dropped = manager.newCounter("mailbox-dropped: " + name, DROPPED_TYPE_ID);
        consumed = manager.newCounter("mailbox-consumed: " + name, CONSUMED_TYPE_ID);
        handlerErrors = manager.newCounter("mailbox-handler-errors: " + name, HANDLER_ERRORS_TYPE_ID);
    }

    private MailboxCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[6 * CountersReader.COUNTER_LENGTH]);
        depthHighWater = new AtomicCounter(values, 0);
        enqueued = new AtomicCounter(values, 1);
        refused = new AtomicCounter(values, 2);
        dropped = new AtomicCounter(values, 3);
        consumed = new AtomicCounter(values, 4);
        handlerErrors = new AtomicCounter(values, 5);
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static MailboxCounters unmanaged() {
        return new MailboxCounters();
    }

    /**
     * Most messages seen waiting at once in one mailbox.
     *
     * @return number of messages.
     */
    public long depthHighWater() {
        return depthHighWater.get();
    }

    /**
     * Messages accepted.
     *
     * @return number of messages.
     */
    public long enqueued() {
        return enqueued.get();
    }

    /**
     * Offers answered with {@link Mailbox#FULL}.
     *
     * @return number of offers.
     */
    public long refused() {
        return refused.get();
    }

    /**
     * Messages taken out by {@link OverflowPolicy#DROP_OLDEST}.
     *
     * @return number of messages.
     */
    public long dropped() {
        return dropped.get();
    }

    /**
     * Messages handed to the handler.
     *
     * @return number of messages.
     */
    public long consumed() {
        return consumed.get();
    }

    /**
     * Messages whose handler threw.
     *
     * @return number of messages.
     */
    public long handlerErrors() {
        return handlerErrors.get();
    }

    void onEnqueued() {
        enqueued.increment();
    }

    void onRefused() {
        refused.increment();
    }

    void onDropped() {
        dropped.increment();
    }

    void onConsumed(final long messages) {
        consumed.getAndAdd(messages);
    }

    void onHandlerError() {
        handlerErrors.increment();
    }

    void onDepth(final long depth) {
        long current = depthHighWater.get();
        while (current < depth && !depthHighWater.compareAndSet(current, depth)) {
            current = depthHighWater.get();
        }
    }

    /**
     * Frees the counters. Only after the producers and consumers of the mailboxes have stopped: a freed counter may be given
     * away again.
     */
    @Override
    public void close() {
        depthHighWater.close();
        enqueued.close();
        refused.close();
        dropped.close();
        consumed.close();
        handlerErrors.close();
    }
}
