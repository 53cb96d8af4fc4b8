package io.ringmaster.server.registry;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.DropNamespaceReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyEncoder;
import io.ringmaster.protocol.codec.RegisterReplyEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.registry.RegistryPartition;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the registry's role tells sessions. Results of items of one batch are held and go out together: when there are
 * {@link #MAX_BATCH_RESULTS} of them, before any other message, and at the end of the duty cycle.
 * <p>
 * Threading: confined to the registry's role.
 */
final class RegistryReplies {
    /** Results in one RegisterBatchReply. */
    static final int MAX_BATCH_RESULTS = 32;
    private static final int NO_LENGTH = 0;

    private final OutputClaim claim;
    private final RegistryResults results;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterReplyEncoder registerReply = new RegisterReplyEncoder();
    private final ReplyEncoder reply = new ReplyEncoder();
    private final DropNamespaceReplyEncoder dropReply = new DropNamespaceReplyEncoder();
    private final AgentLostEncoder agentLost = new AgentLostEncoder();
    private final MessageHeaderEncoder batchHeader = new MessageHeaderEncoder();
    private final RegisterBatchReplyEncoder batchReply = new RegisterBatchReplyEncoder();
    private final UnsafeBuffer batch;
    private RegisterBatchReplyEncoder.ResultsEncoder batchResults;
    private long batchSessionId;
    private long batchCorrelationId;
    private byte[] batchText;
    private int batchCount;

    RegistryReplies(final OutputClaim claim, final RegistryResults results) {
        this.claim = claim;
        this.results = results;
        batch = new UnsafeBuffer(new byte[maxBatchLength(results)]);
    }

    /** Longest message but a RegisterBatchReply. */
    static int maxLength(final RegistryResults results) {
        return MessageHeaderEncoder.ENCODED_LENGTH + Integer.BYTES + results.maxTextLength() +
            Math.max(Math.max(RegisterReplyEncoder.BLOCK_LENGTH, ReplyEncoder.BLOCK_LENGTH), DropNamespaceReplyEncoder.BLOCK_LENGTH);
    }

    /** Longest RegisterBatchReply. */
    static int maxBatchLength(final RegistryResults results) {
        return MessageHeaderEncoder.ENCODED_LENGTH + RegisterBatchReplyEncoder.BLOCK_LENGTH +
            RegisterBatchReplyEncoder.ResultsEncoder.sbeHeaderSize() +
            MAX_BATCH_RESULTS * RegisterBatchReplyEncoder.ResultsEncoder.sbeBlockLength() +
            RegisterBatchReplyEncoder.textHeaderLength() + results.maxTextLength();
    }

    /** Bytes that what is held will take. */
    int heldLength() {
        return batchCount == 0 ? NO_LENGTH : batch.capacity();
    }

    /** Answers a registration or an update. */
    void register(
        final long sessionId, final long correlationId, final int result, final long agentId, final long recordVersion,
        final long ownerSessionId, final long leaseNs) {
        sendRegister(sessionId, correlationId, RegistryResults.code(result), RegistryResults.retryAfterMs(result),
            agentId, recordVersion, ownerSessionId, leaseMs(leaseNs), results.text(result));
    }

    /** Answers a registration or an update that failed with an exception. */
    void registerFailed(final long sessionId, final long correlationId) {
        sendRegister(sessionId, correlationId, ResultCode.INTERNAL, 0, 0, 0, 0, 0, results.failedText());
    }

    /** Answers an item of a batch. */
    void batchItem(
        final long sessionId, final long correlationId, final int total, final int index, final int result,
        final long agentId, final long recordVersion, final long ownerSessionId, final long leaseNs) {
        addToBatch(sessionId, correlationId, total, index, RegistryResults.code(result), RegistryResults.retryAfterMs(result),
            agentId, recordVersion, ownerSessionId, leaseNs, results.text(result));
    }

    /** Answers an item of a batch that failed with an exception. */
    void batchItemFailed(
        final long sessionId, final long correlationId, final int total, final int index, final long leaseNs) {
        addToBatch(sessionId, correlationId, total, index, ResultCode.INTERNAL, 0, 0, 0, 0, leaseNs, results.failedText());
    }

    /** Answers an unregistration. */
    void unregister(final long sessionId, final long correlationId, final int result, final long incarnation) {
        send(sessionId, correlationId, RegistryResults.code(result), incarnation, results.text(result));
    }

    /** Answers an unregistration that failed with an exception. */
    void unregisterFailed(final long sessionId, final long correlationId) {
        send(sessionId, correlationId, ResultCode.INTERNAL, 0, results.failedText());
    }

    /** Answers the drop of a namespace for one partition: with the records concerned, or a result of the registry, negated. */
    void dropped(final long sessionId, final long correlationId, final RegistryPartition partition, final int dropped) {
        final int result = Math.max(0, -dropped);
        sendDropped(sessionId, correlationId, RegistryResults.code(result), partition, Math.max(0, dropped), results.text(result));
    }

    /** Answers the drop of a namespace that failed with an exception in one partition. */
    void dropFailed(final long sessionId, final long correlationId, final RegistryPartition partition) {
        sendDropped(sessionId, correlationId, ResultCode.INTERNAL, partition, 0, results.failedText());
    }

    /** Answers the drop of a namespace that is refused since the store has failed. */
    void dropRefused(final long sessionId, final long correlationId, final RegistryPartition partition) {
        sendDropped(sessionId, correlationId, RegistryResults.code(WriteGate.STORE_FAILED), partition, 0,
            results.text(WriteGate.STORE_FAILED));
    }

    /** Answers the drop of a namespace that is refused since as many wait as may. */
    void dropOverloaded(final long sessionId, final long correlationId, final RegistryPartition partition) {
        sendDropped(sessionId, correlationId, ResultCode.OVERLOADED, partition, 0, results.dropsFullText());
    }

    private void sendDropped(
        final long sessionId, final long correlationId, final ResultCode code, final RegistryPartition partition,
        final long dropped, final byte[] text) {
        claim(sessionId, DropNamespaceReplyEncoder.BLOCK_LENGTH, DropNamespaceReplyEncoder.textHeaderLength(), text);
        dropReply.wrapAndApplyHeader(claim.buffer(), claim.index(), header)
            .correlationId(correlationId)
            .code(code.value())
            .partition(partition.partitionIndex())
            .partitions(partition.settings().partitions())
            .dropped(dropped)
            .putText(text, 0, text.length);
        claim.commit();
    }

    /** Tells a session that a record of its own is gone. */
    void agentLost(final long sessionId, final long agentId, final ResultCode code, final byte[] text) {
        claim(sessionId, AgentLostEncoder.BLOCK_LENGTH, AgentLostEncoder.textHeaderLength(), text);
        agentLost.wrapAndApplyHeader(claim.buffer(), claim.index(), header)
            .agentId(agentId)
            .code(code.value())
            .leftOut(0)
            .putText(text, 0, text.length);
        claim.commit();
    }

    /** Sends what is held. Returns messages sent. */
    int flush() {
        if (batchCount == 0) {
            return 0;
        }
        batchResults.resetCountToIndex();
        batchReply.putText(batchText, 0, batchText.length);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + batchReply.encodedLength();
        batchCount = 0;
        claim.egress(batchSessionId, length);
        claim.buffer().putBytes(claim.index(), batch, 0, length);
        claim.commit();
        return 1;
    }

    @SuppressWarnings("checkstyle:ParameterNumber")
    private void addToBatch(
        final long sessionId, final long correlationId, final int total, final int index, final ResultCode code,
        final int retryAfterMs, final long agentId, final long recordVersion, final long ownerSessionId, final long leaseNs,
        final byte[] text) {
        if (batchCount == MAX_BATCH_RESULTS ||
            batchCount > 0 && (sessionId != batchSessionId || correlationId != batchCorrelationId)) {
            flush();
        }
        if (batchCount == 0) {
            batchSessionId = sessionId;
            batchCorrelationId = correlationId;
            batchText = results.noText();
            batchResults = batchReply.wrapAndApplyHeader(batch, 0, batchHeader)
                .correlationId(correlationId)
                .total(total)
                .leaseMs(leaseMs(leaseNs))
                .resultsCount(MAX_BATCH_RESULTS);
        }
        batchResults.next()
            .index(index)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .agentId(agentId)
            .recordVersion(recordVersion)
            .ownerSessionId(ownerSessionId);
        if (batchText.length == 0) {
            batchText = text;
        }
        batchCount++;
    }

    private void sendRegister(
        final long sessionId, final long correlationId, final ResultCode code, final int retryAfterMs, final long agentId,
        final long recordVersion, final long ownerSessionId, final int leaseMs, final byte[] text) {
        claim(sessionId, RegisterReplyEncoder.BLOCK_LENGTH, RegisterReplyEncoder.textHeaderLength(), text);
        registerReply.wrapAndApplyHeader(claim.buffer(), claim.index(), header)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .agentId(agentId)
            .recordVersion(recordVersion)
            .ownerSessionId(ownerSessionId)
            .leaseMs(leaseMs)
            .putText(text, 0, text.length);
        claim.commit();
    }

    private void send(
        final long sessionId, final long correlationId, final ResultCode code, final long value, final byte[] text) {
        claim(sessionId, ReplyEncoder.BLOCK_LENGTH, ReplyEncoder.textHeaderLength(), text);
        reply.wrapAndApplyHeader(claim.buffer(), claim.index(), header)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(0)
            .value(value)
            .value2(0)
            .putText(text, 0, text.length);
        claim.commit();
    }

    /** A place for a message; what is held goes first. */
    private void claim(final long sessionId, final int blockLength, final int textHeaderLength, final byte[] text) {
        flush();
        claim.egress(sessionId, MessageHeaderEncoder.ENCODED_LENGTH + blockLength + textHeaderLength + text.length);
    }

    private static int leaseMs(final long leaseNs) {
        return (int) Math.min(Integer.MAX_VALUE, leaseNs / 1_000_000);
    }
}
