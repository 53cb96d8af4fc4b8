package io.ringmaster.client;

import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decodes what belongs to the session, and the general reply.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class SessionFrameAdapter {
    /** Root block of a KeepAlive of version 1, which has no load state. */
    private static final int KEEP_ALIVE_BLOCK_V1 = KeepAliveDecoder.loadStateEncodingOffset();

    private final Connection connection;
    private final RequestTracker requests;
    private final ClientListener listener;
    private final ReplyDecoder reply = new ReplyDecoder();
    private final KeepAliveDecoder keepAlive = new KeepAliveDecoder();
    private final ConnectedDecoder connected = new ConnectedDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final SessionClosedDecoder sessionClosed = new SessionClosedDecoder();

    SessionFrameAdapter(final Connection connection, final RequestTracker requests, final ClientListener listener) {
        this.connection = connection;
        this.requests = requests;
        this.listener = listener;
    }

    /** False: the frame could not be decoded. */
    boolean onFrame(final UnsafeBuffer frame, final MessageHeaderDecoder header, final int length) {
        switch (header.templateId()) {
            case ReplyDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, ReplyDecoder.BLOCK_LENGTH)) {
                    reply.wrapAndApplyHeader(frame, 0, header);
                    final long id = reply.correlationId();
                    if (requests.take(id)) {
                        listener.onReply(id, reply);
                    }
                    return true;
                }
                return false;
            case KeepAliveDecoder.TEMPLATE_ID:
                return onKeepAlive(frame, header, length);
            case ConnectedDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, ConnectedDecoder.BLOCK_LENGTH)) {
                    connection.onConnected(connected.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case RefusedDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, RefusedDecoder.BLOCK_LENGTH)) {
                    connection.onRefused(refused.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            case SessionClosedDecoder.TEMPLATE_ID:
                if (FrameAdapter.holds(header, length, SessionClosedDecoder.BLOCK_LENGTH)) {
                    connection.onSessionClosed(sessionClosed.wrapAndApplyHeader(frame, 0, header));
                    return true;
                }
                return false;
            default:
                return false;
        }
    }

    private boolean onKeepAlive(final UnsafeBuffer frame, final MessageHeaderDecoder header, final int length) {
        final boolean hasLoadState = header.version() >= KeepAliveDecoder.loadStateSinceVersion();
        if (!FrameAdapter.holds(header, length, hasLoadState ? KeepAliveDecoder.BLOCK_LENGTH : KEEP_ALIVE_BLOCK_V1)) {
            return false;
        }
        if (hasLoadState) {
            connection.onKeepAlive(keepAlive.wrapAndApplyHeader(frame, 0, header).loadState());
        }
        return true;
    }
}
