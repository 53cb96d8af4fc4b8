package io.ringmaster.protocol;

import java.io.File;

/**
 * A directory belongs to a live server.
 * <p>
 * Threading: immutable.
 */
public final class ServerAlreadyRunningException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient File dir;
    private final long pid;
    private final long heartbeatAgeMs;

    /**
     * An exception that names the owner.
     *
     * @param dir            the directory.
     * @param pid            of the owner; 0: it has not written its pid yet.
     * @param heartbeatAgeMs age of the owner's heartbeat in milliseconds; -1: it has none yet.
     */
    public ServerAlreadyRunningException(final File dir, final long pid, final long heartbeatAgeMs) {
        super("Expected to own directory " + dir.getAbsolutePath() + ", but a live server owns it: pid "
            + (pid == 0 ? "unknown (starting)" : String.valueOf(pid)) + ", heartbeat "
            + (heartbeatAgeMs < 0 ? "not written yet" : heartbeatAgeMs + " ms ago")
            + ". Stop it, or start this one with --set ringmaster.dir=ANOTHER_DIR");
        this.dir = dir;
        this.pid = pid;
        this.heartbeatAgeMs = heartbeatAgeMs;
    }

    /**
     * The directory.
     *
     * @return the directory.
     */
    public File dir() {
        return dir;
    }

    /**
     * Process id of the owner.
     *
     * @return the id; 0: not known.
     */
    public long pid() {
        return pid;
    }

    /**
     * Age of the owner's heartbeat.
     *
     * @return milliseconds; -1: not known.
     */
    public long heartbeatAgeMs() {
        return heartbeatAgeMs;
    }
}
