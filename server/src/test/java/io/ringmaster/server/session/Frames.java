package io.ringmaster.server.session;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.AgentHeartbeatEncoder;
import io.ringmaster.protocol.codec.CancelRequestEncoder;
import io.ringmaster.protocol.codec.CloseRequestEncoder;
import io.ringmaster.protocol.codec.ConnectRequestEncoder;
import io.ringmaster.protocol.codec.DropNamespaceRequestEncoder;
import io.ringmaster.protocol.codec.KeepAliveEncoder;
import io.ringmaster.protocol.codec.LookupBatchRequestEncoder;
import io.ringmaster.protocol.codec.LookupRequestEncoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryRequestEncoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestEncoder;
import io.ringmaster.protocol.codec.RegisterRequestEncoder;
import io.ringmaster.protocol.codec.RegistryStatsRequestEncoder;
import io.ringmaster.protocol.codec.ResultAckEncoder;
import io.ringmaster.protocol.codec.SubmitBatchEncoder;
import io.ringmaster.protocol.codec.TaskCompletedEncoder;
import io.ringmaster.protocol.codec.TaskRefusedEncoder;
import io.ringmaster.protocol.codec.UnregisterRequestEncoder;
import io.ringmaster.protocol.codec.UnwatchRequestEncoder;
import io.ringmaster.protocol.codec.UpdateRequestEncoder;
import io.ringmaster.protocol.codec.WatchAckEncoder;
import io.ringmaster.protocol.codec.WatchRequestEncoder;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames as clients send them; each is a buffer of exactly its length.
 * <p>
 * Threading: immutable.
 */
public final class Frames {
    private static final MessageHeaderEncoder HEADER = new MessageHeaderEncoder();

    private Frames() {
    }

    /** A connect request for IPC that a test may change. */
    public static UnsafeBuffer connect(final long correlationId, final int streamId, final long resumeId, final long token) {
        return connect(correlationId, Protocol.VERSION, "aeron:ipc", streamId, resumeId, token, "test");
    }

    /** A connect request. */
    public static UnsafeBuffer connect(
        final long correlationId, final int version, final String channel, final int streamId, final long resumeId,
        final long token, final String name) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final ConnectRequestEncoder encoder = new ConnectRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .correlationId(correlationId).protocolVersion(version).responseStreamId(streamId)
            .resumeSessionId(resumeId).resumeToken(token).lastResultSequence(0)
            .responseChannel(channel).clientName(name).putCredentials(new byte[0], 0, 0);
        return exact(buffer, encoder.encodedLength());
    }

    /** A keep-alive. */
    public static UnsafeBuffer keepAlive(final long sessionId, final long acked) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new KeepAliveEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).ackedResultSequence(acked).loadState((short) 0).encodedLength());
    }

    /** The end of a session. */
    public static UnsafeBuffer close(final long sessionId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new CloseRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).encodedLength());
    }

    /** A registration of an agent; the consumer may change its fixed fields. */
    public static UnsafeBuffer register(
        final long sessionId, final long correlationId, final String namespace, final String name, final String capabilities,
        final int metadataLength, final Consumer<RegisterRequestEncoder> change) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final RegisterRequestEncoder encoder = new RegisterRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).kind(Protocol.KIND_AGENT).capacity(4).parallelism(2).leaseMs(0);
        change.accept(encoder);
        encoder.namespaceName(namespace).name(name).capabilities(capabilities)
            .putMetadata(new byte[metadataLength], 0, metadataLength).attributes("");
        return exact(buffer, encoder.encodedLength());
    }

    /** A registration of an agent with attributes. */
    public static UnsafeBuffer register(
        final long sessionId, final long correlationId, final String namespace, final String name, final String capabilities,
        final int metadataLength, final String attributes) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new RegisterRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).kind(Protocol.KIND_AGENT).capacity(4).parallelism(2).leaseMs(0)
            .namespaceName(namespace).name(name).capabilities(capabilities)
            .putMetadata(new byte[metadataLength], 0, metadataLength).attributes(attributes).encodedLength());
    }

    /** An update of a record. */
    public static UnsafeBuffer update(
        final long sessionId, final long correlationId, final long expectedVersion, final int flags, final String namespace,
        final String name, final String capabilities, final int metadataLength, final String attributes) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new UpdateRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).expectedVersion(expectedVersion).flags((short) flags).expectedAgentId(0)
            .namespaceName(namespace).name(name).capabilities(capabilities)
            .putMetadata(new byte[metadataLength], 0, metadataLength).attributes(attributes).encodedLength());
    }

    /** A batch of registrations of agents with the capability x. */
    public static UnsafeBuffer registerBatch(
        final long sessionId, final long correlationId, final int leaseMs, final String namespace, final String... names) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final RegisterBatchRequestEncoder encoder = new RegisterBatchRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).leaseMs(leaseMs);
        final RegisterBatchRequestEncoder.ItemsEncoder items = encoder.itemsCount(names.length);
        for (final String name : names) {
            items.next().kind(Protocol.KIND_AGENT).capacity(4).parallelism(2)
                .name(name).capabilities("x").attributes("").putMetadata(new byte[3], 0, 3);
        }
        return exact(buffer, encoder.namespaceName(namespace).encodedLength());
    }

    /** The drop of a namespace. */
    public static UnsafeBuffer dropNamespace(
        final long sessionId, final long correlationId, final int graceMs, final String namespace) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new DropNamespaceRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).graceMs(graceMs).namespaceName(namespace).encodedLength());
    }

    /** A query by more than capabilities. */
    public static UnsafeBuffer query(
        final long sessionId, final long correlationId, final String namespace, final String anyOf, final String noneOf,
        final String namePrefix, final String attributeFilter, final int countOnly) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new QueryRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).kind((short) 0).maxRecords(100).cursor(0)
            .readiness((short) 0).countOnly((short) countOnly).namespaceName(namespace).allOf("").anyOf(anyOf).noneOf(noneOf)
            .namePrefix(namePrefix).attributeFilter(attributeFilter).encodedLength());
    }

    /** A request of a watch. */
    public static UnsafeBuffer watch(final long sessionId, final long correlationId, final long watchId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new WatchRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).watchId(watchId).kind((short) 0).windowBytes(0)
            .namespaceName("ns").namePrefix("a").allOf("x").anyOf("y").noneOf("z").encodedLength());
    }

    /** The end of a watch. */
    public static UnsafeBuffer unwatch(final long sessionId, final long correlationId, final long watchId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new UnwatchRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).watchId(watchId).encodedLength());
    }

    /** An acknowledgement of events. */
    public static UnsafeBuffer watchAck(final long sessionId, final long watchId, final long sequence) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new WatchAckEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).watchId(watchId).ackedSequence(sequence).encodedLength());
    }

    /** A request of the registry's statistics. */
    public static UnsafeBuffer registryStats(final long sessionId, final long correlationId, final int firstNamespace) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new RegistryStatsRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).firstNamespace(firstNamespace).encodedLength());
    }

    /**
     * A frame as a client of version 1 of the schema sends it.
     *
     * @param frame         of this version, with empty texts where version 2 added some.
     * @param appendedBlock bytes that version 2 added to its block.
     * @param appendedTexts texts that version 2 added at its end.
     */
    public static UnsafeBuffer version1(final UnsafeBuffer frame, final int appendedBlock, final int appendedTexts) {
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(frame, 0);
        final int block = header.blockLength() - appendedBlock;
        final int blockEnd = MessageHeaderEncoder.ENCODED_LENGTH + block;
        final int length = frame.capacity() - appendedBlock - appendedTexts * Short.BYTES;
        final UnsafeBuffer old = new UnsafeBuffer(new byte[length]);
        old.putBytes(0, frame, 0, blockEnd);
        old.putBytes(blockEnd, frame, blockEnd + appendedBlock, length - blockEnd);
        new MessageHeaderEncoder().wrap(old, 0).blockLength(block).version(1);
        return old;
    }

    /** The withdrawal of a registration. */
    public static UnsafeBuffer unregister(
        final long sessionId, final long correlationId, final String namespace, final String name) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new UnregisterRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).namespaceName(namespace).name(name).encodedLength());
    }

    /** A heartbeat for agents, each with as many running tasks. */
    public static UnsafeBuffer heartbeat(
        final long sessionId, final long[] agentIds, final int readiness, final int inFlight, final int running) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final AgentHeartbeatEncoder encoder = new AgentHeartbeatEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId);
        final AgentHeartbeatEncoder.AgentsEncoder agents = encoder.agentsCount(agentIds.length);
        for (final long agentId : agentIds) {
            agents.next().agentId(agentId).readiness((short) readiness).inFlight(inFlight).estimatedWaitNs(7);
        }
        final AgentHeartbeatEncoder.RunningEncoder tasks = encoder.runningCount(running);
        for (int i = 0; i < running; i++) {
            tasks.next().taskId(1000 + i).attempt(1);
        }
        return exact(buffer, encoder.encodedLength());
    }

    /** A lookup. */
    public static UnsafeBuffer lookup(
        final long sessionId, final long correlationId, final String namespace, final String name) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new LookupRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).namespaceName(namespace).name(name).encodedLength());
    }

    /** Lookups of several names. */
    public static UnsafeBuffer lookupBatch(
        final long sessionId, final long correlationId, final String namespace, final String... names) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final LookupBatchRequestEncoder encoder = new LookupBatchRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId);
        final LookupBatchRequestEncoder.KeysEncoder keys = encoder.keysCount(names.length);
        for (final String name : names) {
            keys.next().name(name);
        }
        return exact(buffer, encoder.namespaceName(namespace).encodedLength());
    }

    /** A query. */
    public static UnsafeBuffer query(
        final long sessionId, final long correlationId, final int kind, final int maxRecords, final long cursor,
        final String namespace, final String allOf) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new QueryRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).kind((short) kind).maxRecords(maxRecords).cursor(cursor)
            .readiness((short) 0).countOnly((short) 0).namespaceName(namespace).allOf(allOf).anyOf("").noneOf("").namePrefix("")
            .attributeFilter("").encodedLength());
    }

    /** A batch of like tasks; the consumer may change each task's fixed fields. */
    public static UnsafeBuffer submit(
        final long sessionId, final long batchId, final int tasks, final String capabilities, final String kind,
        final int payloadLength, final Consumer<SubmitBatchEncoder.TasksEncoder> change) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final SubmitBatchEncoder encoder = new SubmitBatchEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(77).batchId(batchId);
        final SubmitBatchEncoder.TasksEncoder group = encoder.tasksCount(tasks);
        for (int i = 0; i < tasks; i++) {
            group.next().costNs(1000).deadlineNs(5000).priority((short) 1).maxAttempts((short) 0);
            change.accept(group);
            group.capabilities(capabilities).taskKind(kind).putPayload(new byte[payloadLength], 0, payloadLength);
        }
        return exact(buffer, encoder.namespaceName("").encodedLength());
    }

    /** A cancel. */
    public static UnsafeBuffer cancel(final long sessionId, final long correlationId, final long batchId, final int taskIndex) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new CancelRequestEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).correlationId(correlationId).batchId(batchId).taskIndex(taskIndex).encodedLength());
    }

    /** An acknowledgement of results. */
    public static UnsafeBuffer resultAck(final long sessionId, final long acked) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new ResultAckEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).ackedResultSequence(acked).encodedLength());
    }

    /** A refusal of a task. */
    public static UnsafeBuffer taskRefused(final long sessionId, final long taskId, final int capacityInMs) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new TaskRefusedEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).taskId(taskId).attempt(1).agentId(3).code(8).capacityInMs(capacityInMs).encodedLength());
    }

    /** The end of a task. */
    public static UnsafeBuffer taskCompleted(
        final long sessionId, final long taskId, final int code, final long serviceNs, final int resultLength) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        return exact(buffer, new TaskCompletedEncoder().wrapAndApplyHeader(buffer, 0, HEADER)
            .sessionId(sessionId).taskId(taskId).attempt(1).agentId(3).code(code).serviceNs(serviceNs)
            .putResult(new byte[resultLength], 0, resultLength).encodedLength());
    }

    private static UnsafeBuffer exact(final DirectBuffer buffer, final int encodedLength) {
        final byte[] bytes = new byte[MessageHeaderEncoder.ENCODED_LENGTH + encodedLength];
        buffer.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }
}
