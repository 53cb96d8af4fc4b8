package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.DropNamespaceRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.DropNamespaceCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.session.ClientStream;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Turns an administrator's drop of a namespace into a command for every partition; they may use the reserve of the rings. When
 * a partition has no room the frame is put back, and goes on with that partition when it comes again.
 * <p>
 * Threading: confined to the network thread.
 */
final class NamespaceAdapter {
    private static final long MS = 1_000_000L;

    private final IngressContext context;
    private final RequestChecks checks;
    private final PartitionRings partitions;
    private final DropNamespaceRequestDecoder drop = new DropNamespaceRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DropNamespaceCommandEncoder command = new DropNamespaceCommandEncoder();
    private final ByteRange namespace = new ByteRange();

    NamespaceAdapter(final IngressContext context, final RequestChecks checks, final PartitionRings partitions) {
        this.context = context;
        this.checks = checks;
        this.partitions = partitions;
    }

    /** False: not all partitions had room, the frame has to come again. */
    boolean onDropNamespace(
        final Session session, final ClientStream stream, final DirectBuffer frame, final MessageHeaderDecoder frameHeader,
        final long nowNs) {
        drop.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = drop.correlationId();
        if (!session.isAdministrator()) {
            context.counters().increment(NetworkCounter.FORBIDDEN_REQUESTS);
            context.sessions().proxy().reply(session, correlationId, ResultCode.FORBIDDEN, 0,
                "only an administrator's session may drop a namespace: connect with the token of the server's directory");
            return true;
        }
        namespace.set(frame, drop.limit() + DropNamespaceRequestDecoder.namespaceNameHeaderLength(), drop.namespaceNameLength());
        if (!checks.within("graceMs", drop.graceMs(), 0, context.limits().leaseMaxNs() / MS) || !checks.namespace(namespace)) {
            context.refuse(session, correlationId, checks);
            return true;
        }
        for (int partition = stream.progress(); partition < partitions.size(); partition++) {
            if (!send(session.sessionId(), partition, nowNs)) {
                stream.progress(partition);
                return false;
            }
        }
        stream.progress(0);
        return true;
    }

    private boolean send(final long sessionId, final int partition, final long nowNs) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + DropNamespaceCommandEncoder.BLOCK_LENGTH +
            DropNamespaceCommandEncoder.namespaceNameHeaderLength() + namespace.length;
        final long sequence = partitions.tryClaim(partition, length, true);
        if (sequence < 0) {
            return false;
        }
        boolean encoded = false;
        try {
            command.wrapAndApplyHeader(partitions.ring().buffer(), partitions.ring().offset(sequence), header)
                .sessionId(sessionId)
                .correlationId(drop.correlationId())
                .graceNs(drop.graceMs() * MS)
                .putNamespaceName(namespace.buffer, namespace.offset, namespace.length);
            encoded = true;
        } finally {
            partitions.finish(sequence, length, nowNs, encoded);
        }
        return true;
    }
}
