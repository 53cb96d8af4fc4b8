package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * What the server said about one task of a batch when it took the batch.
 * <p>
 * Threading: immutable.
 *
 * @param taskIndex         place in the batch, from 0.
 * @param code              OK: accepted; otherwise why the task was refused.
 * @param retryAfterMs      refused: when it is worth trying again, in milliseconds; 0 where that is not known.
 * @param taskId            unique for as long as the server lives; 0 for a refused task.
 * @param agentId           where it was placed; 0: waits to be placed.
 * @param estimatedFinishNs estimate in nanoseconds from arrival; of a refused task the estimate that missed the deadline.
 */
public record TaskAcceptance(int taskIndex, ResultCode code, int retryAfterMs, long taskId, long agentId,
                             long estimatedFinishNs) {
    /**
     * Whether the task was accepted, so that an outcome follows.
     *
     * @return true for code OK.
     */
    public boolean accepted() {
        return code == ResultCode.OK;
    }
}
