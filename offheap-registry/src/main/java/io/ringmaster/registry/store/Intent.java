package io.ringmaster.registry.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.VarHandle;
import java.nio.MappedByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * File {@code registry.intent}: the one operation that is under way. It is written whole before the map is touched, so after a kill in
 * the middle of the operation, recovery does it again: an overwrite that tore the old bytes loses nothing. Little endian.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Sequence of the operation                  0      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Incarnation                                8      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Length of the record; -1: remove          16      |
 *  +---------------------------------------------------------------+
 *  |             CRC32C of the record, as it says itself   20      |
 *  +---------------------------------------------------------------+
 *  |             Check word: mix of the fields above       24      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Record, only if length is not -1           32     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * If the check word or the record's CRC does not fit, the kill came while this was being written: then the map was not touched yet,
 * and the operation before was complete. Doing a complete operation again changes nothing.
 * <p>
 * Threading: confined to the writer.
 */
final class Intent implements AutoCloseable {
    /** Number of the operation, int64. */
    static final int SEQUENCE_OFFSET = 0;
    /** Incarnation of the record, int64. */
    static final int INCARNATION_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the record, int32, or {@link #REMOVE}. */
    static final int LENGTH_OFFSET = INCARNATION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** CRC of the record, int32. */
    static final int CRC_OFFSET = LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Check word, int64. */
    static final int CHECK_OFFSET = CRC_OFFSET + BitUtil.SIZE_OF_INT;
    /** The record. */
    static final int RECORD_OFFSET = CHECK_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length that means: remove. */
    static final int REMOVE = -1;

    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;

    Intent(final MappedByteBuffer mapped) {
        this.mapped = mapped;
        buffer = new UnsafeBuffer(mapped);
    }

    static int fileLength(final StoreSettings settings) {
        return RECORD_OFFSET + BitUtil.align(settings.maxRecordLength(), BitUtil.SIZE_OF_LONG);
    }

    void put(final long sequence, final long incarnation, final DirectBuffer record, final int offset, final int length) {
        buffer.putBytes(RECORD_OFFSET, record, offset, length);
        final int crc = record.getInt(offset + StoredRecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN);
        writeHeader(sequence, incarnation, length, crc);
    }

    void remove(final long sequence, final long incarnation) {
        writeHeader(sequence, incarnation, REMOVE, 0);
    }

    private void writeHeader(final long sequence, final long incarnation, final int length, final int crc) {
        buffer.putLong(SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        buffer.putLong(INCARNATION_OFFSET, incarnation, LITTLE_ENDIAN);
        buffer.putInt(LENGTH_OFFSET, length, LITTLE_ENDIAN);
        buffer.putInt(CRC_OFFSET, crc, LITTLE_ENDIAN);
        buffer.putLong(CHECK_OFFSET, check(sequence, incarnation, length, crc), LITTLE_ENDIAN);
        // Neither processor nor compiler may move a store of the map in front of this.
        VarHandle.releaseFence();
    }

    private static long check(final long sequence, final long incarnation, final int length, final int crc) {
        long h = 0x9E3779B97F4A7C15L;
        h = mix(h ^ sequence);
        h = mix(h ^ incarnation);
        return mix(h ^ ((long) length << 32 | crc & 0xFFFFFFFFL));
    }

    /** Finaliser of splitmix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014). */
    private static long mix(final long value) {
        long h = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        h = (h ^ h >>> 27) * 0x94D049BB133111EBL;
        return h ^ h >>> 31;
    }

    /**
     * Whether there is a whole operation in here.
     *
     * @param record to look at its record with.
     * @return false if there never was one, or it was being written when the process died.
     */
    boolean isWhole(final StoredRecord record) {
        final long sequence = sequence();
        final int length = length();
        final int crc = buffer.getInt(CRC_OFFSET, LITTLE_ENDIAN);
        if (sequence <= 0 || buffer.getLong(CHECK_OFFSET, LITTLE_ENDIAN) != check(sequence, incarnation(), length, crc)) {
            return false;
        }
        if (length == REMOVE) {
            return true;
        }
        return length > 0 && length <= buffer.capacity() - RECORD_OFFSET
            && record.wrapForDecode(buffer, RECORD_OFFSET, length) == StoredRecord.VALID
            && buffer.getInt(RECORD_OFFSET + StoredRecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN) == crc;
    }

    long sequence() {
        return buffer.getLong(SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    long incarnation() {
        return buffer.getLong(INCARNATION_OFFSET, LITTLE_ENDIAN);
    }

    int length() {
        return buffer.getInt(LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    @Override
    public void close() {
        BufferUtil.free(mapped);
    }
}
