package io.ringmaster.server.ingress;

import org.agrona.DirectBuffer;

/**
 * A range of bytes of somebody else's buffer; reusable. A field of variable length is read as
 * {@code range.set(frame, decoder.limit() + headerLength, decoder.xLength())}, then {@code decoder.limit(range.end())}.
 * <p>
 * Threading: confined to the network thread.
 */
public final class ByteRange {
    DirectBuffer buffer;
    int offset;
    int length;

    /**
     * Becomes another range.
     *
     * @param newBuffer with the bytes.
     * @param newOffset of the first one.
     * @param newLength number of bytes.
     * @return this.
     */
    public ByteRange set(final DirectBuffer newBuffer, final int newOffset, final int newLength) {
        buffer = newBuffer;
        offset = newOffset;
        length = newLength;
        return this;
    }

    /**
     * Where the bytes are.
     *
     * @return the buffer.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Offset of the first byte.
     *
     * @return in {@link #buffer()}.
     */
    public int offset() {
        return offset;
    }

    /**
     * Number of bytes.
     *
     * @return from 0.
     */
    public int length() {
        return length;
    }

    /**
     * Offset of the first byte after it.
     *
     * @return in {@link #buffer()}.
     */
    public int end() {
        return offset + length;
    }
}
