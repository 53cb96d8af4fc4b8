package io.ringmaster.client;

import io.aeron.CommonContext;
import io.ringmaster.protocol.MarkFileException;
import io.ringmaster.protocol.ServerInfo;
import io.ringmaster.protocol.ServerMarkFile;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Finds the server of a directory and says in a user's words why there is none.
 * <p>
 * Threading: immutable; static methods.
 */
final class ServerLocator {
    /** Age of a heartbeat from which on a missing process counts as dead, although the liveness timeout is longer. */
    private static final long MISSING_PROCESS_AGE_MS = 2_000;
    /** A media driver whose heartbeat is older does not serve. Drivers beat once a second. */
    private static final long DRIVER_LIVENESS_MS = 5_000;

    private ServerLocator() {
    }

    /**
     * The live, ready server of a directory.
     *
     * @throws ConnectFailedException with what is there instead.
     */
    static ServerInfo locate(final String path) {
        final File dir = new File(path);
        final ServerInfo info;
        try {
            info = ServerMarkFile.read(dir);
        } catch (final MarkFileException ex) {
            throw failed(dir, ex.getMessage() + owner(dir.toPath()), ex);
        }
        final long nowEpochMs = System.currentTimeMillis();
        final String file = new File(dir, ServerMarkFile.FILE_NAME).getAbsolutePath();
        final String who = file + owner(new File(file).toPath()) + " was written by pid " + info.pid() + ", heartbeat "
            + info.ageMs(nowEpochMs) + " ms ago, state " + info.state();
        if (info.state() == ServerInfo.State.CLOSED) {
            throw failed(dir, "the server was stopped: " + who, null);
        }
        final boolean isProcessMissing = ProcessHandle.of(info.pid()).isEmpty();
        if (!info.isLive(nowEpochMs) || isProcessMissing && info.ageMs(nowEpochMs) > MISSING_PROCESS_AGE_MS) {
            throw failed(dir, "the server is dead or stopped: " + who
                + (isProcessMissing ? "; there is no such process here" : "; the process exists, but does not beat"), null);
        }
        if (info.state() != ServerInfo.State.READY) {
            throw failed(dir, "the server is not ready yet: " + who, null);
        }
        checkDriver(dir, info);
        return info;
    }

    private static void checkDriver(final File dir, final ServerInfo info) {
        final File cnc = new File(info.aeronDir(), "cnc.dat");
        if (!cnc.canRead()) {
            throw failed(dir, "its media driver's file " + cnc.getAbsolutePath() + (cnc.exists()
                ? owner(cnc.toPath()) + " may not be read by user " + System.getProperty("user.name")
                : " is missing"), null);
        }
        if (!CommonContext.isDriverActive(new File(info.aeronDir()), DRIVER_LIVENESS_MS, ignore -> { })) {
            throw failed(dir, "its media driver at " + info.aeronDir() + owner(cnc.toPath()) + " gave no heartbeat for "
                + DRIVER_LIVENESS_MS + " ms", null);
        }
    }

    private static ConnectFailedException failed(final File dir, final String found, final Throwable cause) {
        return new ConnectFailedException("Expected a live Ringmaster server at directory " + dir.getAbsolutePath()
            + " (file " + ServerMarkFile.FILE_NAME + "), but " + found
            + ". Start one with: java -jar server/target/ringmaster.jar server --set ringmaster.dir=" + dir.getPath(), cause);
    }

    static ConnectFailedException nothingAt(final String endpoint, final String found) {
        return new ConnectFailedException("Expected a live Ringmaster server at UDP endpoint " + endpoint + ", but " + found
            + ". Start one with: java -jar server/target/ringmaster.jar server --set ringmaster.udp.endpoint=" + endpoint, null);
    }

    private static String owner(final Path path) {
        try {
            return Files.exists(path) ? " (owner " + Files.getOwner(path).getName() + ")" : "";
        } catch (final IOException | UnsupportedOperationException ex) {
            return " (owner unknown)";
        }
    }
}
