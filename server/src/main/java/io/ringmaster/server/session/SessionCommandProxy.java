package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.ReleaseSessionCommandEncoder;
import io.ringmaster.server.codec.ResultAckCommandEncoder;
import io.ringmaster.server.codec.SessionClosedCommandEncoder;
import io.ringmaster.server.codec.SessionDetachedCommandEncoder;
import io.ringmaster.server.codec.SessionUpCommandEncoder;

/**
 * Tells the coordinator and the registry partitions about sessions. All commands may use the reserve of the rings; false says
 * that even that is taken, and the caller tries again later.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionCommandProxy {
    private final CommandRing coordination;
    private final CommandRing[] partitions;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SessionUpCommandEncoder sessionUp = new SessionUpCommandEncoder();
    private final SessionDetachedCommandEncoder sessionDetached = new SessionDetachedCommandEncoder();
    private final SessionClosedCommandEncoder sessionClosed = new SessionClosedCommandEncoder();
    private final ReleaseSessionCommandEncoder releaseSession = new ReleaseSessionCommandEncoder();
    private final ResultAckCommandEncoder resultAck = new ResultAckCommandEncoder();

    /**
     * A proxy for a set of rings.
     *
     * @param coordination ring of the coordinator.
     * @param partitions   rings of the registry partitions.
     */
    public SessionCommandProxy(final CommandRing coordination, final CommandRing[] partitions) {
        this.coordination = coordination;
        this.partitions = partitions.clone();
    }

    int partitions() {
        return partitions.length;
    }

    boolean sessionUp(final long sessionId, final boolean resumed, final long lastResultSequence, final long nowNs) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + SessionUpCommandEncoder.BLOCK_LENGTH;
        final long sequence = coordination.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        sessionUp.wrapAndApplyHeader(coordination.buffer(), coordination.offset(sequence), header)
            .sessionId(sessionId)
            .resumed((short) (resumed ? 1 : 0))
            .lastResultSequence(lastResultSequence);
        coordination.commit(sequence, length, nowNs);
        return true;
    }

    boolean sessionDetached(final long sessionId, final long nowNs) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + SessionDetachedCommandEncoder.BLOCK_LENGTH;
        final long sequence = coordination.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        sessionDetached.wrapAndApplyHeader(coordination.buffer(), coordination.offset(sequence), header)
            .sessionId(sessionId);
        coordination.commit(sequence, length, nowNs);
        return true;
    }

    boolean sessionClosed(final long sessionId, final ResultCode reason, final long nowNs) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + SessionClosedCommandEncoder.BLOCK_LENGTH;
        final long sequence = coordination.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        sessionClosed.wrapAndApplyHeader(coordination.buffer(), coordination.offset(sequence), header)
            .sessionId(sessionId)
            .reason(reason.value());
        coordination.commit(sequence, length, nowNs);
        return true;
    }

    boolean resultAck(final long sessionId, final long ackedResultSequence, final long nowNs) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + ResultAckCommandEncoder.BLOCK_LENGTH;
        final long sequence = coordination.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        resultAck.wrapAndApplyHeader(coordination.buffer(), coordination.offset(sequence), header)
            .sessionId(sessionId)
            .ackedResultSequence(ackedResultSequence);
        coordination.commit(sequence, length, nowNs);
        return true;
    }

    boolean releaseSession(final int partition, final long sessionId, final long nowNs) {
        final CommandRing ring = partitions[partition];
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + ReleaseSessionCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        releaseSession.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(sessionId);
        ring.commit(sequence, length, nowNs);
        return true;
    }
}
