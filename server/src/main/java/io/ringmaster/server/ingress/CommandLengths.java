package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import io.ringmaster.server.codec.SubmitBatchCommandEncoder;
import io.ringmaster.server.codec.TaskCompletedCommandEncoder;
import io.ringmaster.server.codec.UpdateCommandEncoder;
import io.ringmaster.server.codec.WatchCommandEncoder;

/**
 * Lengths of the commands that ingress writes into the rings, for those who size their slots.
 * <p>
 * Threading: immutable.
 */
public final class CommandLengths {
    private CommandLengths() {
    }

    /**
     * Longest command for a registry partition.
     *
     * @param maxMetadataLength of a record.
     * @return bytes.
     */
    public static int maxPartitionCommand(final int maxMetadataLength) {
        return Math.max(
            register(Protocol.MAX_NAME_LENGTH, Protocol.MAX_NAME_LENGTH, maxMetadataLength),
            Math.max(update(Protocol.MAX_NAME_LENGTH, Protocol.MAX_NAME_LENGTH, maxMetadataLength), watch()));
    }

    /**
     * Longest command for the coordinator that a client's message can become. A task takes more bytes there than on the
     * wire, since its names are words.
     *
     * @param maxMessageLength longest message from a client.
     * @param maxBatchTasks    tasks of one batch.
     * @param maxPayloadLength of a task's payload or result.
     * @return bytes.
     */
    public static int maxCoordinationCommand(
        final int maxMessageLength, final int maxBatchTasks, final int maxPayloadLength) {
        final int payloads = (int) Math.min(maxMessageLength, (long) maxBatchTasks * maxPayloadLength);
        return Math.max(
            submitBatch(maxBatchTasks, payloads, Protocol.MAX_NAME_LENGTH), taskCompleted(maxPayloadLength));
    }

    static int register(final int namespaceLength, final int nameLength, final int metadataLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + RegisterCommandEncoder.BLOCK_LENGTH +
            RegisterCommandEncoder.namespaceNameHeaderLength() + namespaceLength +
            RegisterCommandEncoder.nameHeaderLength() + nameLength +
            RegisterCommandEncoder.metadataHeaderLength() + metadataLength;
    }

    static int update(final int namespaceLength, final int nameLength, final int metadataLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + UpdateCommandEncoder.BLOCK_LENGTH +
            UpdateCommandEncoder.namespaceNameHeaderLength() + namespaceLength +
            UpdateCommandEncoder.nameHeaderLength() + nameLength +
            UpdateCommandEncoder.metadataHeaderLength() + metadataLength;
    }

    private static int watch() {
        return MessageHeaderEncoder.ENCODED_LENGTH + WatchCommandEncoder.BLOCK_LENGTH +
            WatchCommandEncoder.namespaceNameHeaderLength() + WatchCommandEncoder.namePrefixHeaderLength() +
            2 * Protocol.MAX_NAME_LENGTH;
    }

    static int submitBatch(final int tasks, final int payloadLength, final int namespaceLength) {
        final int task = SubmitBatchCommandEncoder.TasksEncoder.sbeBlockLength() +
            SubmitBatchCommandEncoder.TasksEncoder.payloadHeaderLength();
        return MessageHeaderEncoder.ENCODED_LENGTH + SubmitBatchCommandEncoder.BLOCK_LENGTH +
            SubmitBatchCommandEncoder.TasksEncoder.sbeHeaderSize() + tasks * task + payloadLength +
            SubmitBatchCommandEncoder.namespaceNameHeaderLength() + namespaceLength;
    }

    static int taskCompleted(final int resultLength) {
        return MessageHeaderEncoder.ENCODED_LENGTH + TaskCompletedCommandEncoder.BLOCK_LENGTH +
            TaskCompletedCommandEncoder.resultHeaderLength() + resultLength;
    }
}
