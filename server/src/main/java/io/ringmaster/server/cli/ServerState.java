package io.ringmaster.server.cli;

import io.ringmaster.server.metrics.CountersFile;

import java.util.Locale;

/**
 * Whether a server lives, judged by its heartbeat, its process and its note of a clean stop. A process that cannot be seen is not
 * proof by itself: the server may be in another process namespace.
 * <p>
 * Threading: immutable.
 *
 * @param kind           of state.
 * @param pid            of the server.
 * @param startEpochMs   when it started.
 * @param heartbeatAgeMs age of the last sign of life.
 */
record ServerState(Kind kind, long pid, long startEpochMs, long heartbeatAgeMs) {
    /** A heartbeat is due at least every two seconds. */
    private static final long DEAD_AFTER_MS = 3_000;
    private static final long STUCK_AFTER_MS = 5_000;

    static ServerState of(final CountersFile file, final long nowEpochMs) {
        final boolean isVisible = ProcessHandle.of(file.pid()).map(ProcessHandle::isAlive).orElse(false);
        final long ageMs = Math.max(0, nowEpochMs - file.heartbeatEpochMs());
        return new ServerState(kind(file.stopEpochMs() != 0, isVisible, ageMs), file.pid(), file.startEpochMs(), ageMs);
    }

    static Kind kind(final boolean isStopped, final boolean isProcessVisible, final long heartbeatAgeMs) {
        if (isStopped) {
            return Kind.STOPPED;
        } else if (isProcessVisible) {
            return heartbeatAgeMs > STUCK_AFTER_MS ? Kind.STUCK : Kind.RUNNING;
        } else {
            return heartbeatAgeMs > DEAD_AFTER_MS ? Kind.DEAD : Kind.RUNNING;
        }
    }

    String text() {
        return kind.text() + ", pid " + pid + ", last heartbeat " + heartbeatAgeMs + " ms ago";
    }

    /** State of a server. */
    enum Kind {
        RUNNING, STOPPED, STUCK, DEAD;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
