package io.ringmaster.protocol;

import java.io.File;

/**
 * What a {@link ServerMarkFile} said when it was read.
 * <p>
 * Threading: immutable.
 *
 * @param dir               directory of the server.
 * @param layoutVersion     of the file.
 * @param state             of the server.
 * @param pid               of the server's process, as its own process namespace counts.
 * @param startEpochMs      when the server started, in epoch milliseconds.
 * @param activityEpochMs   its last heartbeat, in epoch milliseconds.
 * @param livenessTimeoutMs age of a heartbeat from which on the server counts as dead, in milliseconds.
 * @param serverName        for the user.
 * @param aeronDir          directory of the server's media driver.
 * @param udpEndpoint       {@code host:port}; empty: UDP is off.
 */
public record ServerInfo(File dir, int layoutVersion, State state, long pid, long startEpochMs, long activityEpochMs,
                         long livenessTimeoutMs, String serverName, String aeronDir, String udpEndpoint) {
    /** State of a server. Immutable. */
    public enum State {
        /** Owns the directory and does not serve yet. */
        STARTING,
        /** Serves. */
        READY,
        /** Was closed in good order. */
        CLOSED
    }

    /**
     * Age of the last heartbeat.
     *
     * @param nowEpochMs the time now, in epoch milliseconds.
     * @return milliseconds, at least 0.
     */
    public long ageMs(final long nowEpochMs) {
        return Math.max(0, nowEpochMs - activityEpochMs);
    }

    /**
     * Whether the server gives signs of life: not closed, and its heartbeat is younger than its liveness timeout.
     *
     * @param nowEpochMs the time now, in epoch milliseconds.
     * @return true if it does.
     */
    public boolean isLive(final long nowEpochMs) {
        return state != State.CLOSED && ageMs(nowEpochMs) <= livenessTimeoutMs;
    }
}
