package io.ringmaster.client;

import io.ringmaster.protocol.codec.TaskOfferDecoder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

import java.nio.ByteBuffer;

/**
 * The three bounded rings between a host's conductor and the worker of one agent. Native byte order, offsets:
 * <pre>
 *   OFFER     0 epoch, 8 task id, 16 cost ns, 24 deadline ns, 32 attempt, 36 priority, 40 kind length, 44 payload length,
 *             48 kind, then payload                                                           conductor to worker
 *   CANCEL    0 epoch, 8 task id, 16 attempt                                                  conductor to worker
 *   ANSWER    0 epoch, 8 task id, 16 service ns, 24 attempt, 28 code, 32 result length, 36 result   worker to conductor
 *   REFUSAL   0 epoch, 8 task id, 16 -, 24 attempt, 28 capacity in ms                         worker to conductor
 * </pre>
 * Offers wait until the handler has room; cancels have a ring of their own so that they overtake them. When the offer ring
 * is full the offer is given back to the server; when the cancel ring is full the cancellation is dropped, which is
 * allowed, because answering it is optional; when the answer ring is full the worker waits.
 * <p>
 * Threading: each ring has one writer and one reader, as said above.
 */
final class HostMailbox {
    static final int OFFER = 1;
    static final int CANCEL = 2;
    static final int ANSWER = 3;
    static final int REFUSAL = 4;

    static final int EPOCH_OFFSET = 0;
    static final int TASK_ID_OFFSET = 8;
    static final int COST_OFFSET = 16;
    static final int DEADLINE_OFFSET = 24;
    static final int OFFER_ATTEMPT_OFFSET = 32;
    static final int PRIORITY_OFFSET = 36;
    static final int KIND_LENGTH_OFFSET = 40;
    static final int PAYLOAD_LENGTH_OFFSET = 44;
    static final int KIND_OFFSET = 48;

    static final int CANCEL_ATTEMPT_OFFSET = 16;
    static final int CANCEL_LENGTH = 20;

    static final int SERVICE_OFFSET = 16;
    static final int ATTEMPT_OFFSET = 24;
    static final int CODE_OFFSET = 28;
    static final int RESULT_LENGTH_OFFSET = 32;
    static final int RESULT_OFFSET = 36;

    private static final int RECORD_OVERHEAD = 64;
    private static final int MAX_RING_BYTES = 4 * 1024 * 1024;
    private static final int RING_BY_RECORD = 8;

    final OneToOneRingBuffer offers;
    final OneToOneRingBuffer cancels;
    final OneToOneRingBuffer answers;
    final int maxResultLength;

    /**
     * @param capacity         credits of the agent.
     * @param maxMessageLength longest message either way, in bytes.
     * @param maxResultLength  longest result in bytes.
     */
    HostMailbox(final int capacity, final int maxMessageLength, final int maxResultLength) {
        this.maxResultLength = maxResultLength;
        final long perCredit = (long) capacity * (maxMessageLength + RECORD_OVERHEAD);
        final int smallest = RING_BY_RECORD * (maxMessageLength + RECORD_OVERHEAD);
        offers = ring((int) Math.max(smallest, Math.min(perCredit, MAX_RING_BYTES)));
        cancels = ring(2 * capacity * BitUtil.align(CANCEL_LENGTH + Long.BYTES, Long.BYTES) + 256);
        answers = ring(RING_BY_RECORD * (maxResultLength + RECORD_OVERHEAD + RESULT_OFFSET));
    }

    private static OneToOneRingBuffer ring(final int bytes) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(bytes);
        return new OneToOneRingBuffer(new UnsafeBuffer(
            ByteBuffer.allocateDirect(capacity + RingBufferDescriptor.TRAILER_LENGTH)));
    }

    /**
     * Hands an offer over.
     *
     * @return false: no room.
     * @throws IndexOutOfBoundsException when its payload is not within its frame; then nothing has changed.
     */
    boolean offer(final TaskOfferDecoder offer, final long epoch, final long nowNs) {
        final int kindLength = offer.taskKindLength();
        final int kindLimit = offer.limit();
        offer.skipTaskKind();
        final int payloadLength = offer.payloadLength();
        if (payloadLength < 0
            || payloadLength > offer.buffer().capacity() - offer.limit() - TaskOfferDecoder.payloadHeaderLength()) {
            throw new IndexOutOfBoundsException("payloadLength=" + payloadLength + " of task " + offer.taskId()
                + " in a frame of " + offer.buffer().capacity() + " bytes");
        }
        final int length = KIND_OFFSET + kindLength + payloadLength;
        if (length > offers.maxMsgLength()) {
            return false;
        }
        final int index = offers.tryClaim(OFFER, length);
        if (index < 0) {
            return false;
        }
        final var buffer = offers.buffer();
        buffer.putLong(index + EPOCH_OFFSET, epoch);
        buffer.putLong(index + TASK_ID_OFFSET, offer.taskId());
        buffer.putLong(index + COST_OFFSET, offer.costNs());
        buffer.putLong(index + DEADLINE_OFFSET, offer.deadlineNs() > 0 ? nowNs + offer.deadlineNs() : Long.MAX_VALUE);
        buffer.putInt(index + OFFER_ATTEMPT_OFFSET, offer.attempt());
        buffer.putInt(index + PRIORITY_OFFSET, offer.priority());
        buffer.putInt(index + KIND_LENGTH_OFFSET, kindLength);
        buffer.putInt(index + PAYLOAD_LENGTH_OFFSET, payloadLength);
        offer.limit(kindLimit);
        offer.getTaskKind(buffer, index + KIND_OFFSET, kindLength);
        offer.getPayload(buffer, index + KIND_OFFSET + kindLength, payloadLength);
        offers.commit(index);
        return true;
    }

    /** False: no room. */
    boolean cancel(final long epoch, final long taskId, final int attempt) {
        final int index = cancels.tryClaim(CANCEL, CANCEL_LENGTH);
        if (index < 0) {
            return false;
        }
        cancels.buffer().putLong(index + EPOCH_OFFSET, epoch);
        cancels.buffer().putLong(index + TASK_ID_OFFSET, taskId);
        cancels.buffer().putInt(index + CANCEL_ATTEMPT_OFFSET, attempt);
        cancels.commit(index);
        return true;
    }
}
