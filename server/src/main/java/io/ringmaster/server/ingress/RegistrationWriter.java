package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.AttributeValues;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;

/**
 * One registration of a request: its values are set, checked, and become a command for the partition that the name belongs to.
 * Reusable.
 * <p>
 * Threading: confined to the network thread.
 */
final class RegistrationWriter {
    private static final long MS = 1_000_000L;

    final ByteRange namespace = new ByteRange();
    final ByteRange name = new ByteRange();
    final ByteRange capabilityNames = new ByteRange();
    final ByteRange attributeText = new ByteRange();
    final ByteRange metadata = new ByteRange();
    short kind;
    int capacity;
    int parallelism;
    /** 0: the default. */
    int leaseMs;

    private final IngressContext context;
    private final RequestChecks checks;
    private final PartitionRings partitions;
    private final AttributeChecks attributeChecks;
    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterCommandEncoder command = new RegisterCommandEncoder();

    RegistrationWriter(final IngressContext context, final RequestChecks checks, final PartitionRings partitions) {
        this.context = context;
        this.checks = checks;
        this.partitions = partitions;
        attributeChecks = new AttributeChecks(checks, context.attributes());
    }

    /** Whether the values that are common to all registrations of a request are within their bounds. */
    boolean isValidForAll() {
        final IngressLimits limits = context.limits();
        return (leaseMs == 0 || checks.within("leaseMs", leaseMs, limits.leaseMinNs() / MS, limits.leaseMaxNs() / MS)) &&
            checks.namespace(namespace);
    }

    /** Whether the values of this registration are within their bounds; new names of capabilities and keywords get their ids. */
    boolean isValid() {
        return checks.within("kind", kind, Protocol.KIND_AGENT, Protocol.KIND_SERVICE) &&
            isValidCapacity() &&
            checks.name(name) &&
            checks.notLongerThan("metadata", metadata.length, context.limits().maxMetadataLength()) &&
            checks.capabilityNames("capabilities", capabilityNames) &&
            attributeChecks.read("attributes", attributeText, attributes, null) &&
            checks.internCapabilities("capabilities", capabilityNames, context.capabilities(), capabilities);
    }

    private boolean isValidCapacity() {
        return kind == Protocol.KIND_AGENT ?
            checks.within("capacity", capacity, 1, IngressLimits.MAX_AGENT_CAPACITY) &&
                checks.within("parallelism", parallelism, 1, capacity) :
            checks.notNegative("capacity", capacity) && checks.notNegative("parallelism", parallelism);
    }

    /**
     * Puts the command into its partition's ring.
     *
     * @param sessionId     of the owner.
     * @param correlationId of the request.
     * @param batchTotal    0: a single registration; else the items of its batch.
     * @param batchIndex    of this item.
     * @param nowNs         the clock.
     * @return 0 or above; {@link CommandRing#FULL}; {@link CommandRing#TOO_LONG}: the checks say the bound.
     */
    long send(
        final long sessionId, final long correlationId, final int batchTotal, final int batchIndex, final long nowNs) {
        final int length = CommandLengths.register(namespace.length, name.length, metadata.length);
        final long sequence = partitions.tryClaim(namespace, name, length, false);
        if (sequence < 0) {
            if (sequence == CommandRing.TOO_LONG) {
                checks.tooLarge("registration", length, partitions.ring().maxMessageLength());
            }
            return sequence;
        }
        boolean encoded = false;
        try {
            encode(sessionId, correlationId, batchTotal, batchIndex, partitions.ring(), partitions.ring().offset(sequence));
            encoded = true;
        } finally {
            partitions.finish(sequence, length, nowNs, encoded);
        }
        return sequence;
    }

    private void encode(
        final long sessionId, final long correlationId, final int batchTotal, final int batchIndex, final CommandRing ring,
        final int offset) {
        command.wrapAndApplyHeader(ring.buffer(), offset, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .kind(kind)
            .capacity(capacity)
            .parallelism(parallelism)
            .leaseNs(leaseMs == 0 ? context.limits().leaseDefaultNs() : leaseMs * MS)
            .localAgent(-1)
            .batchTotal(batchTotal)
            .batchIndex(batchIndex);
        CommandWords.put(capabilities, command.capabilities());
        CommandWords.put(attributes, command.attributes());
        command
            .putNamespaceName(namespace.buffer, namespace.offset, namespace.length)
            .putName(name.buffer, name.offset, name.length)
            .putMetadata(metadata.buffer, metadata.offset, metadata.length);
    }
}
