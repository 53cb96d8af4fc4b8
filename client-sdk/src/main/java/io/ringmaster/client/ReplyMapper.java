package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes values of views.
 * <p>
 * Threading: immutable; static methods.
 */
final class ReplyMapper {
    private ReplyMapper() {
    }

    static AgentRecord record(final Call.Key key, final LookupReplyDecoder reply) {
        final List<String> capabilities = Names.split(reply.capabilities());
        final byte[] metadata = new byte[reply.metadataLength()];
        reply.getMetadata(metadata, 0, metadata.length);
        return new AgentRecord(key.namespace(), key.name(), (byte) reply.kind(), (byte) reply.readiness(),
            reply.ownerSessionId(), reply.agentId(), reply.recordVersion(), reply.leaseRemainingMs(), reply.capacity(),
            reply.parallelism(), reply.inFlight(), reply.estimatedWaitNs(), capabilities, metadata,
            Attributes.parse(reply.attributes()));
    }

    static AgentRecord record(final WatchEventDecoder event) {
        final String namespace = event.namespaceName();
        final String name = event.name();
        final List<String> capabilities = Names.split(event.capabilities());
        final String attributes = event.attributes();
        final byte[] metadata = new byte[event.metadataLength()];
        event.getMetadata(metadata, 0, metadata.length);
        return new AgentRecord(namespace, name, (byte) event.kind(), (byte) event.readiness(), event.ownerSessionId(),
            event.agentId(), event.recordVersion(), -1, event.capacity(), event.parallelism(), -1, -1, capabilities, metadata,
            Attributes.parse(attributes));
    }

    static List<LookupEntry> entries(final List<String> names, final LookupBatchReplyDecoder reply) {
        final List<LookupEntry> entries = new ArrayList<>(names.size());
        final LookupBatchReplyDecoder.RecordsDecoder records = reply.records();
        while (records.hasNext()) {
            records.next();
            final byte[] metadata = new byte[records.metadataLength()];
            records.getMetadata(metadata, 0, metadata.length);
            final String name = entries.size() < names.size() ? names.get(entries.size()) : "";
            entries.add(new LookupEntry(name, ResultCode.of(records.code()), (byte) records.kind(),
                (byte) records.readiness(), records.ownerSessionId(), records.agentId(), records.recordVersion(), metadata));
        }
        return entries;
    }

    static QueryPage page(final QueryReplyDecoder reply) {
        final long nextCursor = reply.nextCursor();
        final long count = reply.count();
        final List<AgentRecord> page = new ArrayList<>();
        final QueryReplyDecoder.RecordsDecoder records = reply.records();
        while (records.hasNext()) {
            records.next();
            page.add(new AgentRecord(records.namespaceName(), records.name(), (byte) records.kind(),
                (byte) records.readiness(), records.ownerSessionId(), records.agentId(), records.recordVersion(), -1,
                records.capacity(), records.parallelism(), records.inFlight(), records.estimatedWaitNs(),
                Names.split(records.capabilities()), new byte[0], Map.of()));
        }
        return new QueryPage(List.copyOf(page), nextCursor, count == QueryReplyDecoder.countNullValue() ? page.size() : count);
    }

    static ReadCalls.StatsPage stats(final RegistryStatsReplyDecoder reply) {
        final int next = reply.nextNamespace();
        final long hits = reply.lookupHits();
        final long misses = reply.lookupMisses();
        final List<RegistryStatistics.Partition> partitions = new ArrayList<>();
        final RegistryStatsReplyDecoder.PartitionsDecoder parts = reply.partitions();
        while (parts.hasNext()) {
            parts.next();
            partitions.add(new RegistryStatistics.Partition(parts.entries(), parts.capacity(), parts.indexCells(),
                parts.tombstones(), parts.maxProbeLength(), parts.slabUsedBytes(), parts.slabBytes(), parts.bytes(),
                parts.blocksMoved()));
        }
        final Map<String, Long> namespaces = new LinkedHashMap<>();
        final RegistryStatsReplyDecoder.NamespacesDecoder names = reply.namespaces();
        while (names.hasNext()) {
            names.next();
            final long entries = names.entries();
            namespaces.put(names.namespaceName(), entries);
        }
        return new ReadCalls.StatsPage(new RegistryStatistics(hits, misses, List.copyOf(partitions), namespaces), next);
    }

    static List<TaskAcceptance> acceptances(final BatchReplyDecoder reply) {
        final List<TaskAcceptance> acceptances = new ArrayList<>();
        final BatchReplyDecoder.TasksDecoder tasks = reply.tasks();
        while (tasks.hasNext()) {
            tasks.next();
            acceptances.add(new TaskAcceptance(acceptances.size(), ResultCode.of(tasks.code()), tasks.retryAfterMs(),
                tasks.taskId(), tasks.agentId(), tasks.estimatedFinishNs()));
        }
        return List.copyOf(acceptances);
    }

    static TaskOutcome outcome(final TaskResultDecoder result) {
        final byte[] bytes = new byte[result.resultLength()];
        result.getResult(bytes, 0, bytes.length);
        return new TaskOutcome(result.taskIndex(), result.taskId(), ResultCode.of(result.code()), result.attempt(),
            result.agentId(), result.waitNs(), result.serviceNs(), result.totalNs(), bytes);
    }
}
