package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Keeps a mass of leases that run out at once from making their owner a slow client. While more than a quarter of what may wait for a
 * session waits, and while it is detached, messages that one of its agents is lost are left out and counted; when what waits has gone
 * down to an eighth, and when the session is back, one message tells their number. A session that always has a backlog is told a second
 * after the first of them, while at most three quarters wait. Which ones they are its heartbeats are answered with. So the messages of
 * one session take a bounded room, and no loss goes untold. The answers to its heartbeats are left out only while more than three
 * quarters wait, so that a backlog that stands does not keep it from learning which agents it lost.
 * <p>
 * Only those are left out after which the client may register again. That an administrator took a record away cannot be learnt from a
 * heartbeat, so each such message is sent.
 * <p>
 * Threading: confined to the network thread.
 */
final class LostAgents {
    private static final int FULL_DIVISOR = 4;
    private static final int DRAINED_DIVISOR = 8;
    private static final long TOLD_AFTER_NS = TimeUnit.SECONDS.toNanos(1);
    private static final byte[] TEXT =
        "agents of this session are lost; heartbeats say which".getBytes(StandardCharsets.US_ASCII);
    private static final int CODE_OFFSET = MessageHeaderDecoder.ENCODED_LENGTH + AgentLostDecoder.codeEncodingOffset();

    private final NetworkCounters counters;
    private final AgentLostEncoder encoder = new AgentLostEncoder();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[
        MessageHeaderEncoder.ENCODED_LENGTH + AgentLostEncoder.BLOCK_LENGTH + AgentLostEncoder.textHeaderLength() + TEXT.length]);

    LostAgents(final NetworkCounters counters) {
        this.counters = counters;
        encoder.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder())
            .agentId(0)
            .code(ResultCode.DEADLINE_EXCEEDED.value())
            .leftOut(0)
            .putText(TEXT, 0, TEXT.length);
    }

    /** Whether a message to a session is left out; it is counted then. */
    boolean leavesOut(final Session session, final DirectBuffer buffer, final int offset, final long nowNs) {
        final int templateId = buffer.getShort(
            offset + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
        if (templateId != AgentLostDecoder.TEMPLATE_ID || !isLeftOut(session, codeOf(buffer, offset))) {
            return false;
        }
        if (session.lossesLeftOut++ == 0) {
            session.firstLeftOutNs = nowNs;
        }
        counters.increment(NetworkCounter.LOSSES_LEFT_OUT);
        return true;
    }

    private static boolean isLeftOut(final Session session, final int code) {
        final int size = session.pending.size();
        final int capacity = session.pending.capacity();
        if (code == ResultCode.NOT_FOUND.value()) {
            return !session.isActive() || size > capacity - capacity / FULL_DIVISOR;
        }
        return code == ResultCode.DEADLINE_EXCEEDED.value()
            && (!session.isActive() || session.lossesLeftOut > 0 || size > capacity / FULL_DIVISOR);
    }

    private static int codeOf(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset + CODE_OFFSET, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    /** Whether a session is to be told now of what was left out. */
    boolean isDue(final Session session, final long nowNs) {
        if (session.lossesLeftOut == 0 || !session.isActive()) {
            return false;
        }
        final int size = session.pending.size();
        final int capacity = session.pending.capacity();
        return size <= capacity / DRAINED_DIVISOR
            || nowNs - session.firstLeftOutNs > TOLD_AFTER_NS && size <= capacity - capacity / FULL_DIVISOR;
    }

    /** The message that tells it; the same buffer for each. */
    DirectBuffer message(final Session session) {
        encoder.leftOut(session.lossesLeftOut);
        return message;
    }
}
