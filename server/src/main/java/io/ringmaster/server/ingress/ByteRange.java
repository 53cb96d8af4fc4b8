package io.ringmaster.server.ingress;

import org.agrona.DirectBuffer;

/**
 * A range of bytes of somebody else's buffer; reusable.
 * <p>
 * Threading: confined to the network thread.
 */
final class ByteRange {
    DirectBuffer buffer;
    int offset;
    int length;

    ByteRange set(final DirectBuffer newBuffer, final int newOffset, final int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        return this;
    }

    /** Offset of the first byte after it. */
    int end() {
        return offset + length;
    }
}
