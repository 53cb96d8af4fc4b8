package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestDecoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestDecoder.ItemsDecoder;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Turns each item of a batch of registrations into a command for its partition. Items that are not valid or find no room are
 * answered at once, the others by the registry.
 * <p>
 * Threading: confined to the network thread.
 */
final class RegistrationBatchAdapter {
    private final IngressContext context;
    private final RequestChecks checks;
    private final PartitionRings partitions;
    private final RegistrationWriter writer;
    private final BatchRefusals refusals;
    private final RegisterBatchRequestDecoder request = new RegisterBatchRequestDecoder();

    RegistrationBatchAdapter(final IngressContext context, final RequestChecks checks, final PartitionRings partitions) {
        this.context = context;
        this.checks = checks;
        this.partitions = partitions;
        writer = new RegistrationWriter(context, checks, partitions);
        refusals = new BatchRefusals(context.sessions().sender(), context.limits().maxKeys());
    }

    void onRegisterBatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        request.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = request.correlationId();
        writer.leaseMs = request.leaseMs();
        final ItemsDecoder items = request.items();
        final int total = items.count();
        while (items.hasNext()) {
            readItem(frame, items.next());
        }
        writer.namespace.set(
            frame, request.limit() + RegisterBatchRequestDecoder.namespaceNameHeaderLength(), request.namespaceNameLength());
        if (!checks.within("items", total, 1, context.limits().maxKeys()) || !writer.isValidForAll()) {
            context.refuse(session, correlationId, checks);
            return;
        }
        refusals.begin(correlationId, total);
        request.wrapAndApplyHeader(frame, 0, frameHeader);
        final ItemsDecoder again = request.items();
        for (int index = 0; again.hasNext(); index++) {
            readItem(frame, again.next());
            register(session.sessionId(), correlationId, total, index, nowNs);
        }
        refusals.send(session);
    }

    private void register(
        final long sessionId, final long correlationId, final int total, final int index, final long nowNs) {
        if (!writer.isValid()) {
            invalid(index);
            return;
        }
        final long sent = writer.send(sessionId, correlationId, total, index, nowNs);
        if (sent == CommandRing.FULL) {
            context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
            refusals.add(index, ResultCode.OVERLOADED, IngressContext.retryAfterMs(partitions.ring()), "");
        } else if (sent < 0) {
            invalid(index);
        }
    }

    private void invalid(final int index) {
        context.counters().increment(NetworkCounter.INVALID_REQUESTS);
        checks.inElement("items", index);
        refusals.add(index, checks.code(), 0, checks.text());
    }

    private void readItem(final DirectBuffer frame, final ItemsDecoder item) {
        writer.kind = item.kind();
        writer.capacity = item.capacity();
        writer.parallelism = item.parallelism();
        writer.name.set(frame, request.limit() + ItemsDecoder.nameHeaderLength(), item.nameLength());
        request.limit(writer.name.end());
        writer.capabilityNames.set(frame, request.limit() + ItemsDecoder.capabilitiesHeaderLength(), item.capabilitiesLength());
        request.limit(writer.capabilityNames.end());
        writer.attributeText.set(frame, request.limit() + ItemsDecoder.attributesHeaderLength(), item.attributesLength());
        request.limit(writer.attributeText.end());
        writer.metadata.set(frame, request.limit() + ItemsDecoder.metadataHeaderLength(), item.metadataLength());
        request.limit(writer.metadata.end());
    }
}
