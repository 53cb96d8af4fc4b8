package io.ringmaster.server.coordination;

/**
 * Bounds of the coordinator. Immutable.
 *
 * @param maxTasks         tasks that are queued, running or finished but not acknowledged; at most 2^20.
 * @param maxAgents        live agents.
 * @param maxBatchTasks    tasks of one batch.
 * @param payloadBytes     payloads and unacknowledged results together.
 * @param maxPayloadLength bytes of one payload or result.
 * @param maxAttempts      default for how often a task is offered before it counts as lost.
 * @param taskLeaseNs      a remote agent that does not report a task as running for this long loses it.
 * @param retryBackoffNs   wait before a lost task is offered again; doubled with each loss.
 * @param answerBytes      answers kept for repeated batch ids; twice what live batches may take.
 * @param idSeed           first task id's counter; distinct for each start of a server.
 */
public record CoordinatorSettings(
    int maxTasks,
    int maxAgents,
    int maxBatchTasks,
    int payloadBytes,
    int maxPayloadLength,
    int maxAttempts,
    long taskLeaseNs,
    long retryBackoffNs,
    int answerBytes,
    long idSeed) {

    /** Bits of a task id that hold the index of its slot. */
    static final int INDEX_BITS = 20;

    /** Checks ranges and relations. */
    public CoordinatorSettings {
        within("max-tasks", maxTasks, 1, 1 << INDEX_BITS);
        within("max-agents", maxAgents, 1, 1 << 20);
        within("max-batch-tasks", maxBatchTasks, 1, 65_535);
        within("payload-bytes", payloadBytes, 64 * 1024, 1 << 30);
        within("max-payload", maxPayloadLength, 0, payloadBytes / 8);
        within("max-attempts", maxAttempts, 1, 255);
        within("task-lease", taskLeaseNs, 1_000_000L, Long.MAX_VALUE / 4);
        within("retry-backoff", retryBackoffNs, 0, Long.MAX_VALUE / 4);
        within("answer-bytes", answerBytes, 4 * AnswerLog.maxAnswerLength(maxBatchTasks), 1 << 30);
    }

    private static void within(final String key, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                "ringmaster.coordination." + key + " = " + value + " is outside " + min + " to " + max);
        }
    }
}
