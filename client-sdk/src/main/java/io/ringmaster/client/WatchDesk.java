package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The watches of a {@link RingmasterClient}: asks for them, checks that their sequences have no gaps, acknowledges them by
 * half windows and, when there is less, every 10 ms, and asks for them again after a gap and after a loss of the connection.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class WatchDesk {
    static final int MAX_WATCHES = 1024;
    private static final long ACK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int RETRY_MS = 1_000;
    private static final long NONE = 0;

    private final ConnectionContext<?> ctx;
    private final ClientChannel channel;
    private final CallBook book;
    private final List<Watch> watches = new ArrayList<>();
    private final Long2ObjectHashMap<Watch> byId = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<Watch> byCorrelationId = new Long2ObjectHashMap<>();
    /** Ids that the server still has and nobody wants. At most one for each request to watch. */
    private final ArrayDeque<Long> unwanted = new ArrayDeque<>();
    /** Unwanted ids by the request that is under way for each: only its answer says that the server has read it. */
    private final Long2LongHashMap unwatching = new Long2LongHashMap(NONE);
    private long nextWatchId = 1;

    WatchDesk(final ConnectionContext<?> ctx, final ClientChannel channel, final CallBook book) {
        this.ctx = ctx;
        this.channel = channel;
        this.book = book;
    }

    /** Takes a watch; its future is completed when the server has answered. */
    void open(final Watch watch) {
        if (channel.isClosed()) {
            failOpening(watch, new ClientClosedException("the client of " + ctx.target() + " is closed"));
        } else if (watches.size() >= MAX_WATCHES) {
            failOpening(watch, new RefusedException(ResultCode.OVERLOADED, 0, "this client has " + MAX_WATCHES + " watches"));
        } else {
            watch.deadlineNs = System.nanoTime() + ctx.requestTimeoutNs();
            watch.nextTryNs = System.nanoTime();
            watches.add(watch);
            ask(watch, watch.nextTryNs);
        }
    }

    private void failOpening(final Watch watch, final RingmasterException failure) {
        watch.ended();
        book.publish(() -> watch.opened.completeExceptionally(failure));
    }

    private void ask(final Watch watch, final long nowNs) {
        if (!unwanted.isEmpty() || !channel.isConnected()) {
            return;
        }
        final long id = nextWatchId;
        final long correlationId = channel.sendWatch(id, watch.filter);
        if (correlationId > 0) {
            nextWatchId++;
            watch.onAsked(id, correlationId);
            watch.lastAckNs = nowNs;
            byId.put(id, watch);
            byCorrelationId.put(correlationId, watch);
        } else if (correlationId == ClientChannel.TOO_LARGE || correlationId == ClientChannel.INVALID_ARGUMENT) {
            refused(watch, new RefusedException(ResultCode.INVALID_ARGUMENT, 0, watch.filter + " cannot be sent"));
        }
    }

    /** Ended by its user. */
    void close(final Watch watch) {
        if (watch.phase != Watch.Phase.CLOSED) {
            forget(watch);
            watches.remove(watch);
            failOpening(watch, new ClientClosedException("the watch was closed before it was there"));
            unwatch();
        }
    }

    /** The server's side of it is not wanted any more. */
    private void forget(final Watch watch) {
        if (watch.watchId != 0) {
            byId.remove(watch.watchId);
            byCorrelationId.remove(watch.correlationId);
            unwanted.add(watch.watchId);
            watch.watchId = 0;
        }
    }

    private int unwatch() {
        int work = 0;
        while (!unwanted.isEmpty() && channel.isConnected()) {
            final long correlationId = channel.sendUnwatch(unwanted.peek());
            if (correlationId <= 0) {
                break;
            }
            unwatching.put(correlationId, unwanted.poll().longValue());
            work++;
        }
        return work;
    }

    int tick(final long nowNs) {
        if (watches.isEmpty() && unwanted.isEmpty()) {
            return 0;
        }
        int work = unwatch();
        for (int i = watches.size() - 1; i >= 0; i = Math.min(i, watches.size()) - 1) {
            final Watch watch = watches.get(i);
            if (watch.phase == Watch.Phase.WANTED && nowNs - watch.nextTryNs >= 0) {
                ask(watch, nowNs);
                work++;
            }
            if (watch.isAckDue() && watch.watchId != 0 && nowNs - watch.lastAckNs >= ACK_INTERVAL_NS) {
                work += acknowledge(watch, nowNs);
            }
            if (!watch.wasOpened() && nowNs - watch.deadlineNs >= 0) {
                refused(watch, new RequestTimeoutException("Expected an answer to " + watch.filter + " from " + ctx.target()
                    + " within " + TimeUnit.NANOSECONDS.toMillis(ctx.requestTimeoutNs()) + " ms, but none came"));
            }
        }
        return work;
    }

    private int acknowledge(final Watch watch, final long nowNs) {
        if (channel.sendWatchAck(watch.watchId, watch.sequence()) > 0) {
            watch.acked(nowNs);
            return 1;
        }
        return 0;
    }

    void onEvent(final WatchEventDecoder event, final int frameLength) {
        final Watch watch = byId.get(event.watchId());
        if (watch == null) {
            return;
        }
        final Watch.Taken taken = watch.onEvent(event, frameLength);
        if (taken != Watch.Taken.YES) {
            // A record that can never be read must not make one snapshot follow another without a pause.
            again(watch, taken == Watch.Taken.UNREADABLE ? RETRY_MS : 0);
            watch.lost();
        } else if (watch.phase != Watch.Phase.CLOSED && watch.isHalfWindowFull()) {
            acknowledge(watch, System.nanoTime());
        }
    }

    private void again(final Watch watch, final long delayMs) {
        forget(watch);
        watch.phase = Watch.Phase.WANTED;
        watch.nextTryNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
    }

    /** The answer to a request to watch, or to unwatch: whatever that one says, the server does not have the watch any more. */
    void onReply(final long correlationId, final ReplyDecoder reply) {
        unwatching.remove(correlationId);
        final Watch watch = byCorrelationId.remove(correlationId);
        if (watch == null || watch.phase != Watch.Phase.ASKED) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        if (code == ResultCode.OK) {
            watch.onOpened();
            book.publish(() -> watch.opened.complete(watch));
            return;
        }
        final int retryAfterMs = reply.retryAfterMs();
        final String text;
        try {
            text = reply.text();
        } catch (final IndexOutOfBoundsException ex) {
            refused(watch, new RingmasterException(watch.filter + ": the server's answer cannot be read", ex));
            throw ex;
        }
        byId.remove(watch.watchId);
        watch.watchId = 0;
        if (code == ResultCode.OVERLOADED && watch.wasOpened()) {
            again(watch, Math.max(RETRY_MS, retryAfterMs));
        } else {
            refused(watch, new RefusedException(code, retryAfterMs, watch.filter + ": " + text));
        }
    }

    private void refused(final Watch watch, final RingmasterException failure) {
        forget(watch);
        watches.remove(watch);
        if (watch.wasOpened()) {
            watch.failed(failure);
        } else {
            failOpening(watch, failure);
        }
    }

    /** A request has no answer. Whether the server has read a request to unwatch is not known: it is sent again. */
    void onEnd(final long correlationId, final boolean isTimeout) {
        final long unwatched = unwatching.remove(correlationId);
        if (unwatched != NONE) {
            unwanted.add(unwatched);
        }
        final Watch watch = byCorrelationId.remove(correlationId);
        if (watch != null && watch.phase == Watch.Phase.ASKED && isTimeout) {
            again(watch, 0);
        }
    }

    /** What was seen may be out of date from now on. */
    void onDisconnected() {
        for (final Watch watch : List.copyOf(watches)) {
            if (watch.phase == Watch.Phase.ASKED || watch.phase == Watch.Phase.LIVE) {
                final boolean wasSeen = watch.sequence() > 0;
                again(watch, 0);
                if (wasSeen) {
                    watch.lost();
                }
            }
        }
    }

    /** A resumed session still has the watches of before, but nobody knows what was sent into the void. */
    void onConnected(final boolean resumed) {
        if (!resumed) {
            unwanted.clear();
        }
    }

    /** The client is closed. */
    void closeAll(final RingmasterException failure) {
        for (final Watch watch : List.copyOf(watches)) {
            watch.watchId = 0;
            refused(watch, failure);
        }
        byId.clear();
        byCorrelationId.clear();
        unwanted.clear();
        unwatching.clear();
    }
}
