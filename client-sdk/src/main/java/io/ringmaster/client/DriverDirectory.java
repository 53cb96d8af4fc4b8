package io.ringmaster.client;

import java.io.File;
import java.util.UUID;

/**
 * Picks the temporary directory of an embedded media driver.
 * <p>
 * Threading: immutable; static methods.
 */
final class DriverDirectory {
    /** What an embedded driver needs at most: command file 12 MiB, loss report, and two logs of three 128 KiB terms. */
    static final long NEEDED_BYTES = 16L * 1024 * 1024;
    private static final File SHARED_MEMORY = new File("/dev/shm");

    private DriverDirectory() {
    }

    /**
     * A new unique directory name.
     *
     * @param parentDir to make it in; null: /dev/shm where it exists and has room, otherwise java.io.tmpdir.
     * @throws ConnectFailedException when there is no room.
     */
    static String unique(final String parentDir) {
        final File parent;
        if (parentDir != null) {
            parent = new File(parentDir);
        } else if (SHARED_MEMORY.canWrite() && SHARED_MEMORY.getUsableSpace() >= NEEDED_BYTES) {
            parent = SHARED_MEMORY;
        } else {
            parent = ConnectionContext.temporaryDir();
        }
        final long usable = parent.getUsableSpace();
        if (!parent.canWrite() || usable < NEEDED_BYTES) {
            throw new ConnectFailedException("The UDP client's media driver needs " + NEEDED_BYTES + " bytes in "
                + parent.getAbsolutePath() + ", but " + (parent.canWrite() ? "only " + usable + " are usable"
                : "it cannot be written by user " + System.getProperty("user.name"))
                + ": free some, or set driverParentDir", null);
        }
        return new File(parent, "ringmaster-client-" + ProcessHandle.current().pid() + '-' + UUID.randomUUID()).getPath();
    }
}
