package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.DirectBuffer;

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
        final byte[] metadata = newBytes(reply.metadataLength(), reply.buffer());
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
        final byte[] metadata = newBytes(event.metadataLength(), event.buffer());
        event.getMetadata(metadata, 0, metadata.length);
        return new AgentRecord(namespace, name, (byte) event.kind(), (byte) event.readiness(), event.ownerSessionId(),
            event.agentId(), event.recordVersion(), -1, event.capacity(), event.parallelism(), -1, -1, capabilities, metadata,
            Attributes.parse(attributes));
    }

    static List<LookupEntry> entries(final List<String> names, final LookupBatchReplyDecoder reply) {
        final List<LookupEntry> entries = new ArrayList<>(names.size());
        final LookupBatchReplyDecoder.RecordsDecoder records = reply.records();
        checkEntryLength(records.actingBlockLength(), LookupBatchReplyDecoder.RecordsDecoder.sbeBlockLength());
        while (records.hasNext()) {
            records.next();
            final byte[] metadata = newBytes(records.metadataLength(), reply.buffer());
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
        checkEntryLength(records.actingBlockLength(), QueryReplyDecoder.RecordsDecoder.sbeBlockLength());
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
        checkEntryLength(parts.actingBlockLength(), RegistryStatsReplyDecoder.PartitionsDecoder.sbeBlockLength());
        while (parts.hasNext()) {
            parts.next();
            partitions.add(new RegistryStatistics.Partition(parts.entries(), parts.capacity(), parts.indexCells(),
                parts.tombstones(), parts.maxProbeLength(), parts.slabUsedBytes(), parts.slabBytes(), parts.bytes(),
                parts.blocksMoved()));
        }
        final Map<String, Long> namespaces = new LinkedHashMap<>();
        final RegistryStatsReplyDecoder.NamespacesDecoder names = reply.namespaces();
        checkEntryLength(names.actingBlockLength(), RegistryStatsReplyDecoder.NamespacesDecoder.sbeBlockLength());
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
        checkEntryLength(tasks.actingBlockLength(), BatchReplyDecoder.TasksDecoder.sbeBlockLength());
        while (tasks.hasNext()) {
            tasks.next();
            acceptances.add(new TaskAcceptance(acceptances.size(), ResultCode.of(tasks.code()), tasks.retryAfterMs(),
                tasks.taskId(), tasks.agentId(), tasks.estimatedFinishNs()));
        }
        return List.copyOf(acceptances);
    }

    static TaskOutcome outcome(final TaskResultDecoder result) {
        final byte[] bytes = newBytes(result.resultLength(), result.buffer());
        result.getResult(bytes, 0, bytes.length);
        return outcome(result, ResultCode.of(result.code()), bytes);
    }

    /** Outcome of a task whose result's bytes are not there as the message says. */
    static TaskOutcome unreadable(final TaskResultDecoder result) {
        return outcome(result, ResultCode.INTERNAL, new byte[0]);
    }

    private static TaskOutcome outcome(final TaskResultDecoder result, final ResultCode code, final byte[] bytes) {
        return new TaskOutcome(result.taskIndex(), result.taskId(), code, result.attempt(), result.agentId(), result.waitNs(),
            result.serviceNs(), result.totalNs(), bytes);
    }

    /**
     * Refuses a group whose entries are shorter than those of the first version: what is read of one would be the next one's, and a
     * frame of a few bytes could claim thousands of them.
     */
    static void checkEntryLength(final int length, final int least) {
        if (length < least) {
            throw new IndexOutOfBoundsException("entries of " + length + " bytes in a group, where " + least + " are read");
        }
    }

    /** Room for bytes whose length a frame says, which must be within the frame: a length that is wrong takes no memory. */
    private static byte[] newBytes(final int length, final DirectBuffer frame) {
        if (length < 0 || length > frame.capacity()) {
            throw new IndexOutOfBoundsException("length=" + length + " in a frame of " + frame.capacity() + " bytes");
        }
        return new byte[length];
    }
}
