package io.ringmaster.registry.store;

import static io.ringmaster.registry.store.StoreHeaderDescriptor.BYTES_PER_ENTRY_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.CHANGED_EPOCH_MS_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.CONFIGURATION_HASH_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.CRC_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.CREATED_EPOCH_MS_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.ENTRIES_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.FORMAT_VERSION;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.FORMAT_VERSION_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.HEADER_LENGTH;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.LIBRARY_VERSION_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAGIC;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAGIC_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAP_CRC_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAP_LENGTH_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAX_LIBRARY_VERSION_LENGTH;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.MAX_RECORD_LENGTH_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.PIECE_LENGTH_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.START_CRC_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.START_LENGTH_OFFSET;
import static io.ringmaster.registry.store.StoreHeaderDescriptor.STATE_OFFSET;

import io.ringmaster.registry.store.StoreException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The file {@code registry.header}, in the layout of {@link StoreHeaderDescriptor}: what the map was made for, and whether it was
 * closed. A new one comes by an atomic rename, a change of state is one write of 128 bytes; both are forced to the disk.
 * <p>
 * Threading: confined to the thread that opens or closes the store.
 */
final class StoreHeader {
    private static final String MIGRATE = "make a backup with the settings and the version that it was made with, and restore it"
        + " into an empty directory with the new ones";

    private final Path path;
    private final ByteBuffer fields = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer start = ByteBuffer.allocate(0);

    private StoreHeader(final Path path) {
        this.path = path;
    }

    static StoreHeader create(final Path path, final StoreSettings settings, final long epochMs) throws IOException {
        final StoreHeader header = new StoreHeader(path);
        header.fields.putLong(MAGIC_OFFSET, MAGIC).putInt(FORMAT_VERSION_OFFSET, FORMAT_VERSION)
            .putInt(STATE_OFFSET, StoreHeaderDescriptor.CREATING).putLong(CONFIGURATION_HASH_OFFSET, hash(settings))
            .putLong(CREATED_EPOCH_MS_OFFSET, epochMs).putLong(CHANGED_EPOCH_MS_OFFSET, epochMs)
            .putInt(ENTRIES_OFFSET, settings.entries()).putInt(MAX_RECORD_LENGTH_OFFSET, settings.maxRecordLength())
            .putInt(BYTES_PER_ENTRY_OFFSET, settings.bytesPerEntry()).putInt(PIECE_LENGTH_OFFSET, PieceDescriptor.PIECE_LENGTH);
        final byte[] version = Chronicle.version().getBytes(StandardCharsets.US_ASCII);
        header.fields.put(LIBRARY_VERSION_OFFSET, version, 0, Math.min(version.length, MAX_LIBRARY_VERSION_LENGTH));
        header.writeAll();
        return header;
    }

    /**
     * Reads and checks a header, not its configuration.
     *
     * @throws StoreException DAMAGED_HEADER or OTHER_FORMAT.
     */
    static StoreHeader read(final Path path) throws IOException {
        final StoreHeader header = new StoreHeader(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            final long length = channel.size();
            if (length < HEADER_LENGTH) {
                throw damaged(path, "has " + length + " bytes, expected at least " + HEADER_LENGTH);
            }
            StoreFiles.readFully(channel, header.fields, 0);
            final long magic = header.fields.getLong(MAGIC_OFFSET);
            if (magic != MAGIC) {
                throw damaged(path, "starts with 0x" + Long.toHexString(magic) + ", expected 0x" + Long.toHexString(MAGIC));
            }
            final int version = header.fields.getInt(FORMAT_VERSION_OFFSET);
            if (version != FORMAT_VERSION) {
                throw new StoreException(Reason.OTHER_FORMAT, path + " has format version " + version + ", this program writes "
                    + FORMAT_VERSION + "; " + MIGRATE);
            }
            header.checkCrc();
            header.readStart(channel, length);
        }
        return header;
    }

    private void checkCrc() {
        final int expected = crc(fields.array(), CRC_OFFSET);
        final int found = fields.getInt(CRC_OFFSET);
        if (found != expected) {
            throw damaged(path, "has CRC 0x" + Integer.toHexString(found) + ", expected 0x" + Integer.toHexString(expected));
        }
    }

    private void readStart(final FileChannel channel, final long length) throws IOException {
        final int startLength = fields.getInt(START_LENGTH_OFFSET);
        if (startLength < 0 || startLength > StoreHeaderDescriptor.MAX_START_LENGTH || length != HEADER_LENGTH + (long) startLength) {
            throw damaged(path, "has " + length + " bytes, expected " + HEADER_LENGTH + " + " + startLength);
        }
        start = ByteBuffer.allocate(startLength);
        StoreFiles.readFully(channel, start, HEADER_LENGTH);
        if (crc(start.array(), startLength) != fields.getInt(START_CRC_OFFSET)) {
            throw damaged(path, "holds a copy of the map's start with a wrong CRC");
        }
    }

    private static StoreException damaged(final Path path, final String what) {
        return new StoreException(Reason.DAMAGED_HEADER, path + " " + what
            + "; it is damaged or no store's header: restore a backup, or move the directory away to start empty");
    }

    /**
     * Refuses another configuration.
     *
     * @throws StoreException OTHER_CONFIGURATION; names both values.
     */
    void checkConfiguration(final StoreSettings settings) {
        check("entries", ENTRIES_OFFSET, settings.entries());
        check("maxRecordLength", MAX_RECORD_LENGTH_OFFSET, settings.maxRecordLength());
        check("bytesPerEntry", BYTES_PER_ENTRY_OFFSET, settings.bytesPerEntry());
        check("pieceLength", PIECE_LENGTH_OFFSET, PieceDescriptor.PIECE_LENGTH);
        if (!libraryVersion().equals(Chronicle.version())) {
            throw otherConfiguration("Chronicle Map version", libraryVersion(), Chronicle.version());
        }
        if (fields.getLong(CONFIGURATION_HASH_OFFSET) != hash(settings)) {
            throw otherConfiguration("configuration hash", Long.toHexString(fields.getLong(CONFIGURATION_HASH_OFFSET)),
                Long.toHexString(hash(settings)));
        }
    }

    private void check(final String name, final int offset, final int configured) {
        if (fields.getInt(offset) != configured) {
            throw otherConfiguration(name, Integer.toString(fields.getInt(offset)), Integer.toString(configured));
        }
    }

    private StoreException otherConfiguration(final String name, final String stored, final String configured) {
        return new StoreException(Reason.OTHER_CONFIGURATION, path + " was made with " + name + "=" + stored + ", configured is "
            + configured + "; " + MIGRATE);
    }

    /** The settings that the store was made with. */
    StoreSettings settings(final Path directory) {
        return new StoreSettings(directory, fields.getInt(ENTRIES_OFFSET), fields.getInt(MAX_RECORD_LENGTH_OFFSET),
            fields.getInt(BYTES_PER_ENTRY_OFFSET));
    }

    int state() {
        return fields.getInt(STATE_OFFSET);
    }

    long mapLength() {
        return fields.getLong(MAP_LENGTH_OFFSET);
    }

    int mapCrc() {
        return fields.getInt(MAP_CRC_OFFSET);
    }

    ByteBuffer start() {
        return start.duplicate().clear();
    }

    String libraryVersion() {
        int length = 0;
        while (length < MAX_LIBRARY_VERSION_LENGTH && fields.get(LIBRARY_VERSION_OFFSET + length) != 0) {
            length++;
        }
        return new String(fields.array(), LIBRARY_VERSION_OFFSET, length, StandardCharsets.US_ASCII);
    }

    /** The map has been made: keeps its length and its start, and goes to the state open. */
    void created(final long mapLength, final byte[] mapStart, final long epochMs) throws IOException {
        start = ByteBuffer.wrap(mapStart);
        fields.putLong(MAP_LENGTH_OFFSET, mapLength).putInt(START_LENGTH_OFFSET, mapStart.length)
            .putInt(START_CRC_OFFSET, crc(mapStart, mapStart.length)).putInt(STATE_OFFSET, StoreHeaderDescriptor.OPEN)
            .putLong(CHANGED_EPOCH_MS_OFFSET, epochMs);
        writeAll();
    }

    void opened(final long epochMs) throws IOException {
        state(StoreHeaderDescriptor.OPEN, 0, epochMs);
    }

    void closed(final int mapCrc, final long epochMs) throws IOException {
        state(StoreHeaderDescriptor.CLOSED, mapCrc, epochMs);
    }

    private void state(final int state, final int mapCrc, final long epochMs) throws IOException {
        fields.putInt(STATE_OFFSET, state).putInt(MAP_CRC_OFFSET, mapCrc).putLong(CHANGED_EPOCH_MS_OFFSET, epochMs);
        seal();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            StoreFiles.writeFully(channel, fields.duplicate().clear(), 0);
            channel.force(true);
        }
    }

    private void writeAll() throws IOException {
        seal();
        final Path next = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
            next, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            StoreFiles.writeFully(channel, fields.duplicate().clear(), 0);
            StoreFiles.writeFully(channel, start(), HEADER_LENGTH);
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void seal() {
        fields.putInt(CRC_OFFSET, crc(fields.array(), CRC_OFFSET));
    }

    private static int crc(final byte[] bytes, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static long hash(final StoreSettings settings) {
        long h = 0xCBF29CE484222325L;
        final long[] values = {settings.entries(), settings.maxRecordLength(), settings.bytesPerEntry(), PieceDescriptor.PIECE_LENGTH};
        for (final long value : values) {
            h = (h ^ value) * 0x100000001B3L;
        }
        return h;
    }
}
