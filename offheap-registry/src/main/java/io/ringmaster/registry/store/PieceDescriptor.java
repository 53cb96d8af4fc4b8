package io.ringmaster.registry.store;

import org.agrona.BitUtil;

/**
 * Layout of a piece: one value of the map, of fixed length, under the key (incarnation int64, index int32), little endian. A record
 * takes as many pieces as its bytes need; nearly every record takes one. With the key and Chronicle's checksum an entry is 256 bytes.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Sequence of the put                        0      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Length of the record                       8      |
 *  +---------------------------------------------------------------+
 *  |             Bytes of the record, 0 after its end      12     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * All pieces of a record carry the same sequence: one with another is of another version of the record. Values of one length are
 * overwritten in place, need no search for room, leave no gaps, and make "full" a matter of counting.
 * <p>
 * Threading: immutable.
 */
final class PieceDescriptor {
    /** Number of the put, int64: counts up over the life of the store. */
    static final int SEQUENCE_OFFSET = 0;
    /** Length of the whole record, int32. */
    static final int RECORD_LENGTH_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Bytes of the record. */
    static final int PAYLOAD_OFFSET = RECORD_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Bytes of the record in one piece. */
    static final int PAYLOAD_LENGTH = 228;
    /** Length of a piece. */
    static final int PIECE_LENGTH = PAYLOAD_OFFSET + PAYLOAD_LENGTH;
    /** Length of a key. */
    static final int KEY_LENGTH = BitUtil.SIZE_OF_LONG + BitUtil.SIZE_OF_INT;

    private PieceDescriptor() {
    }

    static int pieces(final int recordLength) {
        return (recordLength + PAYLOAD_LENGTH - 1) / PAYLOAD_LENGTH;
    }
}
