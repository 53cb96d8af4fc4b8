package io.ringmaster.server.registry;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryEffects;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.codec.AgentDownCommandDecoder;
import io.ringmaster.server.codec.AgentLoadCommandDecoder;
import io.ringmaster.server.codec.AgentUpCommandDecoder;
import io.ringmaster.server.codec.DropNamespaceCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import io.ringmaster.server.codec.ReleaseSessionCommandEncoder;
import io.ringmaster.server.codec.RenewCommandEncoder;
import io.ringmaster.server.codec.UnregisterCommandEncoder;
import io.ringmaster.server.codec.UpdateCommandEncoder;
import io.ringmaster.server.config.WatchSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.watch.WatchCounters;
import io.ringmaster.server.watch.WatchDesk;
import io.ringmaster.server.watch.WatchRoom;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A registry role with real partitions and rings, a reader of both outputs, and a hand-moved clock. */
final class RegistryRig {
    static final String NAMESPACE = "ml";
    static final byte[] METADATA = "meta".getBytes(StandardCharsets.US_ASCII);

    final List<Throwable> errors = new ArrayList<>();
    final List<String> announced = new ArrayList<>();
    final List<String> replies = new ArrayList<>();
    final CommandRing coordinationRing;
    final ManyToOneRingBuffer egressRing;
    final RegistryPartition[] partitions;
    final CommandRing[] rings;
    final RegistryOutput output;
    final RegistryRole role;
    long nowNs = 1_000_000_000L;
    int gate = RegistryResult.OK;

    private final PartitionRouter router;
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[2048]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterCommandEncoder register = new RegisterCommandEncoder();
    private final UnregisterCommandEncoder unregister = new UnregisterCommandEncoder();
    private final RenewCommandEncoder renew = new RenewCommandEncoder();
    private final ReleaseSessionCommandEncoder release = new ReleaseSessionCommandEncoder();
    private final UpdateCommandEncoder update = new UpdateCommandEncoder();
    private final DropNamespaceCommandEncoder drop = new DropNamespaceCommandEncoder();
    private int batchTotal;
    private int batchIndex;

    RegistryRig(final int partitionCount, final int entries, final int coordinationSlots, final int egressBytes) {
        final RegistrySettings settings = RegistrySettings.of(partitionCount, entries, 0);
        router = new PartitionRouter(partitionCount);
        coordinationRing = ring("coordination", coordinationSlots);
        final EgressProxy egress = new EgressProxy(egressBytes, 200, NetworkCounters.unmanaged());
        egressRing = new ManyToOneRingBuffer((AtomicBuffer) egress.buffer());
        output = new RegistryOutput(coordinationRing, egress, new RegistryResults(settings));
        final WatchDesk watches = new WatchDesk(new WatchSettings(4, 4, 4096, 4096, 64 * 1024), new WatchRoom(4096, 0), settings,
            new CapabilityDictionary(), new AttributeDictionary(AttributeSchema.NONE, 1), egress, WatchCounters.unmanaged());
        partitions = new RegistryPartition[partitionCount];
        rings = new CommandRing[partitionCount];
        for (int i = 0; i < partitionCount; i++) {
            partitions[i] = new RegistryPartition(i, settings, new EffectsFanout(output, watches));
            rings[i] = ring("partition-" + i, 1024);
        }
        watches.start(partitions);
        role = new RegistryRole(partitions, rings, output, watches, () -> gate, errors::add);
    }

    private CommandRing ring(final String name, final int slots) {
        return new CommandRing(new RingSettings(name, slots, CommandSlotDescriptor.slotLengthFor(600), 1), errors::add);
    }

    /** Another partition, whose last record is an agent with a given id; it has no effects. */
    static RegistryPartition agentOfSession(final long sessionId, final long agentId) {
        final RegistryPartition other = new RegistryPartition(0, RegistrySettings.of(1, 64, agentId - 1), new RegistryEffects() {
            @Override
            public boolean canAccept() {
                return true;
            }

            @Override
            public void onUp(final RegistryPartition partition, final RecordView record) {
                // Only the record is wanted.
            }

            @Override
            public void onChanged(final RegistryPartition partition, final RecordView record) {
                // Only the record is wanted.
            }

            @Override
            public void onDown(final RegistryPartition partition, final RecordView record, final int reason) {
                // Only the record is wanted.
            }
        });
        final UnsafeBuffer key = new UnsafeBuffer(NAMESPACE_BYTES);
        final Registration registration = new Registration().kind(Protocol.KIND_AGENT).ownerSession(sessionId)
            .namespace(key, 0, key.capacity()).name(key, 0, key.capacity());
        if (other.register(registration, 0) != RegistryResult.OK) {
            throw new IllegalStateException("not registered");
        }
        return other;
    }

    int work() {
        return role.doWork(nowNs);
    }

    void register(final long sessionId, final long correlationId, final String name, final long leaseNs) {
        register(sessionId, correlationId, Protocol.KIND_AGENT, name, leaseNs);
    }

    void register(
        final long sessionId, final long correlationId, final byte kind, final String name, final long leaseNs) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        register(sessionId, correlationId, kind, bytes, leaseNs, partitionOf(name));
    }

    void register(
        final long sessionId, final long correlationId, final byte kind, final byte[] name, final long leaseNs,
        final int partition) {
        register.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .kind(kind)
            .capacity(8)
            .parallelism(2)
            .leaseNs(leaseNs)
            .localAgent(sessionId == 0 ? 5 : -1)
            .batchTotal(batchTotal)
            .batchIndex(batchIndex);
        register.capabilities().w0(1).w1(2).w2(3).w3(4);
        register.attributes().present((short) 0);
        register.putNamespaceName(NAMESPACE_BYTES, 0, NAMESPACE_BYTES.length)
            .putName(name, 0, name.length)
            .putMetadata(METADATA, 0, METADATA.length);
        send(partition, register.encodedLength());
    }

    /** Items of one batch. */
    void registerBatch(final long sessionId, final long correlationId, final String... names) {
        batchTotal = names.length;
        for (batchIndex = 0; batchIndex < names.length; batchIndex++) {
            register(sessionId, correlationId, names[batchIndex], 2_000_000_000L);
        }
        batchTotal = 0;
        batchIndex = 0;
    }

    /** Replaces the metadata of a record and sets its capability words to one value. */
    void update(
        final long sessionId, final long correlationId, final boolean administrator, final long expectedVersion, final String name,
        final long word) {
        update.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .expectedVersion(expectedVersion)
            .expectedAgentId(0)
            .flags((short) 3)
            .administrator((short) (administrator ? 1 : 0))
            .removedAttributes((short) 0);
        update.capabilities().w0(word).w1(word).w2(word).w3(word);
        update.attributes().present((short) 0);
        update.namespaceName(NAMESPACE).name(name).putMetadata(METADATA, 0, METADATA.length);
        send(partitionOf(name), update.encodedLength());
    }

    void dropNamespace(final long sessionId, final long correlationId, final String namespace, final long graceNs) {
        drop.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .graceNs(graceNs)
            .namespaceName(namespace);
        for (int i = 0; i < rings.length; i++) {
            send(i, drop.encodedLength());
        }
    }

    void unregister(final long sessionId, final long correlationId, final boolean administrator, final String name) {
        unregister.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .administrator((short) (administrator ? 1 : 0))
            .namespaceName(NAMESPACE)
            .name(name);
        send(partitionOf(name), unregister.encodedLength());
    }

    void unregister(final long sessionId, final long correlationId, final String name) {
        unregister.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .administrator((short) 0)
            .namespaceName(NAMESPACE)
            .name(name);
        send(partitionOf(name), unregister.encodedLength());
    }

    void renew(final long sessionId, final long agentId) {
        renew.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(sessionId)
            .agentId(agentId)
            .readiness(Protocol.READY)
            .inFlight(1)
            .estimatedWaitNs(7);
        send((int) (agentId >>> RegistrySettings.INCARNATION_COUNTER_BITS), RenewCommandEncoder.BLOCK_LENGTH);
    }

    void release(final long sessionId) {
        release.wrapAndApplyHeader(scratch, 0, header).sessionId(sessionId);
        for (int i = 0; i < rings.length; i++) {
            send(i, ReleaseSessionCommandEncoder.BLOCK_LENGTH);
        }
    }

    void send(final int partition, final int bodyLength) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + bodyLength;
        if (rings[partition].offer(scratch, 0, length, true, nowNs) < 0) {
            throw new IllegalStateException("the test's partition ring is full");
        }
    }

    UnsafeBuffer scratch() {
        return scratch;
    }

    int partitionOf(final String name) {
        final byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return router.partitionOf(KeyHash.hash(
            new UnsafeBuffer(NAMESPACE_BYTES), 0, NAMESPACE_BYTES.length, new UnsafeBuffer(bytes), 0, bytes.length));
    }

    /** What the coordinator was told since the last call. */
    List<String> announced(final int limit) {
        announced.clear();
        coordinationRing.poll(this::onAnnounced, limit);
        return List.copyOf(announced);
    }

    List<String> announced() {
        return announced(Integer.MAX_VALUE);
    }

    /** What the sessions were told since the last call. */
    List<String> replies(final int limit) {
        replies.clear();
        int read = 1;
        while (read > 0 && replies.size() < limit) {
            read = egressRing.read(this::onReply, limit - replies.size());
        }
        return List.copyOf(replies);
    }

    List<String> replies() {
        return replies(Integer.MAX_VALUE);
    }

    private void onAnnounced(final MutableDirectBuffer buffer, final int offset, final int length, final long enqueuedNs) {
        final MessageHeaderDecoder decoder = new MessageHeaderDecoder();
        decoder.wrap(buffer, offset);
        if (decoder.templateId() == AgentUpCommandDecoder.TEMPLATE_ID) {
            final AgentUpCommandDecoder up = new AgentUpCommandDecoder();
            up.wrapAndApplyHeader(buffer, offset, decoder);
            announced.add("up " + up.agentId() + " of " + up.sessionId() + " " + up.capacity() + "/" + up.parallelism() +
                " local " + up.localAgent() + " " + up.capabilities().w0() + up.capabilities().w1() + up.capabilities().w2() +
                up.capabilities().w3() + " " + (up.readiness() == Protocol.READY ? "" : "readiness " + up.readiness() + " ") +
                up.namespaceName() + "/" + up.name());
        } else if (decoder.templateId() == AgentLoadCommandDecoder.TEMPLATE_ID) {
            final AgentLoadCommandDecoder load = new AgentLoadCommandDecoder();
            load.wrapAndApplyHeader(buffer, offset, decoder);
            announced.add("readiness " + load.readiness() + " of " + load.agentId() + " by registry " + load.byRegistry());
        } else {
            final AgentDownCommandDecoder down = new AgentDownCommandDecoder();
            down.wrapAndApplyHeader(buffer, offset, decoder);
            announced.add("down " + down.agentId() + " reason " + down.reason());
        }
    }

    private void onReply(final int type, final MutableDirectBuffer buffer, final int index, final int length) {
        final String session = "to " + buffer.getLong(index) + " ";
        final int offset = index + Long.BYTES;
        final io.ringmaster.protocol.codec.MessageHeaderDecoder decoder =
            new io.ringmaster.protocol.codec.MessageHeaderDecoder();
        decoder.wrap(buffer, offset);
        switch (decoder.templateId()) {
            case RegisterReplyDecoder.TEMPLATE_ID -> {
                final RegisterReplyDecoder reply = new RegisterReplyDecoder();
                reply.wrapAndApplyHeader(buffer, offset, decoder);
                replies.add(session + "#" + reply.correlationId() + " " + ResultCode.of(reply.code()) + " agent " +
                    reply.agentId() + " v" + reply.recordVersion() + " owner " + reply.ownerSessionId() + " lease " +
                    reply.leaseMs() + " retry " + reply.retryAfterMs() + " '" + reply.text() + "'");
            }
            case ReplyDecoder.TEMPLATE_ID -> {
                final ReplyDecoder reply = new ReplyDecoder();
                reply.wrapAndApplyHeader(buffer, offset, decoder);
                replies.add(session + "#" + reply.correlationId() + " " + ResultCode.of(reply.code()) + " value " +
                    reply.value() + " '" + reply.text() + "'");
            }
            case AgentLostDecoder.TEMPLATE_ID -> {
                final AgentLostDecoder lost = new AgentLostDecoder();
                lost.wrapAndApplyHeader(buffer, offset, decoder);
                replies.add(session + "lost " + lost.agentId() + " " + ResultCode.of(lost.code()));
            }
            case RegisterBatchReplyDecoder.TEMPLATE_ID -> onBatchReply(session, new RegisterBatchReplyDecoder()
                .wrapAndApplyHeader(buffer, offset, decoder));
            case DropNamespaceReplyDecoder.TEMPLATE_ID -> {
                final DropNamespaceReplyDecoder reply = new DropNamespaceReplyDecoder();
                reply.wrapAndApplyHeader(buffer, offset, decoder);
                replies.add(session + "#" + reply.correlationId() + " " + ResultCode.of(reply.code()) + " dropped " +
                    reply.dropped() + " in " + reply.partition() + " of " + reply.partitions() + " '" + reply.text() + "'");
            }
            default -> replies.add(session + "template " + decoder.templateId());
        }
    }

    private void onBatchReply(final String session, final RegisterBatchReplyDecoder reply) {
        final StringBuilder items = new StringBuilder();
        RegisterBatchReplyDecoder.ResultsDecoder results = reply.results();
        while (results.hasNext()) {
            results = results.next();
            items.append(' ').append(results.index()).append(':').append(ResultCode.of(results.code())).append(':')
                .append(results.agentId()).append(":v").append(results.recordVersion()).append(":owner")
                .append(results.ownerSessionId());
        }
        replies.add(session + "#" + reply.correlationId() + " batch of " + reply.total() + " lease " + reply.leaseMs() + items +
            " '" + reply.text() + "'");
    }

    private static final byte[] NAMESPACE_BYTES = NAMESPACE.getBytes(StandardCharsets.US_ASCII);
}
