package io.ringmaster.registry.store;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The files of a store and the lock on them: {@code registry.header}, {@code registry.store} (the map), {@code registry.intent},
 * {@code registry.lock}. While this is open, the operating system's lock on {@code registry.lock} is held; it goes with the process,
 * so a kill leaves none behind.
 * <p>
 * Threading: confined to the thread that opens or closes the store.
 */
final class StoreFiles implements AutoCloseable {
    /** The map. */
    static final String MAP = "registry.store";
    /** The header. */
    static final String HEADER = "registry.header";
    /** The operation under way. */
    static final String INTENT = "registry.intent";
    /** Locked while the store is open. */
    static final String LOCK = "registry.lock";
    /** End of the name of a copy that is being recovered. */
    static final String RECOVERING = ".recovering";
    /** End of the name of a map as it was before records were dropped from it. */
    static final String DAMAGED = ".damaged";

    private static final int BLOCK_LENGTH = 1 << 20;

    private final Path directory;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private StoreFiles(final Path directory, final FileChannel lockChannel, final FileLock lock) {
        this.directory = directory;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    static StoreFiles lock(final Path directory) throws IOException {
        Files.createDirectories(directory);
        final Path path = directory.resolve(LOCK);
        final FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (final OverlappingFileLockException ignore) {
            // Another store of this process has it; told below.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new StoreException(Reason.LOCKED, path + " is locked: another process or store has " + directory
                + " open; stop it, or use another directory");
        }
        return new StoreFiles(directory, channel, lock);
    }

    Path directory() {
        return directory;
    }

    Path map() {
        return directory.resolve(MAP);
    }

    Path header() {
        return directory.resolve(HEADER);
    }

    Path intent() {
        return directory.resolve(INTENT);
    }

    Path recovering() {
        return directory.resolve(MAP + RECOVERING);
    }

    Path damaged(final long epochMs) {
        return directory.resolve(MAP + "." + epochMs + DAMAGED);
    }

    /**
     * Refuses if there is too little room.
     *
     * @param needed bytes.
     * @param what   that needs them.
     */
    void checkSpace(final long needed, final String what) throws IOException {
        final long available = Files.getFileStore(directory).getUsableSpace();
        if (available < needed) {
            throw new StoreException(Reason.NO_SPACE, directory + ": " + what + " needs " + needed + " bytes, available are " + available
                + "; free some, or use another directory or fewer entries");
        }
    }

    /** Makes the intent file with real blocks and maps it. */
    MappedByteBuffer createIntent(final int length) throws IOException {
        try (FileChannel channel = FileChannel.open(intent(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            writeZeros(channel, 0, length);
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
    }

    /** Maps the intent file; one that is missing or of another length is made anew, which a kill cannot lead to. */
    MappedByteBuffer openIntent(final int length) throws IOException {
        if (!Files.exists(intent()) || Files.size(intent()) != length) {
            return createIntent(length);
        }
        try (FileChannel channel = FileChannel.open(intent(), StandardOpenOption.WRITE, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, length);
        }
    }

    /** Copies the map aside, gives the copy the length that the map had, and puts its start back. */
    void copyForRecovery(final StoreHeader header) throws IOException {
        final Path copy = recovering();
        Files.deleteIfExists(copy);
        checkSpace(header.mapLength() + BLOCK_LENGTH, "a copy of " + MAP + " to recover");
        try (FileChannel from = FileChannel.open(map(), StandardOpenOption.READ);
            FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            final long length = Math.min(from.size(), header.mapLength());
            final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_LENGTH);
            for (long position = 0; position < length; position += block.limit()) {
                block.clear().limit((int) Math.min(BLOCK_LENGTH, length - position));
                readFully(from, block, position);
                writeFully(to, block.flip(), position);
            }
            writeZeros(to, length, header.mapLength() - length);
            writeFully(to, header.start(), 0);
        }
    }

    /**
     * The recovered copy takes the map's place in one step; before that the old map gets a second name if it is to be kept, in place of
     * one that was kept earlier.
     */
    void adoptRecovered(final boolean keepOld, final long epochMs) throws IOException {
        if (keepOld) {
            deleteDamaged();
            try {
                Files.createLink(damaged(epochMs), map());
            } catch (final UnsupportedOperationException e) {
                checkSpace(Files.size(map()), "a copy of the damaged " + MAP);
                Files.copy(map(), damaged(epochMs));
            }
        }
        Files.move(recovering(), map(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void deleteDamaged() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            for (final Path path : paths.filter(other -> other.getFileName().toString().endsWith(DAMAGED)).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Removes what an interrupted creation left. */
    void deleteStore() throws IOException {
        Files.deleteIfExists(map());
        Files.deleteIfExists(recovering());
        Files.deleteIfExists(intent());
        Files.deleteIfExists(header());
    }

    /** Writes the map's pages to the disk and computes the CRC32C of the file. */
    static int crc(final Path path, final boolean force) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (force) {
                channel.force(true);
            }
            final CRC32C crc = new CRC32C();
            final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_LENGTH);
            while (channel.read(block.clear()) > 0) {
                crc.update(block.flip());
            }
            return (int) crc.getValue();
        }
    }

    private static void writeZeros(final FileChannel channel, final long from, final long length) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_LENGTH);
        for (long done = 0; done < length; done += zeros.limit()) {
            zeros.clear().limit((int) Math.min(BLOCK_LENGTH, length - done));
            writeFully(channel, zeros, from + done);
        }
    }

    static void readFully(final FileChannel channel, final ByteBuffer into, final long from) throws IOException {
        long position = from;
        while (into.hasRemaining()) {
            final int n = channel.read(into, position);
            if (n < 0) {
                throw new IOException("end of file at " + position + ", " + into.remaining() + " bytes missing");
            }
            position += n;
        }
    }

    static void writeFully(final FileChannel channel, final ByteBuffer source, final long to) throws IOException {
        long position = to;
        while (source.hasRemaining()) {
            position += channel.write(source, position);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockChannel.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
