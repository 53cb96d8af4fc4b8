package io.ringmaster.client;

import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decodes what belongs to batches, tasks and agents.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class TaskFrameAdapter {
    private final Connection connection;
    private final RequestTracker requests;
    private final ClientListener listener;
    private final BatchReplyDecoder batchReply = new BatchReplyDecoder();
    private final TaskResultDecoder taskResult = new TaskResultDecoder();
    private final TaskOfferDecoder taskOffer = new TaskOfferDecoder();
    private final TaskCancelDecoder taskCancel = new TaskCancelDecoder();
    private final AgentLostDecoder agentLost = new AgentLostDecoder();

    TaskFrameAdapter(final Connection connection, final RequestTracker requests, final ClientListener listener) {
        this.connection = connection;
        this.requests = requests;
        this.listener = listener;
    }

    /** False: the frame could not be decoded. */
    boolean onFrame(final UnsafeBuffer frame, final MessageHeaderDecoder header, final int length) {
        switch (header.templateId()) {
            case TaskResultDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, TaskResultDecoder.BLOCK_LENGTH)) {
                    taskResult.wrapAndApplyHeader(frame, 0, header);
                    if (connection.takeResult(taskResult.sessionId(), taskResult.resultSequence())) {
                        listener.onTaskResult(taskResult);
                    }
                    return true;
                }
                return false;
            case TaskOfferDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, TaskOfferDecoder.BLOCK_LENGTH)) {
                    listener.onTaskOffer(taskOffer.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case TaskCancelDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, TaskCancelDecoder.BLOCK_LENGTH)) {
                    listener.onTaskCancel(taskCancel.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case AgentLostDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, AgentLostDecoder.leftOutEncodingOffset())) {
                    listener.onAgentLost(agentLost.wrap(
                        frame, MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), agentLostVersion(header)));
                    return true;
                }
                return false;
            case BatchReplyDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, BatchReplyDecoder.BLOCK_LENGTH)) {
                    batchReply.wrapAndApplyHeader(frame, 0, header);
                    final long id = batchReply.correlationId();
                    if (requests.take(id)) {
                        listener.onBatchReply(id, batchReply);
                    }
                    return true;
                }
                return false;
            default:
                return false;
        }
    }

    /** A block that ends before {@code leftOut} is one of the first version, whatever its header says. */
    private static int agentLostVersion(final MessageHeaderDecoder header) {
        return header.blockLength() < AgentLostDecoder.BLOCK_LENGTH
            ? Math.min(header.version(), AgentLostDecoder.leftOutSinceVersion() - 1) : header.version();
    }
}
