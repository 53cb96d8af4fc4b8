package io.ringmaster.ring;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of one {@link CommandRing}. The counters that producers write are added to atomically; those of the consumer have one
 * writer and are written once per poll, with a release.
 * <p>
 * Threading: writers are the ring's producers and consumer; readers any thread, and any process that maps the counters' file.
 */
public final class RingCounters implements AutoCloseable {
    /** Most commands seen waiting at once. */
    public static final int DEPTH_HIGH_WATER_TYPE_ID = 1001;
    /** Commands committed. */
    public static final int ENQUEUED_TYPE_ID = 1002;
    /** Claims answered with {@link CommandRing#FULL}. */
    public static final int REFUSED_TYPE_ID = 1003;
    /** Commands handed to the handler. */
    public static final int CONSUMED_TYPE_ID = 1004;
    /** Nanoseconds from commit to the start of the poll that consumed it, summed over the commands. */
    public static final int WAIT_TOTAL_NS_TYPE_ID = 1005;
    /** The longest of these waits. */
    public static final int WAIT_MAX_NS_TYPE_ID = 1006;
    /** Commands whose handler threw. */
    public static final int HANDLER_ERRORS_TYPE_ID = 1007;
    /** Claims that were aborted. */
    public static final int ABORTED_TYPE_ID = 1008;

    private final AtomicCounter depthHighWater;
    private final AtomicCounter enqueued;
    private final AtomicCounter refused;
    private final AtomicCounter consumed;
    private final AtomicCounter waitTotalNs;
    private final AtomicCounter waitMaxNs;
    private final AtomicCounter handlerErrors;
    private final AtomicCounter aborted;

    /**
     * Allocates the counters of a ring.
     *
     * @param manager to allocate from.
     * @param name    of the ring, for the labels.
     */
    public RingCounters(final CountersManager manager, final String name) {
        depthHighWater = manager.newCounter("ring-depth-high-water: " + name, DEPTH_HIGH_WATER_TYPE_ID);
        enqueued = manager.newCounter("ring-enqueued: " + name, ENQUEUED_TYPE_ID);
        refused = manager.newCounter("ring-refused: " + name, REFUSED_TYPE_ID);
        consumed = manager.newCounter("ring-consumed: " + name, CONSUMED_TYPE_ID);
        waitTotalNs = manager.newCounter("ring-wait-total-ns: " + name, WAIT_TOTAL_NS_TYPE_ID);
        waitMaxNs = manager.newCounter("ring-wait-max-ns: " + name, WAIT_MAX_NS_TYPE_ID);
        handlerErrors = manager.newCounter("ring-handler-errors: " + name, HANDLER_ERRORS_TYPE_ID);
        aborted = manager.newCounter("ring-aborted: " + name, ABORTED_TYPE_ID);
    }

    private RingCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[8 * CountersReader.COUNTER_LENGTH]);
        depthHighWater = new AtomicCounter(values, 0);
        enqueued = new AtomicCounter(values, 1);
        refused = new AtomicCounter(values, 2);
        consumed = new AtomicCounter(values, 3);
        waitTotalNs = new AtomicCounter(values, 4);
        waitMaxNs = new AtomicCounter(values, 5);
        handlerErrors = new AtomicCounter(values, 6);
        aborted = new AtomicCounter(values, 7);
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static RingCounters unmanaged() {
        return new RingCounters();
    }

    /**
     * Most commands seen waiting at once.
     *
     * @return number of commands.
     */
    public long depthHighWater() {
        return depthHighWater.get();
    }

    /**
     * Commands committed.
     *
     * @return number of commands.
     */
    public long enqueued() {
        return enqueued.get();
    }

    /**
     * Claims answered with {@link CommandRing#FULL}.
     *
     * @return number of claims.
     */
    public long refused() {
        return refused.get();
    }

    /**
     * Commands handed to the handler.
     *
     * @return number of commands.
     */
    public long consumed() {
        return consumed.get();
    }

    /**
     * Sum of the waits of the consumed commands.
     *
     * @return nanoseconds.
     */
    public long waitTotalNs() {
        return waitTotalNs.get();
    }

    /**
     * Longest wait of a consumed command.
     *
     * @return nanoseconds.
     */
    public long waitMaxNs() {
        return waitMaxNs.get();
    }

    /**
     * Commands whose handler threw.
     *
     * @return number of commands.
     */
    public long handlerErrors() {
        return handlerErrors.get();
    }

    /**
     * Claims that were aborted.
     *
     * @return number of claims.
     */
    public long aborted() {
        return aborted.get();
    }

    void onEnqueued() {
        enqueued.increment();
    }

    void onRefused() {
        refused.increment();
    }

    void onAborted() {
        aborted.increment();
    }

    void onHandlerError() {
        handlerErrors.incrementRelease();
    }

    void onDepth(final long depth) {
        depthHighWater.proposeMaxRelease(depth);
    }

    void onConsumed(final long commands, final long waitSumNs, final long waitLongestNs) {
        consumed.getAndAddRelease(commands);
        waitTotalNs.getAndAddRelease(waitSumNs);
        waitMaxNs.proposeMaxRelease(waitLongestNs);
    }

    /**
     * Frees the counters. Only after the ring's producers and consumer have stopped: a freed counter may be given away again.
     */
    @Override
    public void close() {
        depthHighWater.close();
        enqueued.close();
        refused.close();
        consumed.close();
        waitTotalNs.close();
        waitMaxNs.close();
        handlerErrors.close();
        aborted.close();
    }
}
