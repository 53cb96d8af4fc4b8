package io.ringmaster.server.agents;

import io.ringmaster.client.TaskCompletion;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.ring.MailboxHandler;
import io.ringmaster.server.codec.LocalCancelDecoder;
import io.ringmaster.server.codec.LocalOfferDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Runs one in-server agent: mailbox to handler, handler to coordination ring.
 * <p>
 * A task enters {@link RunningTasks} before its handler sees it and leaves with its answer, so whatever is not there is
 * answered already (or cancelled), and a further answer is counted and ignored. A cancel that the handler does not answer
 * itself is confirmed with code CANCELLED.
 * <p>
 * Threading: confined to the worker.
 */
final class LocalAgentRunner implements TaskCompletion, AutoCloseable {
    /** Longest text of a failed task. */
    static final int MAX_TEXT_LENGTH = 1024;
    /** When an agent that was offered more than its capacity expects to have room. */
    private static final long OVER_CAPACITY_RETRY_NS = 1_000_000L;
    /** Answers that one duty cycle moves from the outbox. */
    private static final int DRAIN_LIMIT = 256;

    private final LocalAgent agent;
    private final AnswerProxy answers;
    private final RunningTasks running;
    private final int maxPayloadLength;
    private final NanoClock clock;
    private final WorkerStats stats;
    private final ErrorHandler errorHandler;
    private final MailboxHandler mailboxHandler = this::onMessage;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LocalCancelDecoder cancel = new LocalCancelDecoder();
    private final OfferedTask task;
    private final UnsafeBuffer text;
    private Thread owner;
    private boolean closed;

    LocalAgentRunner(final LocalAgent agent, final WorkerContext context, final WorkerStats stats) {
        this.agent = agent;
        this.stats = stats;
        clock = context.clock();
        errorHandler = context.errorHandler();
        maxPayloadLength = context.maxPayloadLength();
        running = new RunningTasks(agent.capacity());
        task = new OfferedTask(context.kinds());
        text = new UnsafeBuffer(new byte[Math.min(MAX_TEXT_LENGTH, maxPayloadLength)]);
        answers = new AnswerProxy(context.coordinationRing(), agent.capacity(), maxPayloadLength, clock, stats);
    }

    int doWork(final long nowNs, final int mailboxLimit) {
        assert ownedByCurrentThread();
        int workCount = answers.drain(DRAIN_LIMIT);
        for (int i = 0; i < mailboxLimit && answers.isOutboxEmpty(); i++) {
            if (agent.mailbox().poll(mailboxHandler, 1) == 0) {
                break;
            }
            workCount++;
        }
        return workCount + runHandler(nowNs);
    }

    int held() {
        return running.size();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            agent.closeHandler();
        } catch (final RuntimeException | LinkageError ex) {
            onHandlerError("close", ex);
        }
    }

    @Override
    public void complete(
        final long taskId, final int attempt, final DirectBuffer result, final int offset, final int length) {
        assert ownedByCurrentThread();
        if (length > 0) {
            result.boundsCheck(offset, length);
        } else if (length < 0) {
            throw new IllegalArgumentException("result length " + length + " is negative");
        }
        if (length > maxPayloadLength) {
            fail(taskId, attempt, ResultCode.TOO_LARGE,
                "result of " + length + " bytes is longer than max-payload = " + maxPayloadLength);
            return;
        }
        answer(taskId, attempt, ResultCode.OK, length == 0 ? text : result, length == 0 ? 0 : offset, length);
    }

    @Override
    public void complete(final long taskId, final int attempt) {
        assert ownedByCurrentThread();
        answer(taskId, attempt, ResultCode.OK, text, 0, 0);
    }

    @Override
    public void fail(final long taskId, final int attempt, final CharSequence message) {
        assert ownedByCurrentThread();
        fail(taskId, attempt, ResultCode.TASK_FAILED, message == null ? "" : message);
    }

    @Override
    public void refuse(final long taskId, final int attempt, final long capacityInNs) {
        assert ownedByCurrentThread();
        final int slot = running.find(taskId, attempt);
        if (slot == RunningTasks.MISSING || closed) {
            stats.onIgnoredAnswer();
            return;
        }
        answers.refused(taskId, attempt, running.agentId(slot), ResultCode.OVERLOADED.value(), Math.max(0, capacityInNs));
        running.remove(slot);
    }

    private void fail(final long taskId, final int attempt, final ResultCode code, final CharSequence message) {
        final int length = Math.min(message.length(), text.capacity());
        text.putStringWithoutLengthAscii(0, message, 0, length);
        answer(taskId, attempt, code, text, 0, length);
    }

    private void answer(
        final long taskId, final int attempt, final ResultCode code, final DirectBuffer result, final int offset,
        final int length) {
        final int slot = running.find(taskId, attempt);
        if (slot == RunningTasks.MISSING || closed) {
            stats.onIgnoredAnswer();
            return;
        }
        final long serviceNs = Math.max(0, clock.nanoTime() - running.startNs(slot));
        answers.completed(taskId, attempt, running.agentId(slot), code.value(), serviceNs, result, offset, length);
        running.remove(slot);
    }

    private void onMessage(final MutableDirectBuffer buffer, final int offset, final int length) {
        if (length >= MessageHeaderDecoder.ENCODED_LENGTH) {
            header.wrap(buffer, offset);
            final int templateId = header.templateId();
            if (templateId == LocalOfferDecoder.TEMPLATE_ID && task.wrap(buffer, offset, length, header)) {
                onOffer();
                return;
            }
            if (templateId == LocalCancelDecoder.TEMPLATE_ID &&
                length >= MessageHeaderDecoder.ENCODED_LENGTH + LocalCancelDecoder.BLOCK_LENGTH) {
                cancel.wrap(buffer, offset + MessageHeaderDecoder.ENCODED_LENGTH, header.blockLength(), header.version());
                onCancel(cancel.taskId(), cancel.attempt());
                return;
            }
        }
        stats.onUnexpectedMessage();
        errorHandler.onError(new IllegalStateException(
            "agent " + agent.name() + ": mailbox message of " + length + " bytes is not a LocalOffer or LocalCancel"));
    }

    private void onOffer() {
        final long taskId = task.taskId();
        final int attempt = task.attempt();
        final long startNs = clock.nanoTime();
        if (!running.add(taskId, attempt, task.agentId(), startNs)) {
            stats.onUnexpectedMessage();
            if (running.find(taskId, attempt) == RunningTasks.MISSING) {
                answers.refused(taskId, attempt, task.agentId(), ResultCode.OVERLOADED.value(), OVER_CAPACITY_RETRY_NS);
            }
            return;
        }
        stats.onTask();
        stats.enterHandler(agent.index(), startNs);
        try {
            agent.handler().onTask(task, this);
        } catch (final Throwable ex) {
            onHandlerError("onTask", ex);
            if (running.find(taskId, attempt) != RunningTasks.MISSING) {
                fail(taskId, attempt, ResultCode.TASK_FAILED, describe(ex));
            }
        } finally {
            stats.leaveHandler();
        }
    }

    private void onCancel(final long taskId, final int attempt) {
        if (running.find(taskId, attempt) == RunningTasks.MISSING) {
            return;
        }
        stats.enterHandler(agent.index(), clock.nanoTime());
        try {
            agent.handler().onCancel(taskId, attempt, this);
        } catch (final Throwable ex) {
            onHandlerError("onCancel", ex);
        } finally {
            stats.leaveHandler();
        }
        if (running.find(taskId, attempt) != RunningTasks.MISSING) {
            answer(taskId, attempt, ResultCode.CANCELLED, text, 0, 0);
        }
    }

    private int runHandler(final long nowNs) {
        stats.enterHandler(agent.index(), nowNs);
        try {
            return agent.handler().doWork(nowNs, this);
        } catch (final Throwable ex) {
            onHandlerError("doWork", ex);
            return 1;
        } finally {
            stats.leaveHandler();
        }
    }

    private void onHandlerError(final String where, final Throwable ex) {
        stats.onHandlerError();
        if (ex instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        errorHandler.onError(new HandlerFailedException(agent.name(), where, ex));
    }

    private static String describe(final Throwable ex) {
        final String name = ex.getClass().isAnonymousClass() ? ex.getClass().getName() : ex.getClass().getSimpleName();
        return ex.getMessage() == null ? name : name + ": " + ex.getMessage();
    }

    private boolean ownedByCurrentThread() {
        if (owner == null) {
            owner = Thread.currentThread();
        }
        return owner == Thread.currentThread();
    }
}
