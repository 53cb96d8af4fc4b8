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
    /** A bucket of the waits; see {@link CounterHistogram}. */
    public static final int WAIT_BUCKET_TYPE_ID = 1009;
    /** A bucket of the depths that polls found. */
    public static final int DEPTH_BUCKET_TYPE_ID = 1010;
    /** Nanoseconds from the start of a poll to its end, summed over the commands that it consumed. */
    public static final int HANDLING_TOTAL_NS_TYPE_ID = 1017;
    /** Times on the clock of the machine at which polls ended, summed over the commands that they consumed; wraps around. */
    public static final int HANDLED_AT_TOTAL_NS_TYPE_ID = 1018;

    private final AtomicCounter depthHighWater;
    private final AtomicCounter enqueued;
    private final AtomicCounter refused;
    private final AtomicCounter consumed;
    private final AtomicCounter waitTotalNs;
    private final AtomicCounter waitMaxNs;
    private final AtomicCounter handlerErrors;
    private final AtomicCounter aborted;
    private AtomicCounter handlingTotalNs;
    private AtomicCounter handledAtTotalNs;
    private CounterHistogram waits;
    private CounterHistogram depths;

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
     * Adds what tells the commands of one moment from those of another: histograms and sums of times. A poll that consumes something
     * reads the clock once more for it.
     *
     * @param manager   to allocate from.
     * @param name      of the ring, for the labels.
     * @param waitTimes of this ring and perhaps of others with the same consumer.
     * @param depthsSeen by polls of these rings.
     * @return this.
     */
    public RingCounters timed(
        final CountersManager manager, final String name, final CounterHistogram waitTimes, final CounterHistogram depthsSeen) {
        handlingTotalNs = manager.newCounter("ring-handling-total-ns: " + name, HANDLING_TOTAL_NS_TYPE_ID);
        handledAtTotalNs = manager.newCounter("ring-handled-at-total-ns: " + name, HANDLED_AT_TOTAL_NS_TYPE_ID);
        waits = waitTimes;
        depths = depthsSeen;
        return this;
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

    boolean isTimed() {
        return waits != null;
    }

    void onWait(final long waitNs) {
        if (waits != null) {
            waits.record(waitNs);
        }
    }

    /** Before {@link #onConsumed}, so that who sees the commands as consumed sees their times. */
    void onHandled(final long commands, final long beginNs, final long endNs) {
        handlingTotalNs.getAndAddRelease(commands * (endNs - beginNs));
        handledAtTotalNs.getAndAddRelease(commands * endNs);
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
        if (depths != null) {
            depths.record(depth);
        }
    }

    void onConsumed(final long commands, final long waitSumNs, final long waitLongestNs) {
        consumed.getAndAddRelease(commands);
        waitTotalNs.getAndAddRelease(waitSumNs);
        waitMaxNs.proposeMaxRelease(waitLongestNs);
    }

    /**
     * Frees the counters but the histograms, which may be of several rings. Only after the ring's producers and consumer have
     * stopped: a freed counter may be given away again.
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
        if (isTimed()) {
            handlingTotalNs.close();
            handledAtTotalNs.close();
        }
    }
}
