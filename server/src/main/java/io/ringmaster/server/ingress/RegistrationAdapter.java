package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import io.ringmaster.protocol.codec.UnregisterRequestDecoder;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
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
    private final IngressContext context;
    private final RequestChecks checks;
    private final PartitionRings partitions;
    private final RegistrationWriter writer;
    private final RegisterRequestDecoder register = new RegisterRequestDecoder();
    private final UnregisterRequestDecoder unregister = new UnregisterRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final UnregisterCommandEncoder unregisterCommand = new UnregisterCommandEncoder();
    private final ByteRange namespace = new ByteRange();
    private final ByteRange name = new ByteRange();

    RegistrationAdapter(final IngressContext context, final RequestChecks checks, final PartitionRings partitions) {
        this.context = context;
        this.checks = checks;
        this.partitions = partitions;
        writer = new RegistrationWriter(context, checks, partitions);
    }

    void onRegister(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        register.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = register.correlationId();
        writer.kind = register.kind();
        writer.capacity = register.capacity();
        writer.parallelism = register.parallelism();
        writer.leaseMs = register.leaseMs();
        writer.namespace.set(
            frame, register.limit() + RegisterRequestDecoder.namespaceNameHeaderLength(), register.namespaceNameLength());
        register.limit(writer.namespace.end());
        writer.name.set(frame, register.limit() + RegisterRequestDecoder.nameHeaderLength(), register.nameLength());
        register.limit(writer.name.end());
        writer.capabilityNames.set(
            frame, register.limit() + RegisterRequestDecoder.capabilitiesHeaderLength(), register.capabilitiesLength());
        register.limit(writer.capabilityNames.end());
        writer.metadata.set(frame, register.limit() + RegisterRequestDecoder.metadataHeaderLength(), register.metadataLength());
        register.limit(writer.metadata.end());
        writer.attributeText.set(
            frame, register.limit() + RegisterRequestDecoder.attributesHeaderLength(), register.attributesLength());

        if (!writer.isValidForAll() || !writer.isValid()) {
            refuse(session, correlationId);
            return;
        }
        final long sent = writer.send(session.sessionId(), correlationId, 0, 0, nowNs);
        if (sent == CommandRing.FULL) {
            overloaded(session, correlationId);
        } else if (sent < 0) {
            refuse(session, correlationId);
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
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + UnregisterCommandEncoder.BLOCK_LENGTH +
            UnregisterCommandEncoder.namespaceNameHeaderLength() + namespace.length +
            UnregisterCommandEncoder.nameHeaderLength() + name.length;
        final long sequence = partitions.tryClaim(namespace, name, length, true);
        if (sequence < 0) {
            overloaded(session, correlationId);
            return;
        }
        boolean encoded = false;
        try {
            unregisterCommand.wrapAndApplyHeader(partitions.ring().buffer(), partitions.ring().offset(sequence), header)
                .sessionId(session.sessionId())
                .correlationId(correlationId)
                .administrator((short) (session.isAdministrator() ? 1 : 0))
                .putNamespaceName(namespace.buffer, namespace.offset, namespace.length)
                .putName(name.buffer, name.offset, name.length);
            encoded = true;
        } finally {
            partitions.finish(sequence, length, nowNs, encoded);
        }
    }

    private void refuse(final Session session, final long correlationId) {
        context.refuse(session, correlationId, checks);
    }

    private void overloaded(final Session session, final long correlationId) {
        context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
        context.sessions().proxy().reply(
            session, correlationId, ResultCode.OVERLOADED, IngressContext.retryAfterMs(partitions.ring()));
    }
}
