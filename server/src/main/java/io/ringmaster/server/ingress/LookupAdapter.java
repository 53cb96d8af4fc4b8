package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupBatchReplyEncoder;
import io.ringmaster.protocol.codec.LookupBatchRequestDecoder;
import io.ringmaster.protocol.codec.LookupReplyEncoder;
import io.ringmaster.protocol.codec.LookupRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionSender;
import org.agrona.DirectBuffer;

/**
 * Answers lookups in place, from the registry's tables into the session's stream.
 * <p>
 * Threading: confined to the network thread.
 */
final class LookupAdapter {
    private static final long MS = 1_000_000L;
    private static final int REPLY_HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int BATCH_RECORD_LENGTH = LookupBatchReplyEncoder.RecordsEncoder.sbeBlockLength() +
        LookupBatchReplyEncoder.RecordsEncoder.metadataHeaderLength();
    private final IngressContext context;
    private final RequestChecks checks;
    private final RecordTexts texts;
    private final RegistryReader reader;
    private final SessionSender sender;
    private final NetworkCounters counters;
    private final LookupTimes times;
    private final RecordView record;
    private final LookupRequestDecoder lookup = new LookupRequestDecoder();
    private final LookupBatchRequestDecoder lookupBatch = new LookupBatchRequestDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LookupReplyEncoder lookupReply = new LookupReplyEncoder();
    private final LookupBatchReplyEncoder lookupBatchReply = new LookupBatchReplyEncoder();
    private final ByteRange namespace = new ByteRange();
    private final ByteRange name = new ByteRange();
    private final long[] keyHashes;
    private boolean wasFound;

    LookupAdapter(final IngressContext context, final RequestChecks checks, final RecordTexts texts) {
        this.context = context;
        this.checks = checks;
        this.texts = texts;
        reader = context.reader();
        sender = context.sessions().sender();
        counters = context.counters();
        times = context.lookupTimes();
        record = new RecordView(context.registrySettings());
        keyHashes = new long[context.limits().maxKeys()];
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
        } else {
            final long beginNs = times.begin();
            final boolean found = find(keyHash(), nowNs);
            if (found) {
                found(session, correlationId, nowNs);
            } else {
                notFound(session, correlationId);
            }
            times.end(beginNs, found);
        }
    }

    private long keyHash() {
        return KeyHash.hash(namespace.buffer, namespace.offset, namespace.length, name.buffer, name.offset, name.length);
    }

    private boolean find(final long keyHash, final long nowNs) {
        final boolean found = reader.lookup(keyHash,
            namespace.buffer, namespace.offset, namespace.length, name.buffer, name.offset, name.length, nowNs, record);
        counters.increment(found ? NetworkCounter.LOOKUP_HITS : NetworkCounter.LOOKUP_MISSES);
        return found;
    }

    private void found(final Session session, final long correlationId, final long nowNs) {
        final int capabilitiesLength = texts.encode(record.capabilities());
        final int attributesLength = texts.encode(record.attributes());
        final int length = lookupReplyLength(capabilitiesLength, record.metadataLength(), attributesLength);
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
            .putCapabilities(texts.capabilities(), 0, capabilitiesLength)
            .putMetadata(record.buffer(), record.metadataOffset(), record.metadataLength())
            .putAttributes(texts.attributes(), 0, attributesLength);
        sender.commitClaim();
    }

    private void notFound(final Session session, final long correlationId) {
        sender.claim(session, lookupReplyLength(0, 0, 0));
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
            .putCapabilities(texts.capabilities(), 0, 0)
            .putMetadata(texts.capabilities(), 0, 0)
            .putAttributes(texts.attributes(), 0, 0);
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
        prefetch(frame, frameHeader);
        lookupBatch.wrapAndApplyHeader(frame, 0, frameHeader);
        keys = lookupBatch.keys();
        sender.claimScratch(session);
        lookupBatchReply.wrapAndApplyHeader(sender.claimBuffer(), 0, header).correlationId(correlationId);
        final LookupBatchReplyEncoder.RecordsEncoder records = lookupBatchReply.recordsCount(count);
        // What metadata may take: all but the fixed parts of all records.
        int metadataRoom = session.maxMessageLength() - shortest;
        for (int i = 0; i < count; i++) {
            nextName(frame, keys);
            final long beginNs = times.begin();
            metadataRoom -= encodeBatchRecord(records.next(), keyHashes[i], metadataRoom, nowNs);
            times.end(beginNs, wasFound);
        }
        sender.commitScratch(REPLY_HEADER_LENGTH + lookupBatchReply.encodedLength());
    }

    /** Takes the hashes of all names, and has their records on the way from memory before the first is looked up. */
    private void prefetch(final DirectBuffer frame, final MessageHeaderDecoder frameHeader) {
        lookupBatch.wrapAndApplyHeader(frame, 0, frameHeader);
        final LookupBatchRequestDecoder.KeysDecoder keys = lookupBatch.keys();
        final int count = keys.count();
        for (int i = 0; i < count; i++) {
            nextName(frame, keys);
            keyHashes[i] = keyHash();
        }
        reader.prefetch(keyHashes, count);
    }

    private void nextName(final DirectBuffer frame, final LookupBatchRequestDecoder.KeysDecoder keys) {
        keys.next();
        name.set(frame, lookupBatch.limit() + LookupBatchRequestDecoder.KeysDecoder.nameHeaderLength(), keys.nameLength());
        lookupBatch.limit(name.end());
    }

    /** Returns the bytes of metadata. */
    private int encodeBatchRecord(
        final LookupBatchReplyEncoder.RecordsEncoder out, final long keyHash, final int metadataRoom, final long nowNs) {
        final ResultCode code;
        wasFound = name.length > 0 && name.length <= Protocol.MAX_NAME_LENGTH && find(keyHash, nowNs);
        if (!wasFound) {
            // What is registered is a name: only the others are looked at byte by byte.
            code = RequestChecks.isName(name) ? ResultCode.NOT_FOUND : ResultCode.INVALID_ARGUMENT;
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
            .putMetadata(texts.capabilities(), 0, 0);
        return 0;
    }

    private int leaseRemainingMs(final long nowNs) {
        final long deadlineNs = record.leaseDeadlineNs();
        return deadlineNs == SlotDescriptor.NO_LEASE ?
            Integer.MAX_VALUE : (int) Math.max(0, Math.min((deadlineNs - nowNs) / MS, Integer.MAX_VALUE));
    }

    private static int lookupReplyLength(
        final int capabilitiesLength, final int metadataLength, final int attributesLength) {
        return REPLY_HEADER_LENGTH + LookupReplyEncoder.BLOCK_LENGTH +
            LookupReplyEncoder.capabilitiesHeaderLength() + capabilitiesLength +
            LookupReplyEncoder.metadataHeaderLength() + metadataLength +
            LookupReplyEncoder.attributesHeaderLength() + attributesLength;
    }

    private void refuse(final Session session, final long correlationId) {
        counters.increment(NetworkCounter.INVALID_REQUESTS);
        context.sessions().proxy().reply(session, correlationId, checks.code(), 0, checks.text());
    }
}
