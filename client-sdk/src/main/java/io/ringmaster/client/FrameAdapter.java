package io.ringmaster.client;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decodes the server's frames in place and calls the channel. A frame of another schema, with an unknown template, or with
 * a root block shorter than this version's is not decoded: version 1 is the first, so nothing older can be meant. A longer
 * block (fields appended by a newer server) is fine.
 * <p>
 * Each frame is wrapped on its own, so that no length field can lead outside of it.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class FrameAdapter implements FragmentHandler {
    private final ClientChannel channel;
    private final ClientListener listener;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ConnectedDecoder connected = new ConnectedDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final SessionClosedDecoder sessionClosed = new SessionClosedDecoder();
    private final ReplyDecoder reply = new ReplyDecoder();
    private final RegisterReplyDecoder registerReply = new RegisterReplyDecoder();
    private final LookupReplyDecoder lookupReply = new LookupReplyDecoder();
    private final LookupBatchReplyDecoder lookupBatchReply = new LookupBatchReplyDecoder();
    private final QueryReplyDecoder queryReply = new QueryReplyDecoder();
    private final BatchReplyDecoder batchReply = new BatchReplyDecoder();
    private final TaskResultDecoder taskResult = new TaskResultDecoder();
    private final TaskOfferDecoder taskOffer = new TaskOfferDecoder();
    private final TaskCancelDecoder taskCancel = new TaskCancelDecoder();
    private final AgentLostDecoder agentLost = new AgentLostDecoder();

    FrameAdapter(final ClientChannel channel, final ClientListener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        if (channel.isDropping()) {
            return;
        }
        channel.onFrame();
        frame.wrap(buffer, offset, length);
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            channel.onMalformed();
            return;
        }
        header.wrap(frame, 0);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID || !dispatch(length)) {
            channel.onMalformed();
        }
    }

    private boolean holds(final int blockLength, final int length) {
        return header.blockLength() >= blockLength && header.blockLength() + MessageHeaderDecoder.ENCODED_LENGTH <= length;
    }

    /** False: the frame could not be decoded. */
    private boolean dispatch(final int length) {
        switch (header.templateId()) {
            case LookupReplyDecoder.TEMPLATE_ID:
                if (holds(LookupReplyDecoder.BLOCK_LENGTH, length)) {
                    lookupReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = lookupReply.correlationId();
                    if (channel.take(id)) {
                        listener.onLookupReply(id, lookupReply);
                    }
                    return true;
                }
                return false;
            case TaskResultDecoder.TEMPLATE_ID:
                if (holds(TaskResultDecoder.BLOCK_LENGTH, length)) {
                    taskResult.wrapAndApplyHeader(frame, 0, header);
                    if (channel.takeResult(taskResult.sessionId(), taskResult.resultSequence())) {
                        listener.onTaskResult(taskResult);
                    }
                    return true;
                }
                return false;
            case TaskOfferDecoder.TEMPLATE_ID:
                if (holds(TaskOfferDecoder.BLOCK_LENGTH, length)) {
                    listener.onTaskOffer(taskOffer.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case TaskCancelDecoder.TEMPLATE_ID:
                if (holds(TaskCancelDecoder.BLOCK_LENGTH, length)) {
                    listener.onTaskCancel(taskCancel.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case AgentLostDecoder.TEMPLATE_ID:
                if (holds(AgentLostDecoder.BLOCK_LENGTH, length)) {
                    listener.onAgentLost(agentLost.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            default:
                return dispatchReply(length);
        }
    }

    private boolean dispatchReply(final int length) {
        switch (header.templateId()) {
            case BatchReplyDecoder.TEMPLATE_ID:
                if (holds(BatchReplyDecoder.BLOCK_LENGTH, length)) {
                    batchReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = batchReply.correlationId();
                    if (channel.take(id)) {
                        listener.onBatchReply(id, batchReply);
                    }
                    return true;
                }
                return false;
            case ReplyDecoder.TEMPLATE_ID:
                if (holds(ReplyDecoder.BLOCK_LENGTH, length)) {
                    reply.wrapAndApplyHeader(frame, 0, header);
                    final long id = reply.correlationId();
                    if (channel.take(id)) {
                        listener.onReply(id, reply);
                    }
                    return true;
                }
                return false;
            case RegisterReplyDecoder.TEMPLATE_ID:
                if (holds(RegisterReplyDecoder.BLOCK_LENGTH, length)) {
                    registerReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = registerReply.correlationId();
                    if (channel.take(id)) {
                        listener.onRegisterReply(id, registerReply);
                    }
                    return true;
                }
                return false;
            case LookupBatchReplyDecoder.TEMPLATE_ID:
                if (holds(LookupBatchReplyDecoder.BLOCK_LENGTH, length)) {
                    lookupBatchReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = lookupBatchReply.correlationId();
                    if (channel.take(id)) {
                        listener.onLookupBatchReply(id, lookupBatchReply);
                    }
                    return true;
                }
                return false;
            case QueryReplyDecoder.TEMPLATE_ID:
                if (holds(QueryReplyDecoder.BLOCK_LENGTH, length)) {
                    queryReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = queryReply.correlationId();
                    if (channel.take(id)) {
                        listener.onQueryReply(id, queryReply);
                    }
                    return true;
                }
                return false;
            default:
                return dispatchSession(length);
        }
    }

    private boolean dispatchSession(final int length) {
        switch (header.templateId()) {
            case KeepAliveDecoder.TEMPLATE_ID:
                return holds(KeepAliveDecoder.BLOCK_LENGTH, length);
            case ConnectedDecoder.TEMPLATE_ID:
                if (holds(ConnectedDecoder.BLOCK_LENGTH, length)) {
                    channel.onConnected(connected.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case RefusedDecoder.TEMPLATE_ID:
                if (holds(RefusedDecoder.BLOCK_LENGTH, length)) {
                    channel.onRefused(refused.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case SessionClosedDecoder.TEMPLATE_ID:
                if (holds(SessionClosedDecoder.BLOCK_LENGTH, length)) {
                    channel.onSessionClosed(sessionClosed.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            default:
                return false;
        }
    }
}
