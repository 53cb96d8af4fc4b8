package io.ringmaster.registry.layout;

import org.agrona.BitUtil;

/**
 * Layout of a slot of the {@link SlotTable}: the fixed part of one record, two cache lines, and an inline part for what varies in
 * length. The first line has all that a lookup needs to find the record and to tell whether it is alive.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Sequence (odd: being written)              0      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Lease duration (ns, 0: none)              8      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Incarnation                               16      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Record version                            24      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Owner session                             32      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Lease deadline (ns, max: none)            40      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Owner index                               48      |
 *  +---------------------------------------------------------------+
 *  |             Owner generation                          52      |
 *  +---------------------------------------------------------------+
 *  |             Slab offset (-1: inline)                  56      |
 *  +---------------------------------------------------------------+
 *  |             Metadata length                           60      |
 *  +===============================+===============================+
 *  |  Namespace length     64      |  Name length          66      |
 *  +---------------+---------------+---------------+---------------+
 *  | Kind (0:free) | Readiness 69  |  Unused  70   | Attributes 71 |
 *  +---------------+---------------+---------------+---------------+
 *  |             Capacity                                  72      |
 *  +---------------------------------------------------------------+
 *  |             Parallelism                               76      |
 *  +---------------------------------------------------------------+
 *  |             Local agent (-1: remote)                  80      |
 *  +---------------------------------------------------------------+
 *  |             In flight                                 84      |
 *  +---------------------------------------------------------------+
 *  |             Estimated wait (ns)                       88      |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |             Capability words, 4 x 64 bit              96     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 *  |             Inline part                              128     ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * The block holds the rest of the record, one after the other without padding. It is the inline part of the slot, if it is not
 * longer than that, so that a lookup finds all of the record in one place; else it is a block of the slab.
 * <pre>
 *   [namespace][name][metadata][int64 value of each attribute that is there, by index]
 * </pre>
 * Integers are in native byte order: the table never leaves the process.
 * <p>
 * Protocol: see {@link SlotTable}.
 * <p>
 * Threading: immutable.
 */
public final class SlotDescriptor {
    /** Sequence lock, int64: odd while the writer changes the slot. */
    public static final int SEQUENCE_OFFSET = 0;
    /** Duration of the lease from each renewal, int64 nanoseconds; 0: none. */
    public static final int LEASE_NS_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Fencing number of the record, int64, unique for the life of the server. */
    public static final int INCARNATION_OFFSET = LEASE_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Version of the record, int64: 1 when new, one more for each replacement. */
    public static final int RECORD_VERSION_OFFSET = INCARNATION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Session that owns the record, int64; 0: the server. */
    public static final int OWNER_SESSION_OFFSET = RECORD_VERSION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** When the lease runs out, int64 nanoseconds, or {@link #NO_LEASE}. */
    public static final int LEASE_DEADLINE_NS_OFFSET = OWNER_SESSION_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Entry of the owner table, int32. */
    public static final int OWNER_INDEX_OFFSET = LEASE_DEADLINE_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Generation that this entry had when the record was written, int32: another one now means that the owner is gone. */
    public static final int OWNER_GENERATION_OFFSET = OWNER_INDEX_OFFSET + BitUtil.SIZE_OF_INT;
    /** Offset in the slab of the record's block, int32, or {@link #INLINE}. */
    public static final int SLAB_OFFSET_OFFSET = OWNER_GENERATION_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the metadata, int32. */
    public static final int METADATA_LENGTH_OFFSET = SLAB_OFFSET_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the namespace, uint16. */
    public static final int NAMESPACE_LENGTH_OFFSET = METADATA_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Length of the name, uint16. */
    public static final int NAME_LENGTH_OFFSET = NAMESPACE_LENGTH_OFFSET + BitUtil.SIZE_OF_SHORT;
    /** Kind of the record, int8, or {@link #FREE}. */
    public static final int KIND_OFFSET = NAME_LENGTH_OFFSET + BitUtil.SIZE_OF_SHORT;
    /** Readiness, int8, as the last renewal said. */
    public static final int READINESS_OFFSET = KIND_OFFSET + BitUtil.SIZE_OF_BYTE;
    /** Attributes that have values, int8: bit {@code i} for attribute {@code i}. */
    public static final int ATTRIBUTES_OFFSET = READINESS_OFFSET + 2 * BitUtil.SIZE_OF_BYTE;
    /** How many tasks the owner says it can hold, int32. */
    public static final int CAPACITY_OFFSET = ATTRIBUTES_OFFSET + BitUtil.SIZE_OF_BYTE;
    /** How many tasks run at the same time, int32. */
    public static final int PARALLELISM_OFFSET = CAPACITY_OFFSET + BitUtil.SIZE_OF_INT;
    /** Index of the in-server agent, int32; -1: in another process. */
    public static final int LOCAL_AGENT_OFFSET = PARALLELISM_OFFSET + BitUtil.SIZE_OF_INT;
    /** Tasks in flight, int32, as the last renewal said. */
    public static final int IN_FLIGHT_OFFSET = LOCAL_AGENT_OFFSET + BitUtil.SIZE_OF_INT;
    /** Estimated wait of a new task, int64 nanoseconds, as the last renewal said. */
    public static final int ESTIMATED_WAIT_NS_OFFSET = IN_FLIGHT_OFFSET + BitUtil.SIZE_OF_INT;
    /** Capability ids, 4 x int64: id {@code i} is bit {@code i & 63} of word {@code i / 64}. */
    public static final int CAPABILITIES_OFFSET = ESTIMATED_WAIT_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the fixed part of a slot: two cache lines. The inline part follows. */
    public static final int SLOT_LENGTH = 2 * BitUtil.CACHE_LINE_LENGTH;

    /** Kind of a slot without a record. */
    public static final byte FREE = 0;
    /** Slab offset of a record whose block is the inline part of its slot. */
    public static final int INLINE = -1;
    /** Lease deadline of a record without a lease. */
    public static final long NO_LEASE = Long.MAX_VALUE;

    private SlotDescriptor() {
    }

    /**
     * Length of a block.
     *
     * @param keyLength      bytes of namespace and name.
     * @param metadataLength bytes of metadata.
     * @param attributes     mask of the attributes that have values.
     * @return bytes.
     */
    public static int blockLength(final int keyLength, final int metadataLength, final int attributes) {
        return keyLength + metadataLength + Integer.bitCount(attributes) * BitUtil.SIZE_OF_LONG;
    }
}
