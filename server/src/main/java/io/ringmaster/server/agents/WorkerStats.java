package io.ringmaster.server.agents;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Figures of one worker, for a sampler on another thread. A worker that has been in one handler for long shows it here:
 * {@link #inHandlerForNs} keeps growing and {@link #inHandlerAgent} says whose handler it is.
 * <p>
 * Threading: single writer = the worker; readers any thread.
 */
public final class WorkerStats {
    private static final VarHandle IN_HANDLER_SINCE_NS = handle("inHandlerSinceNs", long.class);
    private static final VarHandle IN_HANDLER_AGENT = handle("inHandlerAgent", int.class);
    private static final VarHandle TASKS = handle("tasks", long.class);
    private static final VarHandle ANSWERS = handle("answers", long.class);
    private static final VarHandle POSTPONED_ANSWERS = handle("postponedAnswers", long.class);
    private static final VarHandle IGNORED_ANSWERS = handle("ignoredAnswers", long.class);
    private static final VarHandle HANDLER_ERRORS = handle("handlerErrors", long.class);
    private static final VarHandle UNEXPECTED_MESSAGES = handle("unexpectedMessages", long.class);

    private long inHandlerSinceNs;
    private int inHandlerAgent = -1;
    private long tasks;
    private long answers;
    private long postponedAnswers;
    private long ignoredAnswers;
    private long handlerErrors;
    private long unexpectedMessages;

    WorkerStats() {
    }

    /**
     * How long the worker has been inside the handler call that it is in now.
     *
     * @param nowNs {@link System#nanoTime()} of the caller.
     * @return nanoseconds; 0 outside of handlers.
     */
    public long inHandlerForNs(final long nowNs) {
        final long sinceNs = (long) IN_HANDLER_SINCE_NS.getAcquire(this);
        return sinceNs == 0 ? 0 : Math.max(0, nowNs - sinceNs);
    }

    /**
     * Whose handler was called last.
     *
     * @return index of the agent; -1 before the first call.
     */
    public int inHandlerAgent() {
        return (int) IN_HANDLER_AGENT.getOpaque(this);
    }

    /**
     * Tasks that were given to handlers.
     *
     * @return count since the start.
     */
    public long tasks() {
        return (long) TASKS.getOpaque(this);
    }

    /**
     * Answers of all kinds: results, failures, refusals, confirmed cancels.
     *
     * @return count since the start.
     */
    public long answers() {
        return (long) ANSWERS.getOpaque(this);
    }

    /**
     * Answers that had to wait in an agent's outbox because the coordination ring was full.
     *
     * @return count since the start.
     */
    public long postponedAnswers() {
        return (long) POSTPONED_ANSWERS.getOpaque(this);
    }

    /**
     * Answers for a task that the agent does not hold: second ones, and those of cancelled tasks.
     *
     * @return count since the start.
     */
    public long ignoredAnswers() {
        return (long) IGNORED_ANSWERS.getOpaque(this);
    }

    /**
     * Exceptions out of handlers.
     *
     * @return count since the start.
     */
    public long handlerErrors() {
        return (long) HANDLER_ERRORS.getOpaque(this);
    }

    /**
     * Mailbox messages that are not valid, or offers above an agent's capacity.
     *
     * @return count since the start; not 0 means a defect.
     */
    public long unexpectedMessages() {
        return (long) UNEXPECTED_MESSAGES.getOpaque(this);
    }

    void enterHandler(final int agentIndex, final long nowNs) {
        IN_HANDLER_AGENT.setOpaque(this, agentIndex);
        IN_HANDLER_SINCE_NS.setRelease(this, nowNs == 0 ? 1 : nowNs);
    }

    void leaveHandler() {
        IN_HANDLER_SINCE_NS.setRelease(this, 0L);
    }

    void onTask() {
        TASKS.setOpaque(this, tasks + 1);
    }

    void onAnswer() {
        ANSWERS.setOpaque(this, answers + 1);
    }

    void onPostponedAnswer() {
        POSTPONED_ANSWERS.setOpaque(this, postponedAnswers + 1);
    }

    void onIgnoredAnswer() {
        IGNORED_ANSWERS.setOpaque(this, ignoredAnswers + 1);
    }

    void onHandlerError() {
        HANDLER_ERRORS.setOpaque(this, handlerErrors + 1);
    }

    void onUnexpectedMessage() {
        UNEXPECTED_MESSAGES.setOpaque(this, unexpectedMessages + 1);
    }

    private static VarHandle handle(final String field, final Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(WorkerStats.class, field, type);
        } catch (final ReflectiveOperationException ex) {
            throw new ExceptionInInitializerError(ex);
        }
    }
}
