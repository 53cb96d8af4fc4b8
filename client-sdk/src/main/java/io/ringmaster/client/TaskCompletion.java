package io.ringmaster.client;

import org.agrona.DirectBuffer;

/**
 * Where a handler answers its tasks. Each task is answered once; a second answer, and one of an attempt that was
 * meanwhile given to another agent, is counted and ignored.
 * <p>
 * Answers are never refused for load: when the way to the coordinator is full, they wait in the worker and are sent in
 * order.
 * <p>
 * Threading: confined to the worker of the handler.
 */
public interface TaskCompletion {
    /**
     * The task is done.
     *
     * @param taskId  of the task.
     * @param attempt of the task.
     * @param result  buffer with the result; copied before this returns.
     * @param offset  of the result.
     * @param length  of the result in bytes; above the server's payload bound the task fails with TOO_LARGE.
     */
    void complete(long taskId, int attempt, DirectBuffer result, int offset, int length);

    /**
     * The task is done and has no result.
     *
     * @param taskId  of the task.
     * @param attempt of the task.
     */
    void complete(long taskId, int attempt);

    /**
     * The task failed; it is not tried again.
     *
     * @param taskId  of the task.
     * @param attempt of the task.
     * @param message for the submitter.
     */
    void fail(long taskId, int attempt, CharSequence message);

    /**
     * The agent does not take the task: it is planned again on another agent at once, and this agent gets no offers
     * until then.
     *
     * @param taskId       of the task.
     * @param attempt      of the task.
     * @param capacityInNs when the agent expects to have room, in nanoseconds from now.
     */
    void refuse(long taskId, int attempt, long capacityInNs);
}
