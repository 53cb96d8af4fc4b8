package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupBatchReplyEncoder;
import io.ringmaster.protocol.codec.LookupBatchRequestDecoder;
import io.ringmaster.protocol.codec.LookupReplyEncoder;
import io.ringmaster.protocol.codec.LookupRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryReplyEncoder;
import io.ringmaster.protocol.codec.QueryRequestDecoder;
import io.ringmaster.registry.RecordConsumer;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionSender;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Answers lookups and queries in place, from the registry's tables into the session's stream.
 * <p>
 * Threading: confined to the network thread.
 */
final class LookupAdapter {
    private static final long MS = 1_000_000L;
    private static final int MAX_QUERY_RECORDS = 65_534;
    private static final int REPLY_HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int BATCH_RECORD_LENGTH = LookupBatchReplyEncoder.RecordsEncoder.sbeBlockLength() +
        LookupBatchReplyEncoder.RecordsEncoder.metadataHeaderLength();
    private static final int QUERY_RECORD_LENGTH = QueryReplyEncoder.RecordsEncoder.sbeBlockLength() +
        QueryReplyEncoder.RecordsEncoder.namespaceNameHeaderLength() + QueryReplyEncoder.RecordsEncoder.nameHeaderLength() +
        QueryReplyEncoder.RecordsEncoder.capabilitiesHeaderLength();

    private final IngressContext context;
    private final RequestChecks checks;
    private final RegistryReader reader;
    private final SessionSender sender;
    private final NetworkCounters counters;
    private final RecordView record;
    private final LookupRequestDecoder lookup = new LookupRequestDecoder();
    private final LookupBatchRequestDecoder lookupBatch = new LookupBatchRequestDecoder();
    private final QueryRequestDecoder query = new QueryRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LookupReplyEncoder lookupReply = new LookupReplyEncoder();
    private final LookupBatchReplyEncoder lookupBatchReply = new LookupBatchReplyEncoder();
    private final QueryReplyEncoder queryReply = new QueryReplyEncoder();
    private final RecordConsumer queryConsumer = this::onQueryRecord;
    private final CapabilitySet allOf = new CapabilitySet();
    private final CapabilitySet shownCapabilities = new CapabilitySet();
    private final UnsafeBuffer capabilityNames = new UnsafeBuffer(new byte[RequestChecks.MAX_CAPABILITIES_LENGTH]);
    private final ByteRange namespace = new ByteRange();
    private final ByteRange name = new ByteRange();
    private QueryReplyEncoder.RecordsEncoder queryRecords;
    private int queryLimit;

    LookupAdapter(final IngressContext context, final RequestChecks checks) {
        this.context = context;
        this.checks = checks;
        reader = context.reader();
        sender = context.sessions().sender();
        counters = context.counters();
        record = new RecordView(context.registrySettings());
    }

    void onLookup(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        lookup.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = lookup.correlationId();
        namespace.set(frame, lookup.limit() + LookupRequestDecoder.namespaceNameHeaderLength(), lookup.namespaceNameLength());
        lookup.limit(namespace.end());
        name.set(frame, lookup.limit() + LookupRequestDecoder.nameHeaderLength(), lookup.nameLength());
        counters.increment(NetworkCounter.LOOKUPS);
        if (!checks.namespace(namespace) || !checks.name(name)) {
            refuse(session, correlationId);
        } else if (find(nowNs)) {
            found(session, correlationId, nowNs);
        } else {
            notFound(session, correlationId);
        }
    }

    private boolean find(final long nowNs) {
        final boolean found = reader.lookup(
            namespace.buffer, namespace.offset, namespace.length, name.buffer, name.offset, name.length, nowNs, record);
        counters.increment(found ? NetworkCounter.LOOKUP_HITS : NetworkCounter.LOOKUP_MISSES);
        return found;
    }

    private void found(final Session session, final long correlationId, final long nowNs) {
        final int capabilitiesLength = encodeCapabilities(record.capabilities());
        final int length = lookupReplyLength(capabilitiesLength, record.metadataLength());
        if (length > session.maxMessageLength()) {
            checks.tooLarge("the record's answer", length, session.maxMessageLength());
            refuse(session, correlationId);
            return;
        }
        sender.claim(session, length);
        lookupReply.wrapAndApplyHeader(sender.claimBuffer(), sender.claimOffset(), header)
            .correlationId(correlationId)
            .code(ResultCode.OK.value())
            .kind(record.kind())
            .readiness(record.readiness())
            .ownerSessionId(record.ownerSession())
            .agentId(record.incarnation())
            .recordVersion(record.version())
            .leaseRemainingMs(leaseRemainingMs(nowNs))
            .capacity(record.capacity())
            .parallelism(record.parallelism())
            .inFlight(record.inFlight())
            .estimatedWaitNs(record.estimatedWaitNs())
            .putCapabilities(capabilityNames, 0, capabilitiesLength)
            .putMetadata(record.buffer(), record.metadataOffset(), record.metadataLength());
        sender.commitClaim();
    }

    private void notFound(final Session session, final long correlationId) {
        sender.claim(session, lookupReplyLength(0, 0));
        lookupReply.wrapAndApplyHeader(sender.claimBuffer(), sender.claimOffset(), header)
            .correlationId(correlationId)
            .code(ResultCode.NOT_FOUND.value())
            .kind((short) 0)
            .readiness((short) 0)
            .ownerSessionId(0)
            .agentId(0)
            .recordVersion(0)
            .leaseRemainingMs(0)
            .capacity(0)
            .parallelism(0)
            .inFlight(0)
            .estimatedWaitNs(0)
            .putCapabilities(capabilityNames, 0, 0)
            .putMetadata(capabilityNames, 0, 0);
        sender.commitClaim();
    }

    void onLookupBatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        lookupBatch.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = lookupBatch.correlationId();
        LookupBatchRequestDecoder.KeysDecoder keys = lookupBatch.keys();
        final int count = keys.count();
        counters.increment(NetworkCounter.LOOKUPS);
        while (keys.hasNext()) {
            keys.next().skipName();
        }
        namespace.set(
            frame, lookupBatch.limit() + LookupBatchRequestDecoder.namespaceNameHeaderLength(),
            lookupBatch.namespaceNameLength());
        final int shortest = REPLY_HEADER_LENGTH + LookupBatchReplyEncoder.BLOCK_LENGTH +
            LookupBatchReplyEncoder.RecordsEncoder.sbeHeaderSize() + count * BATCH_RECORD_LENGTH;
        if (!checks.within("keys", count, 1, context.limits().maxKeys()) || !checks.namespace(namespace) ||
            !checks.notLongerThan("the answer", shortest, session.maxMessageLength())) {
            refuse(session, correlationId);
            return;
        }
        lookupBatch.wrapAndApplyHeader(frame, 0, frameHeader);
        keys = lookupBatch.keys();
        sender.claimScratch(session);
        lookupBatchReply.wrapAndApplyHeader(sender.claimBuffer(), 0, header).correlationId(correlationId);
        final LookupBatchReplyEncoder.RecordsEncoder records = lookupBatchReply.recordsCount(count);
        // What metadata may take: all but the fixed parts of all records.
        int metadataRoom = session.maxMessageLength() - shortest;
        while (keys.hasNext()) {
            keys.next();
            name.set(
                frame, lookupBatch.limit() + LookupBatchRequestDecoder.KeysDecoder.nameHeaderLength(), keys.nameLength());
            lookupBatch.limit(name.end());
            metadataRoom -= encodeBatchRecord(records.next(), metadataRoom, nowNs);
        }
        sender.commitScratch(REPLY_HEADER_LENGTH + lookupBatchReply.encodedLength());
    }

    /** Returns the bytes of metadata. */
    private int encodeBatchRecord(
        final LookupBatchReplyEncoder.RecordsEncoder out, final int metadataRoom, final long nowNs) {
        final ResultCode code;
        if (!RequestChecks.isName(name)) {
            code = ResultCode.INVALID_ARGUMENT;
        } else if (!find(nowNs)) {
            code = ResultCode.NOT_FOUND;
        } else {
            code = record.metadataLength() > metadataRoom ? ResultCode.TOO_LARGE : ResultCode.OK;
        }
        out.code(code.value());
        if (code == ResultCode.OK || code == ResultCode.TOO_LARGE) {
            final int metadataLength = code == ResultCode.OK ? record.metadataLength() : 0;
            out.kind(record.kind())
                .readiness(record.readiness())
                .ownerSessionId(record.ownerSession())
                .agentId(record.incarnation())
                .recordVersion(record.version())
                .putMetadata(record.buffer(), record.metadataOffset(), metadataLength);
            return metadataLength;
        }
        out.kind((short) 0)
            .readiness((short) 0)
            .ownerSessionId(0)
            .agentId(0)
            .recordVersion(0)
            .putMetadata(capabilityNames, 0, 0);
        return 0;
    }

    void onQuery(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        query.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = query.correlationId();
        final short kind = query.kind();
        final int maxRecords = query.maxRecords();
        final long cursor = query.cursor();
        namespace.set(frame, query.limit() + QueryRequestDecoder.namespaceNameHeaderLength(), query.namespaceNameLength());
        query.limit(namespace.end());
        name.set(frame, query.limit() + QueryRequestDecoder.allOfHeaderLength(), query.allOfLength());
        counters.increment(NetworkCounter.QUERIES);
        if (!checks.within("kind", kind, 0, Protocol.KIND_SERVICE) ||
            !checks.within("maxRecords", maxRecords, 1, MAX_QUERY_RECORDS) ||
            !checks.notNegative("cursor", cursor) ||
            namespace.length > 0 && !checks.namespace(namespace) ||
            !checks.capabilityNames("allOf", name)) {
            refuse(session, correlationId);
            return;
        }
        final boolean known = context.capabilities().parse(name.buffer, name.offset, name.length, allOf, false) >= 0;
        sender.claimScratch(session);
        final MutableDirectBuffer buffer = sender.claimBuffer();
        queryReply.wrapAndApplyHeader(buffer, 0, header)
            .correlationId(correlationId)
            .code(ResultCode.OK.value())
            .nextCursor(0);
        queryRecords = queryReply.recordsCount(maxRecords);
        queryLimit = session.maxMessageLength();
        // A name that no agent ever had: nobody has it.
        if (known) {
            queryReply.nextCursor(reader.query(
                allOf, (byte) kind, namespace.buffer, namespace.offset, namespace.length, cursor, maxRecords, nowNs,
                queryConsumer));
        }
        queryRecords.resetCountToIndex();
        sender.commitScratch(REPLY_HEADER_LENGTH + queryReply.encodedLength());
    }

    private boolean onQueryRecord(final RecordView found) {
        final int capabilitiesLength = encodeCapabilities(found.capabilities());
        final int length =
            QUERY_RECORD_LENGTH + found.namespaceLength() + found.nameLength() + capabilitiesLength;
        if (queryReply.limit() + length > queryLimit) {
            return false;
        }
        queryRecords.next()
            .kind(found.kind())
            .readiness(found.readiness())
            .ownerSessionId(found.ownerSession())
            .agentId(found.incarnation())
            .recordVersion(found.version())
            .capacity(found.capacity())
            .parallelism(found.parallelism())
            .inFlight(found.inFlight())
            .estimatedWaitNs(found.estimatedWaitNs())
            .putNamespaceName(found.buffer(), found.namespaceOffset(), found.namespaceLength())
            .putName(found.buffer(), found.nameOffset(), found.nameLength())
            .putCapabilities(capabilityNames, 0, capabilitiesLength);
        return true;
    }

    /** Into {@link #capabilityNames}; what is longer than the wire takes loses its newest names. */
    private int encodeCapabilities(final CapabilitySet set) {
        final CapabilityDictionary dictionary = context.capabilities();
        if (dictionary.encodedLength(set) <= RequestChecks.MAX_CAPABILITIES_LENGTH) {
            return dictionary.encode(set, capabilityNames, 0);
        }
        shownCapabilities.copyFrom(set);
        for (int id = CapabilitySet.MAX_CAPABILITIES - 1;
            dictionary.encodedLength(shownCapabilities) > RequestChecks.MAX_CAPABILITIES_LENGTH; id--) {
            shownCapabilities.remove(id);
        }
        return dictionary.encode(shownCapabilities, capabilityNames, 0);
    }

    private int leaseRemainingMs(final long nowNs) {
        final long deadlineNs = record.leaseDeadlineNs();
        return deadlineNs == SlotDescriptor.NO_LEASE ?
            Integer.MAX_VALUE : (int) Math.max(0, Math.min((deadlineNs - nowNs) / MS, Integer.MAX_VALUE));
    }

    private static int lookupReplyLength(final int capabilitiesLength, final int metadataLength) {
        return REPLY_HEADER_LENGTH + LookupReplyEncoder.BLOCK_LENGTH +
            LookupReplyEncoder.capabilitiesHeaderLength() + capabilitiesLength +
            LookupReplyEncoder.metadataHeaderLength() + metadataLength;
    }

    private void refuse(final Session session, final long correlationId) {
        counters.increment(NetworkCounter.INVALID_REQUESTS);
        context.sessions().proxy().reply(session, correlationId, checks.code(), 0, checks.text());
    }
}
