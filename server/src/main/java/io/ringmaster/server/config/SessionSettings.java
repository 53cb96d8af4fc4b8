package io.ringmaster.server.config;

/**
 * Sessions: keys {@code ringmaster.session.*}.
 * <p>
 * Threading: immutable.
 *
 * @param maxSessions          sessions at a time.
 * @param keepAliveIntervalNs  told to clients; both sides send at least this often.
 * @param timeoutNs            a session that was silent for this long is closed.
 * @param slowClientTimeoutNs  a client that left its stream unread for this long is disconnected.
 * @param pendingLength        bytes that wait for one slow session before it is disconnected; a power of two.
 * @param maxPayloadLength     bytes of one task's payload or result.
 * @param maxBatchTasks        tasks of one batch.
 * @param maxKeys              names of one batch of lookups.
 */
public record SessionSettings(
    int maxSessions,
    long keepAliveIntervalNs,
    long timeoutNs,
    long slowClientTimeoutNs,
    int pendingLength,
    int maxPayloadLength,
    int maxBatchTasks,
    int maxKeys) {

    /** The configuration block. */
    public static final String KEY = "ringmaster.session";
    /** Most sessions of one server. */
    public static final int MAX_SESSIONS = 65_536;

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public SessionSettings {
        Bounds.within(KEY + ".max", maxSessions, 1, MAX_SESSIONS);
        Bounds.durationWithin(KEY + ".keep-alive-interval", keepAliveIntervalNs, 10_000_000L, 3_600_000_000_000L);
        Bounds.durationWithin(KEY + ".timeout", timeoutNs, 20_000_000L, Bounds.DAY_NS);
        if (timeoutNs < 2 * keepAliveIntervalNs) {
            throw new ConfigException(KEY + ".timeout", "= " + Bounds.duration(timeoutNs) +
                " must be at least twice ringmaster.session.keep-alive-interval = " + Bounds.duration(keepAliveIntervalNs));
        }
        Bounds.durationWithin(KEY + ".slow-client-timeout", slowClientTimeoutNs, 10_000_000L, Bounds.DAY_NS);
        Bounds.bytesWithin(KEY + ".pending-bytes", pendingLength, 1024, 1 << 30);
        Bounds.powerOfTwo(KEY + ".pending-bytes", pendingLength);
        Bounds.bytesWithin(KEY + ".max-payload", maxPayloadLength, 0, 1 << 20);
        Bounds.within(KEY + ".max-batch-tasks", maxBatchTasks, 1, 65_534);
        Bounds.within(KEY + ".max-keys", maxKeys, 1, 65_534);
    }

    /**
     * The same with another limit of sessions.
     *
     * @param sessions the limit.
     * @return a copy.
     */
    public SessionSettings withMaxSessions(final int sessions) {
        return new SessionSettings(sessions, keepAliveIntervalNs, timeoutNs, slowClientTimeoutNs, pendingLength,
            maxPayloadLength, maxBatchTasks, maxKeys);
    }
}
