package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.OffHeapMemory;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copy of one record, taken in one piece. Reusable; the copy is the holder's own and does not change with the record.
 * <p>
 * Namespace, name and metadata are ranges of {@link #buffer()}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class RecordView {
    /** The record was copied. */
    static final int COPIED = 1;
    /** The slot has no record. */
    static final int FREE = 0;
    /** The record changed while it was copied. */
    static final int CHANGED = -1;

    private static final int BLOCK_OFFSET = SlotDescriptor.SLOT_LENGTH;

    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private final UnsafeBuffer buffer;
    /** Of {@link #buffer}, which keeps the memory. */
    private final long address;

    /**
     * An empty view.
     *
     * @param settings of the registry whose records it will take.
     */
    public RecordView(final RegistrySettings settings) {
        buffer = OffHeapMemory.allocate(
            BLOCK_OFFSET + BitUtil.align(Math.max(settings.inlineLength(), settings.maxRecordBytes()), Long.BYTES));
        address = buffer.addressOffset();
    }

    /**
     * Copies the record of a slot in one piece.
     *
     * @return {@link #COPIED}, {@link #FREE} when there is none, {@link #CHANGED} when the writer was in between: try again.
     */
    int copy(final RegistryTables tables, final int slot) {
        final SlotTable table = tables.table;
        final long sequence = table.copy(slot, buffer);
        if (sequence == SlotTable.TORN) {
            return CHANGED;
        }
        if (byteAt(SlotDescriptor.KIND_OFFSET) == SlotDescriptor.FREE) {
            return FREE;
        }
        final int slabOffset = intAt(SlotDescriptor.SLAB_OFFSET_OFFSET);
        if (slabOffset == SlotDescriptor.INLINE) {
            return COPIED;
        }
        tables.slab.buffer().getBytes(slabOffset, buffer, BLOCK_OFFSET,
            SlotDescriptor.blockLength(namespaceLength() + nameLength(), metadataLength(), attributeMask()));
        return table.isUnchanged(slot, sequence) ? COPIED : CHANGED;
    }

    // The fixed part of a slot is always within the bytes, so its fields need no check. In native byte order, like the slot.

    private long longAt(final int offset) {
        return UnsafeApi.getLong(address + offset);
    }

    private int intAt(final int offset) {
        return UnsafeApi.getInt(address + offset);
    }

    private short shortAt(final int offset) {
        return UnsafeApi.getShort(address + offset);
    }

    private byte byteAt(final int offset) {
        return UnsafeApi.getByte(address + offset);
    }

    /** Whether it is the record of a key, whose ranges are known to be within their memory. */
    boolean isKey(
        final byte[] namespace, final long namespaceAddress, final int otherNamespaceLength,
        final byte[] name, final long nameAddress, final int otherNameLength) {
        if (namespaceLength() != otherNamespaceLength || nameLength() != otherNameLength) {
            return false;
        }
        final long key = address + namespaceOffset();
        return RangeEquals.equal(null, key, namespace, namespaceAddress, otherNamespaceLength)
            && RangeEquals.equal(null, key + otherNamespaceLength, name, nameAddress, otherNameLength);
    }

    boolean isNamespace(final DirectBuffer namespace, final int otherOffset, final int otherLength) {
        return namespaceLength() == otherLength && RangeEquals.equal(buffer, namespaceOffset(), namespace, otherOffset, otherLength);
    }

    boolean hasNamePrefix(final DirectBuffer prefix, final int prefixOffset, final int prefixLength) {
        return prefixLength <= nameLength() && RangeEquals.equal(buffer, nameOffset(), prefix, prefixOffset, prefixLength);
    }

    private int attributeMask() {
        return byteAt(SlotDescriptor.ATTRIBUTES_OFFSET) & 0xFF;
    }

    boolean isLive(final OwnerTable owners, final long nowNs) {
        return nowNs < leaseDeadlineNs()
            && owners.isLive(intAt(SlotDescriptor.OWNER_INDEX_OFFSET), intAt(SlotDescriptor.OWNER_GENERATION_OFFSET));
    }

    /**
     * Fencing number of the record, unique for the life of the server: another registration of the same name has another one.
     *
     * @return above 0.
     */
    public long incarnation() {
        return longAt(SlotDescriptor.INCARNATION_OFFSET);
    }

    /**
     * Version of the record.
     *
     * @return 1 when it is new, one more for each replacement and update.
     */
    public long version() {
        return longAt(SlotDescriptor.RECORD_VERSION_OFFSET);
    }

    /**
     * Owner of the record.
     *
     * @return session id; 0: the server. Of an orphan: the session of an earlier life of the server.
     */
    public long ownerSession() {
        return longAt(SlotDescriptor.OWNER_SESSION_OFFSET);
    }

    /**
     * Whether the record was restored from the store and has no owner any more.
     *
     * @return true until its name is registered again or its grace is over.
     */
    public boolean isOrphan() {
        return intAt(SlotDescriptor.OWNER_INDEX_OFFSET) == OwnerTable.ORPHANS;
    }

    /**
     * Duration of the lease, from each renewal.
     *
     * @return nanoseconds; 0: none.
     */
    public long leaseNs() {
        return longAt(SlotDescriptor.LEASE_NS_OFFSET);
    }

    /**
     * When the lease runs out.
     *
     * @return nanoseconds of the server's clock; {@link SlotDescriptor#NO_LEASE}: never.
     */
    public long leaseDeadlineNs() {
        return longAt(SlotDescriptor.LEASE_DEADLINE_NS_OFFSET);
    }

    /**
     * Kind of the record.
     *
     * @return from 1.
     */
    public byte kind() {
        return byteAt(SlotDescriptor.KIND_OFFSET);
    }

    /**
     * Readiness, as the last renewal said.
     *
     * @return {@link RegistryPartition#INITIAL_READINESS} until then; {@link RegistryPartition#STALE} for an orphan,
     *     {@link RegistryPartition#DRAINING} once its namespace was dropped.
     */
    public byte readiness() {
        return byteAt(SlotDescriptor.READINESS_OFFSET);
    }

    /**
     * Tasks that the owner can hold.
     *
     * @return from 0.
     */
    public int capacity() {
        return intAt(SlotDescriptor.CAPACITY_OFFSET);
    }

    /**
     * Tasks that run at the same time.
     *
     * @return from 0.
     */
    public int parallelism() {
        return intAt(SlotDescriptor.PARALLELISM_OFFSET);
    }

    /**
     * Which in-server agent it is.
     *
     * @return index; -1: in another process.
     */
    public int localAgent() {
        return intAt(SlotDescriptor.LOCAL_AGENT_OFFSET);
    }

    /**
     * Tasks in flight, as the last renewal said.
     *
     * @return 0 until then.
     */
    public int inFlight() {
        return intAt(SlotDescriptor.IN_FLIGHT_OFFSET);
    }

    /**
     * Estimated wait of a new task, as the last renewal said.
     *
     * @return nanoseconds, 0 until then.
     */
    public long estimatedWaitNs() {
        return longAt(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
    }

    /**
     * Capabilities of the record.
     *
     * @return the view's own set, valid until the next record is copied: do not change it.
     */
    public CapabilitySet capabilities() {
        return capabilities.words(
            longAt(SlotDescriptor.CAPABILITIES_OFFSET),
            longAt(SlotDescriptor.CAPABILITIES_OFFSET + Long.BYTES),
            longAt(SlotDescriptor.CAPABILITIES_OFFSET + 2 * Long.BYTES),
            longAt(SlotDescriptor.CAPABILITIES_OFFSET + 3 * Long.BYTES));
    }

    /**
     * Attributes of the record.
     *
     * @return the view's own values, valid until the next record is copied: do not change them.
     */
    public AttributeValues attributes() {
        attributes.clear();
        int offset = metadataOffset() + metadataLength();
        for (int rest = attributeMask(); rest != 0; rest &= rest - 1) {
            attributes.set(Integer.numberOfTrailingZeros(rest), buffer.getLong(offset));
            offset += Long.BYTES;
        }
        return attributes;
    }

    /**
     * Bytes of the record, with those of namespace, name and metadata.
     *
     * @return the view's own buffer: do not change it.
     */
    public DirectBuffer buffer() {
        return buffer;
    }

    /**
     * Where the namespace starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int namespaceOffset() {
        return BLOCK_OFFSET;
    }

    /**
     * Length of the namespace.
     *
     * @return bytes.
     */
    public int namespaceLength() {
        return shortAt(SlotDescriptor.NAMESPACE_LENGTH_OFFSET) & 0xFFFF;
    }

    /**
     * Where the name starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int nameOffset() {
        return namespaceOffset() + namespaceLength();
    }

    /**
     * Length of the name.
     *
     * @return bytes.
     */
    public int nameLength() {
        return shortAt(SlotDescriptor.NAME_LENGTH_OFFSET) & 0xFFFF;
    }

    /**
     * Where the metadata starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int metadataOffset() {
        return namespaceOffset() + namespaceLength() + nameLength();
    }

    /**
     * Length of the metadata.
     *
     * @return bytes.
     */
    public int metadataLength() {
        return intAt(SlotDescriptor.METADATA_LENGTH_OFFSET);
    }

    @Override
    public String toString() {
        return "RecordView{" + buffer.getStringWithoutLengthAscii(namespaceOffset(), namespaceLength()) + '/'
            + buffer.getStringWithoutLengthAscii(nameOffset(), nameLength()) + ", kind=" + kind() + ", incarnation=" + incarnation()
            + ", version=" + version() + ", ownerSession=" + ownerSession() + ", readiness=" + readiness()
            + ", capabilities=" + capabilities() + ", attributes=" + attributes() + ", metadataLength=" + metadataLength() + '}';
    }
}
