package io.ringmaster.client;

import io.ringmaster.protocol.codec.WatchEventDecoder;

import java.util.concurrent.CompletableFuture;

/**
 * A watch of a {@link RingmasterClient}. It lives until it is closed, over losses of the connection.
 * <p>
 * Threading: {@link #close()} and the getters any thread (with {@link ThreadingMode#CALLER}: the client's).
 */
public final class Watch implements AutoCloseable {
    private static final int SNAPSHOT_BEGINS = 1;
    private static final int SNAPSHOT_RECORD = 2;
    private static final int SNAPSHOT_ENDS = 3;
    private static final int REGISTERED = 4;
    private static final int CHANGED = 5;
    private static final int REMOVED = 6;
    private static final int LOST = 7;

    /** What a watch needs next. */
    enum Phase { WANTED, ASKED, LIVE, CLOSED }

    /** What became of an event. */
    enum Taken { YES, GAP_BEFORE_IT, UNREADABLE }

    final WatchFilter filter;
    final CompletableFuture<Watch> opened = new CompletableFuture<>();
    private final WatchListener listener;
    private final RingmasterClient client;
    private final ErrorCount errors;
    Phase phase = Phase.WANTED;
    /** This life's id: every time that the watch is asked for it gets another one, so that late events are known. */
    long watchId;
    long correlationId;
    long nextTryNs;
    long deadlineNs;
    long lastAckNs;
    private long sequence;
    private long ackedSequence;
    private int unackedBytes;
    private boolean wasOpened;
    private volatile boolean isSnapshotComplete;
    private volatile boolean isClosed;
    private volatile long events;
    private volatile long losses;

    Watch(final RingmasterClient client, final ErrorCount errors, final WatchFilter filter, final WatchListener listener) {
        this.client = client;
        this.errors = errors;
        this.filter = filter;
        this.listener = listener;
    }

    /** The server has answered once: from then on failures go to the listener. */
    boolean wasOpened() {
        return wasOpened;
    }

    void onOpened() {
        phase = Phase.LIVE;
        wasOpened = true;
    }

    /** Asked for, again under another id. */
    void onAsked(final long id, final long correlation) {
        watchId = id;
        correlationId = correlation;
        phase = Phase.ASKED;
        sequence = 0;
        ackedSequence = 0;
        unackedBytes = 0;
    }

    /** Takes an event. */
    Taken onEvent(final WatchEventDecoder event, final int frameLength) {
        final long eventSequence = event.sequence();
        if (eventSequence <= sequence) {
            return Taken.YES;
        }
        if (eventSequence != sequence + 1) {
            return Taken.GAP_BEFORE_IT;
        }
        final AgentRecord record;
        try {
            record = hasRecord(event) ? ReplyMapper.record(event) : null;
        } catch (final RuntimeException ex) {
            errors.onError(ex);
            return Taken.UNREADABLE;
        }
        sequence = eventSequence;
        unackedBytes += frameLength;
        events++;
        try {
            deliver(event, record);
        } catch (final RuntimeException ex) {
            errors.onError(ex);
        }
        return Taken.YES;
    }

    private static boolean hasRecord(final WatchEventDecoder event) {
        return switch (event.eventType()) {
            case SNAPSHOT_RECORD, REGISTERED, CHANGED, REMOVED -> true;
            default -> false;
        };
    }

    private void deliver(final WatchEventDecoder event, final AgentRecord record) {
        switch (event.eventType()) {
            case SNAPSHOT_BEGINS -> {
                isSnapshotComplete = false;
                listener.onSnapshotBegin();
            }
            case SNAPSHOT_RECORD -> listener.onRecord(record);
            case SNAPSHOT_ENDS -> {
                isSnapshotComplete = true;
                listener.onSnapshotEnd();
            }
            case REGISTERED -> listener.onRegistered(record);
            case CHANGED -> listener.onChanged(record);
            case REMOVED -> listener.onRemoved(record, RemovalReason.of(event.reason()));
            case LOST -> tellLost(event.lost());
            default -> throw new RingmasterException("watch event of unknown type " + event.eventType());
        }
    }

    private void tellLost(final long count) {
        losses++;
        isSnapshotComplete = false;
        listener.onLost(count);
    }

    /** The view is broken off. */
    void lost() {
        try {
            tellLost(WatchListener.UNKNOWN_COUNT);
        } catch (final RuntimeException ex) {
            errors.onError(ex);
        }
    }

    void failed(final RingmasterException failure) {
        phase = Phase.CLOSED;
        isClosed = true;
        isSnapshotComplete = false;
        try {
            listener.onFailed(failure);
        } catch (final RuntimeException ex) {
            errors.onError(ex);
        }
    }

    void ended() {
        phase = Phase.CLOSED;
        isClosed = true;
        isSnapshotComplete = false;
    }

    boolean isAckDue() {
        return sequence > ackedSequence;
    }

    boolean isHalfWindowFull() {
        return unackedBytes >= filter.windowBytes() / 2;
    }

    long sequence() {
        return sequence;
    }

    void acked(final long nowNs) {
        ackedSequence = sequence;
        unackedBytes = 0;
        lastAckNs = nowNs;
    }

    /**
     * Whether a snapshot is complete and nothing was missed since.
     *
     * @return false: before the first snapshot's end, and after a loss until the end of the next snapshot.
     */
    public boolean isCurrent() {
        return isSnapshotComplete;
    }

    /**
     * Whether the watch has ended.
     *
     * @return true after {@link #close()} and after {@link WatchListener#onFailed}.
     */
    public boolean isClosed() {
        return isClosed;
    }

    /**
     * Events so far.
     *
     * @return the number, over all snapshots.
     */
    public long events() {
        return events;
    }

    /**
     * How often {@link WatchListener#onLost} was called.
     *
     * @return the number.
     */
    public long losses() {
        return losses;
    }

    /** Ends the watch: no callback begins after this has returned. Idempotent. */
    @Override
    public void close() {
        client.unwatch(this);
    }
}
