package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

import java.nio.charset.StandardCharsets;

/**
 * How an accepted task ended.
 * <p>
 * Threading: immutable, provided that nobody writes to {@code result}.
 *
 * @param taskIndex place in the batch, from 0.
 * @param taskId    of the task; 0 where the session was lost before the server's answer.
 * @param code      OK, or why there is no result. SESSION_CLOSED: the session was lost for good and this client cannot
 *                  know how the task ended.
 * @param attempt   that was answered.
 * @param agentId   that answered.
 * @param waitNs    arrival at the server to the offer that was answered, in nanoseconds.
 * @param serviceNs as the agent measured it, in nanoseconds.
 * @param totalNs   arrival at the server to completion at the coordinator, in nanoseconds.
 * @param result    code OK: the agent's answer; otherwise a text.
 */
public record TaskOutcome(int taskIndex, long taskId, ResultCode code, int attempt, long agentId, long waitNs,
                          long serviceNs, long totalNs, byte[] result) {
    /**
     * The result as text.
     *
     * @return the bytes decoded as UTF-8.
     */
    public String resultText() {
        return new String(result, StandardCharsets.UTF_8);
    }

    /**
     * Whether the task is done.
     *
     * @return true for code OK.
     */
    public boolean ok() {
        return code == ResultCode.OK;
    }
}
