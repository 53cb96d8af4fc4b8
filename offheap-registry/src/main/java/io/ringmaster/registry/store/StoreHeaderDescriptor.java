package io.ringmaster.registry.store;

import org.agrona.BitUtil;

/**
 * Layout of the file {@code registry.header}, little endian.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Magic "RINGSTOR"                           0      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Format version                             8      |
 *  +---------------------------------------------------------------+
 *  |             State: 1 creating, 2 open, 3 closed       12      |
 *  +---------------------------------------------------------------+
 *  |             Configuration hash                        16      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Created (epoch ms)                        24      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             State changed (epoch ms)                  32      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Length of the map's file                  40      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Entries                                   48      |
 *  +---------------------------------------------------------------+
 *  |             Longest record                            52      |
 *  +---------------------------------------------------------------+
 *  |             Bytes of an entry on average              56      |
 *  +---------------------------------------------------------------+
 *  |             Length of a piece                         60      |
 *  +---------------------------------------------------------------+
 *  |             CRC32C of the map's file when closed      64      |
 *  +---------------------------------------------------------------+
 *  |             Length of the copy of the map's start     68      |
 *  +---------------------------------------------------------------+
 *  |             CRC32C of that copy                       72      |
 *  +---------------------------------------------------------------+
 *  |             Version of Chronicle Map, ASCII, 0-padded 76     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |             CRC32C of the bytes 0 to 123             124      |
 *  +---------------------------------------------------------------+
 *  |             Copy of the map's start                  128     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * The map's start is what Chronicle Map wrote in front of its segments: lengths and offsets, the same as long as the file lives.
 * Recovery puts it back first, so that nothing in a damaged file is taken for an address.
 * <p>
 * Threading: immutable.
 */
final class StoreHeaderDescriptor {
    /** "RINGSTOR". */
    static final long MAGIC = 0x524F5453474E4952L;
    /** Version of this layout, of {@link PieceDescriptor} and of {@link Intent}. */
    static final int FORMAT_VERSION = 1;
    /** Magic, int64. */
    static final int MAGIC_OFFSET = 0;
    /** Format version, int32. */
    static final int FORMAT_VERSION_OFFSET = MAGIC_OFFSET + BitUtil.SIZE_OF_LONG;
    /** State, int32. */
    static final int STATE_OFFSET = FORMAT_VERSION_OFFSET + BitUtil.SIZE_OF_INT;
    /** Configuration hash, int64. */
    static final int CONFIGURATION_HASH_OFFSET = STATE_OFFSET + BitUtil.SIZE_OF_INT;
    /** Creation, int64 epoch ms. */
    static final int CREATED_EPOCH_MS_OFFSET = CONFIGURATION_HASH_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Last change of the state, int64 epoch ms. */
    static final int CHANGED_EPOCH_MS_OFFSET = CREATED_EPOCH_MS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the map's file, int64. */
    static final int MAP_LENGTH_OFFSET = CHANGED_EPOCH_MS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Entries, int32. */
    static final int ENTRIES_OFFSET = MAP_LENGTH_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Longest record, int32. */
    static final int MAX_RECORD_LENGTH_OFFSET = ENTRIES_OFFSET + BitUtil.SIZE_OF_INT;
    /** Bytes of an entry on average, int32. */
    static final int BYTES_PER_ENTRY_OFFSET = MAX_RECORD_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of a piece, int32. */
    static final int PIECE_LENGTH_OFFSET = BYTES_PER_ENTRY_OFFSET + BitUtil.SIZE_OF_INT;
    /** CRC32C of the map's file when it was closed, int32. */
    static final int MAP_CRC_OFFSET = PIECE_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the copy, int32. */
    static final int START_LENGTH_OFFSET = MAP_CRC_OFFSET + BitUtil.SIZE_OF_INT;
    /** CRC32C of the copy, int32. */
    static final int START_CRC_OFFSET = START_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Version of Chronicle Map. */
    static final int LIBRARY_VERSION_OFFSET = START_CRC_OFFSET + BitUtil.SIZE_OF_INT;
    /** Most bytes of it. */
    static final int MAX_LIBRARY_VERSION_LENGTH = 48;
    /** CRC32C of what is in front of it, int32. */
    static final int CRC_OFFSET = LIBRARY_VERSION_OFFSET + MAX_LIBRARY_VERSION_LENGTH;
    /** Length of the fields: the copy starts here. */
    static final int HEADER_LENGTH = CRC_OFFSET + BitUtil.SIZE_OF_INT;
    /** Most bytes of the copy. */
    static final int MAX_START_LENGTH = 1 << 20;

    /** The map's file is being made: nothing was put yet. */
    static final int CREATING = 1;
    /** In use, or its process died. */
    static final int OPEN = 2;
    /** Closed in good order. */
    static final int CLOSED = 3;

    private StoreHeaderDescriptor() {
    }
}
