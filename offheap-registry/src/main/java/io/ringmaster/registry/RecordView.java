package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copy of one record, taken in one piece. Reusable; the copy is the holder's own and does not change with the record.
 * <p>
 * Namespace, name and metadata are ranges of {@link #buffer()}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class RecordView {
    private static final int BLOCK_OFFSET = SlotDescriptor.SLOT_LENGTH;

    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private final byte[] bytes;
    private final UnsafeBuffer buffer;
    private int namespaceOffset;
    private int namespaceLength;
    private int nameLength;
    private int metadataLength;

    /**
     * An empty view.
     *
     * @param settings of the registry whose records it will take.
     */
    public RecordView(final RegistrySettings settings) {
        bytes = new byte[BLOCK_OFFSET + BitUtil.align(Math.max(settings.inlineLength(), settings.maxRecordBytes()), Long.BYTES)];
        buffer = new UnsafeBuffer(bytes);
    }

    /**
     * Copies a record; what is copied belongs together if the slot's sequence is the same before and afterwards. Returns false when it
     * already is not.
     */
    boolean copy(final SlotTable table, final UnsafeBuffer slab, final int slot, final long sequence) {
        table.copy(slot, 0, BLOCK_OFFSET, bytes);
        final int slabOffset = buffer.getInt(SlotDescriptor.SLAB_OFFSET_OFFSET);
        readLengths();
        final int end = metadataOffset() + metadataLength;
        if (slabOffset == SlotDescriptor.INLINE && end <= BLOCK_OFFSET + table.inlineLength()) {
            table.copy(slot, BLOCK_OFFSET, end, bytes);
            return true;
        }
        // Lengths and offset must fit together before they are used to read the slab.
        if (!table.isUnchanged(slot, sequence)) {
            return false;
        }
        slab.getBytes(slabOffset, buffer, BLOCK_OFFSET, end - BLOCK_OFFSET);
        return true;
    }

    private void readLengths() {
        namespaceOffset = BLOCK_OFFSET + SlotDescriptor.keyOffset(attributeMask());
        namespaceLength = buffer.getShort(SlotDescriptor.NAMESPACE_LENGTH_OFFSET) & 0xFFFF;
        nameLength = buffer.getShort(SlotDescriptor.NAME_LENGTH_OFFSET) & 0xFFFF;
        metadataLength = buffer.getInt(SlotDescriptor.METADATA_LENGTH_OFFSET);
    }

    boolean isKey(
        final DirectBuffer namespace, final int otherNamespaceOffset, final int otherNamespaceLength,
        final DirectBuffer name, final int otherNameOffset, final int otherNameLength) {
        return isNamespace(namespace, otherNamespaceOffset, otherNamespaceLength)
            && nameLength == otherNameLength
            && RangeEquals.equal(buffer, nameOffset(), name, otherNameOffset, nameLength);
    }

    boolean isNamespace(final DirectBuffer namespace, final int otherOffset, final int otherLength) {
        return namespaceLength == otherLength && RangeEquals.equal(buffer, namespaceOffset, namespace, otherOffset, otherLength);
    }

    boolean hasNamePrefix(final DirectBuffer prefix, final int prefixOffset, final int prefixLength) {
        return prefixLength <= nameLength && RangeEquals.equal(buffer, nameOffset(), prefix, prefixOffset, prefixLength);
    }

    private int attributeMask() {
        return buffer.getByte(SlotDescriptor.ATTRIBUTES_OFFSET) & 0xFF;
    }

    boolean isLive(final OwnerTable owners, final long nowNs) {
        return nowNs < leaseDeadlineNs()
            && owners.isLive(buffer.getInt(SlotDescriptor.OWNER_INDEX_OFFSET), buffer.getInt(SlotDescriptor.OWNER_GENERATION_OFFSET));
    }

    /**
     * Fencing number of the record, unique for the life of the server: another registration of the same name has another one.
     *
     * @return above 0.
     */
    public long incarnation() {
        return buffer.getLong(SlotDescriptor.INCARNATION_OFFSET);
    }

    /**
     * Version of the record.
     *
     * @return 1 when it is new, one more for each replacement and update.
     */
    public long version() {
        return buffer.getLong(SlotDescriptor.RECORD_VERSION_OFFSET);
    }

    /**
     * Owner of the record.
     *
     * @return session id; 0: the server. Of an orphan: the session of an earlier life of the server.
     */
    public long ownerSession() {
        return buffer.getLong(SlotDescriptor.OWNER_SESSION_OFFSET);
    }

    /**
     * Whether the record was restored from the store and has no owner any more.
     *
     * @return true until its name is registered again or its grace is over.
     */
    public boolean isOrphan() {
        return buffer.getInt(SlotDescriptor.OWNER_INDEX_OFFSET) == OwnerTable.ORPHANS;
    }

    /**
     * Duration of the lease, from each renewal.
     *
     * @return nanoseconds; 0: none.
     */
    public long leaseNs() {
        return buffer.getLong(BLOCK_OFFSET + SlotDescriptor.BLOCK_LEASE_NS_OFFSET);
    }

    /**
     * When the lease runs out.
     *
     * @return nanoseconds of the server's clock; {@link SlotDescriptor#NO_LEASE}: never.
     */
    public long leaseDeadlineNs() {
        return buffer.getLong(SlotDescriptor.LEASE_DEADLINE_NS_OFFSET);
    }

    /**
     * Kind of the record.
     *
     * @return from 1.
     */
    public byte kind() {
        return buffer.getByte(SlotDescriptor.KIND_OFFSET);
    }

    /**
     * Readiness, as the last renewal said.
     *
     * @return {@link RegistryPartition#INITIAL_READINESS} until then; {@link RegistryPartition#STALE} for an orphan,
     *     {@link RegistryPartition#DRAINING} once its namespace was dropped.
     */
    public byte readiness() {
        return buffer.getByte(SlotDescriptor.READINESS_OFFSET);
    }

    /**
     * Tasks that the owner can hold.
     *
     * @return from 0.
     */
    public int capacity() {
        return buffer.getInt(SlotDescriptor.CAPACITY_OFFSET);
    }

    /**
     * Tasks that run at the same time.
     *
     * @return from 0.
     */
    public int parallelism() {
        return buffer.getInt(SlotDescriptor.PARALLELISM_OFFSET);
    }

    /**
     * Which in-server agent it is.
     *
     * @return index; -1: in another process.
     */
    public int localAgent() {
        return buffer.getInt(SlotDescriptor.LOCAL_AGENT_OFFSET);
    }

    /**
     * Tasks in flight, as the last renewal said.
     *
     * @return 0 until then.
     */
    public int inFlight() {
        return buffer.getInt(SlotDescriptor.IN_FLIGHT_OFFSET);
    }

    /**
     * Estimated wait of a new task, as the last renewal said.
     *
     * @return nanoseconds, 0 until then.
     */
    public long estimatedWaitNs() {
        return buffer.getLong(SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
    }

    /**
     * Capabilities of the record.
     *
     * @return the view's own set, valid until the next record is copied: do not change it.
     */
    public CapabilitySet capabilities() {
        return capabilities.words(
            buffer.getLong(SlotDescriptor.CAPABILITIES_OFFSET),
            buffer.getLong(SlotDescriptor.CAPABILITIES_OFFSET + Long.BYTES),
            buffer.getLong(SlotDescriptor.CAPABILITIES_OFFSET + 2 * Long.BYTES),
            buffer.getLong(SlotDescriptor.CAPABILITIES_OFFSET + 3 * Long.BYTES));
    }

    /**
     * Attributes of the record.
     *
     * @return the view's own values, valid until the next record is copied: do not change them.
     */
    public AttributeValues attributes() {
        attributes.clear();
        int offset = BLOCK_OFFSET + SlotDescriptor.BLOCK_ATTRIBUTES_OFFSET;
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
        return namespaceOffset;
    }

    /**
     * Length of the namespace.
     *
     * @return bytes.
     */
    public int namespaceLength() {
        return namespaceLength;
    }

    /**
     * Where the name starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int nameOffset() {
        return namespaceOffset + namespaceLength;
    }

    /**
     * Length of the name.
     *
     * @return bytes.
     */
    public int nameLength() {
        return nameLength;
    }

    /**
     * Where the metadata starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int metadataOffset() {
        return namespaceOffset + namespaceLength + nameLength;
    }

    /**
     * Length of the metadata.
     *
     * @return bytes.
     */
    public int metadataLength() {
        return metadataLength;
    }

    @Override
    public String toString() {
        return "RecordView{" + buffer.getStringWithoutLengthAscii(namespaceOffset, namespaceLength) + '/'
            + buffer.getStringWithoutLengthAscii(nameOffset(), nameLength) + ", kind=" + kind() + ", incarnation=" + incarnation()
            + ", version=" + version() + ", ownerSession=" + ownerSession() + ", readiness=" + readiness()
            + ", capabilities=" + capabilities() + ", attributes=" + attributes() + ", metadataLength=" + metadataLength + '}';
    }
}
