package io.ringmaster.server.agents;

import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.TaskCompletedCommandEncoder;
import io.ringmaster.server.codec.TaskRefusedCommandEncoder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Sends the answers of one agent into the coordination ring, as completions. When the ring is full, answers wait in order in
 * an off-heap outbox that has room for one answer more than the agent's capacity. The agent takes no task while it is not
 * empty, so it cannot overflow.
 * <p>
 * Threading: confined to the worker.
 */
final class AnswerProxy {
    private static final int MESSAGE_TYPE = 1;
    /** Where an answer is put together is either a claim in the ring or one in the outbox. */
    private static final long IN_OUTBOX = -1;

    private final CommandRing ring;
    private final NanoClock clock;
    private final WorkerStats stats;
    private final OneToOneRingBuffer outbox;
    private final ControlledMessageHandler forwarder = this::forward;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final TaskCompletedCommandEncoder completed = new TaskCompletedCommandEncoder();
    private final TaskRefusedCommandEncoder refused = new TaskRefusedCommandEncoder();

    private int waiting;
    private MutableDirectBuffer claimBuffer;
    private int claimIndex;

    AnswerProxy(
        final CommandRing ring, final int agentCapacity, final int maxPayloadLength, final NanoClock clock,
        final WorkerStats stats) {
        this.ring = ring;
        this.clock = clock;
        this.stats = stats;
        outbox = new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            outboxLength(agentCapacity, maxPayloadLength), BitUtil.CACHE_LINE_LENGTH)));
    }

    /** Bytes of the longest answer. */
    static int maxLength(final int maxPayloadLength) {
        return Math.max(completedLength(maxPayloadLength), refusedLength());
    }

    /** Bytes of an outbox; the ring buffer's longest message is an eighth of it, and a wrap may waste up to one message. */
    static int outboxLength(final int agentCapacity, final int maxPayloadLength) {
        final long record = BitUtil.align(maxLength(maxPayloadLength) + 2 * Long.BYTES, 2 * Long.BYTES);
        final long length = record * Math.max(agentCapacity + 3L, 8);
        if (length > 1 << 30) {
            throw new AgentConfigurationException("capacity = " + agentCapacity + " with max-payload = " + maxPayloadLength +
                " needs an outbox of " + length + " bytes; the bound is " + (1 << 30));
        }
        return BitUtil.findNextPositivePowerOfTwo((int) length) + RingBufferDescriptor.TRAILER_LENGTH;
    }

    boolean isOutboxEmpty() {
        return waiting == 0;
    }

    void completed(
        final long taskId, final int attempt, final long agentId, final int code, final long serviceNs,
        final DirectBuffer result, final int offset, final int length) {
        final int messageLength = completedLength(length);
        final long claim = claim(messageLength);
        completed.wrapAndApplyHeader(claimBuffer, claimIndex, header)
            .sessionId(0)
            .taskId(taskId)
            .attempt(attempt)
            .agentId(agentId)
            .code(code)
            .serviceNs(serviceNs)
            .putResult(result, offset, length);
        commit(claim, messageLength);
    }

    void refused(final long taskId, final int attempt, final long agentId, final int code, final long capacityInNs) {
        final int messageLength = refusedLength();
        final long claim = claim(messageLength);
        refused.wrapAndApplyHeader(claimBuffer, claimIndex, header)
            .sessionId(0)
            .taskId(taskId)
            .attempt(attempt)
            .agentId(agentId)
            .code(code)
            .capacityInNs(capacityInNs);
        commit(claim, messageLength);
    }

    /**
     * Moves waiting answers into the ring while it has room.
     *
     * @return answers moved.
     */
    int drain(final int limit) {
        if (waiting == 0 || ring.depth() >= ring.capacity()) {
            return 0;
        }
        final int moved = outbox.controlledRead(forwarder, limit);
        waiting -= moved;
        return moved;
    }

    private ControlledMessageHandler.Action forward(
        final int messageType, final MutableDirectBuffer buffer, final int index, final int length) {
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return ControlledMessageHandler.Action.ABORT;
        }
        ring.buffer().putBytes(ring.offset(sequence), buffer, index, length);
        ring.commit(sequence, length, clock.nanoTime());
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private long claim(final int length) {
        if (waiting == 0) {
            final long sequence = ring.tryClaim(length, true);
            if (sequence >= 0) {
                claimBuffer = ring.buffer();
                claimIndex = ring.offset(sequence);
                return sequence;
            }
        }
        final int index = outbox.tryClaim(MESSAGE_TYPE, length);
        if (index < 0) {
            throw new IllegalStateException("outbox of " + outbox.capacity() + " bytes is full: " + waiting + " answers wait");
        }
        claimBuffer = outbox.buffer();
        claimIndex = index;
        return IN_OUTBOX;
    }

    private void commit(final long claim, final int length) {
        stats.onAnswer();
        if (claim == IN_OUTBOX) {
            outbox.commit(claimIndex);
            waiting++;
            stats.onPostponedAnswer();
        } else {
            ring.commit(claim, length, clock.nanoTime());
        }
    }

    private static int completedLength(final int resultLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + TaskCompletedCommandEncoder.BLOCK_LENGTH +
            TaskCompletedCommandEncoder.resultHeaderLength() + resultLength;
    }

    private static int refusedLength() {
        return MessageHeaderEncoder.ENCODED_LENGTH + TaskRefusedCommandEncoder.BLOCK_LENGTH;
    }
}
