package io.ringmaster.client;

import io.ringmaster.protocol.codec.BackupRequestEncoder;
import io.ringmaster.protocol.codec.DropNamespaceRequestEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryRequestEncoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestEncoder;
import io.ringmaster.protocol.codec.RegisterRequestEncoder;
import io.ringmaster.protocol.codec.RegistryStatsRequestEncoder;
import io.ringmaster.protocol.codec.UnregisterRequestEncoder;
import io.ringmaster.protocol.codec.UnwatchRequestEncoder;
import io.ringmaster.protocol.codec.UpdateRequestEncoder;
import io.ringmaster.protocol.codec.WatchAckEncoder;
import io.ringmaster.protocol.codec.WatchRequestEncoder;
import org.agrona.MutableDirectBuffer;

import java.util.List;

/**
 * Encodes the requests that change, query and watch the registry; see {@link RequestEncoder} for session and correlation
 * id. Allocates nothing: the requests keep their texts joined.
 * <p>
 * Each method returns the frame's length, or {@link ClientChannel#TOO_LARGE}, or {@link ClientChannel#INVALID_ARGUMENT}.
 * <p>
 * Threading: confined to its owner.
 */
final class RegistryRequestEncoder {
    /** More than the fixed part and all length fields of any request here; four texts of 1,024 bytes are counted apart. */
    static final int OVERHEAD = RequestEncoder.OVERHEAD;
    private static final int ITEM_OVERHEAD = RegisterBatchRequestEncoder.ItemsEncoder.sbeBlockLength() + 3 * Short.BYTES
        + Integer.BYTES;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final RegisterRequestEncoder register = new RegisterRequestEncoder();
    private final RegisterBatchRequestEncoder registerBatch = new RegisterBatchRequestEncoder();
    private final UpdateRequestEncoder update = new UpdateRequestEncoder();
    private final UnregisterRequestEncoder unregister = new UnregisterRequestEncoder();
    private final DropNamespaceRequestEncoder dropNamespace = new DropNamespaceRequestEncoder();
    private final QueryRequestEncoder query = new QueryRequestEncoder();
    private final RegistryStatsRequestEncoder stats = new RegistryStatsRequestEncoder();
    private final BackupRequestEncoder backup = new BackupRequestEncoder();
    private final WatchRequestEncoder watch = new WatchRequestEncoder();
    private final UnwatchRequestEncoder unwatch = new UnwatchRequestEncoder();
    private final WatchAckEncoder watchAck = new WatchAckEncoder();

    int register(final MutableDirectBuffer buffer, final RegistrationRequest request) {
        final int fault = fault(request);
        if (fault != 0) {
            return fault;
        }
        final int length = OVERHEAD + request.namespace().length() + request.name().length()
            + request.capabilityText().length() + request.attributeText().length() + request.metadata().length;
        if (length > buffer.capacity()) {
            return ClientChannel.TOO_LARGE;
        }
        register.wrapAndApplyHeader(buffer, 0, header).kind(request.kind()).capacity(request.capacity())
            .parallelism(request.parallelism()).leaseMs(request.leaseMs())
            .namespaceName(request.namespace()).name(request.name()).capabilities(request.capabilityText())
            .putMetadata(request.metadata(), 0, request.metadata().length).attributes(request.attributeText());
        return register.limit();
    }

    /** What is wrong with a registration; 0: nothing. */
    static int fault(final RegistrationRequest request) {
        final int fault = RequestEncoder.fault(request.namespace(), request.name());
        if (fault != 0) {
            return fault;
        }
        if (!ConnectionContext.isAscii(request.capabilityText()) || request.name().isEmpty()) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        return request.capabilityText().length() > Names.MAX_TEXT_LENGTH ? ClientChannel.TOO_LARGE : 0;
    }

    /** Bytes of a batch registration without its items. */
    static int batchLength(final String namespace) {
        return OVERHEAD + namespace.length();
    }

    /** Bytes of one item of a batch registration. */
    static int itemLength(final RegistrationRequest item) {
        return ITEM_OVERHEAD + item.name().length() + item.capabilityText().length() + item.attributeText().length()
            + item.metadata().length;
    }

    /** The lease is that of the first item. */
    int registerBatch(final MutableDirectBuffer buffer, final String namespace, final List<RegistrationRequest> items) {
        int length = batchLength(namespace);
        for (int i = 0; i < items.size(); i++) {
            final int fault = fault(items.get(i));
            if (fault != 0) {
                return fault;
            }
            length += itemLength(items.get(i));
        }
        final int fault = RequestEncoder.fault(namespace, "");
        if (fault != 0 || items.isEmpty()) {
            return fault != 0 ? fault : ClientChannel.INVALID_ARGUMENT;
        }
        if (length > buffer.capacity() || items.size() > RegisterBatchRequestEncoder.ItemsEncoder.countMaxValue()) {
            return ClientChannel.TOO_LARGE;
        }
        registerBatch.wrapAndApplyHeader(buffer, 0, header).leaseMs(items.get(0).leaseMs());
        final RegisterBatchRequestEncoder.ItemsEncoder group = registerBatch.itemsCount(items.size());
        for (int i = 0; i < items.size(); i++) {
            final RegistrationRequest item = items.get(i);
            group.next().kind(item.kind()).capacity(item.capacity()).parallelism(item.parallelism()).name(item.name())
                .capabilities(item.capabilityText()).attributes(item.attributeText())
                .putMetadata(item.metadata(), 0, item.metadata().length);
        }
        registerBatch.namespaceName(namespace);
        return registerBatch.limit();
    }

    int update(final MutableDirectBuffer buffer, final UpdateRequest request) {
        if (request.name().isEmpty()) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        final byte[] metadata = request.metadata();
        final int length = OVERHEAD + request.namespace().length() + request.name().length()
            + request.capabilityText().length() + request.attributeText().length() + metadata.length;
        if (length > buffer.capacity()) {
            return ClientChannel.TOO_LARGE;
        }
        update.wrapAndApplyHeader(buffer, 0, header).expectedVersion(request.expectedVersion())
            .flags((short) request.flags()).expectedAgentId(request.expectedAgentId())
            .namespaceName(request.namespace()).name(request.name())
            .capabilities(request.capabilityText()).putMetadata(metadata, 0, metadata.length)
            .attributes(request.attributeText());
        return update.limit();
    }

    int unregister(final MutableDirectBuffer buffer, final CharSequence namespace, final CharSequence name) {
        final int fault = RequestEncoder.fault(namespace, name);
        if (fault != 0) {
            return fault;
        }
        unregister.wrapAndApplyHeader(buffer, 0, header).namespaceName(namespace).name(name);
        return unregister.limit();
    }

    int dropNamespace(final MutableDirectBuffer buffer, final CharSequence namespace, final int graceMs) {
        final int fault = RequestEncoder.fault(namespace, "");
        if (fault != 0) {
            return fault;
        }
        if (graceMs < 0) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        dropNamespace.wrapAndApplyHeader(buffer, 0, header).graceMs(graceMs).namespaceName(namespace);
        return dropNamespace.limit();
    }

    int query(final MutableDirectBuffer buffer, final CharSequence namespace, final int kind, final CharSequence allOf,
              final int maxRecords, final long cursor) {
        final int fault = RequestEncoder.fault(namespace, "");
        if (fault != 0) {
            return fault;
        }
        if (kind < 0 || kind > 255 || !ConnectionContext.isAscii(allOf)) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        if (allOf.length() > Names.MAX_TEXT_LENGTH) {
            return ClientChannel.TOO_LARGE;
        }
        query.wrapAndApplyHeader(buffer, 0, header).kind((short) kind).maxRecords(maxRecords).cursor(cursor)
            .readiness((short) 0).countOnly((short) 0)
            .namespaceName(namespace).allOf(allOf).anyOf("").noneOf("").namePrefix("").attributeFilter("");
        return query.limit();
    }

    int query(final MutableDirectBuffer buffer, final RegistryQuery request, final long cursor, final boolean countOnly) {
        if (!request.namePrefix().isEmpty() && request.namespace().isEmpty()) {
            return ClientChannel.INVALID_ARGUMENT;
        }
        query.wrapAndApplyHeader(buffer, 0, header).kind(request.kind()).maxRecords(request.pageSize()).cursor(cursor)
            .readiness(request.readiness()).countOnly((short) (countOnly ? 1 : 0))
            .namespaceName(request.namespace()).allOf(request.allOf()).anyOf(request.anyOf()).noneOf(request.noneOf())
            .namePrefix(request.namePrefix()).attributeFilter(request.attributeText());
        return query.limit();
    }

    int stats(final MutableDirectBuffer buffer, final int firstNamespace) {
        stats.wrapAndApplyHeader(buffer, 0, header).firstNamespace(firstNamespace);
        return stats.limit();
    }

    int backup(final MutableDirectBuffer buffer, final byte[] path) {
        if (path.length + OVERHEAD > buffer.capacity()) {
            return ClientChannel.TOO_LARGE;
        }
        backup.wrapAndApplyHeader(buffer, 0, header).putPath(path, 0, path.length);
        return backup.limit();
    }

    int watch(final MutableDirectBuffer buffer, final long watchId, final WatchFilter filter) {
        watch.wrapAndApplyHeader(buffer, 0, header).watchId(watchId).kind(filter.kind()).windowBytes(filter.windowBytes())
            .namespaceName(filter.namespace()).namePrefix(filter.namePrefix()).allOf(filter.allOf()).anyOf(filter.anyOf())
            .noneOf(filter.noneOf());
        return watch.limit();
    }

    int unwatch(final MutableDirectBuffer buffer, final long watchId) {
        unwatch.wrapAndApplyHeader(buffer, 0, header).watchId(watchId);
        return unwatch.limit();
    }

    int watchAck(final MutableDirectBuffer buffer, final long sessionId, final long watchId, final long sequence) {
        watchAck.wrapAndApplyHeader(buffer, 0, header).sessionId(sessionId).watchId(watchId).ackedSequence(sequence);
        return watchAck.limit();
    }
}
