package io.ringmaster.registry.store;

import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * CRC32C of a range of any buffer, without allocation: copies it in parts into an array of its own.
 * <p>
 * Threading: confined to the thread that uses it.
 */
final class Checksum {
    private static final int PART_LENGTH = 1024;

    private final CRC32C crc = new CRC32C();
    private final byte[] part = new byte[PART_LENGTH];

    int of(final DirectBuffer buffer, final int offset, final int length) {
        crc.reset();
        int done = 0;
        while (done < length) {
            final int n = Math.min(PART_LENGTH, length - done);
            buffer.getBytes(offset + done, part, 0, n);
            crc.update(part, 0, n);
            done += n;
        }
        return (int) crc.getValue();
    }
}
