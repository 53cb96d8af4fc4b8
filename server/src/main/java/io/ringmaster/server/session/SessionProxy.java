package io.ringmaster.server.session;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedEncoder;
import io.ringmaster.protocol.codec.KeepAliveEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RefusedEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.protocol.codec.SessionClosedEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes what the server says about a session, and short replies.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionProxy {
    private static final int MAX_TEXT_LENGTH = 1024;
    private static final byte[] NO_TEXT = new byte[0];

    private final SessionSender sender;
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2 * MAX_TEXT_LENGTH]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ConnectedEncoder connected = new ConnectedEncoder();
    private final RefusedEncoder refused = new RefusedEncoder();
    private final SessionClosedEncoder sessionClosed = new SessionClosedEncoder();
    private final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
    private final ReplyEncoder reply = new ReplyEncoder();

    SessionProxy(final SessionSender sender) {
        this.sender = sender;
    }

    /**
     * Answers a request without a text; allocates nothing.
     *
     * @param session       to answer.
     * @param correlationId of the request; 0: it had none.
     * @param code          of the answer.
     * @param retryAfterMs  when to come back; 0: not said.
     */
    public void reply(final Session session, final long correlationId, final ResultCode code, final int retryAfterMs) {
        reply(session, correlationId, code, retryAfterMs, NO_TEXT);
    }

    /**
     * Answers a request.
     *
     * @param session       to answer.
     * @param correlationId of the request; 0: it had none.
     * @param code          of the answer.
     * @param retryAfterMs  when to come back; 0: not said.
     * @param text          for a person.
     */
    public void reply(
        final Session session, final long correlationId, final ResultCode code, final int retryAfterMs, final String text) {
        reply(session, correlationId, code, retryAfterMs, ascii(text));
    }

    /**
     * Answers a request.
     *
     * @param session       to answer.
     * @param correlationId of the request; 0: it had none.
     * @param code          of the answer.
     * @param retryAfterMs  when to come back; 0: not said.
     * @param text          for a person, in ASCII, up to 1,024 bytes.
     */
    public void reply(
        final Session session, final long correlationId, final ResultCode code, final int retryAfterMs, final byte[] text) {
        reply.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .value(0)
            .value2(0)
            .putText(text, 0, text.length);
        sender.send(session, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength());
    }

    void connected(
        final Session session, final long correlationId, final boolean resumed, final Advertisement advertisement) {
        final byte[] serverName = ascii(advertisement.serverName());
        connected.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .sessionId(session.sessionId)
            .token(session.token)
            .protocolVersion(Protocol.VERSION)
            .resumed((short) (resumed ? 1 : 0))
            .keepAliveIntervalMs(advertisement.keepAliveIntervalMs())
            .sessionTimeoutMs(advertisement.sessionTimeoutMs())
            .maxMessageLength(session.maxMessageLength)
            .maxPayloadLength(advertisement.maxPayloadLength())
            .maxMetadataLength(advertisement.maxMetadataLength())
            .maxBatchTasks(advertisement.maxBatchTasks())
            .maxKeys(advertisement.maxKeys())
            .putServerName(serverName, 0, serverName.length);
        sender.send(session, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + connected.encodedLength());
    }

    /** Refuses inside a session. */
    void refused(final Session session, final long correlationId, final ResultCode code, final String text) {
        sender.send(session, buffer, 0, encodeRefused(correlationId, code, 0, text));
    }

    /** Refuses on a stream that has no session; the result is that of the offer. */
    long refused(
        final SessionPublication publication, final long correlationId, final ResultCode code, final int retryAfterMs,
        final String text) {
        return SessionSender.offer(publication, buffer, 0, encodeRefused(correlationId, code, retryAfterMs, text));
    }

    private int encodeRefused(final long correlationId, final ResultCode code, final int retryAfterMs, final String text) {
        final byte[] bytes = ascii(text);
        refused.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .putText(bytes, 0, bytes.length);
        return MessageHeaderEncoder.ENCODED_LENGTH + refused.encodedLength();
    }

    /** Tells the client if it takes one more message; does not wait and does not queue. */
    void sessionClosed(final Session session, final ResultCode code, final String text) {
        final byte[] bytes = ascii(text);
        sessionClosed.wrapAndApplyHeader(buffer, 0, header)
            .sessionId(session.sessionId)
            .code(code.value())
            .putText(bytes, 0, bytes.length);
        SessionSender.offer(
            session.publication, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + sessionClosed.encodedLength());
    }

    void keepAlive(final Session session, final int loadState) {
        keepAlive.wrapAndApplyHeader(buffer, 0, header)
            .sessionId(session.sessionId)
            .ackedResultSequence(0)
            .loadState((short) loadState);
        sender.send(session, buffer, 0, MessageHeaderEncoder.ENCODED_LENGTH + KeepAliveEncoder.BLOCK_LENGTH);
    }

    private static byte[] ascii(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return bytes.length <= MAX_TEXT_LENGTH ? bytes : Arrays.copyOf(bytes, MAX_TEXT_LENGTH);
    }
}
