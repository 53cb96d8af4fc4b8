package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.SubmitBatchEncoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;

/**
 * Encodes one batch after the other into a preallocated buffer, without allocation:
 * {@code begin, addTask..., send}. {@code send} may be repeated, for instance after BACK_PRESSURED or after
 * {@link ClientListener#onRequestLost}: the server takes a batch id once.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
public final class BatchWriter {
    private static final int TASK_OVERHEAD = SubmitBatchEncoder.TasksEncoder.sbeBlockLength() + 2 * Short.BYTES + Integer.BYTES;

    private final ClientChannel channel;
    private final UnsafeBuffer buffer;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SubmitBatchEncoder batch = new SubmitBatchEncoder();
    private final UnsafeBuffer namespace = new UnsafeBuffer(new byte[Protocol.MAX_NAME_LENGTH]);
    private int namespaceLength;
    private SubmitBatchEncoder.TasksEncoder tasks;
    private int taskCount;
    private int length;

    BatchWriter(final ClientChannel channel, final int capacity) {
        this.channel = channel;
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
    }

    /**
     * Starts a batch and forgets the one before.
     *
     * @param batchId       not 0; see {@link ClientChannel#nextBatchId()}.
     * @param namespaceName at most 128 ASCII characters; empty: the default one.
     * @return this.
     * @throws IllegalArgumentException for id 0 or a namespace that is no such text.
     */
    public BatchWriter begin(final long batchId, final CharSequence namespaceName) {
        if (batchId == 0 || namespaceName.length() > Protocol.MAX_NAME_LENGTH || !ConnectionContext.isAscii(namespaceName)) {
            throw new IllegalArgumentException("batchId = " + batchId + ", namespace = " + namespaceName
                + ": the id must not be 0, the namespace must be at most " + Protocol.MAX_NAME_LENGTH + " ASCII characters");
        }
        namespaceLength = namespace.putStringWithoutLengthAscii(0, namespaceName);
        batch.wrapAndApplyHeader(buffer, 0, header).sessionId(0).correlationId(0).batchId(batchId);
        tasks = batch.tasksCount(SubmitBatchEncoder.TasksEncoder.countMaxValue());
        taskCount = 0;
        length = 0;
        return this;
    }

    /**
     * Appends a task.
     *
     * @param capabilities required, all of them; names joined with commas.
     * @param kind         what service times are learned by; may be empty.
     * @param costNs       expected service time in nanoseconds; 0: not known.
     * @param deadlineNs   from arrival at the server, in nanoseconds; 0: none.
     * @param priority     0 low to 3 urgent.
     * @param maxAttempts  0: the server's default.
     * @param payload      buffer with the payload.
     * @param offset       of the payload.
     * @param payloadLength in bytes.
     * @return index of the task, or {@link ClientChannel#TOO_LARGE} where the batch has no room for it or its payload is
     *     over the server's bound, or {@link ClientChannel#INVALID_ARGUMENT}.
     */
    public int addTask(final CharSequence capabilities, final CharSequence kind, final long costNs, final long deadlineNs,
                       final int priority, final int maxAttempts, final DirectBuffer payload, final int offset,
                       final int payloadLength) {
        if (tasks == null || length != 0) {
            throw new IllegalStateException("Expected begin before addTask, and no addTask after send");
        }
        if (priority < 0 || priority > Protocol.MAX_PRIORITY || maxAttempts < 0 || maxAttempts > 254 || costNs < 0
            || deadlineNs < 0 || !ConnectionContext.isAscii(capabilities) || !ConnectionContext.isAscii(kind)) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        final ServerLimits limits = channel.limits();
        final int end = batch.limit() + TASK_OVERHEAD + capabilities.length() + kind.length() + payloadLength
            + Short.BYTES + namespaceLength;
        if (end > buffer.capacity() || capabilities.length() > 1024 || kind.length() > Protocol.MAX_NAME_LENGTH
            || limits != null && (taskCount >= limits.maxBatchTasks() || payloadLength > limits.maxPayloadLength())) {
            return ClientChannel.TOO_LARGE;
        }
        tasks.next().costNs(costNs).deadlineNs(deadlineNs).priority((short) priority).maxAttempts((short) maxAttempts)
            .capabilities(capabilities).taskKind(kind).putPayload(payload, offset, payloadLength);
        return taskCount++;
    }

    /**
     * Tasks so far.
     *
     * @return the number.
     */
    public int taskCount() {
        return taskCount;
    }

    /**
     * Sends the batch; may be repeated.
     *
     * @return correlation id, or a negative code of {@link ClientChannel}.
     */
    public long send() {
        return channel.send(buffer, finish());
    }

    /** Completes the frame. Returns its length. */
    int finish() {
        if (tasks == null || taskCount == 0) {
            throw new IllegalStateException("Expected begin and at least one task before send");
        }
        if (length == 0) {
            tasks.resetCountToIndex();
            batch.putNamespaceName(namespace, 0, namespaceLength);
            length = batch.limit();
        }
        return length;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }
}
