package io.ringmaster.server.config;

/**
 * The coordinator as configured: keys {@code ringmaster.coordination.*}.
 * <p>
 * Threading: immutable.
 *
 * @param maxTasks          tasks that are queued, running or finished but not acknowledged.
 * @param maxAgents         live agents.
 * @param payloadLength     bytes of payloads and unacknowledged results together.
 * @param maxAttempts       how often a task is offered before it counts as lost, unless it says otherwise.
 * @param taskLeaseNs       a remote agent that does not report a task as running for this long loses it.
 * @param retryBackoffNs    wait before a lost task is offered again; doubled with each attempt.
 * @param answerLength      bytes of answers kept for repeated batch ids.
 * @param ringSlots         of the coordination ring.
 * @param ringReservedSlots of these, for completions and all else that may not be refused.
 */
public record CoordinationSettings(
    int maxTasks,
    int maxAgents,
    int payloadLength,
    int maxAttempts,
    long taskLeaseNs,
    long retryBackoffNs,
    int answerLength,
    int ringSlots,
    int ringReservedSlots) {

    /** The configuration block. */
    public static final String KEY = "ringmaster.coordination";

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public CoordinationSettings {
        Bounds.within(KEY + ".max-tasks", maxTasks, 1, 1 << 20);
        Bounds.within(KEY + ".max-agents", maxAgents, 1, 1 << 20);
        Bounds.bytesWithin(KEY + ".payload-bytes", payloadLength, 64 * 1024, 1 << 30);
        Bounds.within(KEY + ".max-attempts", maxAttempts, 1, 255);
        Bounds.durationWithin(KEY + ".task-lease", taskLeaseNs, 1_000_000L, Bounds.DAY_NS);
        Bounds.durationWithin(KEY + ".retry-backoff", retryBackoffNs, 0, Bounds.DAY_NS);
        Bounds.bytesWithin(KEY + ".answer-bytes", answerLength, 4096, 1 << 30);
        Bounds.reserved(KEY + ".ring", ringSlots, ringReservedSlots);
    }
}
