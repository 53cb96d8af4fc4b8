package io.ringmaster.client;

/**
 * An agent's work: the same interface for agents inside the server (found with {@code ServiceLoader} through
 * {@link TaskHandlerProvider}) and in an {@link AgentHost}.
 * <p>
 * A handler either completes a task inside {@link #onTask} (ordinary blocking code, in an agent host or on a worker
 * thread of its own) or keeps the {@link Task#taskId() id} and {@link Task#attempt() attempt}, returns, and completes
 * it later from {@link #doWork}. An exception out of {@link #onTask} fails that task with its message and nothing else.
 * <p>
 * Threading: all methods of one instance are called by one thread at a time, its worker. A worker runs many agents, so
 * a handler that blocks delays its neighbours on that worker.
 */
public interface TaskHandler extends AutoCloseable {
    /**
     * A task was offered.
     *
     * @param task       a view that is valid only during this call.
     * @param completion where to answer, now or later from {@link #doWork}.
     * @throws Exception to fail this task with the exception's message.
     */
    void onTask(Task task, TaskCompletion completion) throws Exception;

    /**
     * Called on every duty cycle of the worker.
     *
     * @param nowNs      {@link System#nanoTime()} as read by the worker's duty cycle.
     * @param completion where to answer tasks taken earlier.
     * @return work done; 0 lets the worker idle.
     */
    default int doWork(final long nowNs, final TaskCompletion completion) {
        return 0;
    }

    /**
     * A task that this agent holds was cancelled, or taken from it. Answering it is optional.
     *
     * @param taskId     of the task.
     * @param attempt    that is cancelled.
     * @param completion where to answer.
     */
    default void onCancel(final long taskId, final int attempt, final TaskCompletion completion) {
    }

    /** The agent stops; what it still holds is offered to another agent. */
    @Override
    default void close() {
    }
}
