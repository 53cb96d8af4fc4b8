package io.ringmaster.tuning.load;

import io.ringmaster.client.BatchWriter;
import io.ringmaster.client.sample.SimulatedWork;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.HdrHistogram.Histogram;
import org.agrona.collections.Hashing;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Each row of a trace is one task of simulated work, in a batch of its own. A task that is refused for load is sent again
 * when the server said so; its intended time stays that of the trace. An operation ends with the task's result.
 * <p>
 * Threading: confined to the generator.
 */
final class ReplayWorkload extends ChannelWorkload {
    /** What the agents of this load are asked for. */
    static final String CAPABILITY = "llm";

    private static final String TASK_KIND = "llm";
    private static final int NONE = -1;
    private static final long MIN_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final long[] worksNs;
    private final long[] intendedNs;
    private final int[] sessionOfRow;
    private final Long2LongHashMap rowOfBatch;
    private final RetryQueue retries;
    private final ExactlyOnceChecker checker;
    private final Placements placements;
    private final Histogram waiting = Latencies.histogram();
    private final Histogram service = Latencies.histogram();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[SimulatedWork.HEADER_LENGTH]);
    private final UnsafeBuffer view = new UnsafeBuffer();
    private int nextRow;
    private long lastAnswerNs;

    /**
     * Connects the sessions.
     *
     * @param target     to connect to.
     * @param clients    sessions.
     * @param worksNs    of the rows.
     * @param placements that counts who answered.
     */
    ReplayWorkload(final Target target, final int clients, final long[] worksNs, final Placements placements) {
        super(target, clients, worksNs.length);
        this.worksNs = worksNs;
        this.intendedNs = new long[worksNs.length];
        this.sessionOfRow = new int[worksNs.length];
        this.rowOfBatch = new Long2LongHashMap(2 * worksNs.length, Hashing.DEFAULT_LOAD_FACTOR, NONE);
        this.retries = new RetryQueue(worksNs.length);
        this.checker = new ExactlyOnceChecker(worksNs.length);
        this.placements = placements;
    }

    @Override
    public boolean trySend(final int session, final long intended, final int tag) {
        if (!send(nextRow, session)) {
            return false;
        }
        sessionOfRow[nextRow] = session;
        intendedNs[nextRow] = intended;
        nextRow++;
        return true;
    }

    @Override
    public int poll(final long nowNs) {
        int workCount = super.poll(nowNs);
        while (retries.isDue(nowNs) && send(retries.peek(), sessionOfRow[retries.peek()])) {
            retries.remove();
            workCount++;
        }
        return workCount;
    }

    @Override
    public List<String> kinds() {
        return List.of("task");
    }

    @Override
    public List<String> faults() {
        final List<String> all = new ArrayList<>(super.faults());
        all.addAll(checker.faults());
        return all;
    }

    ExactlyOnceChecker checker() {
        return checker;
    }

    /** From arrival at the server to the offer that was answered. */
    Histogram waiting() {
        return waiting;
    }

    /** As the agents measured it. */
    Histogram service() {
        return service;
    }

    /** When the last result came, on the clock of {@link System#nanoTime()}. */
    long lastAnswerNs() {
        return lastAnswerNs;
    }

    @Override
    void onBatchReply(final int slot, final BatchReplyDecoder reply) {
        final int row = operations.key(slot);
        operations.release(slot);
        final int code = reply.code();
        if (code != ResultCode.OK.value()) {
            onRefused(row, code, reply.retryAfterMs());
            return;
        }
        final BatchReplyDecoder.TasksDecoder tasks = reply.tasks();
        if (tasks.count() != 1) {
            fault("a batch of one task got an answer for " + tasks.count());
            return;
        }
        tasks.next();
        if (tasks.code() == ResultCode.OK.value()) {
            checker.onAccepted(row);
        } else {
            onRefused(row, tasks.code(), tasks.retryAfterMs());
        }
    }

    @Override
    void onReply(final int slot, final ReplyDecoder reply) {
        final int row = operations.key(slot);
        operations.release(slot);
        onRefused(row, reply.code(), reply.retryAfterMs());
    }

    @Override
    void onTaskResult(final SessionPort port, final TaskResultDecoder result) {
        final int row = (int) rowOfBatch.get(result.batchId());
        if (row == NONE || result.taskIndex() != 0) {
            fault("a result came for a batch that was never sent");
            return;
        }
        final int code = result.code();
        final long agentId = result.agentId();
        final long waitNs = result.waitNs();
        final long serviceNs = result.serviceNs();
        result.wrapResult(view);
        final boolean right = code == ResultCode.OK.value() && SimulatedWork.isResultOf(view, 0, view.capacity(), row);
        if (code != ResultCode.OK.value()) {
            fault("a task ended with " + ResultCode.of(code));
        }
        if (checker.onAnswered(row, right)) {
            lastAnswerNs = System.nanoTime();
            placements.note(agentId);
            Latencies.record(waiting, waitNs);
            Latencies.record(service, serviceNs);
            finished(port.session(), intendedNs[row], 0, right ? Outcome.OK : Outcome.ERROR);
        }
    }

    /** Whether the batch was taken is not known; its result will tell. */
    @Override
    void onNoAnswer(final int slot, final String why) {
        fault(why);
        operations.release(slot);
    }

    private boolean send(final int row, final int session) {
        final SessionPort port = port(session);
        final int slot = operations.acquire(session, 0, 0);
        if (slot < 0) {
            return false;
        }
        operations.what(slot, 0, row);
        final long batchId = port.channel().nextBatchId();
        final BatchWriter writer = port.channel().batchWriter();
        writer.begin(batchId, "");
        SimulatedWork.encode(payload, 0, row, worksNs[row]);
        checkAdded(writer.addTask(
            CAPABILITY, TASK_KIND, worksNs[row], 0, 1, 0, payload, 0, SimulatedWork.HEADER_LENGTH));
        if (!sent(port, slot, writer.send())) {
            return false;
        }
        rowOfBatch.put(batchId, row);
        return true;
    }

    private void onRefused(final int row, final int code, final int retryAfterMs) {
        if (isLoadRefusal(code)) {
            checker.onRejectedAttempt(row);
            retries.add(row, System.nanoTime() + Math.max(MIN_RETRY_NS, TimeUnit.MILLISECONDS.toNanos(retryAfterMs)));
        } else {
            fault("a task was refused with " + ResultCode.of(code));
        }
    }
}
