package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.CloseRequestEncoder;
import io.ringmaster.protocol.codec.ConnectRequestEncoder;
import io.ringmaster.protocol.codec.KeepAliveEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.ResultAckEncoder;
import io.ringmaster.protocol.codec.TaskCompletedEncoder;
import io.ringmaster.protocol.codec.TaskRefusedEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Encodes what a session sends besides requests. Each method returns the frame's length.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class SessionProxy {
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ConnectRequestEncoder connect = new ConnectRequestEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
    private final ResultAckEncoder resultAck = new ResultAckEncoder();
    private final CloseRequestEncoder close = new CloseRequestEncoder();
    private final TaskCompletedEncoder completed = new TaskCompletedEncoder();
    private final TaskRefusedEncoder refused = new TaskRefusedEncoder();

    int connect(final MutableDirectBuffer buffer, final ConnectionContext<?> ctx, final Transport transport,
                final long correlationId, final long sessionId, final long token, final long lastResultSequence) {
        final byte[] credentials = ctx.presentCredentials();
        connect.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .protocolVersion(Protocol.VERSION)
            .responseStreamId(transport.responseStreamId())
            .resumeSessionId(sessionId)
            .resumeToken(token)
            .lastResultSequence(lastResultSequence)
            .responseChannel(transport.responseChannel())
            .clientName(ctx.clientName())
            .putCredentials(credentials, 0, credentials.length);
        return connect.limit();
    }

    int keepAlive(final MutableDirectBuffer buffer, final long sessionId, final long ackedResultSequence) {
        keepAlive.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId).ackedResultSequence(ackedResultSequence)
            .loadState((short) 0);
        return keepAlive.limit();
    }

    int resultAck(final MutableDirectBuffer buffer, final long sessionId, final long ackedResultSequence) {
        resultAck.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId).ackedResultSequence(ackedResultSequence);
        return resultAck.limit();
    }

    int close(final MutableDirectBuffer buffer, final long sessionId) {
        close.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId);
        return close.limit();
    }

    /** The caller sets task, attempt, agent, code and service time, and then {@link #putResult}. */
    TaskCompletedEncoder beginCompleted(final MutableDirectBuffer buffer, final long sessionId) {
        return completed.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId);
    }

    int putResult(final DirectBuffer result, final int offset, final int length) {
        completed.putResult(result, offset, length);
        return completed.limit();
    }

    int refused(final MutableDirectBuffer buffer, final long sessionId, final long taskId, final int attempt,
                final long agentId, final int code, final int capacityInMs) {
        refused.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId).taskId(taskId).attempt(attempt)
            .agentId(agentId).code(code).capacityInMs(capacityInMs);
        return refused.limit();
    }
}
