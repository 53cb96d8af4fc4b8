package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import io.ringmaster.protocol.codec.UnregisterRequestDecoder;
import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.RegisterCommandEncoder;
import io.ringmaster.server.codec.UnregisterCommandEncoder;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Turns registrations and their withdrawal into commands for the partition that the name belongs to.
 * <p>
 * Threading: confined to the network thread.
 */
final class RegistrationAdapter {
    private static final long MS = 1_000_000L;

    private final IngressContext context;
    private final RequestChecks checks;
    private final PartitionRouter router;
    private final CapabilitySet capabilities = new CapabilitySet();
    private final RegisterRequestDecoder register = new RegisterRequestDecoder();
    private final UnregisterRequestDecoder unregister = new UnregisterRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterCommandEncoder registerCommand = new RegisterCommandEncoder();
    private final UnregisterCommandEncoder unregisterCommand = new UnregisterCommandEncoder();
    private final ByteRange namespace = new ByteRange();
    private final ByteRange name = new ByteRange();
    private final ByteRange capabilityNames = new ByteRange();
    private final ByteRange metadata = new ByteRange();

    RegistrationAdapter(final IngressContext context, final RequestChecks checks) {
        this.context = context;
        this.checks = checks;
        router = new PartitionRouter(context.partitions().length);
    }

    void onRegister(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        register.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = register.correlationId();
        namespace.set(frame, register.limit() + RegisterRequestDecoder.namespaceNameHeaderLength(), register.namespaceNameLength());
        register.limit(namespace.end());
        name.set(frame, register.limit() + RegisterRequestDecoder.nameHeaderLength(), register.nameLength());
        register.limit(name.end());
        capabilityNames.set(frame, register.limit() + RegisterRequestDecoder.capabilitiesHeaderLength(), register.capabilitiesLength());
        register.limit(capabilityNames.end());
        metadata.set(frame, register.limit() + RegisterRequestDecoder.metadataHeaderLength(), register.metadataLength());

        if (!isValidRegistration()) {
            refuse(session, correlationId);
            return;
        }
        final CommandRing ring = ring();
        final int length = CommandLengths.register(namespace.length, name.length, metadata.length);
        final long sequence = ring.tryClaim(length, false);
        if (sequence == CommandRing.FULL) {
            overloaded(session, correlationId, ring);
        } else if (sequence == CommandRing.TOO_LONG) {
            checks.tooLarge("registration", length, ring.maxMessageLength());
            refuse(session, correlationId);
        } else {
            boolean encoded = false;
            try {
                encodeRegister(session.sessionId(), correlationId, ring, ring.offset(sequence));
                encoded = true;
            } finally {
                if (encoded) {
                    ring.commit(sequence, length, nowNs);
                } else {
                    ring.abort(sequence);
                }
            }
        }
    }

    void onUnregister(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        unregister.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = unregister.correlationId();
        namespace.set(
            frame, unregister.limit() + UnregisterRequestDecoder.namespaceNameHeaderLength(), unregister.namespaceNameLength());
        unregister.limit(namespace.end());
        name.set(frame, unregister.limit() + UnregisterRequestDecoder.nameHeaderLength(), unregister.nameLength());
        if (!checks.namespace(namespace) || !checks.name(name)) {
            refuse(session, correlationId);
            return;
        }
        final CommandRing ring = ring();
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + UnregisterCommandEncoder.BLOCK_LENGTH +
            UnregisterCommandEncoder.namespaceNameHeaderLength() + namespace.length +
            UnregisterCommandEncoder.nameHeaderLength() + name.length;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            overloaded(session, correlationId, ring);
            return;
        }
        boolean encoded = false;
        try {
            unregisterCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
                .sessionId(session.sessionId())
                .correlationId(correlationId)
                .putNamespaceName(namespace.buffer, namespace.offset, namespace.length)
                .putName(name.buffer, name.offset, name.length);
            encoded = true;
        } finally {
            if (encoded) {
                ring.commit(sequence, length, nowNs);
            } else {
                ring.abort(sequence);
            }
        }
    }

    private boolean isValidRegistration() {
        final short kind = register.kind();
        final IngressLimits limits = context.limits();
        return checks.within("kind", kind, Protocol.KIND_AGENT, Protocol.KIND_SERVICE) &&
            isValidCapacity(kind) &&
            isValidLease(limits) &&
            checks.namespace(namespace) &&
            checks.name(name) &&
            checks.notLongerThan("metadata", metadata.length, limits.maxMetadataLength()) &&
            checks.capabilityNames("capabilities", capabilityNames) &&
            internCapabilities();
    }

    private boolean isValidCapacity(final short kind) {
        final int capacity = register.capacity();
        return kind == Protocol.KIND_AGENT ?
            checks.within("capacity", capacity, 1, IngressLimits.MAX_AGENT_CAPACITY) &&
                checks.within("parallelism", register.parallelism(), 1, capacity) :
            checks.notNegative("capacity", capacity) && checks.notNegative("parallelism", register.parallelism());
    }

    private boolean isValidLease(final IngressLimits limits) {
        final int leaseMs = register.leaseMs();
        return leaseMs == 0 || checks.within("leaseMs", leaseMs, limits.leaseMinNs() / MS, limits.leaseMaxNs() / MS);
    }

    private boolean internCapabilities() {
        final CapabilityDictionary dictionary = context.capabilities();
        return dictionary.parse(
            capabilityNames.buffer, capabilityNames.offset, capabilityNames.length, capabilities, true) >= 0 ||
            checks.noRoomForCapability("capabilities", dictionary);
    }

    private void encodeRegister(final long sessionId, final long correlationId, final CommandRing ring, final int offset) {
        final int leaseMs = register.leaseMs();
        registerCommand.wrapAndApplyHeader(ring.buffer(), offset, header)
            .sessionId(sessionId)
            .correlationId(correlationId)
            .kind(register.kind())
            .capacity(register.capacity())
            .parallelism(register.parallelism())
            .leaseNs(leaseMs == 0 ? context.limits().leaseDefaultNs() : leaseMs * MS)
            .localAgent(-1);
        registerCommand.capabilities()
            .w0(capabilities.word(0))
            .w1(capabilities.word(1))
            .w2(capabilities.word(2))
            .w3(capabilities.word(3));
        registerCommand
            .putNamespaceName(namespace.buffer, namespace.offset, namespace.length)
            .putName(name.buffer, name.offset, name.length)
            .putMetadata(metadata.buffer, metadata.offset, metadata.length);
    }

    private CommandRing ring() {
        return context.partitions()[router.partitionOf(KeyHash.hash(
            namespace.buffer, namespace.offset, namespace.length, name.buffer, name.offset, name.length))];
    }

    private void refuse(final Session session, final long correlationId) {
        context.counters().increment(NetworkCounter.INVALID_REQUESTS);
        context.sessions().proxy().reply(session, correlationId, checks.code(), 0, checks.text());
    }

    private void overloaded(final Session session, final long correlationId, final CommandRing ring) {
        context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
        context.sessions().proxy().reply(
            session, correlationId, ResultCode.OVERLOADED, IngressContext.retryAfterMs(ring));
    }
}
