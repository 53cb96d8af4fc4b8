package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a {@link RingmasterClient} has to do with its channel: leads answers to their calls, results to their batches,
 * events to their watches, and keeps registrations alive.
 * <p>
 * Threading: guarded by the client's lock.
 */
final class CallDesk implements ClientListener {
    private static final int REFUSED_OFFER_PAUSE_MS = 1_000;

    private final RingmasterClient client;
    private final ConnectionContext<?> ctx;
    private final Long2ObjectHashMap<BatchHandle> batches = new Long2ObjectHashMap<>();
    private ClientChannel channel;
    private CallBook book;
    private RegistrationKeeper keeper;
    private WatchDesk watches;
    private boolean hadSession;
    private long disconnectedNs;

    CallDesk(final RingmasterClient client, final ConnectionContext<?> ctx) {
        this.client = client;
        this.ctx = ctx;
    }

    void channel(final ClientChannel value) {
        channel = value;
        book = new CallBook(this, ctx, value);
        keeper = new RegistrationKeeper(new HeartbeatWriter(value));
        watches = new WatchDesk(ctx, value, book);
    }

    RegistrationKeeper keeper() {
        return keeper;
    }

    WatchDesk watches() {
        return watches;
    }

    boolean isClosedByUser() {
        return client.isClosed();
    }

    /** A batch whose results are to be delivered from now on. */
    void expect(final BatchHandle handle) {
        batches.put(handle.batchId(), handle);
    }

    /** A submission has its answer, or failed. */
    void answered(final BatchHandle handle, final RuntimeException failure) {
        if (failure != null) {
            batches.remove(handle.batchId());
            handle.onFailed(failure);
            book.publish(handle::publish);
        } else {
            publishIfDone(handle);
        }
    }

    /** Takes a call; see {@link CallBook#open}. */
    void open(final Call<?> call, final UnsafeBuffer frame, final int length) {
        call.onOpened(this);
        book.open(call, frame, length);
    }

    /** Sends what waits, heartbeats, acknowledgements and time-outs. Returns work done. */
    int tick(final long nowNs) {
        int work = book.tick(nowNs);
        if (channel.isConnected()) {
            work += keeper.tick(nowNs) + watches.tick(nowNs);
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

    /** Nothing waits any longer. */
    void failAll() {
        book.failAll();
        watches.closeAll(new ClientClosedException("the client of " + ctx.target() + " is closed"
            + (client.isClosed() ? "" : ": " + channel.lastFailure())));
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
            book.publish(handle::publish);
        }
    }

    /** What completes futures: to be run outside of the poll. Null: nothing. */
    Runnable pollReady() {
        return book.pollReady();
    }

    @Override
    public void onConnected(final long sessionId, final boolean resumed) {
        if (hadSession && !resumed) {
            loseAnsweredBatches("the server could not take the session up again after a loss of the connection");
        }
        final boolean isLeaseInDoubt = resumed && System.nanoTime() - disconnectedNs > keeper.intervalNs();
        if (hadSession && !resumed) {
            keeper.lostAll();
        } else if (isLeaseInDoubt) {
            // To register all again would bring back what an administrator took away.
            keeper.lostSome();
        }
        hadSession = true;
        watches.onConnected(resumed);
    }

    @Override
    public void onDisconnected(final String reason) {
        disconnectedNs = System.nanoTime();
        watches.onDisconnected();
    }

    @Override
    public void onRequestLost(final long correlationId) {
        watches.onEnd(correlationId, false);
        book.onLost(correlationId);
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        watches.onEnd(correlationId, true);
        book.onTimeout(correlationId);
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder reply) {
        if (book.find(correlationId) != null) {
            answer(correlationId, call -> call.onReply(reply));
        } else {
            watches.onReply(correlationId, reply);
        }
    }

    @Override
    public void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
        answer(correlationId, call -> call.onRegisterReply(reply, channel.sessionId()));
    }

    @Override
    public void onRegisterBatchReply(final long correlationId, final RegisterBatchReplyDecoder reply, final boolean isLast) {
        answer(correlationId, call -> call.onRegisterBatchReply(reply, isLast));
    }

    @Override
    public void onDropNamespaceReply(final long correlationId, final DropNamespaceReplyDecoder reply, final boolean isLast) {
        answer(correlationId, call -> call.onDropNamespaceReply(reply, isLast));
    }

    @Override
    public void onRegistryStatsReply(final long correlationId, final RegistryStatsReplyDecoder reply) {
        answer(correlationId, call -> call.onRegistryStatsReply(reply));
    }

    @Override
    public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
        answer(correlationId, call -> call.onLookupReply(reply));
    }

    @Override
    public void onLookupBatchReply(final long correlationId, final LookupBatchReplyDecoder reply) {
        answer(correlationId, call -> call.onLookupBatchReply(reply));
    }

    @Override
    public void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
        answer(correlationId, call -> call.onQueryReply(reply));
    }

    @Override
    public void onBatchReply(final long correlationId, final BatchReplyDecoder reply) {
        answer(correlationId, call -> call.onBatchReply(reply));
    }

    /** Gives an answer to its call. One that cannot be read ends the call, and goes on to the error handler. */
    private void answer(final long correlationId, final Consumer<Call<?>> reply) {
        final Call<?> call = book.find(correlationId);
        if (call == null) {
            return;
        }
        try {
            reply.accept(call);
        } catch (final RuntimeException ex) {
            call.fail(new RingmasterException(
                call.what + ": the server's answer cannot be read; what was asked may have been done", ex));
            throw ex;
        } finally {
            book.settle(correlationId, call);
        }
    }

    @Override
    public void onWatchEvent(final WatchEventDecoder event, final int frameLength) {
        watches.onEvent(event, frameLength);
    }

    @Override
    public void onTaskResult(final TaskResultDecoder result) {
        final BatchHandle handle = batches.get(result.batchId());
        if (handle != null) {
            try {
                handle.onOutcome(ReplyMapper.outcome(result));
            } catch (final IndexOutOfBoundsException ex) {
                // It is taken and will not come again.
                handle.onOutcome(ReplyMapper.unreadable(result));
                throw ex;
            } finally {
                publishIfDone(handle);
            }
        }
    }

    private void publishIfDone(final BatchHandle handle) {
        if (handle.isDone()) {
            batches.remove(handle.batchId());
            book.publish(handle::publish);
        }
    }

    @Override
    public void onTaskOffer(final TaskOfferDecoder offer) {
        channel.sendRefused(offer.taskId(), offer.attempt(), offer.agentId(), REFUSED_OFFER_PAUSE_MS);
    }

    @Override
    public void onAgentLost(final AgentLostDecoder lost) {
        if (lost.agentId() == 0) {
            keeper.lostSome();
            return;
        }
        if (lost.code() != ResultCode.CANCELLED.value()) {
            keeper.lost(lost.agentId());
            return;
        }
        final String text = lost.text();
        final RegistrationRequest dropped = keeper.dropped(lost.agentId());
        if (dropped != null) {
            ctx.listener().onRegistrationDropped(dropped.namespace(), dropped.name(), text);
        }
    }
}
