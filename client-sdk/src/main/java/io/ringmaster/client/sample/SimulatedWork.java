package io.ringmaster.client.sample;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.nio.ByteOrder;

/**
 * Layout of the payload and of the result of a simulated task. Byte order is little endian.
 * <pre>
 *   payload                               result
 *    0                8                    0                8
 *   +----------------+----------------+   +----------------+----------------+
 *   | magic (int64)  | id (int64)     |   | magic          | id             |  as in the payload
 *   +----------------+----------------+   +----------------+----------------+
 *   | workNs (int64) | anything ...   |   | actual (int64) |  nanoseconds from the start of the work to its end
 *   +----------------+----------------+   +----------------+
 *   16               24                   16               24
 * </pre>
 * A payload that is shorter, or that starts with another magic, is taken too: its work is the handler's setting
 * {@code workNs}, and the result starts with its first 16 bytes, padded with zeros. {@code workNs = 0} in the header means
 * the handler's setting as well.
 * <p>
 * Threading: immutable; static methods over the caller's buffers.
 */
public final class SimulatedWork {
    /** First 8 bytes of a payload with a header: {@code SIMWORK1} in memory order. */
    public static final long MAGIC = 0x314B_524F_574D_4953L;
    /** Offset of the magic. */
    public static final int MAGIC_OFFSET = 0;
    /** Offset of the id, which comes back in the result. */
    public static final int ID_OFFSET = MAGIC_OFFSET + Long.BYTES;
    /** Offset of the work in nanoseconds at speed 1. */
    public static final int WORK_NS_OFFSET = ID_OFFSET + Long.BYTES;
    /** Length of the header; payload bytes after it are not looked at. */
    public static final int HEADER_LENGTH = WORK_NS_OFFSET + Long.BYTES;
    /** Bytes of the payload that the result repeats. */
    public static final int ECHO_LENGTH = WORK_NS_OFFSET;
    /** Offset of the actual work time in the result. */
    public static final int ACTUAL_NS_OFFSET = ECHO_LENGTH;
    /** Length of a result. */
    public static final int RESULT_LENGTH = ACTUAL_NS_OFFSET + Long.BYTES;

    private SimulatedWork() {
    }

    /**
     * Writes a payload header.
     *
     * @param buffer to write to.
     * @param offset of the header.
     * @param id     that the result has to repeat.
     * @param workNs work at speed 1 in nanoseconds; 0 for the handler's own setting.
     * @return {@link #HEADER_LENGTH}.
     */
    public static int encode(final MutableDirectBuffer buffer, final int offset, final long id, final long workNs) {
        buffer.putLong(offset + MAGIC_OFFSET, MAGIC, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + ID_OFFSET, id, ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(offset + WORK_NS_OFFSET, workNs, ByteOrder.LITTLE_ENDIAN);
        return HEADER_LENGTH;
    }

    /**
     * Tells whether a payload starts with a header.
     *
     * @param buffer with the payload.
     * @param offset of the payload.
     * @param length of the payload in bytes.
     * @return true if there is a header.
     */
    public static boolean hasHeader(final DirectBuffer buffer, final int offset, final int length) {
        return length >= HEADER_LENGTH && buffer.getLong(offset + MAGIC_OFFSET, ByteOrder.LITTLE_ENDIAN) == MAGIC;
    }

    /**
     * Work of a payload with a header.
     *
     * @param buffer with the payload.
     * @param offset of the payload.
     * @return nanoseconds at speed 1.
     */
    public static long workNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + WORK_NS_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Tells whether a result is the right answer to the payload that was encoded with an id.
     *
     * @param buffer with the result.
     * @param offset of the result.
     * @param length of the result in bytes.
     * @param id     as given to {@link #encode}.
     * @return true if magic, id and length are right.
     */
    public static boolean isResultOf(final DirectBuffer buffer, final int offset, final int length, final long id) {
        return length == RESULT_LENGTH &&
            buffer.getLong(offset + MAGIC_OFFSET, ByteOrder.LITTLE_ENDIAN) == MAGIC &&
            buffer.getLong(offset + ID_OFFSET, ByteOrder.LITTLE_ENDIAN) == id;
    }

    /**
     * Actual work time of a result.
     *
     * @param buffer with the result.
     * @param offset of the result.
     * @return nanoseconds from the start of the work to its end.
     */
    public static long actualNs(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + ACTUAL_NS_OFFSET, ByteOrder.LITTLE_ENDIAN);
    }
}
