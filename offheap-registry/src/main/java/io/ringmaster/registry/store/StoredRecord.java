package io.ringmaster.registry.store;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record in the store, in the layout of {@link StoredRecordDescriptor}: writes one into a buffer, or reads one in place.
 * <p>
 * To write: {@link #wrapForEncode}, the fixed fields in any order, then the variable ones in the order namespace, name, capabilities,
 * attributes, metadata (those left out are empty), then {@link #finish()}. Capabilities and attributes may be written straight to
 * {@link #limit()} of the buffer, with their length told by {@link #capabilitiesWritten} and {@link #attributesWritten}.
 * <p>
 * To read: {@link #wrapForDecode}; only if that says {@link #VALID} the getters make sense.
 * <p>
 * Threading: confined to the thread that uses it. Allocates nothing after construction.
 */
public final class StoredRecord {
    /** The record is whole. */
    public static final int VALID = 0;
    /** Too short for a record, or its lengths do not fit. */
    public static final int WRONG_LENGTH = -1;
    /** Of a format version that this code does not know. */
    public static final int WRONG_FORMAT = -2;
    /** The bytes are not those that were written. */
    public static final int WRONG_CRC = -3;

    private static final int NAMESPACE = 0;
    private static final int NAME = 1;
    private static final int CAPABILITIES = 2;
    private static final int ATTRIBUTES = 3;
    private static final int METADATA = 4;

    private final Checksum checksum = new Checksum();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private MutableDirectBuffer target;
    private int base;
    private int limit;
    private int next;

    /**
     * Starts a record.
     *
     * @param buffer to write into; must have room for the whole record.
     * @param offset where it starts.
     * @return this.
     */
    public StoredRecord wrapForEncode(final MutableDirectBuffer buffer, final int offset) {
        buffer.boundsCheck(offset, StoredRecordDescriptor.HEADER_LENGTH);
        target = buffer;
        base = offset;
        limit = offset + StoredRecordDescriptor.HEADER_LENGTH;
        next = NAMESPACE;
        buffer.setMemory(offset, StoredRecordDescriptor.HEADER_LENGTH, (byte) 0);
        buffer.putShort(offset + StoredRecordDescriptor.FORMAT_VERSION_OFFSET, StoredRecordDescriptor.FORMAT_VERSION, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Sets the kind.
     *
     * @param value kind.
     * @return this.
     */
    public StoredRecord kind(final byte value) {
        target.putByte(base + StoredRecordDescriptor.KIND_OFFSET, value);
        return this;
    }

    /**
     * Sets the tasks that the owner can hold.
     *
     * @param value from 0.
     * @return this.
     */
    public StoredRecord capacity(final int value) {
        target.putInt(base + StoredRecordDescriptor.CAPACITY_OFFSET, value, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Sets the tasks that run at the same time.
     *
     * @param value from 0.
     * @return this.
     */
    public StoredRecord parallelism(final int value) {
        target.putInt(base + StoredRecordDescriptor.PARALLELISM_OFFSET, value, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Sets the version of the record.
     *
     * @param value version.
     * @return this.
     */
    public StoredRecord version(final long value) {
        target.putLong(base + StoredRecordDescriptor.RECORD_VERSION_OFFSET, value, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Sets the session that owns the record.
     *
     * @param value session id.
     * @return this.
     */
    public StoredRecord ownerSession(final long value) {
        target.putLong(base + StoredRecordDescriptor.OWNER_SESSION_OFFSET, value, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Sets the lease.
     *
     * @param value nanoseconds; 0: none.
     * @return this.
     */
    public StoredRecord leaseNs(final long value) {
        target.putLong(base + StoredRecordDescriptor.LEASE_NS_OFFSET, value, LITTLE_ENDIAN);
        return this;
    }

    /**
     * Writes the namespace.
     *
     * @param source with the bytes.
     * @param offset where they start.
     * @param length at most 65,535.
     * @return this.
     */
    public StoredRecord namespace(final DirectBuffer source, final int offset, final int length) {
        advance(NAMESPACE, length, 0xFFFF);
        target.putBytes(limit, source, offset, length);
        target.putShort(base + StoredRecordDescriptor.NAMESPACE_LENGTH_OFFSET, (short) length, LITTLE_ENDIAN);
        limit += length;
        return this;
    }

    /**
     * Writes the name.
     *
     * @param source with the bytes.
     * @param offset where they start.
     * @param length at most 65,535.
     * @return this.
     */
    public StoredRecord name(final DirectBuffer source, final int offset, final int length) {
        advance(NAME, length, 0xFFFF);
        target.putBytes(limit, source, offset, length);
        target.putShort(base + StoredRecordDescriptor.NAME_LENGTH_OFFSET, (short) length, LITTLE_ENDIAN);
        limit += length;
        return this;
    }

    /**
     * Writes the capabilities as text.
     *
     * @param source with the bytes.
     * @param offset where they start.
     * @param length in bytes.
     * @return this.
     */
    public StoredRecord capabilities(final DirectBuffer source, final int offset, final int length) {
        target.putBytes(limit, source, offset, length);
        return capabilitiesWritten(length);
    }

    /**
     * The capabilities have been written at {@link #limit()}.
     *
     * @param length in bytes.
     * @return this.
     */
    public StoredRecord capabilitiesWritten(final int length) {
        advance(CAPABILITIES, length, StoreSettings.MAX_RECORD_LENGTH);
        target.putInt(base + StoredRecordDescriptor.CAPABILITIES_LENGTH_OFFSET, length, LITTLE_ENDIAN);
        limit += length;
        return this;
    }

    /**
     * Writes the attributes as text.
     *
     * @param source with the bytes.
     * @param offset where they start.
     * @param length in bytes.
     * @return this.
     */
    public StoredRecord attributes(final DirectBuffer source, final int offset, final int length) {
        target.putBytes(limit, source, offset, length);
        return attributesWritten(length);
    }

    /**
     * The attributes have been written at {@link #limit()}.
     *
     * @param length in bytes.
     * @return this.
     */
    public StoredRecord attributesWritten(final int length) {
        advance(ATTRIBUTES, length, StoreSettings.MAX_RECORD_LENGTH);
        target.putInt(base + StoredRecordDescriptor.ATTRIBUTES_LENGTH_OFFSET, length, LITTLE_ENDIAN);
        limit += length;
        return this;
    }

    /**
     * Writes the metadata.
     *
     * @param source with the bytes.
     * @param offset where they start.
     * @param length in bytes.
     * @return this.
     */
    public StoredRecord metadata(final DirectBuffer source, final int offset, final int length) {
        advance(METADATA, length, StoreSettings.MAX_RECORD_LENGTH);
        target.putBytes(limit, source, offset, length);
        target.putInt(base + StoredRecordDescriptor.METADATA_LENGTH_OFFSET, length, LITTLE_ENDIAN);
        limit += length;
        return this;
    }

    /**
     * Where the next variable field goes.
     *
     * @return offset in the buffer.
     */
    public int limit() {
        return limit;
    }

    /**
     * Completes the record: length and CRC.
     *
     * @return length of the record in bytes.
     */
    public int finish() {
        final int length = limit - base;
        target.putInt(base + StoredRecordDescriptor.LENGTH_OFFSET, length, LITTLE_ENDIAN);
        target.putInt(base + StoredRecordDescriptor.CRC_OFFSET, crc(target, base, length), LITTLE_ENDIAN);
        target = null;
        return length;
    }

    private void advance(final int field, final int length, final int max) {
        if (field < next) {
            throw new IllegalStateException("variable field " + field + " comes after field " + (next - 1));
        }
        if (length < 0 || length > max) {
            throw new IllegalArgumentException("length=" + length + " must be from 0 to " + max);
        }
        next = field + 1;
    }

    /**
     * Looks at a record and checks it.
     *
     * @param buffer with the record.
     * @param offset where it starts.
     * @param length in bytes.
     * @return {@link #VALID}, {@link #WRONG_LENGTH}, {@link #WRONG_FORMAT} or {@link #WRONG_CRC}.
     */
    public int wrapForDecode(final DirectBuffer buffer, final int offset, final int length) {
        if (length < StoredRecordDescriptor.HEADER_LENGTH || lengthOf(buffer, offset) != length) {
            return WRONG_LENGTH;
        }
        if (buffer.getShort(offset + StoredRecordDescriptor.FORMAT_VERSION_OFFSET, LITTLE_ENDIAN)
            != StoredRecordDescriptor.FORMAT_VERSION) {
            return WRONG_FORMAT;
        }
        if (buffer.getInt(offset + StoredRecordDescriptor.CRC_OFFSET, LITTLE_ENDIAN) != crc(buffer, offset, length)) {
            return WRONG_CRC;
        }
        view.wrap(buffer, offset, length);
        final long sum = StoredRecordDescriptor.HEADER_LENGTH + (long) namespaceLength() + nameLength() + capabilitiesLength()
            + attributesLength() + metadataLength();
        final boolean negative = (capabilitiesLength() | attributesLength() | metadataLength()) < 0;
        return negative || sum != length ? WRONG_LENGTH : VALID;
    }

    /**
     * Length that a record says it has.
     *
     * @param buffer with at least 8 bytes of it.
     * @param offset where it starts.
     * @return bytes.
     */
    public static int lengthOf(final DirectBuffer buffer, final int offset) {
        return buffer.getInt(offset + StoredRecordDescriptor.LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    private int crc(final DirectBuffer buffer, final int offset, final int length) {
        return checksum.of(buffer, offset + StoredRecordDescriptor.LENGTH_OFFSET, length - StoredRecordDescriptor.LENGTH_OFFSET);
    }

    /**
     * The record that was wrapped for decoding: offsets of the getters are in this.
     *
     * @return view of the record.
     */
    public DirectBuffer buffer() {
        return view;
    }

    /**
     * Kind of the record.
     *
     * @return kind.
     */
    public byte kind() {
        return view.getByte(StoredRecordDescriptor.KIND_OFFSET);
    }

    /**
     * Tasks that the owner can hold.
     *
     * @return number.
     */
    public int capacity() {
        return view.getInt(StoredRecordDescriptor.CAPACITY_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Tasks that run at the same time.
     *
     * @return number.
     */
    public int parallelism() {
        return view.getInt(StoredRecordDescriptor.PARALLELISM_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Version of the record.
     *
     * @return version.
     */
    public long version() {
        return view.getLong(StoredRecordDescriptor.RECORD_VERSION_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Session that owned the record.
     *
     * @return session id.
     */
    public long ownerSession() {
        return view.getLong(StoredRecordDescriptor.OWNER_SESSION_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Lease.
     *
     * @return nanoseconds; 0: none.
     */
    public long leaseNs() {
        return view.getLong(StoredRecordDescriptor.LEASE_NS_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Where the namespace starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int namespaceOffset() {
        return StoredRecordDescriptor.HEADER_LENGTH;
    }

    /**
     * Length of the namespace.
     *
     * @return bytes.
     */
    public int namespaceLength() {
        return view.getShort(StoredRecordDescriptor.NAMESPACE_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
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
        return view.getShort(StoredRecordDescriptor.NAME_LENGTH_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * Where the capabilities start.
     *
     * @return offset in {@link #buffer()}.
     */
    public int capabilitiesOffset() {
        return nameOffset() + nameLength();
    }

    /**
     * Length of the capabilities.
     *
     * @return bytes.
     */
    public int capabilitiesLength() {
        return view.getInt(StoredRecordDescriptor.CAPABILITIES_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Where the attributes start.
     *
     * @return offset in {@link #buffer()}.
     */
    public int attributesOffset() {
        return capabilitiesOffset() + capabilitiesLength();
    }

    /**
     * Length of the attributes.
     *
     * @return bytes.
     */
    public int attributesLength() {
        return view.getInt(StoredRecordDescriptor.ATTRIBUTES_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Where the metadata starts.
     *
     * @return offset in {@link #buffer()}.
     */
    public int metadataOffset() {
        return attributesOffset() + attributesLength();
    }

    /**
     * Length of the metadata.
     *
     * @return bytes.
     */
    public int metadataLength() {
        return view.getInt(StoredRecordDescriptor.METADATA_LENGTH_OFFSET, LITTLE_ENDIAN);
    }
}
