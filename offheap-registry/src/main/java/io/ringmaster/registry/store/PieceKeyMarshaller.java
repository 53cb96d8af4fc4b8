package io.ringmaster.registry.store;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.hash.serialization.SizedReader;
import net.openhft.chronicle.hash.serialization.SizedWriter;
import net.openhft.chronicle.wire.WireIn;
import net.openhft.chronicle.wire.WireOut;

/**
 * Key of a piece to and from the map. Its class name is in the map's header, so it is part of the file format.
 * <p>
 * Threading: immutable.
 */
final class PieceKeyMarshaller implements SizedReader<PieceKey>, SizedWriter<PieceKey> {
    @Override
    public PieceKey read(final Bytes<?> in, final long size, final PieceKey using) {
        final PieceKey key = using == null ? new PieceKey() : using;
        return key.set(in.readLong(), in.readInt());
    }

    @Override
    public long size(final PieceKey key) {
        return PieceDescriptor.KEY_LENGTH;
    }

    @Override
    public void write(final Bytes<?> out, final long size, final PieceKey key) {
        out.writeLong(key.incarnation());
        out.writeInt(key.index());
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
