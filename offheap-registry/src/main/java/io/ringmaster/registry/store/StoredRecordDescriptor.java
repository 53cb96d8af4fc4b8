package io.ringmaster.registry.store;

import org.agrona.BitUtil;

/**
 * Layout of a record in the store, little endian, without padding.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             CRC32C of all that follows                 0      |
 *  +---------------------------------------------------------------+
 *  |             Length of the record                       4      |
 *  +-------------------------------+---------------+---------------+
 *  |  Format version      8        |  Kind   10    |  Unused  11   |
 *  +-------------------------------+---------------+---------------+
 *  |             Capacity                                  12      |
 *  +---------------------------------------------------------------+
 *  |             Parallelism                               16      |
 *  +-------------------------------+-------------------------------+
 *  |  Namespace length    20       |  Name length         22       |
 *  +-------------------------------+-------------------------------+
 *  |             Record version                            24      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Owner session                             32      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Lease (ns, 0: none)                       40      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Capabilities length                       48      |
 *  +---------------------------------------------------------------+
 *  |             Attributes length                         52      |
 *  +---------------------------------------------------------------+
 *  |             Metadata length                           56      |
 *  +---------------------------------------------------------------+
 *  |             Unused                                    60      |
 *  +---------------------------------------------------------------+
 *  |             Namespace                                 64     ...
 * ...            Name                                             ...
 * ...            Capabilities, as text: {@code gpu,llm/7b}        ...
 * ...            Attributes, as text: {@code zone=a,memory-mb=4}  ...
 * ...            Metadata                                         ...
 *  +---------------------------------------------------------------+
 * </pre>
 * Unused bytes are 0. Capabilities and attributes are text, since their numbers in memory differ from run to run. A new field goes
 * into an unused place or needs a new format version; a reader refuses a version that it does not know.
 * <p>
 * Threading: immutable.
 */
public final class StoredRecordDescriptor {
    /** Version of this layout. */
    public static final short FORMAT_VERSION = 1;
    /** CRC32C of the bytes from {@link #LENGTH_OFFSET} to the end, int32. */
    public static final int CRC_OFFSET = 0;
    /** Length of the whole record, int32. */
    public static final int LENGTH_OFFSET = CRC_OFFSET + BitUtil.SIZE_OF_INT;
    /** {@link #FORMAT_VERSION}, int16. */
    public static final int FORMAT_VERSION_OFFSET = LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Kind of the record, int8. */
    public static final int KIND_OFFSET = FORMAT_VERSION_OFFSET + BitUtil.SIZE_OF_SHORT;
    /** Tasks that the owner can hold, int32. */
    public static final int CAPACITY_OFFSET = KIND_OFFSET + 2 * BitUtil.SIZE_OF_BYTE;
    /** Tasks that run at the same time, int32. */
    public static final int PARALLELISM_OFFSET = CAPACITY_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the namespace, uint16. */
    public static final int NAMESPACE_LENGTH_OFFSET = PARALLELISM_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the name, uint16. */
    public static final int NAME_LENGTH_OFFSET = NAMESPACE_LENGTH_OFFSET + BitUtil.SIZE_OF_SHORT;
    /** Version of the record, int64. */
    public static final int RECORD_VERSION_OFFSET = NAME_LENGTH_OFFSET + BitUtil.SIZE_OF_SHORT;
    /** Session that owned it, int64. */
    public static final int OWNER_SESSION_OFFSET = RECORD_VERSION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Lease, int64 nanoseconds; 0: none. */
    public static final int LEASE_NS_OFFSET = OWNER_SESSION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the capabilities, int32. */
    public static final int CAPABILITIES_LENGTH_OFFSET = LEASE_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the attributes, int32. */
    public static final int ATTRIBUTES_LENGTH_OFFSET = CAPABILITIES_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the metadata, int32. */
    public static final int METADATA_LENGTH_OFFSET = ATTRIBUTES_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the fixed part: the namespace starts here. */
    public static final int HEADER_LENGTH = METADATA_LENGTH_OFFSET + 2 * BitUtil.SIZE_OF_INT;

    private StoredRecordDescriptor() {
    }
}
