package io.ringmaster.server.coordination;

import static io.ringmaster.server.coordination.TaskTable.NULL;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.CapabilityWordsDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Takes a batch in, in one event: every task is accepted and planned on an agent, or refused with a code and, where it
 * helps, an estimate. Planned in the order priority, deadline, longest first (Graham: "Bounds on multiprocessing timing
 * anomalies", 1969: longest-first list scheduling stays within 4/3 of the optimum on equal machines).
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class BatchAdmission {
    private static final int MAX_RETRY_AFTER_MS = 10_000;
    private static final byte[] NO_TEXT = new byte[0];
    private static final byte[] TASKS_FULL = ascii("all tasks of ringmaster.coordination.max-tasks are taken");
    private static final byte[] SESSION_FULL =
        ascii("this session has half of ringmaster.coordination.max-tasks; results that it does not acknowledge count");
    private static final byte[] PAYLOADS_FULL = ascii("ringmaster.coordination.payload-bytes is full");
    private static final byte[] ANSWERS_FULL = ascii("unfinished batches fill half of ringmaster.coordination.answer-bytes");

    private final TaskTable tasks;
    private final AgentTable agents;
    private final BlockSlab slab;
    private final Planner planner;
    private final TaskBoard board;
    private final AnswerLog answers;
    private final CoordinatorEffects effects;
    private final CoordinationStats stats;
    private final NanoClock stopwatch;
    private final int maxAttempts;
    private final int reservedBlocks;
    private final int sessionShare;

    private final CapabilitySet capabilities = new CapabilitySet();
    private final int[] batch;
    private final int[] order;
    private final int[] codes;
    private final int[] retryAfterMs;
    private final long[] taskIds;
    private final long[] agentIds;
    private final long[] finishNs;
    private final ExpandableArrayBuffer answer;
    private long planStartNs;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final BatchReplyEncoder reply = new BatchReplyEncoder();

    @SuppressWarnings("checkstyle:ParameterNumber")
    BatchAdmission(final CoordinatorSettings settings, final TaskTable tasks, final AgentTable agents, final BlockSlab slab,
        final Planner planner, final TaskBoard board, final AnswerLog answers, final CoordinatorEffects effects,
        final CoordinationStats stats, final NanoClock stopwatch) {
        this.stopwatch = stopwatch;
        this.tasks = tasks;
        this.agents = agents;
        this.slab = slab;
        this.planner = planner;
        this.board = board;
        this.answers = answers;
        this.effects = effects;
        this.stats = stats;
        maxAttempts = settings.maxAttempts();
        // New payloads leave a quarter of the store to results.
        reservedBlocks = slab.blocks() / 4;
        // A session that never acknowledges its results leaves half of the table to the others.
        sessionShare = Math.max(settings.maxBatchTasks(), settings.maxTasks() / 2);
        final int max = settings.maxBatchTasks();
        batch = new int[max];
        order = new int[max];
        codes = new int[max];
        retryAfterMs = new int[max];
        taskIds = new long[max];
        agentIds = new long[max];
        finishNs = new long[max];
        answer = new ExpandableArrayBuffer(AnswerLog.maxAnswerLength(max) + 256);
    }

    void admit(final SubmitBatchCommandDecoder command, final CoordinatedSession session, final long nowNs) {
        planStartNs = stopwatch.nanoTime();
        final SubmitBatchCommandDecoder.TasksDecoder group = command.tasks();
        final int count = group.count();
        byte[] refusal = null;
        if (count > batch.length || count > tasks.free()) {
            refusal = TASKS_FULL;
        } else if (count + session.unfinished.size() + session.results.size() > sessionShare) {
            refusal = SESSION_FULL;
        } else if (!answers.hasRoom(count)) {
            refusal = ANSWERS_FULL;
        }
        int taken = 0;
        while (refusal == null && group.hasNext()) {
            group.next();
            if (slab.free() - BlockSlab.blocksFor(group.payloadLength()) < reservedBlocks) {
                refusal = PAYLOADS_FULL;
            } else {
                batch[taken] = take(group, command, session, taken);
                taken++;
            }
        }
        if (refusal != null) {
            refuse(command, taken, count, refusal, nowNs);
            return;
        }
        final int namespaceLength = command.namespaceNameLength();
        final int namespaceId = agents.namespaceId(command.buffer(),
            command.limit() + SubmitBatchCommandDecoder.namespaceNameHeaderLength(), namespaceLength);
        accept(command, session, count, namespaceId, nowNs);
    }

    private int take(final SubmitBatchCommandDecoder.TasksDecoder group, final SubmitBatchCommandDecoder command,
        final CoordinatedSession session, final int index) {
        final int task = tasks.allocate();
        tasks.sessionId(task, session.sessionId);
        tasks.batchId(task, command.batchId());
        tasks.taskIndex(task, index);
        tasks.costNs(task, group.costNs());
        tasks.receivedNs(task, command.receivedNs());
        tasks.deadlineNs(task, deadline(command.receivedNs(), group.deadlineNs()));
        tasks.priority(task, group.priority());
        tasks.maxAttempts(task, group.maxAttempts() == 0 ? maxAttempts : group.maxAttempts());
        tasks.kindId(task, group.kindId());
        final CapabilityWordsDecoder words = group.capabilities();
        capabilities.word(0, words.w0());
        capabilities.word(1, words.w1());
        capabilities.word(2, words.w2());
        capabilities.word(3, words.w3());
        tasks.capabilities(task, capabilities);
        codes[index] = group.unknownCapability() == 0 ? ResultCode.OK.value() : ResultCode.NO_CAPABLE_AGENT.value();
        final int length = group.payloadLength();
        final int start = command.limit() + SubmitBatchCommandDecoder.TasksDecoder.payloadHeaderLength();
        tasks.payloadLength(task, length);
        tasks.payloadBlock(task, slab.store(command.buffer(), start, length));
        group.skipPayload();
        return task;
    }

    private void accept(final SubmitBatchCommandDecoder command, final CoordinatedSession session, final int count,
        final int namespaceId, final long nowNs) {
        sort(count);
        int accepted = 0;
        long lastFinishNs = 0;
        for (int i = 0; i < count; i++) {
            final int index = order[i];
            final int task = batch[index];
            final long elapsedNs = Math.max(0, nowNs - tasks.receivedNs(task));
            tasks.namespaceId(task, namespaceId);
            final boolean possible = namespaceId >= 0 && codes[index] == ResultCode.OK.value();
            final CoordinatedAgent agent = possible ? planner.choose(task, nowNs) : null;
            agentIds[index] = 0;
            retryAfterMs[index] = 0;
            taskIds[index] = 0;
            finishNs[index] = 0;
            if (agent == null) {
                codes[index] = ResultCode.NO_CAPABLE_AGENT.value();
                stats.tasksRejectedNoAgent++;
                discard(task);
                continue;
            }
            finishNs[index] = planner.finishNs() + elapsedNs;
            final long lateNs = tasks.deadlineNs(task) == TaskTable.NO_DEADLINE
                ? 0 : nowNs + planner.finishNs() - tasks.deadlineNs(task);
            if (lateNs > 0) {
                codes[index] = ResultCode.CANNOT_MEET_DEADLINE.value();
                retryAfterMs[index] = toRetryMs(lateNs);
                stats.tasksRejectedDeadline++;
                discard(task);
                continue;
            }
            accepted++;
            taskIds[index] = tasks.taskId(task);
            agentIds[index] = agent.agentId;
            lastFinishNs = Math.max(lastFinishNs, finishNs[index]);
            session.unfinished.addLast(task);
            board.plan(task, agent, planner.serviceNs(), nowNs);
        }
        stats.batches++;
        stats.tasksAccepted += accepted;
        final int length = encode(command, ResultCode.OK, 0, accepted, count - accepted, lastFinishNs, count, NO_TEXT, nowNs);
        answers.append(command.batchId(), session.sessionId, accepted, answer, 0, length);
        effects.send(session.sessionId, answer, 0, length);
    }

    /** The whole batch is refused; what was taken in is given back and the batch id stays unused. */
    private void refuse(final SubmitBatchCommandDecoder command, final int taken, final int count, final byte[] text,
        final long nowNs) {
        for (int i = 0; i < taken; i++) {
            discard(batch[i]);
        }
        stats.batchesRefused++;
        stats.tasksRejectedOverloaded += count;
        final int length =
            encode(command, ResultCode.OVERLOADED, toRetryMs(shortestQueueNs(nowNs)), 0, 0, 0, 0, text, nowNs);
        effects.send(command.sessionId(), answer, 0, length);
    }

    private void discard(final int task) {
        if (tasks.payloadBlock(task) != NULL) {
            slab.free(tasks.payloadBlock(task));
        }
        tasks.release(task);
    }

    /** When the least loaded agent runs dry: a good moment to come back. */
    private long shortestQueueNs(final long nowNs) {
        long shortest = Long.MAX_VALUE;
        for (int slot = 0; slot < agents.slotLimit(); slot++) {
            if (agents.get(slot).live) {
                shortest = Math.min(shortest, agents.get(slot).startsInNs(0, nowNs));
            }
        }
        return shortest == Long.MAX_VALUE ? 1_000_000_000L : shortest;
    }

    @SuppressWarnings("checkstyle:ParameterNumber")
    private int encode(final SubmitBatchCommandDecoder command, final ResultCode code, final int retryAfter,
        final int accepted, final int rejected, final long lastFinishNs, final int count, final byte[] text,
        final long nowNs) {
        reply.wrapAndApplyHeader(answer, 0, header)
            .correlationId(command.correlationId())
            .batchId(command.batchId())
            .code(code.value())
            .duplicate((short)0)
            .retryAfterMs(retryAfter)
            .accepted(accepted)
            .rejected(rejected)
            .estimatedFinishNs(lastFinishNs)
            .queueWaitNs(Math.max(0, nowNs - command.receivedNs()))
            .planNs(stopwatch.nanoTime() - planStartNs);
        final BatchReplyEncoder.TasksEncoder group = reply.tasksCount(count);
        for (int i = 0; i < count; i++) {
            group.next()
                .code(codes[i])
                .retryAfterMs(retryAfterMs[i])
                .taskId(taskIds[i])
                .agentId(agentIds[i])
                .estimatedFinishNs(finishNs[i]);
        }
        reply.putText(text, 0, text.length);
        return MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength();
    }

    /** Insertion sort: a batch is small and mostly sorted already. */
    private void sort(final int count) {
        for (int i = 0; i < count; i++) {
            int at = i;
            while (at > 0 && goesBefore(batch[i], batch[order[at - 1]])) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
    }

    private boolean goesBefore(final int a, final int b) {
        if (tasks.priority(a) != tasks.priority(b)) {
            return tasks.priority(a) > tasks.priority(b);
        }
        if (tasks.deadlineNs(a) != tasks.deadlineNs(b)) {
            return tasks.deadlineNs(a) < tasks.deadlineNs(b);
        }
        return tasks.costNs(a) > tasks.costNs(b);
    }

    private static long deadline(final long receivedNs, final long relativeNs) {
        return relativeNs == 0 || relativeNs > TaskTable.NO_DEADLINE - Math.max(0, receivedNs)
            ? TaskTable.NO_DEADLINE : receivedNs + relativeNs;
    }

    private static int toRetryMs(final long ns) {
        return (int)Math.min(MAX_RETRY_AFTER_MS, Math.max(1, ns / 1_000_000));
    }

    private static byte[] ascii(final String value) {
        return value.getBytes(StandardCharsets.US_ASCII);
    }
}
