package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The requests and batches of a {@link RingmasterClient}: sends them, sends them again after a loss of the connection,
 * matches answers, times them out. Both queues are bounded by {@code maxPending}.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class CallDesk implements ClientListener {
    private static final int REFUSED_OFFER_PAUSE_MS = 1_000;

    private final RingmasterClient client;
    private final ConnectionContext<?> ctx;
    private final Long2ObjectHashMap<Call> byCorrelationId = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<BatchHandle> batches = new Long2ObjectHashMap<>();
    private final ArrayDeque<Call> unsent = new ArrayDeque<>();
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();
    private ClientChannel channel;
    private RegistrationKeeper keeper;
    private Call oldest;
    private Call newest;
    private int open;
    private boolean hadSession;
    private long disconnectedNs;

    CallDesk(final RingmasterClient client, final ConnectionContext<?> ctx) {
        this.client = client;
        this.ctx = ctx;
    }

    void channel(final ClientChannel value) {
        channel = value;
        keeper = new RegistrationKeeper(new HeartbeatWriter(value));
    }

    /** A repeated registration failed. */
    void registrationFailed(final RegistrationRequest request) {
        keeper.failed(request);
    }

    /** A batch whose results are to be delivered from now on. */
    void expect(final BatchHandle handle) {
        batches.put(handle.batchId(), handle);
    }

    /**
     * Takes a request.
     *
     * @param frame  its bytes, owned by the call from now on.
     * @param length of the frame, or the negative code why it could not be encoded.
     */
    Call open(final String what, final UnsafeBuffer frame, final int length, final boolean isRepeatable, final Object subject) {
        final Call call = new Call(what, frame, isRepeatable, System.nanoTime() + ctx.requestTimeoutNs(), subject);
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
                unsent.add(call);
            }
        }
        return call;
    }

    /** True: it is on its way, or has failed. */
    private boolean send(final Call call) {
        final long result = channel.send(call.frame, call.frame.capacity());
        if (result > 0) {
            call.correlationId = result;
            byCorrelationId.put(result, call);
            return true;
        }
        if (result == ClientChannel.CLOSED || result == ClientChannel.TOO_LARGE || result == ClientChannel.INVALID_ARGUMENT) {
            finish(call, null, localFailure(call, (int) result));
            return true;
        }
        return false;
    }

    private RuntimeException localFailure(final Call call, final int code) {
        if (code == ClientChannel.CLOSED) {
            return closedFailure();
        }
        if (code == ClientChannel.TOO_LARGE) {
            return new RefusedException(ResultCode.TOO_LARGE, 0, call.what + " is over a bound: names "
                + io.ringmaster.protocol.Protocol.MAX_NAME_LENGTH + " bytes, message " + ctx.ingressTermLength() / 8
                + " bytes (an eighth of ingressTermLength), server " + channel.limits());
        }
        return new RefusedException(ResultCode.INVALID_ARGUMENT, 0, call.what
            + " has a text that is not printable ASCII, or a number out of its range");
    }

    private ClientClosedException closedFailure() {
        return new ClientClosedException("the client of " + ctx.target() + " is closed"
            + (client.isClosed() ? "" : ": " + channel.lastFailure()));
    }

    private void link(final Call call) {
        call.previous = newest;
        if (newest == null) {
            oldest = call;
        } else {
            newest.next = call;
        }
        newest = call;
        open++;
    }

    private void unlink(final Call call) {
        if (call.previous == null) {
            oldest = call.next;
        } else {
            call.previous.next = call.next;
        }
        if (call.next == null) {
            newest = call.previous;
        } else {
            call.next.previous = call.previous;
        }
        call.previous = null;
        call.next = null;
        open--;
    }

    private void fail(final Call call, final RuntimeException failure) {
        call.isDone = true;
        call.failure = failure;
        published(call);
    }

    private void finish(final Call call, final Object value, final RuntimeException failure) {
        if (!call.isDone) {
            call.isDone = true;
            unlink(call);
            call.value = value;
            call.failure = failure;
            published(call);
        }
    }

    private void published(final Call call) {
        if (call.failure != null && call.subject instanceof BatchHandle handle) {
            batches.remove(handle.batchId());
            handle.onFailed(call.failure);
            ready.add(handle::publish);
        }
        ready.add(call::publish);
    }

    /** Sends what waits, heartbeats and time-outs. Returns work done. */
    int tick(final long nowNs) {
        int work = 0;
        while (!unsent.isEmpty() && (unsent.peek().isDone || send(unsent.peek()))) {
            unsent.poll();
            work++;
        }
        while (oldest != null && nowNs - oldest.deadlineNs >= 0) {
            timeOut(oldest);
            work++;
        }
        if (channel.isConnected()) {
            work += keeper.tick(nowNs);
            for (final RegistrationRequest request : keeper.due(nowNs)) {
                client.registerAgain(request);
            }
        } else if (!batches.isEmpty() && hadSession && channel.limits() != null
            && nowNs - disconnectedNs > 2 * TimeUnit.MILLISECONDS.toNanos(channel.limits().sessionTimeoutMs())) {
            loseAnsweredBatches("no connection for twice the session timeout: " + channel.lastFailure());
        }
        if (channel.isClosed()) {
            failAll();
        }
        return work;
    }

    private void timeOut(final Call call) {
        if (call.correlationId != 0) {
            byCorrelationId.remove(call.correlationId);
            channel.abandon(call.correlationId);
        }
        finish(call, null, new RequestTimeoutException("Expected an answer to " + call.what + " from " + ctx.target()
            + " within " + TimeUnit.NANOSECONDS.toMillis(ctx.requestTimeoutNs()) + " ms, but none came (session "
            + channel.sessionId() + ", " + (channel.isConnected() ? "connected" : "not connected: " + channel.lastFailure())
            + ')'));
    }

    /** Nothing waits any longer. */
    void failAll() {
        while (oldest != null) {
            finish(oldest, null, closedFailure());
        }
        byCorrelationId.clear();
        unsent.clear();
        loseAnsweredBatches("the client is closed");
    }

    private void loseAnsweredBatches(final String reason) {
        final List<BatchHandle> lost = new ArrayList<>();
        for (final BatchHandle handle : batches.values()) {
            if (handle.isAnswered()) {
                lost.add(handle);
            }
        }
        for (final BatchHandle handle : lost) {
            batches.remove(handle.batchId());
            handle.onSessionLost(reason);
            ready.add(handle::publish);
        }
    }

    /** What completes futures: to be run outside of the poll. Null: nothing. */
    Runnable pollReady() {
        return ready.poll();
    }

    private Call take(final long correlationId) {
        return byCorrelationId.remove(correlationId);
    }

    @Override
    public void onConnected(final long sessionId, final boolean resumed) {
        if (hadSession && !resumed) {
            loseAnsweredBatches("the server could not take the session up again after a loss of the connection");
        }
        final boolean isLeaseInDoubt = resumed && System.nanoTime() - disconnectedNs > keeper.intervalNs();
        if (hadSession && (!resumed || isLeaseInDoubt)) {
            // Idempotent: the same session's registration keeps its agent id.
            keeper.lostAll();
        }
        hadSession = true;
    }

    @Override
    public void onDisconnected(final String reason) {
        disconnectedNs = System.nanoTime();
    }

    @Override
    public void onRequestLost(final long correlationId) {
        final Call call = take(correlationId);
        if (call == null || call.isDone) {
            return;
        }
        call.correlationId = 0;
        if (call.isRepeatable) {
            unsent.add(call);
        } else {
            finish(call, null, new RefusedException(ResultCode.SESSION_CLOSED, 0, call.what
                + " had no answer when the connection was lost; it may have been carried out: " + channel.lastFailure()));
        }
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        final Call call = byCorrelationId.get(correlationId);
        if (call != null) {
            timeOut(call);
        }
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call == null) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        final boolean isLookup = call.what.startsWith("lookup ");
        final boolean isUnregister = call.what.startsWith("unregister ");
        if (isUnregister && (code == ResultCode.OK || code == ResultCode.NOT_FOUND)) {
            keeper.remove((Call.Key) call.subject);
            finish(call, code == ResultCode.OK, null);
        } else if (code == ResultCode.OK) {
            finish(call, new CancelResult(reply.value(), reply.value2()), null);
        } else if (isLookup && code == ResultCode.NOT_FOUND) {
            finish(call, Optional.empty(), null);
        } else {
            finish(call, null, new RefusedException(code, reply.retryAfterMs(), call.what + ": " + reply.text()));
        }
    }

    @Override
    public void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call == null) {
            return;
        }
        final RegistrationRequest request = (RegistrationRequest) call.subject;
        final ResultCode code = ResultCode.of(reply.code());
        final boolean isOurs = code == ResultCode.ALREADY_REGISTERED && reply.ownerSessionId() == channel.sessionId();
        if (code != ResultCode.OK && !isOurs) {
            finish(call, null, new RefusedException(code, reply.retryAfterMs(), call.what + ": " + reply.text()
                + (code == ResultCode.ALREADY_REGISTERED ? " (owner session " + reply.ownerSessionId() + ")" : "")));
            return;
        }
        if (request.renew()) {
            keeper.add(request, reply.agentId(), reply.leaseMs(), System.nanoTime());
        }
        finish(call, new RegistrationResult(reply.agentId(), reply.recordVersion(), reply.leaseMs()), null);
    }

    @Override
    public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call == null) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        if (code == ResultCode.OK) {
            finish(call, Optional.of(ReplyMapper.record((Call.Key) call.subject, reply)), null);
        } else if (code == ResultCode.NOT_FOUND) {
            finish(call, Optional.empty(), null);
        } else {
            finish(call, null, new RefusedException(code, 0, call.what));
        }
    }

    @Override
    public void onLookupBatchReply(final long correlationId, final LookupBatchReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call != null) {
            finish(call, ReplyMapper.entries((List<?>) call.subject, reply), null);
        }
    }

    @Override
    public void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call == null) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        if (code == ResultCode.OK) {
            finish(call, ReplyMapper.page(reply), null);
        } else {
            finish(call, null, new RefusedException(code, 0, call.what));
        }
    }

    @Override
    public void onBatchReply(final long correlationId, final BatchReplyDecoder reply) {
        final Call call = take(correlationId);
        if (call == null) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        final BatchHandle handle = (BatchHandle) call.subject;
        if (code == ResultCode.OK) {
            handle.onReply(reply);
            finish(call, handle, null);
            publishIfDone(handle);
        } else {
            final int retryAfterMs = reply.retryAfterMs();
            reply.sbeRewind();
            final BatchReplyDecoder.TasksDecoder tasks = reply.tasks();
            while (tasks.hasNext()) {
                tasks.next();
            }
            finish(call, null, new RefusedException(code, retryAfterMs, call.what + ": " + reply.text()));
        }
    }

    @Override
    public void onTaskResult(final TaskResultDecoder result) {
        final BatchHandle handle = batches.get(result.batchId());
        if (handle != null) {
            handle.onOutcome(ReplyMapper.outcome(result));
            publishIfDone(handle);
        }
    }

    private void publishIfDone(final BatchHandle handle) {
        if (handle.isDone()) {
            batches.remove(handle.batchId());
            ready.add(handle::publish);
        }
    }

    @Override
    public void onTaskOffer(final TaskOfferDecoder offer) {
        channel.sendRefused(offer.taskId(), offer.attempt(), offer.agentId(), REFUSED_OFFER_PAUSE_MS);
    }

    @Override
    public void onAgentLost(final AgentLostDecoder lost) {
        keeper.lost(lost.agentId());
    }
}
