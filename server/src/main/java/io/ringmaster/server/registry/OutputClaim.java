package io.ringmaster.server.registry;

import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.egress.ReplySink;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A place to encode one message: in the coordination ring, in the egress ring, or, when the one it is for is full or older
 * messages wait, in a pending queue off-heap. One claim at a time: claim, encode, commit.
 * <p>
 * Threading: confined to the registry's role.
 */
final class OutputClaim {
    private static final int DRAIN_LIMIT = 64;
    private static final int NONE = 0;
    private static final int COORDINATION = 1;
    private static final int EGRESS = 2;
    private static final int SESSION_ID_LENGTH = Long.BYTES;

    private final CommandRing coordinationRing;
    private final ReplySink egress;
    private final OneToOneRingBuffer pending;
    private final ControlledMessageHandler forwarder = this::forward;
    private int pendingCount;
    private long nowNs;

    private int target;
    private boolean inPending;
    private long sequence;
    private int claimed;
    private int length;
    private MutableDirectBuffer buffer;
    private int index;

    OutputClaim(
        final CommandRing coordinationRing, final ReplySink egress, final int maxLength, final int pendingMessages) {
        this.coordinationRing = coordinationRing;
        this.egress = egress;
        final int record = BitUtil.align(maxLength + SESSION_ID_LENGTH + 2 * Long.BYTES, 2 * Long.BYTES);
        pending = new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            BitUtil.findNextPositivePowerOfTwo(record * (pendingMessages + 3)) + RingBufferDescriptor.TRAILER_LENGTH,
            BitUtil.CACHE_LINE_LENGTH)));
    }

    boolean nothingPending() {
        return pendingCount == 0;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    int index() {
        return index;
    }

    void coordination(final int messageLength) {
        if (pendingCount == 0) {
            sequence = coordinationRing.tryClaim(messageLength, true);
            if (sequence == CommandRing.TOO_LONG) {
                throw new IllegalStateException("command of " + messageLength + " bytes is too long for the coordination ring");
            }
            if (sequence >= 0) {
                open(COORDINATION, false, coordinationRing.buffer(), coordinationRing.offset(sequence), messageLength);
                return;
            }
        }
        claimPending(COORDINATION, 0, messageLength);
    }

    void egress(final long sessionId, final int messageLength) {
        if (pendingCount == 0) {
            claimed = egress.tryClaim(sessionId, messageLength);
            if (claimed >= 0) {
                open(EGRESS, false, egress.buffer(), claimed, messageLength);
                return;
            }
        }
        claimPending(EGRESS, sessionId, messageLength);
    }

    void commit() {
        if (inPending) {
            pending.commit(claimed);
            pendingCount++;
        } else if (target == COORDINATION) {
            coordinationRing.commit(sequence, length, nowNs);
        } else {
            egress.commit(claimed);
        }
        target = NONE;
    }

    void abortIfOpen() {
        if (target == NONE) {
            return;
        }
        if (inPending) {
            pending.abort(claimed);
        } else if (target == COORDINATION) {
            coordinationRing.abort(sequence);
        } else {
            egress.abort(claimed);
        }
        target = NONE;
    }

    int drain(final long cycleNowNs) {
        nowNs = cycleNowNs;
        if (pendingCount == 0) {
            return 0;
        }
        final int sent = pending.controlledRead(forwarder, DRAIN_LIMIT);
        pendingCount -= sent;
        return sent;
    }

    private ControlledMessageHandler.Action forward(
        final int type, final MutableDirectBuffer source, final int offset, final int recordLength) {
        final int messageOffset = offset + SESSION_ID_LENGTH;
        final int messageLength = recordLength - SESSION_ID_LENGTH;
        if (type == COORDINATION) {
            final long claimedSequence = coordinationRing.tryClaim(messageLength, true);
            if (claimedSequence < 0) {
                return ControlledMessageHandler.Action.ABORT;
            }
            coordinationRing.buffer().putBytes(
                coordinationRing.offset(claimedSequence), source, messageOffset, messageLength);
            coordinationRing.commit(claimedSequence, messageLength, nowNs);
        } else {
            final int claimedIndex = egress.tryClaim(source.getLong(offset), messageLength);
            if (claimedIndex < 0) {
                return ControlledMessageHandler.Action.ABORT;
            }
            egress.buffer().putBytes(claimedIndex, source, messageOffset, messageLength);
            egress.commit(claimedIndex);
        }
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private void claimPending(final int destination, final long sessionId, final int messageLength) {
        claimed = pending.tryClaim(destination, messageLength + SESSION_ID_LENGTH);
        if (claimed < 0) {
            throw new IllegalStateException(pendingCount + " messages of the registry wait already; the next has no room");
        }
        pending.buffer().putLong(claimed, sessionId);
        open(destination, true, pending.buffer(), claimed + SESSION_ID_LENGTH, messageLength);
    }

    private void open(
        final int destination, final boolean waits, final MutableDirectBuffer claimBuffer, final int claimIndex,
        final int messageLength) {
        target = destination;
        inPending = waits;
        buffer = claimBuffer;
        index = claimIndex;
        length = messageLength;
    }
}
