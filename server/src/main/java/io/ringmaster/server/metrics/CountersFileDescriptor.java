package io.ringmaster.server.metrics;

import org.agrona.BitUtil;

/**
 * Layout of the file {@code ringmaster.counters}.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |          Version (0: the file is not complete yet)            |
 *  +---------------------------------------------------------------+
 *  |                    Length of the metadata                     |
 *  +---------------------------------------------------------------+
 *  |                     Length of the values                      |
 *  +---------------------------------------------------------------+
 *  |                            Unused                             |
 *  +---------------------------------------------------------------+
 *  |                          Process id                           |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                      Start time (epoch ms)                    |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                       Heartbeat (epoch ms)                    |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |          Clean stop (epoch ms; 0: not, or not yet)            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                      Unused, to byte 128                     ...
 *  +---------------------------------------------------------------+
 *  |         Metadata, as Agrona's CountersReader has it          ...
 *  +---------------------------------------------------------------+
 *  |          Values, as Agrona's CountersReader has them         ...
 *  +---------------------------------------------------------------+
 * </pre>
 * Integers are in native byte order. The version is written last, with a release, when all else of the header is there; readers
 * read it first, with an acquire. Heartbeat and clean stop are written with a release by one thread.
 * <p>
 * Threading: immutable.
 */
public final class CountersFileDescriptor {
    /** Name of the file in the data directory. */
    public static final String FILE_NAME = "ringmaster.counters";
    /** Version of this layout. */
    public static final int VERSION = 1;
    /** Offset of the version, int32. */
    public static final int VERSION_OFFSET = 0;
    /** Offset of the length of the metadata, int32. */
    public static final int METADATA_LENGTH_OFFSET = VERSION_OFFSET + BitUtil.SIZE_OF_INT;
    /** Offset of the length of the values, int32. */
    public static final int VALUES_LENGTH_OFFSET = METADATA_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Offset of the process id, int64. */
    public static final int PID_OFFSET = VALUES_LENGTH_OFFSET + 2 * BitUtil.SIZE_OF_INT;
    /** Offset of the start time, int64. */
    public static final int START_EPOCH_MS_OFFSET = PID_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Offset of the heartbeat, int64. */
    public static final int HEARTBEAT_EPOCH_MS_OFFSET = START_EPOCH_MS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Offset of the time of a clean stop, int64. */
    public static final int STOP_EPOCH_MS_OFFSET = HEARTBEAT_EPOCH_MS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the header; the metadata follows it. */
    public static final int HEADER_LENGTH = 2 * BitUtil.CACHE_LINE_LENGTH;

    private CountersFileDescriptor() {
    }
}
