package io.ringmaster.registry.store;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * Piece to and from the map: one copy between direct memories. Its class name is in the map's header, so it is part of the file format.
 * <p>
 * Threading: immutable.
 */
final class PieceMarshaller implements SizedReader<Piece>, SizedWriter<Piece> {
    @Override
    public Piece read(final Bytes<?> in, final long size, final Piece using) {
        final Piece piece = using == null ? new Piece() : using;
        final long position = in.readPosition();
        OS.memory().copyMemory(in.addressForRead(position), piece.buffer().addressOffset(), PieceDescriptor.PIECE_LENGTH);
        in.readPosition(position + PieceDescriptor.PIECE_LENGTH);
        return piece;
    }

    @Override
    public long size(final Piece piece) {
        return PieceDescriptor.PIECE_LENGTH;
    }

    @Override
    public void write(final Bytes<?> out, final long size, final Piece piece) {
        out.ensureCapacity(out.writePosition() + PieceDescriptor.PIECE_LENGTH);
        final long position = out.writePosition();
        OS.memory().copyMemory(piece.buffer().addressOffset(), out.addressForWrite(position), PieceDescriptor.PIECE_LENGTH);
        out.writePosition(position + PieceDescriptor.PIECE_LENGTH);
    }

    @Override
    public void readMarshallable(final WireIn wire) {
        // Nothing to read: no state.
    }

    @Override
    public void writeMarshallable(final WireOut wire) {
        // Nothing to write: no state.
    }
}
