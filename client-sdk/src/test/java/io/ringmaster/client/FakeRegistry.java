package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.DropNamespaceReplyEncoder;
import io.ringmaster.protocol.codec.DropNamespaceRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryReplyEncoder;
import io.ringmaster.protocol.codec.QueryRequestDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyEncoder;
import io.ringmaster.protocol.codec.RegisterBatchRequestDecoder;
import io.ringmaster.protocol.codec.RegisterReplyEncoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyEncoder;
import io.ringmaster.protocol.codec.RegistryStatsRequestDecoder;
import io.ringmaster.protocol.codec.UnwatchRequestDecoder;
import io.ringmaster.protocol.codec.UpdateRequestDecoder;
import io.ringmaster.protocol.codec.WatchAckDecoder;
import io.ringmaster.protocol.codec.WatchEventEncoder;
import io.ringmaster.protocol.codec.WatchRequestDecoder;
import org.agrona.DirectBuffer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The part of {@link FakeReplies} that is about the registry's newer requests. Batches are answered in two messages, items of
 * even index first, and the first message comes twice; namespace {@code full}: refused; {@code half}: no second message,
 * {@code halfOnce}: none the first time. Threading: confined to the server's thread, but the concurrent fields.
 */
final class FakeRegistry {
    final Queue<String> requests = new ConcurrentLinkedQueue<>();
    final Map<Long, FakeWatch> watches = new ConcurrentHashMap<>();
    volatile ResultCode refuseWatchWith = ResultCode.OK;
    volatile boolean ignoresWatches;
    /** As if a request to unwatch were never read. */
    volatile boolean losesUnwatches;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final FakeServer server;
    private final FakeReplies replies;
    private boolean hasHalved;

    FakeRegistry(final FakeServer server, final FakeReplies replies) {
        this.server = server;
        this.replies = replies;
    }

    void onRequest(final FakeSession session, final DirectBuffer in, final MessageHeaderDecoder headerIn) {
        switch (headerIn.templateId()) {
            case UpdateRequestDecoder.TEMPLATE_ID ->
                onUpdate(session, new UpdateRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case RegisterBatchRequestDecoder.TEMPLATE_ID ->
                onBatch(session, new RegisterBatchRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case DropNamespaceRequestDecoder.TEMPLATE_ID ->
                onDrop(session, new DropNamespaceRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case RegistryStatsRequestDecoder.TEMPLATE_ID ->
                onStats(session, new RegistryStatsRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case WatchRequestDecoder.TEMPLATE_ID ->
                onWatch(session, new WatchRequestDecoder().wrapAndApplyHeader(in, 0, headerIn));
            case UnwatchRequestDecoder.TEMPLATE_ID -> {
                final UnwatchRequestDecoder request = new UnwatchRequestDecoder().wrapAndApplyHeader(in, 0, headerIn);
                requests.add("unwatch");
                if (losesUnwatches) {
                    return;
                }
                final FakeWatch watch = watches.remove(request.watchId());
                replies.reply(session, request.correlationId(), watch == null ? ResultCode.NOT_FOUND : ResultCode.OK, 0, 0, 0);
            }
            case WatchAckDecoder.TEMPLATE_ID -> {
                final WatchAckDecoder ack = new WatchAckDecoder().wrapAndApplyHeader(in, 0, headerIn);
                final FakeWatch watch = watches.get(ack.watchId());
                if (watch != null) {
                    watch.acked = ack.ackedSequence();
                }
            }
            default -> throw new IllegalStateException("template " + headerIn.templateId());
        }
    }

    private void onUpdate(final FakeSession session, final UpdateRequestDecoder request) {
        final long id = request.correlationId();
        final long expected = request.expectedVersion();
        final int flags = request.flags();
        request.skipNamespaceName();
        final String name = request.name();
        final String capabilities = request.capabilities();
        final byte[] metadata = new byte[request.metadataLength()];
        request.getMetadata(metadata, 0, metadata.length);
        requests.add("update " + name + ' ' + expected + ' ' + flags + ' ' + capabilities + ' ' + new String(metadata) + ' '
            + request.attributes());
        if ("silent".equals(name)) {
            return;
        }
        final ResultCode code = switch (name) {
            case "conflict" -> ResultCode.VERSION_CONFLICT;
            case "foreign" -> ResultCode.NOT_OWNER;
            default -> ResultCode.OK;
        };
        final RegisterReplyEncoder reply = new RegisterReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id).code(code.value()).retryAfterMs(0).agentId(5)
            .recordVersion(code == ResultCode.OK ? 2 : 7).ownerSessionId(session.id).leaseMs(300).text("as asked");
        server.send(session, server.out(), reply.limit());
    }

    private void onBatch(final FakeSession session, final RegisterBatchRequestDecoder request) {
        final long id = request.correlationId();
        final int leaseMs = request.leaseMs();
        final List<String> names = new ArrayList<>();
        final RegisterBatchRequestDecoder.ItemsDecoder items = request.items();
        while (items.hasNext()) {
            names.add(items.next().name());
            items.skipCapabilities();
            items.skipAttributes();
            items.skipMetadata();
        }
        final String namespace = request.namespaceName();
        requests.add("batch " + names.size() + ' ' + namespace + ' ' + leaseMs);
        if ("full".equals(namespace)) {
            replies.reply(session, id, ResultCode.OVERLOADED, 40, 0, 0);
            return;
        }
        part(session, id, names, 0);
        part(session, id, names, 0);
        final boolean isHalf = "half".equals(namespace) || "halfOnce".equals(namespace) && !hasHalved;
        hasHalved |= isHalf;
        if (!isHalf) {
            part(session, id, names, 1);
        }
    }

    private void part(final FakeSession session, final long id, final List<String> names, final int parity) {
        final RegisterBatchReplyEncoder reply = new RegisterBatchReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id).total(names.size()).leaseMs(300);
        final int count = (names.size() + 1 - parity) / 2;
        final RegisterBatchReplyEncoder.ResultsEncoder results = reply.resultsCount(count);
        boolean isRefused = false;
        for (int i = parity; i < names.size(); i += 2) {
            final boolean isTaken = names.get(i).startsWith("taken");
            isRefused |= isTaken;
            final long agentId = isTaken ? 0
                : replies.agents.computeIfAbsent(session.id + names.get(i), ignore -> replies.agentIds.incrementAndGet());
            results.next().index(i).code(isTaken ? ResultCode.ALREADY_REGISTERED.value() : 0).retryAfterMs(0).agentId(agentId)
                .recordVersion(1).ownerSessionId(isTaken ? 99 : session.id);
        }
        reply.text(isRefused ? "taken" : "");
        server.send(session, server.out(), reply.limit());
    }

    private void onDrop(final FakeSession session, final DropNamespaceRequestDecoder request) {
        final long id = request.correlationId();
        final int graceMs = request.graceMs();
        final String namespace = request.namespaceName();
        requests.add("drop " + namespace + ' ' + graceMs);
        if ("forbidden".equals(namespace)) {
            replies.reply(session, id, ResultCode.FORBIDDEN, 0, 0, 0);
            return;
        }
        for (int partition = 0; partition < 2; partition++) {
            final DropNamespaceReplyEncoder reply = new DropNamespaceReplyEncoder();
            final boolean isBusy = "busy".equals(namespace) && partition == 0;
            reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(id)
                .code((isBusy ? ResultCode.OVERLOADED : ResultCode.OK).value()).partition(partition).partitions(2)
                .dropped(isBusy ? 0 : 10 + partition).text(isBusy ? "another drop runs" : "");
            server.send(session, server.out(), reply.limit());
        }
    }

    private void onStats(final FakeSession session, final RegistryStatsRequestDecoder request) {
        final RegistryStatsReplyEncoder reply = new RegistryStatsReplyEncoder();
        final boolean isFirst = request.firstNamespace() == 0;
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(request.correlationId()).code(0)
            .nextNamespace(isFirst ? 1 : 0).lookupHits(7).lookupMisses(8);
        final RegistryStatsReplyEncoder.PartitionsEncoder partitions = reply.partitionsCount(2);
        for (int i = 0; i < 2; i++) {
            partitions.next().entries(10 + i).capacity(100).indexCells(256).tombstones(0).maxProbeLength(3).slabUsedBytes(64)
                .slabBytes(4096).bytes(9000).blocksMoved(1);
        }
        reply.namespacesCount(1).next().entries(isFirst ? 20 : 1).namespaceName(isFirst ? "default" : "ml");
        server.send(session, server.out(), reply.limit());
    }

    void onQuery(final FakeSession session, final QueryRequestDecoder request) {
        final long cursor = request.cursor();
        final boolean isCount = request.countOnly() == 1;
        final String head = request.kind() + " " + request.readiness() + ' ' + request.maxRecords();
        final String namespace = request.namespaceName();
        final String allOf = request.allOf();
        requests.add("query " + head + ' ' + namespace + ' ' + allOf + ' ' + request.anyOf() + ' ' + request.noneOf() + ' '
            + request.namePrefix() + ' ' + request.attributeFilter());
        final QueryReplyEncoder reply = new QueryReplyEncoder();
        reply.wrapAndApplyHeader(server.out(), 0, header).correlationId(request.correlationId())
            .code("bad".equals(namespace) ? ResultCode.INVALID_ARGUMENT.value() : 0)
            .nextCursor(cursor == 0 && !"bad".equals(namespace) ? 42 : 0).count(isCount ? 1000 : 1);
        if (isCount || "bad".equals(namespace)) {
            reply.recordsCount(0);
        } else {
            reply.recordsCount(1).next().kind((short) 1).readiness((short) 1).ownerSessionId(1).agentId(2).recordVersion(3)
                .capacity(4).parallelism(5).inFlight(6).estimatedWaitNs(7).namespaceName("ns").name("n" + cursor)
                .capabilities(allOf);
        }
        reply.text("bad".equals(namespace) ? "no such key" : "");
        server.send(session, server.out(), reply.limit());
    }

    private void onWatch(final FakeSession session, final WatchRequestDecoder request) {
        final long id = request.correlationId();
        final long watchId = request.watchId();
        final int window = request.windowBytes();
        requests.add("watch " + request.namespaceName() + ' ' + window);
        if (ignoresWatches) {
            return;
        }
        if (refuseWatchWith == ResultCode.OK) {
            watches.put(watchId, new FakeWatch(session, watchId));
        }
        replies.reply(session, id, refuseWatchWith, 0, 0, 0);
    }

    /** The only watch there is. */
    FakeWatch watch() {
        return watches.size() == 1 ? watches.values().iterator().next() : null;
    }

    /** One watch. {@link #send} on the server's thread. */
    final class FakeWatch {
        final FakeSession session;
        final long id;
        volatile long acked;
        long sequence;

        FakeWatch(final FakeSession session, final long id) {
            this.session = session;
            this.id = id;
        }

        void send(final int type, final String name, final long agentId, final long version, final int reason) {
            final WatchEventEncoder event = new WatchEventEncoder();
            event.wrapAndApplyHeader(server.out(), 0, header).watchId(id).sequence(++sequence).eventType((short) type)
                .reason((short) reason).kind((short) 1).readiness((short) 1).ownerSessionId(3).agentId(agentId)
                .recordVersion(version).capacity(4).parallelism(2).lost(type == 7 ? 12 : 0).namespaceName("ns").name(name)
                .capabilities("a,b").attributes("zone=eu").putMetadata(new byte[] {1}, 0, 1);
            server.send(session, server.out(), event.limit());
        }

        void snapshot(final String... names) {
            send(1, "", 0, 0, 0);
            for (final String name : names) {
                send(2, name, 10, 1, 0);
            }
            send(3, "", 0, 0, 0);
        }
    }
}
