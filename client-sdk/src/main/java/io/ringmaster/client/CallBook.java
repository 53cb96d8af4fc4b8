package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/**
 * The calls of a {@link RingmasterClient} that have no answer yet: sends them, sends them again after a loss of the
 * connection, times them out, and keeps what is to be published. Bounded by {@code maxPending}.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class CallBook {
    /** As many ended calls may stay among the unsent ones before it is worth a search for them. */
    private static final int UNSENT_SLACK = 64;

    private final CallDesk desk;
    private final ConnectionContext<?> ctx;
    private final ClientChannel channel;
    private final Long2ObjectHashMap<Call<?>> byCorrelationId = new Long2ObjectHashMap<>();
    /** In the order of their opening, also those that a loss of the connection brings back. */
    private final PriorityQueue<Call<?>> unsent = new PriorityQueue<>(Comparator.comparingLong(call -> call.order));
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    /** Open calls by deadline. */
    private Call<?> first;
    private Call<?> last;
    private int open;
    private long nextOrder;

    CallBook(final CallDesk desk, final ConnectionContext<?> ctx, final ClientChannel channel) {
        this.desk = desk;
        this.ctx = ctx;
        this.channel = channel;
    }

    /**
     * Takes a call.
     *
     * @param frame  its bytes, owned by the call from now on.
     * @param length of the frame, or the negative code why it could not be encoded.
     */
    void open(final Call<?> call, final UnsafeBuffer frame, final int length) {
        call.frame = frame;
        call.order = nextOrder++;
        call.deadlineNs = System.nanoTime() + (call.timeoutNs > 0 ? call.timeoutNs : ctx.requestTimeoutNs());
        if (channel.isClosed()) {
            fail(call, closedFailure());
        } else if (length < 0) {
            fail(call, localFailure(call, length));
        } else if (open >= ctx.maxPending()) {
            fail(call, new RefusedException(ResultCode.OVERLOADED, 1, ctx.maxPending()
                + " requests of this client have no answer yet (maxPending)"));
        } else {
            link(call);
            if (!unsent.isEmpty() || !send(call)) {
                putOff(call);
            }
        }
    }

    /**
     * It waits until there is a way to the server. Calls that end meanwhile are taken out when they are more than half of all, so
     * that they do not pile up behind one that waits for long; each costs a constant number of steps that way.
     */
    private void putOff(final Call<?> call) {
        if (unsent.size() >= 2 * open + UNSENT_SLACK) {
            unsent.removeIf(waiting -> waiting.isDone);
        }
        unsent.add(call);
    }

    /** How many calls are held because they could not be sent. */
    int unsent() {
        return unsent.size();
    }

    /** True: it is on its way, or has failed. */
    private boolean send(final Call<?> call) {
        final long result = channel.send(call.frame, call.frame.capacity(), call.deadlineNs);
        if (result > 0) {
            call.correlationId = result;
            byCorrelationId.put(result, call);
            return true;
        }
        if (result == ClientChannel.CLOSED || result == ClientChannel.TOO_LARGE || result == ClientChannel.INVALID_ARGUMENT) {
            fail(call, localFailure(call, (int) result));
            return true;
        }
        return false;
    }

    private RuntimeException localFailure(final Call<?> call, final int code) {
        if (code == ClientChannel.CLOSED) {
            return closedFailure();
        }
        if (code == ClientChannel.TOO_LARGE) {
            return new RefusedException(ResultCode.TOO_LARGE, 0, call.what + " is over a bound: names "
                + Protocol.MAX_NAME_LENGTH + " bytes, message " + ctx.ingressTermLength() / 8
                + " bytes (an eighth of ingressTermLength), server " + channel.limits());
        }
        return new RefusedException(ResultCode.INVALID_ARGUMENT, 0, call.what
            + " has a text that is not printable ASCII, a number out of its range, or no name or namespace where it needs one");
    }

    private ClientClosedException closedFailure() {
        return new ClientClosedException("the client of " + ctx.target() + " is closed"
            + (desk.isClosedByUser() ? "" : ": " + channel.lastFailure()));
    }

    /** Behind every call that is due no later: calls with one time-out are in order by themselves. */
    private void link(final Call<?> call) {
        Call<?> before = last;
        while (before != null && before.deadlineNs - call.deadlineNs > 0) {
            before = before.previous;
        }
        call.previous = before;
        call.next = before == null ? first : before.next;
        if (before == null) {
            first = call;
        } else {
            before.next = call;
        }
        if (call.next == null) {
            last = call;
        } else {
            call.next.previous = call;
        }
        open++;
    }

    private void unlink(final Call<?> call) {
        if (call.previous == null) {
            first = call.next;
        } else {
            call.previous.next = call.next;
        }
        if (call.next == null) {
            last = call.previous;
        } else {
            call.next.previous = call.previous;
        }
        call.previous = null;
        call.next = null;
        open--;
    }

    private void fail(final Call<?> call, final RuntimeException failure) {
        call.fail(failure);
        finish(call);
    }

    /** The answer has come, or will not come. */
    private void finish(final Call<?> call) {
        if (!call.isDone) {
            call.isDone = true;
            if (call.previous != null || first == call) {
                unlink(call);
            }
            ready.add(call::publish);
            call.onDone(desk);
        }
    }

    /** The call that a reply belongs to; null: none. */
    Call<?> find(final long correlationId) {
        return byCorrelationId.get(correlationId);
    }

    /** A call got a reply: it may have its answer now. */
    void settle(final long correlationId, final Call<?> call) {
        if (call.isAnswered) {
            byCorrelationId.remove(correlationId);
            channel.forget(correlationId);
            finish(call);
        }
    }

    /** Sends what waits, and times out. Returns work done. */
    int tick(final long nowNs) {
        int work = 0;
        while (!unsent.isEmpty() && (unsent.peek().isDone || send(unsent.peek()))) {
            unsent.poll();
            work++;
        }
        while (first != null && nowNs - first.deadlineNs >= 0) {
            timeOut(first);
            work++;
        }
        return work;
    }

    private void timeOut(final Call<?> call) {
        if (call.correlationId != 0) {
            byCorrelationId.remove(call.correlationId);
            channel.abandon(call.correlationId);
        }
        final long timeoutNs = call.timeoutNs > 0 ? call.timeoutNs : ctx.requestTimeoutNs();
        fail(call, new RequestTimeoutException("Expected an answer to " + call.what + " from " + ctx.target()
            + " within " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms, but none came (session "
            + channel.sessionId() + ", " + (channel.isConnected() ? "connected" : "not connected: " + channel.lastFailure())
            + ')' + call.progress()));
    }

    void onTimeout(final long correlationId) {
        final Call<?> call = byCorrelationId.get(correlationId);
        if (call != null) {
            timeOut(call);
        }
    }

    /** The connection was lost before the answer. */
    void onLost(final long correlationId) {
        final Call<?> call = byCorrelationId.remove(correlationId);
        if (call == null || call.isDone) {
            return;
        }
        call.correlationId = 0;
        if (call.isRepeatable) {
            call.onLost();
            putOff(call);
        } else {
            fail(call, new RefusedException(ResultCode.SESSION_CLOSED, 0, call.what
                + " had no answer when the connection was lost; it may have been carried out: " + channel.lastFailure()));
        }
    }

    /** Nothing waits any longer. */
    void failAll() {
        while (first != null) {
            fail(first, closedFailure());
        }
        byCorrelationId.clear();
        unsent.clear();
    }

    /** Something to run outside of the poll. */
    void publish(final Runnable what) {
        ready.add(what);
    }

    /** What completes futures: to be run outside of the poll. Null: nothing. */
    Runnable pollReady() {
        return ready.poll();
    }
}
