package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.UpdateRequestDecoder;
import io.ringmaster.registry.AttributeValues;
import io.ringmaster.registry.RecordUpdate;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.UpdateCommandEncoder;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Turns updates of records into commands for the partition that the name belongs to. Only the parts that the flags name are
 * looked at and forwarded.
 * <p>
 * Threading: confined to the network thread.
 */
final class UpdateAdapter {
    private static final int ALL_FLAGS =
        RecordUpdate.METADATA | RecordUpdate.CAPABILITIES | RecordUpdate.ATTRIBUTES | RecordUpdate.MERGE_ATTRIBUTES;
    private static final int ANY_ATTRIBUTES = RecordUpdate.ATTRIBUTES | RecordUpdate.MERGE_ATTRIBUTES;

    private final IngressContext context;
    private final RequestChecks checks;
    private final AttributeChecks attributeChecks;
    private final PartitionRings partitions;
    private final UpdateRequestDecoder update = new UpdateRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final UpdateCommandEncoder command = new UpdateCommandEncoder();
    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private final AttributeValues removedAttributes = new AttributeValues();
    private final ByteRange namespace = new ByteRange();
    private final ByteRange name = new ByteRange();
    private final ByteRange capabilityNames = new ByteRange();
    private final ByteRange metadata = new ByteRange();
    private final ByteRange attributeText = new ByteRange();

    UpdateAdapter(final IngressContext context, final RequestChecks checks, final PartitionRings partitions) {
        this.context = context;
        this.checks = checks;
        this.partitions = partitions;
        attributeChecks = new AttributeChecks(checks, context.attributes());
    }

    void onUpdate(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        update.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = update.correlationId();
        namespace.set(frame, update.limit() + UpdateRequestDecoder.namespaceNameHeaderLength(), update.namespaceNameLength());
        update.limit(namespace.end());
        name.set(frame, update.limit() + UpdateRequestDecoder.nameHeaderLength(), update.nameLength());
        update.limit(name.end());
        capabilityNames.set(frame, update.limit() + UpdateRequestDecoder.capabilitiesHeaderLength(), update.capabilitiesLength());
        update.limit(capabilityNames.end());
        metadata.set(frame, update.limit() + UpdateRequestDecoder.metadataHeaderLength(), update.metadataLength());
        update.limit(metadata.end());
        attributeText.set(frame, update.limit() + UpdateRequestDecoder.attributesHeaderLength(), update.attributesLength());
        if (!isValid()) {
            context.refuse(session, correlationId, checks);
            return;
        }
        final int metadataLength = has(RecordUpdate.METADATA) ? metadata.length : 0;
        final int length = CommandLengths.update(namespace.length, name.length, metadataLength);
        final long sequence = partitions.tryClaim(namespace, name, length, false);
        if (sequence == CommandRing.FULL) {
            context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
            context.sessions().proxy().reply(
                session, correlationId, ResultCode.OVERLOADED, IngressContext.retryAfterMs(partitions.ring()));
        } else if (sequence == CommandRing.TOO_LONG) {
            checks.tooLarge("update", length, partitions.ring().maxMessageLength());
            context.refuse(session, correlationId, checks);
        } else {
            boolean encoded = false;
            try {
                encode(session, partitions.ring(), partitions.ring().offset(sequence), metadataLength);
                encoded = true;
            } finally {
                partitions.finish(sequence, length, nowNs, encoded);
            }
        }
    }

    private boolean has(final int flag) {
        return (update.flags() & flag) != 0;
    }

    private boolean isValid() {
        capabilities.clear();
        attributes.clear();
        removedAttributes.clear();
        return checks.within("flags", update.flags(), 1, ALL_FLAGS) &&
            ((update.flags() & ANY_ATTRIBUTES) != ANY_ATTRIBUTES ||
                checks.invalid("flags = " + update.flags() + " must not have both 4 and 8: attributes are replaced or merged")) &&
            checks.notNegative("expectedVersion", update.expectedVersion()) &&
            checks.notNegative("expectedAgentId", update.expectedAgentId()) &&
            checks.namespace(namespace) &&
            checks.name(name) &&
            (!has(RecordUpdate.METADATA) ||
                checks.notLongerThan("metadata", metadata.length, context.limits().maxMetadataLength())) &&
            (!has(RecordUpdate.CAPABILITIES) || checks.capabilityNames("capabilities", capabilityNames)) &&
            (!has(ANY_ATTRIBUTES) || attributeChecks.read(
                "attributes", attributeText, attributes, has(RecordUpdate.MERGE_ATTRIBUTES) ? removedAttributes : null)) &&
            (!has(RecordUpdate.CAPABILITIES) ||
                checks.internCapabilities("capabilities", capabilityNames, context.capabilities(), capabilities));
    }

    private void encode(final Session session, final CommandRing ring, final int offset, final int metadataLength) {
        command.wrapAndApplyHeader(ring.buffer(), offset, header)
            .sessionId(session.sessionId())
            .correlationId(update.correlationId())
            .expectedVersion(update.expectedVersion())
            .expectedAgentId(update.expectedAgentId())
            .flags(update.flags())
            .administrator((short) (session.isAdministrator() ? 1 : 0))
            .removedAttributes((short) removedAttributes.present());
        CommandWords.put(capabilities, command.capabilities());
        CommandWords.put(attributes, command.attributes());
        command
            .putNamespaceName(namespace.buffer, namespace.offset, namespace.length)
            .putName(name.buffer, name.offset, name.length)
            .putMetadata(metadata.buffer, metadata.offset, metadataLength);
    }
}
