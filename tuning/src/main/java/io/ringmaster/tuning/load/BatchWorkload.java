package io.ringmaster.tuning.load;

import io.ringmaster.client.BatchWriter;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.collections.Hashing;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.Arrays;
import java.util.List;

/**
 * Batches of tasks for agents that answer at once; an operation ends when the batch is accepted and all its results are
 * there. Each task has to be accepted once and answered once, with its own content.
 * <p>
 * Threading: confined to the generator. Allocates nothing in the long run.
 */
final class BatchWorkload extends ChannelWorkload {
    /** What the agents of this load are asked for. */
    static final String CAPABILITY = "echo";

    private static final int MAX_BATCHES = 4096;
    private static final int NONE = -1;
    /** Almost nothing; 0 would mean the agent's own setting. */
    private static final long WORK_NS = 1;
    private static final int ID_SHIFT = 8;
    private static final byte ACCEPTED = 1;
    private static final byte ANSWERED = 2;

    private final int tasks;
    private final Long2LongHashMap slots = new Long2LongHashMap(2 * MAX_BATCHES, Hashing.DEFAULT_LOAD_FACTOR, NONE);
    private final boolean[] replied = new boolean[MAX_BATCHES];
    private final boolean[] failed = new boolean[MAX_BATCHES];
    private final int[] accepted = new int[MAX_BATCHES];
    private final int[] answered = new int[MAX_BATCHES];
    private final long[] batchIds = new long[MAX_BATCHES];
    private final byte[] states;
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[TaskContent.LENGTH]);
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[TaskContent.LENGTH]);
    private final UnsafeBuffer view = new UnsafeBuffer();

    BatchWorkload(final Target target, final int clients, final int tasks) {
        super(target, clients, MAX_BATCHES);
        this.tasks = tasks;
        this.states = new byte[MAX_BATCHES * tasks];
    }

    @Override
    public boolean trySend(final int session, final long intendedNs, final int tag) {
        final int slot = operations.acquire(session, intendedNs, tag);
        if (slot < 0) {
            return false;
        }
        final SessionPort port = port(session);
        final long batchId = port.channel().nextBatchId();
        final BatchWriter writer = port.channel().batchWriter();
        writer.begin(batchId, "");
        for (int i = 0; i < tasks; i++) {
            TaskContent.encode(payload, taskContentId(slot, i), WORK_NS);
            checkAdded(writer.addTask(CAPABILITY, CAPABILITY, 0, 0, 1, 0, payload, 0, TaskContent.LENGTH));
        }
        if (!sent(port, slot, writer.send())) {
            return false;
        }
        slots.put(batchId, slot);
        batchIds[slot] = batchId;
        replied[slot] = false;
        failed[slot] = false;
        accepted[slot] = 0;
        answered[slot] = 0;
        Arrays.fill(states, slot * tasks, (slot + 1) * tasks, (byte) 0);
        return true;
    }

    @Override
    public List<String> kinds() {
        return List.of("batch");
    }

    @Override
    void onBatchReply(final int slot, final BatchReplyDecoder reply) {
        replied[slot] = true;
        final int code = reply.code();
        if (code == ResultCode.OK.value()) {
            noteTasks(slot, reply.tasks());
        } else {
            noteRefusal(slot, code);
        }
        finishIfDone(slot);
    }

    @Override
    void onReply(final int slot, final ReplyDecoder reply) {
        replied[slot] = true;
        noteRefusal(slot, reply.code());
        finishIfDone(slot);
    }

    @Override
    void onTaskResult(final SessionPort port, final TaskResultDecoder result) {
        final int slot = (int) slots.get(result.batchId());
        final int index = result.taskIndex();
        if (slot == NONE || index < 0 || index >= tasks || (states[slot * tasks + index] & ANSWERED) != 0) {
            fault("a result came that was not due, or came twice");
            return;
        }
        states[slot * tasks + index] |= ANSWERED;
        answered[slot]++;
        final int code = result.code();
        result.wrapResult(view);
        if (code != ResultCode.OK.value()) {
            fault("a task ended with " + ResultCode.of(code));
            failed[slot] = true;
        } else if (!TaskContent.isResultOf(view, taskContentId(slot, index), WORK_NS, scratch)) {
            fault("a task has another task's result, or a damaged one");
            failed[slot] = true;
        }
        finishIfDone(slot);
    }

    @Override
    void onNoAnswer(final int slot, final String why) {
        forget(slot);
        super.onNoAnswer(slot, why);
    }

    private void noteTasks(final int slot, final BatchReplyDecoder.TasksDecoder replies) {
        if (replies.count() != tasks) {
            fault("a batch of " + tasks + " tasks got an answer for " + replies.count());
            failed[slot] = true;
            return;
        }
        for (int i = 0; i < tasks; i++) {
            final int code = replies.next().code();
            if (code == ResultCode.OK.value()) {
                states[slot * tasks + i] |= ACCEPTED;
                accepted[slot]++;
            } else {
                noteRefusal(slot, code);
            }
        }
    }

    private void noteRefusal(final int slot, final int code) {
        if (outcomeOf(code) != Outcome.REJECTED) {
            failed[slot] = true;
        }
    }

    private void finishIfDone(final int slot) {
        if (!replied[slot] || answered[slot] < accepted[slot] && !failed[slot]) {
            return;
        }
        boolean answersFit = true;
        for (int i = slot * tasks; i < (slot + 1) * tasks; i++) {
            answersFit &= states[i] == 0 || states[i] == (ACCEPTED | ANSWERED);
        }
        if (!answersFit && !failed[slot]) {
            fault("a task was answered that was not accepted");
        }
        final Outcome outcome = failed[slot] || !answersFit ? Outcome.ERROR
            : accepted[slot] < tasks ? Outcome.REJECTED : Outcome.OK;
        forget(slot);
        finish(slot, outcome);
    }

    private void forget(final int slot) {
        slots.remove(batchIds[slot]);
    }

    /** Differs for all tasks of the run. */
    private long taskContentId(final int slot, final int index) {
        return operations.sequence(slot) << ID_SHIFT | index;
    }
}
