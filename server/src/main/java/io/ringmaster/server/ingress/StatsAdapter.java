package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyEncoder;
import io.ringmaster.protocol.codec.RegistryStatsRequestDecoder;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryCounters;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionSender;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Answers requests of the registry's statistics in place, a page of namespaces at a time.
 * <p>
 * Threading: confined to the network thread.
 */
final class StatsAdapter {
    /** Entries of the directories of namespaces that one request looks at. */
    static final int MAX_LOOKED = 4096;
    private static final int MAX_NAMESPACES = 1024;
    private static final int NAMESPACE_LENGTH = RegistryStatsReplyEncoder.NamespacesEncoder.sbeBlockLength() +
        RegistryStatsReplyEncoder.NamespacesEncoder.namespaceNameHeaderLength();

    private final IngressContext context;
    private final RequestChecks checks;
    private final RegistryCensus census;
    private final SessionSender sender;
    private final RegistryStatsRequestDecoder request = new RegistryStatsRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegistryStatsReplyEncoder reply = new RegistryStatsReplyEncoder();
    private final RegistryCensus.NamespaceConsumer consumer = this::onNamespace;
    private RegistryStatsReplyEncoder.NamespacesEncoder namespaces;
    private int limit;
    private int count;

    StatsAdapter(final IngressContext context, final RequestChecks checks) {
        this.context = context;
        this.checks = checks;
        census = context.census();
        sender = context.sessions().sender();
    }

    void onStats(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader) {
        request.wrapAndApplyHeader(frame, 0, frameHeader);
        final int first = request.firstNamespace();
        final int shortest = MessageHeaderEncoder.ENCODED_LENGTH + RegistryStatsReplyEncoder.BLOCK_LENGTH +
            2 * RegistryStatsReplyEncoder.PartitionsEncoder.sbeHeaderSize() +
            census.partitions() * RegistryStatsReplyEncoder.PartitionsEncoder.sbeBlockLength();
        if (!checks.notNegative("firstNamespace", first) ||
            !checks.notLongerThan("the answer", shortest, session.maxMessageLength())) {
            context.refuse(session, request.correlationId(), checks);
            return;
        }
        sender.claimScratch(session);
        reply.wrapAndApplyHeader(sender.claimBuffer(), 0, header)
            .correlationId(request.correlationId())
            .code(ResultCode.OK.value())
            .lookupHits(context.counters().get(NetworkCounter.LOOKUP_HITS))
            .lookupMisses(context.counters().get(NetworkCounter.LOOKUP_MISSES));
        encodePartitions();
        limit = session.maxMessageLength();
        count = 0;
        namespaces = reply.namespacesCount(MAX_NAMESPACES);
        reply.nextNamespace(census.namespaces(first, MAX_LOOKED, consumer));
        namespaces.resetCountToIndex();
        sender.commitScratch(MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength());
    }

    private void encodePartitions() {
        final RegistrySettings settings = census.settings();
        final RegistryStatsReplyEncoder.PartitionsEncoder partitions = reply.partitionsCount(census.partitions());
        for (int i = 0; i < census.partitions(); i++) {
            partitions.next()
                .entries(census.counter(i, RegistryCounters.ENTRIES_TYPE_ID))
                .capacity(settings.partitionEntries())
                .indexCells(settings.partitionSlots())
                .tombstones(0)
                .maxProbeLength(census.counter(i, RegistryCounters.MAX_PROBE_LENGTH_TYPE_ID))
                .slabUsedBytes(census.counter(i, RegistryCounters.SLAB_USED_TYPE_ID))
                .slabBytes(settings.partitionSlabBytes())
                .bytes(census.offHeapBytes(i))
                .blocksMoved(census.counter(i, RegistryCounters.BLOCKS_MOVED_TYPE_ID));
        }
    }

    private boolean onNamespace(final MutableDirectBuffer buffer, final int length, final long records) {
        if (count == MAX_NAMESPACES || reply.limit() + NAMESPACE_LENGTH + length > limit) {
            return false;
        }
        count++;
        namespaces.next().entries(records).putNamespaceName(buffer, 0, length);
        return true;
    }
}
