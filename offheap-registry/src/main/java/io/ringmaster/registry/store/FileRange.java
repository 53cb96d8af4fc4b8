package io.ringmaster.registry.store;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Writes changed pages of a part of a file to the disk by {@code sync_file_range(2)}, Linux only. Unlike {@code msync} and {@code fsync} it
 * does not flush the disk's own cache, which costs more than the write where it is done often; as when the kernel writes pages by itself,
 * a loss of power may lose what is there. PostgreSQL spreads its checkpoints with the same call ({@code checkpoint_flush_after}).
 * <p>
 * The file is open by a descriptor of its own, so an error that it has told is told again to who has the file open otherwise.
 * <p>
 * Threading: one thread at a time.
 */
final class FileRange implements AutoCloseable {
    private static final int O_WRONLY_CLOEXEC = 1 | 0x80000;
    private static final int PROBE = 0;
    /** Where the call finds the pages; over an {@code overlay} it returns and writes nothing. */
    private static final Set<String> FILE_SYSTEMS = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs");
    /** Waits for writes that are under way, starts those of changed pages, and waits for them. */
    private static final int WRITE_AND_WAIT = 7;

    private final int descriptor;

    private FileRange(final int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens a file.
     *
     * @param file that exists.
     * @return null where there is no such call, a sandbox forbids it, or it is not known to work on the file system.
     * @throws IOException when the file's file system cannot be read.
     */
    static FileRange open(final Path file) throws IOException {
        if (!FILE_SYSTEMS.contains(Files.getFileStore(file).type())) {
            return null;
        }
        try {
            // On 32 bits the offsets would have to be cut in two.
            return Platform.isLinux() && Platform.is64Bit() ? tryOpen(file) : null;
        } catch (final LastErrorException | LinkageError e) {
            // A linkage error too: JNA may have no place to unpack its library.
            return null;
        }
    }

    private static FileRange tryOpen(final Path file) {
        int descriptor = -1;
        boolean isOpen = false;
        try {
            descriptor = call("open", file.toString(), O_WRONLY_CLOEXEC);
            sync(descriptor, 0, 1, PROBE);
            isOpen = true;
            return new FileRange(descriptor);
        } finally {
            if (!isOpen && descriptor >= 0) {
                closeDescriptor(descriptor);
            }
        }
    }

    /**
     * Writes the changed pages and waits for them.
     *
     * @param position first byte.
     * @param count    bytes, from 0.
     * @throws UncheckedIOException when the disk does not take them.
     */
    void write(final long position, final long count) {
        // The call takes 0 for all that follows.
        if (count > 0) {
            try {
                sync(descriptor, position, count, WRITE_AND_WAIT);
            } catch (final LastErrorException e) {
                throw new UncheckedIOException(new IOException("sync_file_range: " + e.getMessage(), e));
            }
        }
    }

    private static void sync(final int descriptor, final long position, final long count, final int flags) {
        call("sync_file_range", descriptor, position, count, flags);
    }

    private static int call(final String function, final Object... arguments) {
        return Function.getFunction("c", function, Function.THROW_LAST_ERROR).invokeInt(arguments);
    }

    private static void closeDescriptor(final int descriptor) {
        try {
            call("close", descriptor);
        } catch (final LastErrorException e) {
            // Nothing was written through it that is not on the disk yet.
        }
    }

    @Override
    public void close() {
        closeDescriptor(descriptor);
    }
}
