package io.ringmaster.registry.store;

import java.nio.file.Path;

/**
 * Where a store is and how big. A record takes {@code ceil(length / 228)} pieces;
 * the store is full when it has {@code entries} records, or when its pieces are used up.
 * <p>
 * Threading: immutable.
 *
 * @param directory       of the store's files; made if it is not there.
 * @param entries         most records, 1 to 2^25.
 * @param maxRecordLength most bytes of a record as {@link StoredRecord} lays it out, 64 to 2^24.
 * @param bytesPerEntry   bytes of a record, 1 to {@code maxRecordLength}: there are pieces for all entries at this length.
 */
public record StoreSettings(Path directory, int entries, int maxRecordLength, int bytesPerEntry) {
    /** Default of {@link #maxRecordLength()}: 1 KiB of metadata, the longest names, and as much again. */
    public static final int DEFAULT_MAX_RECORD_LENGTH = 4096;
    /** Default of {@link #bytesPerEntry()}. */
    public static final int DEFAULT_BYTES_PER_ENTRY = 228;
    /** Most entries. */
    public static final int MAX_ENTRIES = 1 << 25;
    /** Greatest {@link #maxRecordLength()}. */
    public static final int MAX_RECORD_LENGTH = 1 << 24;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a value out of its bounds; names the value and the bound.
     */
    public StoreSettings {
        if (directory == null) {
            throw new IllegalArgumentException("directory must be given");
        }
        checkRange("entries", entries, 1, MAX_ENTRIES);
        checkRange("maxRecordLength", maxRecordLength, StoredRecordDescriptor.HEADER_LENGTH, MAX_RECORD_LENGTH);
        checkRange("bytesPerEntry", bytesPerEntry, 1, maxRecordLength);
        directory = directory.toAbsolutePath().normalize();
    }

    /**
     * Settings with defaults for the lengths.
     *
     * @param directory of the store's files.
     * @param entries   most records.
     * @return settings.
     */
    public static StoreSettings of(final Path directory, final int entries) {
        return new StoreSettings(directory, entries, DEFAULT_MAX_RECORD_LENGTH, DEFAULT_BYTES_PER_ENTRY);
    }

    /**
     * The same store elsewhere.
     *
     * @param other directory.
     * @return settings.
     */
    public StoreSettings withDirectory(final Path other) {
        return new StoreSettings(other, entries, maxRecordLength, bytesPerEntry);
    }

    /**
     * Most pieces of all records together.
     *
     * @return {@code entries} times the pieces of {@code bytesPerEntry} bytes, and at least one record of the greatest length.
     */
    public long pieceCapacity() {
        return Math.max((long) entries * PieceDescriptor.pieces(bytesPerEntry), PieceDescriptor.pieces(maxRecordLength));
    }

    private static void checkRange(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " must be from " + min + " to " + max);
        }
    }
}
