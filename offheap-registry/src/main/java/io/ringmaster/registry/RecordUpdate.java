package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Arguments of {@link RegistryPartition#update(RecordUpdate, long)}: which record, who asks, and what is to change. Wraps
 * ranges of the caller's buffers and copies nothing, so those must stay as they are until the call has returned. Reusable:
 * {@link #reset()} before each use.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class RecordUpdate {
    /** Metadata is replaced. */
    public static final int METADATA = 1;
    /** Capabilities are replaced. */
    public static final int CAPABILITIES = 2;
    /** Attributes are replaced. */
    public static final int ATTRIBUTES = 4;
    /** Attributes are merged: those of {@link #attributes()} are set, those of {@link #removedAttributes(int)} removed. */
    public static final int MERGE_ATTRIBUTES = 8;

    private static final int ALL_FLAGS = METADATA | CAPABILITIES | ATTRIBUTES | MERGE_ATTRIBUTES;
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private DirectBuffer namespaceBuffer = NOTHING;
    private int namespaceOffset;
    private int namespaceLength;
    private DirectBuffer nameBuffer = NOTHING;
    private int nameOffset;
    private int nameLength;
    private DirectBuffer metadataBuffer = NOTHING;
    private int metadataOffset;
    private int metadataLength;
    private long sessionId;
    private long expectedVersion;
    private long expectedIncarnation;
    private int flags;
    private int removedAttributes;
    private boolean administrator;

    /**
     * Sets defaults: no key, session 0, no administrator, any incarnation and version, nothing changes.
     *
     * @return this.
     */
    public RecordUpdate reset() {
        capabilities.clear();
        attributes.clear();
        sessionId = 0;
        expectedVersion = 0;
        expectedIncarnation = 0;
        flags = 0;
        removedAttributes = 0;
        administrator = false;
        namespace(NOTHING, 0, 0);
        name(NOTHING, 0, 0);
        return metadata(NOTHING, 0, 0);
    }

    /**
     * Namespace of the record.
     *
     * @param buffer with the namespace.
     * @param offset where it starts.
     * @param length in bytes.
     * @return this.
     */
    public RecordUpdate namespace(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        namespaceBuffer = buffer;
        namespaceOffset = offset;
        namespaceLength = length;
        return this;
    }

    /**
     * Name of the record inside of its namespace.
     *
     * @param buffer with the name.
     * @param offset where it starts.
     * @param length in bytes.
     * @return this.
     */
    public RecordUpdate name(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        nameBuffer = buffer;
        nameOffset = offset;
        nameLength = length;
        return this;
    }

    /**
     * New metadata, for {@link #METADATA}.
     *
     * @param buffer with the metadata.
     * @param offset where it starts.
     * @param length in bytes, from 0.
     * @return this.
     */
    public RecordUpdate metadata(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        metadataBuffer = buffer;
        metadataOffset = offset;
        metadataLength = length;
        return this;
    }

    /**
     * Who asks.
     *
     * @param value session id; 0: the server.
     * @return this.
     */
    public RecordUpdate sessionId(final long value) {
        sessionId = value;
        return this;
    }

    /**
     * Whether the one who asks may change any record.
     *
     * @param value false: only those that the session owns.
     * @return this.
     */
    public RecordUpdate administrator(final boolean value) {
        administrator = value;
        return this;
    }

    /**
     * Version that the record must have.
     *
     * @param value 0: any.
     * @return this.
     */
    public RecordUpdate expectedVersion(final long value) {
        expectedVersion = value;
        return this;
    }

    /**
     * Incarnation that the record must be.
     *
     * @param value 0: any.
     * @return this.
     */
    public RecordUpdate expectedIncarnation(final long value) {
        expectedIncarnation = value;
        return this;
    }

    /**
     * What is to change.
     *
     * @param value sum of {@link #METADATA}, {@link #CAPABILITIES} and one of {@link #ATTRIBUTES} and
     *              {@link #MERGE_ATTRIBUTES}.
     * @return this.
     */
    public RecordUpdate flags(final int value) {
        flags = value;
        return this;
    }

    /**
     * Attributes that a merge removes.
     *
     * @param value bit {@code i} for attribute {@code i}.
     * @return this.
     */
    public RecordUpdate removedAttributes(final int value) {
        removedAttributes = value;
        return this;
    }

    /**
     * New capabilities, for {@link #CAPABILITIES}; change them in place.
     *
     * @return the set of this update.
     */
    public CapabilitySet capabilities() {
        return capabilities;
    }

    /**
     * New attributes, for {@link #ATTRIBUTES} and {@link #MERGE_ATTRIBUTES}; change them in place.
     *
     * @return the values of this update.
     */
    public AttributeValues attributes() {
        return attributes;
    }

    /**
     * Hash of the key, by which the partition is chosen.
     *
     * @return {@link KeyHash} of namespace and name.
     */
    public long keyHash() {
        return KeyHash.hash(namespaceBuffer, namespaceOffset, namespaceLength, nameBuffer, nameOffset, nameLength);
    }

    boolean hasValidFlags() {
        return (flags & ~ALL_FLAGS) == 0 && (flags & (ATTRIBUTES | MERGE_ATTRIBUTES)) != (ATTRIBUTES | MERGE_ATTRIBUTES);
    }

    boolean has(final int flag) {
        return (flags & flag) != 0;
    }

    int removedAttributes() {
        return removedAttributes;
    }

    long sessionId() {
        return sessionId;
    }

    boolean administrator() {
        return administrator;
    }

    /** Whether a record with these is one that this update is for. */
    boolean expects(final long incarnation, final long version) {
        return (expectedIncarnation == 0 || expectedIncarnation == incarnation) && (expectedVersion == 0 || expectedVersion == version);
    }

    DirectBuffer namespaceBuffer() {
        return namespaceBuffer;
    }

    int namespaceOffset() {
        return namespaceOffset;
    }

    int namespaceLength() {
        return namespaceLength;
    }

    DirectBuffer nameBuffer() {
        return nameBuffer;
    }

    int nameOffset() {
        return nameOffset;
    }

    int nameLength() {
        return nameLength;
    }

    DirectBuffer metadataBuffer() {
        return metadataBuffer;
    }

    int metadataOffset() {
        return metadataOffset;
    }

    int metadataLength() {
        return metadataLength;
    }
}
