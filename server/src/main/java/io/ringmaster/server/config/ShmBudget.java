package io.ringmaster.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether what the sessions will map fits where the media driver's files are; computed before anything is mapped, because a
 * memory file system that is full kills the process that touches it with SIGBUS.
 * <p>
 * Threading: immutable.
 *
 * @param directory        of the driver, for messages.
 * @param fixedLength      bytes that the driver maps without a session.
 * @param perSessionLength bytes that each session maps.
 * @param usableLength     bytes that the file system of the directory can still give.
 * @param wantedSessions   {@code ringmaster.session.max} as configured.
 */
public record ShmBudget(Path directory, long fixedLength, long perSessionLength, long usableLength, int wantedSessions) {
    /** With fewer sessions than this (and than configured) the server does not start. */
    public static final int MIN_SESSIONS = 8;

    private static final double MIB = 1024.0 * 1024.0;

    /**
     * The budget of settings, with the usable space as it is now. Call it after the files of a dead predecessor are deleted.
     *
     * @param settings to be launched.
     * @return the budget.
     * @throws IOException if the file system cannot be asked.
     */
    public static ShmBudget measure(final ServerSettings settings) throws IOException {
        Path existing = settings.aeron().directory();
        while (!Files.exists(existing)) {
            existing = existing.getParent();
        }
        return of(settings, Files.getFileStore(existing).getUsableSpace());
    }

    /**
     * The budget of settings.
     *
     * @param settings     to be launched.
     * @param usableLength bytes that the file system can still give.
     * @return the budget.
     */
    public static ShmBudget of(final ServerSettings settings, final long usableLength) {
        final AeronSettings aeron = settings.aeron();
        return new ShmBudget(aeron.directory(), aeron.fixedSharedMemory(),
            aeron.sharedMemoryPerSession(settings.udp().isEnabled()), usableLength, settings.session().maxSessions());
    }

    /**
     * Bytes that all sessions as configured need.
     *
     * @return bytes.
     */
    public long neededLength() {
        return fixedLength + wantedSessions * perSessionLength;
    }

    /**
     * How many sessions the server can take.
     *
     * @return the configured number, or as many as fit if that is at least {@link #MIN_SESSIONS}.
     * @throws ConfigException if fewer fit; says what is needed, what is there and what to do.
     */
    public int sessions() {
        final int fitting = fittingSessions();
        if (fitting < Math.min(MIN_SESSIONS, wantedSessions)) {
            throw new ConfigException(SessionSettings.KEY + ".max", String.format(Locale.ROOT,
                "= %d: need %.1f MiB of shared memory, have %.1f MiB in %s; use --shm-size (container), "
                    + "another ringmaster.aeron.dir or fewer ringmaster.session.max (%d fit)",
                wantedSessions, neededLength() / MIB, usableLength / MIB, directory, fitting));
        }
        return fitting;
    }

    /**
     * What to tell when there is room for some sessions only.
     *
     * @return one line; empty if all fit.
     * @throws ConfigException as {@link #sessions()}.
     */
    public Optional<String> warning() {
        final int sessions = sessions();
        if (sessions == wantedSessions) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT,
            "ringmaster.session.max = %d reduced to %d: need %.1f MiB of shared memory, have %.1f MiB in %s; "
                + "use --shm-size (container) or another ringmaster.aeron.dir for more",
            wantedSessions, sessions, neededLength() / MIB, usableLength / MIB, directory));
    }

    private int fittingSessions() {
        final long left = usableLength - fixedLength;
        return (int)Math.max(0, Math.min(wantedSessions, left < 0 ? 0 : left / perSessionLength));
    }
}
