package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryReplyEncoder;
import io.ringmaster.protocol.codec.QueryRequestDecoder;
import io.ringmaster.registry.RecordConsumer;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryQuery;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionSender;
import org.agrona.DirectBuffer;

/**
 * Answers queries in place, from the registry's tables into the session's stream, a page at a time.
 * <p>
 * Threading: confined to the network thread.
 */
final class QueryAdapter {
    private static final int MAX_QUERY_RECORDS = 65_534;
    private static final int RECORD_LENGTH = QueryReplyEncoder.RecordsEncoder.sbeBlockLength() +
        QueryReplyEncoder.RecordsEncoder.namespaceNameHeaderLength() + QueryReplyEncoder.RecordsEncoder.nameHeaderLength() +
        QueryReplyEncoder.RecordsEncoder.capabilitiesHeaderLength();

    private final IngressContext context;
    private final RequestChecks checks;
    private final AttributeChecks attributeChecks;
    private final RecordTexts texts;
    private final SessionSender sender;
    private final QueryRequestDecoder request = new QueryRequestDecoder();
    private final RegistryQuery query = new RegistryQuery();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final QueryReplyEncoder reply = new QueryReplyEncoder();
    private final RecordConsumer consumer = this::onRecord;
    private final ByteRange namespace = new ByteRange();
    private final ByteRange allOf = new ByteRange();
    private final ByteRange anyOf = new ByteRange();
    private final ByteRange noneOf = new ByteRange();
    private final ByteRange namePrefix = new ByteRange();
    private final ByteRange attributeFilter = new ByteRange();
    private QueryReplyEncoder.RecordsEncoder records;
    private int readiness;
    private int countOnly;
    private int limit;
    private int count;

    QueryAdapter(final IngressContext context, final RequestChecks checks, final RecordTexts texts) {
        this.context = context;
        this.checks = checks;
        this.texts = texts;
        sender = context.sessions().sender();
        attributeChecks = new AttributeChecks(checks, context.attributes());
    }

    void onQuery(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        read(frame, frameHeader);
        context.counters().increment(NetworkCounter.QUERIES);
        if (!isValid()) {
            context.refuse(session, request.correlationId(), checks);
            return;
        }
        final boolean possible = select();
        sender.claimScratch(session);
        reply.wrapAndApplyHeader(sender.claimBuffer(), 0, header)
            .correlationId(request.correlationId())
            .code(ResultCode.OK.value())
            .nextCursor(0);
        if (countOnly != 0) {
            reply.nextCursor(possible ? context.reader().count(query, request.cursor(), nowNs) : 0)
                .count(possible ? context.reader().lastCount() : 0);
            reply.recordsCount(0);
        } else {
            count = 0;
            records = reply.recordsCount(request.maxRecords());
            limit = session.maxMessageLength() - QueryReplyEncoder.textHeaderLength();
            if (possible) {
                reply.nextCursor(context.reader().query(query, request.cursor(), request.maxRecords(), nowNs, consumer));
            }
            records.resetCountToIndex();
            reply.count(count);
        }
        reply.putText(texts.attributes(), 0, 0);
        sender.commitScratch(MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength());
    }

    private void read(final DirectBuffer frame, final MessageHeaderDecoder frameHeader) {
        request.wrapAndApplyHeader(frame, 0, frameHeader);
        // A frame of version 1 has neither: the decoder says null.
        readiness = request.readiness() == QueryRequestDecoder.readinessNullValue() ? 0 : request.readiness();
        countOnly = request.countOnly() == QueryRequestDecoder.countOnlyNullValue() ? 0 : request.countOnly();
        namespace.set(frame, request.limit() + QueryRequestDecoder.namespaceNameHeaderLength(), request.namespaceNameLength());
        request.limit(namespace.end());
        allOf.set(frame, request.limit() + QueryRequestDecoder.allOfHeaderLength(), request.allOfLength());
        request.limit(allOf.end());
        anyOf.set(frame, request.limit() + QueryRequestDecoder.anyOfHeaderLength(), request.anyOfLength());
        request.limit(anyOf.end());
        noneOf.set(frame, request.limit() + QueryRequestDecoder.noneOfHeaderLength(), request.noneOfLength());
        request.limit(noneOf.end());
        namePrefix.set(frame, request.limit() + QueryRequestDecoder.namePrefixHeaderLength(), request.namePrefixLength());
        request.limit(namePrefix.end());
        attributeFilter.set(
            frame, request.limit() + QueryRequestDecoder.attributeFilterHeaderLength(), request.attributeFilterLength());
    }

    private boolean isValid() {
        query.reset();
        return checks.within("kind", request.kind(), 0, Protocol.KIND_SERVICE) &&
            checks.within("readiness", readiness, 0, Protocol.STALE) &&
            checks.within("countOnly", countOnly, 0, 1) &&
            (countOnly == 1 || checks.within("maxRecords", request.maxRecords(), 1, MAX_QUERY_RECORDS)) &&
            checks.notNegative("cursor", request.cursor()) &&
            (namespace.length == 0 || checks.namespace(namespace)) &&
            checks.capabilityNames("allOf", allOf) &&
            checks.capabilityNames("anyOf", anyOf) &&
            checks.capabilityNames("noneOf", noneOf) &&
            (namePrefix.length == 0 || isValidPrefix()) &&
            attributeChecks.readFilter("attributeFilter", attributeFilter, query.attributes());
    }

    private boolean isValidPrefix() {
        return namespace.length > 0 ? checks.namePrefix(namePrefix) :
            checks.invalid("namePrefix needs a namespace: namespaceName must not be empty");
    }

    /** False: nothing can match, since a name is asked for that no record ever had. */
    private boolean select() {
        query.kind((byte) request.kind()).readiness((byte) readiness);
        if (namespace.length > 0) {
            query.namespace(namespace.buffer, namespace.offset, namespace.length);
        }
        if (namePrefix.length > 0) {
            query.namePrefix(namePrefix.buffer, namePrefix.offset, namePrefix.length);
        }
        final boolean allKnown = known(allOf, query.allOf());
        known(anyOf, query.anyOf());
        known(noneOf, query.noneOf());
        return allKnown && (anyOf.length == 0 || !query.anyOf().isEmpty());
    }

    /** The ids of the names that are known; false: some are not. The names were checked. */
    private boolean known(final ByteRange names, final CapabilitySet out) {
        boolean all = true;
        int start = names.offset;
        while (names.length > 0 && start <= names.end()) {
            final int end = RequestChecks.endOfName(names, start);
            final int id = context.capabilities().idOf(names.buffer, start, end - start);
            if (id >= 0) {
                out.add(id);
            } else {
                all = false;
            }
            start = end + 1;
        }
        return all;
    }

    private boolean onRecord(final RecordView found) {
        final int capabilitiesLength = texts.encode(found.capabilities());
        final int length = RECORD_LENGTH + found.namespaceLength() + found.nameLength() + capabilitiesLength;
        if (reply.limit() + length > limit) {
            return false;
        }
        count++;
        records.next()
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
            .putCapabilities(texts.capabilities(), 0, capabilitiesLength);
        return true;
    }
}
