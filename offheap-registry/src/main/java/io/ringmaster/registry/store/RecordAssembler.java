package io.ringmaster.registry.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts the pieces of a long record together.
 * <p>
 * Threading: confined to the thread that uses it.
 */
final class RecordAssembler {
    /** The record is not there any more. */
    static final int GONE = -1;
    /** A piece is missing, or is of another version of the record. */
    static final int BROKEN = -2;
    /** How long a writer may take for one record; one that failed half-way takes for ever. */
    private static final long WRITER_TIMEOUT_NS = 2_000_000_000L;

    private final PieceMap map;
    private final int maxRecordLength;
    private final UnsafeBuffer record;
    private final PieceKey key = new PieceKey();
    private final Piece piece = new Piece();

    RecordAssembler(final PieceMap map, final int maxRecordLength) {
        this.map = map;
        this.maxRecordLength = maxRecordLength;
        record = new UnsafeBuffer(ByteBuffer.allocateDirect(maxRecordLength));
    }

    UnsafeBuffer buffer() {
        return record;
    }

    /**
     * Reads a record whose writer may be at work: tries again until all pieces are of one version.
     *
     * @param incarnation of the record.
     * @return its length, or {@link #GONE}.
     * @throws StoreException DAMAGED_MAP if they do not become so for two seconds.
     */
    int assembleBesideWriter(final long incarnation) {
        int length = assemble(incarnation);
        if (length == BROKEN) {
            final long startNs = System.nanoTime();
            while (length == BROKEN) {
                if (System.nanoTime() - startNs > WRITER_TIMEOUT_NS) {
                    throw new StoreException(StoreException.Reason.DAMAGED_MAP, "record " + incarnation
                        + " is incomplete, its writer has failed; the next opening of the store completes it", null);
                }
                Thread.onSpinWait();
                length = assemble(incarnation);
            }
        }
        return length;
    }

    /**
     * Reads a record.
     *
     * @param incarnation of the record.
     * @return its length, {@link #GONE} or {@link #BROKEN}.
     */
    int assemble(final long incarnation) {
        if (!map.get(key.set(incarnation, 0), piece)) {
            return GONE;
        }
        final long sequence = piece.sequence();
        final int length = piece.recordLength();
        if (length <= 0 || length > maxRecordLength) {
            return BROKEN;
        }
        copy(0, length);
        for (int i = 1; i < PieceDescriptor.pieces(length); i++) {
            if (!map.get(key.set(incarnation, i), piece) || piece.sequence() != sequence || piece.recordLength() != length) {
                return BROKEN;
            }
            copy(i, length);
        }
        return length;
    }

    /** Whether a later piece belongs to the version of the record that its first piece starts. */
    boolean belongs(final long incarnation, final int index, final long sequence) {
        return map.get(key.set(incarnation, 0), piece) && piece.sequence() == sequence
            && index > 0 && index < PieceDescriptor.pieces(piece.recordLength());
    }

    private void copy(final int index, final int length) {
        final int start = index * PieceDescriptor.PAYLOAD_LENGTH;
        record.putBytes(start, piece.buffer(), PieceDescriptor.PAYLOAD_OFFSET, Math.min(PieceDescriptor.PAYLOAD_LENGTH, length - start));
    }

    static int recordLength(final UnsafeBuffer buffer, final int pieceOffset) {
        return buffer.getInt(pieceOffset + PieceDescriptor.RECORD_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    static long sequence(final UnsafeBuffer buffer, final int pieceOffset) {
        return buffer.getLong(pieceOffset + PieceDescriptor.SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }
}
