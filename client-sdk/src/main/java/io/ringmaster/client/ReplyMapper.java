package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes values of views.
 * <p>
 * Threading: immutable; static methods.
 */
final class ReplyMapper {
    private ReplyMapper() {
    }

    static List<String> names(final String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(","));
    }

    static AgentRecord record(final Call.Key key, final LookupReplyDecoder reply) {
        final List<String> capabilities = names(reply.capabilities());
        final byte[] metadata = new byte[reply.metadataLength()];
        reply.getMetadata(metadata, 0, metadata.length);
        return new AgentRecord(key.namespace(), key.name(), (byte) reply.kind(), (byte) reply.readiness(),
            reply.ownerSessionId(), reply.agentId(), reply.recordVersion(), reply.leaseRemainingMs(), reply.capacity(),
            reply.parallelism(), reply.inFlight(), reply.estimatedWaitNs(), capabilities, metadata);
    }

    static List<LookupEntry> entries(final List<?> names, final LookupBatchReplyDecoder reply) {
        final List<LookupEntry> entries = new ArrayList<>(names.size());
        final LookupBatchReplyDecoder.RecordsDecoder records = reply.records();
        while (records.hasNext()) {
            records.next();
            final byte[] metadata = new byte[records.metadataLength()];
            records.getMetadata(metadata, 0, metadata.length);
            final String name = entries.size() < names.size() ? (String) names.get(entries.size()) : "";
            entries.add(new LookupEntry(name, ResultCode.of(records.code()), (byte) records.kind(),
                (byte) records.readiness(), records.ownerSessionId(), records.agentId(), records.recordVersion(), metadata));
        }
        return entries;
    }

    static QueryPage page(final QueryReplyDecoder reply) {
        final long nextCursor = reply.nextCursor();
        final List<AgentRecord> page = new ArrayList<>();
        final QueryReplyDecoder.RecordsDecoder records = reply.records();
        while (records.hasNext()) {
            records.next();
            page.add(new AgentRecord(records.namespaceName(), records.name(), (byte) records.kind(),
                (byte) records.readiness(), records.ownerSessionId(), records.agentId(), records.recordVersion(), -1,
                records.capacity(), records.parallelism(), records.inFlight(), records.estimatedWaitNs(),
                names(records.capabilities()), new byte[0]));
        }
        return new QueryPage(List.copyOf(page), nextCursor);
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
