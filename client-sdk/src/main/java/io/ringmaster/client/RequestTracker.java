package io.ringmaster.client;

import java.util.function.LongConsumer;

/**
 * The requests of a channel that have no answer yet, or only a part of it, and what becomes of them.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class RequestTracker {
    private final PendingTable pending;
    private final PartialReplies parts = new PartialReplies();
    private final ClientListener listener;
    private final ChannelCounts counts;
    private final LongConsumer onTimeout = this::onTimeout;
    private final LongConsumer onLost;

    RequestTracker(final int bound, final ClientListener listener, final ChannelCounts counts) {
        pending = new PendingTable(bound);
        this.listener = listener;
        this.counts = counts;
        onLost = listener::onRequestLost;
    }

    /** The id for the next request; -1: the bound is reached. */
    long nextId() {
        return pending.nextId();
    }

    /** A request was sent under the id that {@link #nextId()} returned. */
    void add(final long correlationId, final long deadlineNs) {
        counts.requests++;
        pending.add(correlationId, deadlineNs);
    }

    /** Whether a reply is waited for; it is not any longer. */
    boolean take(final long correlationId) {
        if (pending.remove(correlationId)) {
            parts.remove(correlationId);
            counts.replies++;
            return true;
        }
        if (pending.wasIssued(correlationId)) {
            counts.lateReplies++;
        } else {
            counts.malformed++;
        }
        return false;
    }

    /** Whether a reply is waited for, and still is; if not it is counted. */
    boolean expects(final long correlationId) {
        return pending.contains(correlationId) || take(correlationId);
    }

    /** Notes a part of an answer. True: every part has come. */
    boolean mark(final long correlationId, final int total, final int index) {
        return parts.mark(correlationId, total, index);
    }

    /** Waits no longer for an answer: a late one is ignored and counted. */
    void abandon(final long correlationId) {
        if (pending.remove(correlationId)) {
            parts.remove(correlationId);
            counts.timeouts++;
        }
    }

    /** The answer is complete for its receiver. */
    void forget(final long correlationId) {
        if (pending.remove(correlationId)) {
            parts.remove(correlationId);
            counts.replies++;
        }
    }

    /** Tells the listener of requests that are out of time. Returns how many. */
    int expire(final long nowNs) {
        return pending.expire(nowNs, onTimeout);
    }

    private void onTimeout(final long correlationId) {
        parts.remove(correlationId);
        counts.timeouts++;
        listener.onRequestTimeout(correlationId);
    }

    /** Tells the listener that no answer will come any more. */
    void loseAll() {
        parts.clear();
        pending.clear(onLost);
    }
}
