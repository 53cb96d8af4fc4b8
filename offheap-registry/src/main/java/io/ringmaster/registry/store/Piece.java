package io.ringmaster.registry.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A piece in direct memory, on its way into or out of the map. See {@link PieceDescriptor}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
final class Piece {
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(PieceDescriptor.PIECE_LENGTH));

    Piece fill(final long sequence, final DirectBuffer record, final int offset, final int recordLength, final int index) {
        final int start = index * PieceDescriptor.PAYLOAD_LENGTH;
        final int length = Math.min(PieceDescriptor.PAYLOAD_LENGTH, recordLength - start);
        buffer.putLong(PieceDescriptor.SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        buffer.putInt(PieceDescriptor.RECORD_LENGTH_OFFSET, recordLength, LITTLE_ENDIAN);
        buffer.putBytes(PieceDescriptor.PAYLOAD_OFFSET, record, offset + start, length);
        if (length < PieceDescriptor.PAYLOAD_LENGTH) {
            buffer.setMemory(PieceDescriptor.PAYLOAD_OFFSET + length, PieceDescriptor.PAYLOAD_LENGTH - length, (byte) 0);
        }
        return this;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    long sequence() {
        return buffer.getLong(PieceDescriptor.SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    int recordLength() {
        return buffer.getInt(PieceDescriptor.RECORD_LENGTH_OFFSET, LITTLE_ENDIAN);
    }
}
