package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
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
    private final CapabilitySet capabilities = new CapabilitySet();
    private final UnsafeBuffer buffer;
    private long incarnation;
    private long version;
    private long ownerSession;
    private long leaseDeadlineNs;
    private long estimatedWaitNs;
    private int ownerIndex;
    private int ownerGeneration;
    private int slabOffset;
    private int namespaceLength;
    private int nameLength;
    private int metadataLength;
    private int capacity;
    private int parallelism;
    private int localAgent;
    private int inFlight;
    private byte kind;
    private byte readiness;

    /**
     * An empty view.
     *
     * @param settings of the registry whose records it will take.
     */
    public RecordView(final RegistrySettings settings) {
        buffer = new UnsafeBuffer(new byte[settings.maxRecordBytes()]);
    }

    /** Copies the slot; when the slot's version proves that it fits together, {@link #copyBlock} may follow. */
    void copySlot(final SlotTable table, final int slot) {
        final UnsafeBuffer slots = table.buffer();
        final int offset = SlotTable.offset(slot);
        incarnation = slots.getLong(offset + SlotDescriptor.INCARNATION_OFFSET);
        version = slots.getLong(offset + SlotDescriptor.RECORD_VERSION_OFFSET);
        ownerSession = slots.getLong(offset + SlotDescriptor.OWNER_SESSION_OFFSET);
        leaseDeadlineNs = slots.getLong(offset + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET);
        ownerIndex = slots.getInt(offset + SlotDescriptor.OWNER_INDEX_OFFSET);
        ownerGeneration = slots.getInt(offset + SlotDescriptor.OWNER_GENERATION_OFFSET);
        slabOffset = slots.getInt(offset + SlotDescriptor.SLAB_OFFSET_OFFSET);
        metadataLength = slots.getInt(offset + SlotDescriptor.METADATA_LENGTH_OFFSET);
        namespaceLength = slots.getShort(offset + SlotDescriptor.NAMESPACE_LENGTH_OFFSET) & 0xFFFF;
        nameLength = slots.getShort(offset + SlotDescriptor.NAME_LENGTH_OFFSET) & 0xFFFF;
        kind = slots.getByte(offset + SlotDescriptor.KIND_OFFSET);
        readiness = slots.getByte(offset + SlotDescriptor.READINESS_OFFSET);
        capacity = slots.getInt(offset + SlotDescriptor.CAPACITY_OFFSET);
        parallelism = slots.getInt(offset + SlotDescriptor.PARALLELISM_OFFSET);
        localAgent = slots.getInt(offset + SlotDescriptor.LOCAL_AGENT_OFFSET);
        inFlight = slots.getInt(offset + SlotDescriptor.IN_FLIGHT_OFFSET);
        estimatedWaitNs = slots.getLong(offset + SlotDescriptor.ESTIMATED_WAIT_NS_OFFSET);
        final int words = offset + SlotDescriptor.CAPABILITIES_OFFSET;
        capabilities.words(
            slots.getLong(words),
            slots.getLong(words + Long.BYTES),
            slots.getLong(words + 2 * Long.BYTES),
            slots.getLong(words + 3 * Long.BYTES));
    }

    /** Copies the block that the copied slot points at. */
    void copyBlock(final DirectBuffer slab) {
        slab.getBytes(slabOffset, buffer, 0, namespaceLength + nameLength + metadataLength);
    }

    boolean isKey(
        final DirectBuffer namespace, final int otherNamespaceOffset, final int otherNamespaceLength,
        final DirectBuffer name, final int otherNameOffset, final int otherNameLength) {
        return isNamespace(namespace, otherNamespaceOffset, otherNamespaceLength)
            && nameLength == otherNameLength
            && RangeEquals.equal(buffer, namespaceLength, name, otherNameOffset, nameLength);
    }

    boolean isNamespace(final DirectBuffer namespace, final int otherOffset, final int otherLength) {
        return namespaceLength == otherLength && RangeEquals.equal(buffer, 0, namespace, otherOffset, otherLength);
    }

    boolean isLive(final OwnerTable owners, final long nowNs) {
        return nowNs < leaseDeadlineNs && owners.isLive(ownerIndex, ownerGeneration);
    }

    /**
     * Fencing number of the record, unique for the life of the server: another registration of the same name has another one.
     *
     * @return above 0.
     */
    public long incarnation() {
        return incarnation;
    }

    /**
     * Version of the record.
     *
     * @return 1 when it is new, one more for each replacement.
     */
    public long version() {
        return version;
    }

    /**
     * Owner of the record.
     *
     * @return session id; 0: the server.
     */
    public long ownerSession() {
        return ownerSession;
    }

    /**
     * When the lease runs out.
     *
     * @return nanoseconds of the server's clock; {@link SlotDescriptor#NO_LEASE}: never.
     */
    public long leaseDeadlineNs() {
        return leaseDeadlineNs;
    }

    /**
     * Kind of the record.
     *
     * @return from 1.
     */
    public byte kind() {
        return kind;
    }

    /**
     * Readiness, as the last renewal said.
     *
     * @return {@link RegistryPartition#INITIAL_READINESS} until then.
     */
    public byte readiness() {
        return readiness;
    }

    /**
     * Tasks that the owner can hold.
     *
     * @return from 0.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Tasks that run at the same time.
     *
     * @return from 0.
     */
    public int parallelism() {
        return parallelism;
    }

    /**
     * Which in-server agent it is.
     *
     * @return index; -1: in another process.
     */
    public int localAgent() {
        return localAgent;
    }

    /**
     * Tasks in flight, as the last renewal said.
     *
     * @return 0 until then.
     */
    public int inFlight() {
        return inFlight;
    }

    /**
     * Estimated wait of a new task, as the last renewal said.
     *
     * @return nanoseconds, 0 until then.
     */
    public long estimatedWaitNs() {
        return estimatedWaitNs;
    }

    /**
     * Capabilities of the record.
     *
     * @return the view's own set: do not change it.
     */
    public CapabilitySet capabilities() {
        return capabilities;
    }

    /**
     * Bytes of namespace, name and metadata.
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
        return 0;
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
        return namespaceLength;
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
        return namespaceLength + nameLength;
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
        return "RecordView{" + buffer.getStringWithoutLengthAscii(0, namespaceLength) + '/'
            + buffer.getStringWithoutLengthAscii(nameOffset(), nameLength) + ", kind=" + kind + ", incarnation=" + incarnation
            + ", version=" + version + ", ownerSession=" + ownerSession + ", readiness=" + readiness
            + ", capabilities=" + capabilities + ", metadataLength=" + metadataLength + '}';
    }
}
