package io.ringmaster.client;

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
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;

/**
 * Where a {@link ClientChannel} delivers what the server sent. Decoders are views that are valid only during the call;
 * every request that was sent is answered by exactly one of its own reply (some come in several messages), {@link #onReply},
 * {@link #onRequestTimeout} and {@link #onRequestLost}.
 * <p>
 * An exception out of a method is counted in {@link ClientStats#errors()}; it does not stop the channel.
 * <p>
 * Threading: called by the thread that calls {@link ClientChannel#poll}.
 */
public interface ClientListener {
    /**
     * The session is there: requests may be sent.
     *
     * @param sessionId of the session.
     * @param resumed   true: the session before the loss; false: a new one.
     */
    default void onConnected(final long sessionId, final boolean resumed) {
    }

    /**
     * The connection is lost; {@link #onRequestLost} follows for every request without an answer.
     *
     * @param reason for the user.
     */
    default void onDisconnected(final String reason) {
    }

    /**
     * The answer of a request without a reply of its own (unregister, cancel, watch, unwatch), and every refusal.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onReply(final long correlationId, final ReplyDecoder reply) {
    }

    /**
     * Answer of a registration or an update.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
    }

    /**
     * Answer of a look-up.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
    }

    /**
     * Answer of a batch look-up.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onLookupBatchReply(final long correlationId, final LookupBatchReplyDecoder reply) {
    }

    /**
     * Answer of a query.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
    }

    /**
     * Results of some items of a batch registration; there is one more call, or {@link #onRequestTimeout} or another end,
     * until all have come. A result may come twice, with the same index.
     *
     * @param correlationId of the request.
     * @param reply         view.
     * @param isLast        every item has had its result.
     */
    default void onRegisterBatchReply(final long correlationId, final RegisterBatchReplyDecoder reply, final boolean isLast) {
    }

    /**
     * What one partition dropped of a namespace; as many calls as there are partitions.
     *
     * @param correlationId of the request.
     * @param reply         view.
     * @param isLast        every partition has answered.
     */
    default void onDropNamespaceReply(final long correlationId, final DropNamespaceReplyDecoder reply, final boolean isLast) {
    }

    /**
     * What the registry holds.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onRegistryStatsReply(final long correlationId, final RegistryStatsReplyDecoder reply) {
    }

    /**
     * An event of a watch. Sequences have no gaps as long as the connection lasts; what they mean is up to the listener.
     *
     * @param event       view.
     * @param frameLength bytes that it takes of the watch's window.
     */
    default void onWatchEvent(final WatchEventDecoder event, final int frameLength) {
    }

    /**
     * Answer of a submitted batch.
     *
     * @param correlationId of the request.
     * @param reply         view.
     */
    default void onBatchReply(final long correlationId, final BatchReplyDecoder reply) {
    }

    /**
     * An accepted task has ended. Each is delivered once per session, in the order of the result sequence, and is
     * acknowledged by the channel after the poll that delivered it.
     *
     * @param result view.
     */
    default void onTaskResult(final TaskResultDecoder result) {
    }

    /**
     * A task is offered to one of this session's agents.
     *
     * @param offer view.
     */
    default void onTaskOffer(final TaskOfferDecoder offer) {
    }

    /**
     * A task of one of this session's agents is cancelled, or taken from it.
     *
     * @param cancel view.
     */
    default void onTaskCancel(final TaskCancelDecoder cancel) {
    }

    /**
     * The lease of one of this session's agents ran out. With {@code agentId} 0: that of {@code leftOut} of them, which are not
     * named because this client did not read fast enough; a heartbeat for one of these is answered with its own. A frame without
     * {@code leftOut} has its null value.
     *
     * @param lost view.
     */
    default void onAgentLost(final AgentLostDecoder lost) {
    }

    /**
     * A request had no answer within its deadline; a late one is ignored and counted.
     *
     * @param correlationId of the request.
     */
    default void onRequestTimeout(final long correlationId) {
    }

    /**
     * The connection was lost before the answer, which will not come any more. The request may have been carried out.
     *
     * @param correlationId of the request.
     */
    default void onRequestLost(final long correlationId) {
    }
}
