package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A batch that the server took: what it said about each task, and the outcomes as they arrive. Every accepted task gets
 * exactly one outcome; where the session is lost for good, that is SESSION_CLOSED.
 * <p>
 * Threading: thread-safe (a lock on the handle), except that with {@link ThreadingMode#CALLER} the methods that wait drive
 * the client, and so belong to its thread.
 */
public final class BatchHandle {
    private final RingmasterClient client;
    private final long batchId;
    private final TaskOutcome[] outcomes;
    private final ArrayDeque<TaskOutcome> arrived = new ArrayDeque<>();
    private final CompletableFuture<List<TaskOutcome>> results = new CompletableFuture<>();
    private List<TaskAcceptance> acceptances;
    private boolean isDuplicate;
    private int accepted;
    private int received;
    private long estimatedFinishNs;
    private long queueWaitNs;
    private long planNs;
    private RuntimeException failure;

    BatchHandle(final RingmasterClient client, final long batchId, final int taskCount) {
        this.client = client;
        this.batchId = batchId;
        outcomes = new TaskOutcome[taskCount];
    }

    /** The server's answer. One that is not about each task is refused, and then nothing has changed. */
    synchronized void onReply(final BatchReplyDecoder reply) {
        final List<TaskAcceptance> answers = ReplyMapper.acceptances(reply);
        if (answers.size() != outcomes.length) {
            throw new RingmasterException("there are " + answers.size() + " answers for " + outcomes.length + " tasks");
        }
        isDuplicate = reply.duplicate() == 1;
        estimatedFinishNs = reply.estimatedFinishNs();
        queueWaitNs = reply.queueWaitNs();
        planNs = reply.planNs();
        acceptances = answers;
        accepted = (int) acceptances.stream().filter(TaskAcceptance::accepted).count();
        notifyAll();
    }

    /** An outcome; the first one of a task counts. */
    synchronized void onOutcome(final TaskOutcome outcome) {
        final int index = outcome.taskIndex();
        if (index >= 0 && index < outcomes.length && outcomes[index] == null) {
            outcomes[index] = outcome;
            arrived.add(outcome);
            received++;
            notifyAll();
        }
    }

    /** The session is gone: what is missing will not come. */
    synchronized void onSessionLost(final String reason) {
        if (acceptances != null) {
            final byte[] text = reason.getBytes(StandardCharsets.UTF_8);
            for (final TaskAcceptance task : acceptances) {
                if (task.accepted() && task.taskIndex() < outcomes.length && outcomes[task.taskIndex()] == null) {
                    onOutcome(new TaskOutcome(task.taskIndex(), task.taskId(), ResultCode.SESSION_CLOSED, 0, 0, 0, 0, 0, text));
                }
            }
        }
    }

    /** The batch was refused or not answered. */
    synchronized void onFailed(final RuntimeException reason) {
        failure = reason;
        notifyAll();
    }

    /** Completes the future if all is there. Outside of a poll. */
    void publish() {
        final List<TaskOutcome> all;
        synchronized (this) {
            if (failure == null && !isDone()) {
                return;
            }
            all = collect();
        }
        if (failure != null) {
            results.completeExceptionally(failure);
        } else {
            results.complete(all);
        }
    }

    private List<TaskOutcome> collect() {
        final List<TaskOutcome> all = new ArrayList<>(received);
        for (final TaskOutcome outcome : outcomes) {
            if (outcome != null) {
                all.add(outcome);
            }
        }
        return all;
    }

    /** Whether the server has answered. */
    synchronized boolean isAnswered() {
        return acceptances != null;
    }

    /**
     * Id of the batch.
     *
     * @return the id.
     */
    public long batchId() {
        return batchId;
    }

    /**
     * What the server said about each task, in the order of submission.
     *
     * @return a list without holes.
     */
    public synchronized List<TaskAcceptance> acceptances() {
        return acceptances;
    }

    /**
     * Tasks that were accepted.
     *
     * @return the number.
     */
    public synchronized int accepted() {
        return accepted;
    }

    /**
     * Tasks that were refused.
     *
     * @return the number.
     */
    public synchronized int rejected() {
        return acceptances.size() - accepted;
    }

    /**
     * Whether this is the answer of an earlier submission of the same id.
     *
     * @return true if it is.
     */
    public synchronized boolean isDuplicate() {
        return isDuplicate;
    }

    /**
     * When the last task is expected to be done.
     *
     * @return nanoseconds from arrival at the server.
     */
    public synchronized long estimatedFinishNs() {
        return estimatedFinishNs;
    }

    /**
     * How long the batch waited in the server before it was planned.
     *
     * @return nanoseconds.
     */
    public synchronized long queueWaitNs() {
        return queueWaitNs;
    }

    /**
     * How long the server planned.
     *
     * @return nanoseconds.
     */
    public synchronized long planNs() {
        return planNs;
    }

    /**
     * Outcomes that have arrived.
     *
     * @return the number.
     */
    public synchronized int received() {
        return received;
    }

    /**
     * Whether every accepted task has its outcome.
     *
     * @return true if so.
     */
    public synchronized boolean isDone() {
        return acceptances != null && received >= accepted;
    }

    /**
     * All outcomes.
     *
     * @return completed with the outcome of every accepted task, by task index.
     */
    public CompletableFuture<List<TaskOutcome>> results() {
        return results;
    }

    /**
     * Waits for all outcomes.
     *
     * @param timeout how long.
     * @param unit    of the timeout.
     * @return the outcome of every accepted task, by task index.
     * @throws RequestTimeoutException when some are missing then; call again to wait longer.
     */
    public synchronized List<TaskOutcome> awaitResults(final long timeout, final TimeUnit unit) {
        final long deadlineNs = System.nanoTime() + unit.toNanos(timeout);
        while (!isDone()) {
            waitOrThrow(deadlineNs, timeout, unit);
        }
        return collect();
    }

    /**
     * The next outcome in the order of arrival; waits for it.
     *
     * @param timeout how long.
     * @param unit    of the timeout.
     * @return the outcome; null: all of them have been returned.
     * @throws RequestTimeoutException when none arrived.
     */
    public synchronized TaskOutcome next(final long timeout, final TimeUnit unit) {
        final long deadlineNs = System.nanoTime() + unit.toNanos(timeout);
        while (arrived.isEmpty() && !isDone()) {
            waitOrThrow(deadlineNs, timeout, unit);
        }
        return arrived.poll();
    }

    /**
     * The next outcome in the order of arrival, if there is one. Drives nothing.
     *
     * @return the outcome, or null.
     */
    public synchronized TaskOutcome poll() {
        return arrived.poll();
    }

    /** Waits for a change, with the lock: the wait gives it up, and with CALLER there is no other thread. */
    private void waitOrThrow(final long deadlineNs, final long timeout, final TimeUnit unit) {
        if (failure != null) {
            throw failure;
        }
        final long leftNs = deadlineNs - System.nanoTime();
        if (leftNs <= 0) {
            throw new RequestTimeoutException("Expected the outcomes of " + accepted + " tasks of batch " + batchId
                + " within " + timeout + ' ' + unit + ", but " + received + " arrived");
        }
        if (client.isDrivenByCaller()) {
            client.pollAndIdle();
            return;
        }
        client.checkNotOwnThread();
        try {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(leftNs, TimeUnit.MILLISECONDS.toNanos(1)));
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new RingmasterException("interrupted while waiting for batch " + batchId, ex);
        }
    }
}
