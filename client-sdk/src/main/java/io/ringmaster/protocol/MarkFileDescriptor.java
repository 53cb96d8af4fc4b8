package io.ringmaster.protocol;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Layout of {@code ringmaster.mark}. Byte order is little endian.
 * <pre>
 *    0               8       12      16              24              32
 *   +---------------+-------+-------+---------------+---------------+---------------+
 *   | magic         |version| state | pid           | start (ms)    | timeout (ms)  |
 *   +---------------+-------+-------+---------------+---------------+---------------+
 *   64
 *   +---------------+
 *   | activity (ms) |  a cache line of its own: written several times a second
 *   +---------------+
 *   128             512               2048
 *   +---------------+-----------------+---------------+
 *   | server name   | Aeron directory | UDP endpoint  |  each: int32 length, then UTF-8
 *   +---------------+-----------------+---------------+  4,096 bytes in all
 * </pre>
 * The writer sets the version to 0 before it changes anything else, and to {@link #LAYOUT_VERSION} with release order
 * when all fields are there. A reader that sees version 0 tries again.
 * <p>
 * Threading: immutable; static methods over the caller's buffers.
 */
final class MarkFileDescriptor {
    static final int LAYOUT_VERSION = 1;
    /** {@code RINGMARK} in memory order. */
    static final long MAGIC = 0x4B52_414D_474E_4952L;
    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int STATE_OFFSET = VERSION_OFFSET + Integer.BYTES;
    static final int PID_OFFSET = STATE_OFFSET + Integer.BYTES;
    static final int START_OFFSET = PID_OFFSET + Long.BYTES;
    static final int TIMEOUT_OFFSET = START_OFFSET + Long.BYTES;
    static final int ACTIVITY_OFFSET = 64;
    static final int SERVER_NAME_OFFSET = 128;
    static final int AERON_DIR_OFFSET = 512;
    static final int ENDPOINT_OFFSET = 2048;
    static final int LENGTH = 4096;

    private MarkFileDescriptor() {
    }

    static void putText(final MutableDirectBuffer buffer, final int offset, final int end, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > end - offset - Integer.BYTES) {
            throw new IllegalArgumentException("\"" + text + "\" is longer than the " + (end - offset - Integer.BYTES)
                + " bytes that a mark file has for it");
        }
        buffer.putInt(offset, bytes.length, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(offset + Integer.BYTES, bytes);
    }

    static String getText(final DirectBuffer buffer, final int offset, final int end) {
        final int length = buffer.getInt(offset, ByteOrder.LITTLE_ENDIAN);
        if (length < 0 || length > end - offset - Integer.BYTES) {
            return "";
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset + Integer.BYTES, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
