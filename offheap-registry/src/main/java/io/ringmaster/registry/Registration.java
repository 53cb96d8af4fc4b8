package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Arguments of {@link RegistryPartition#register(Registration, long)}. Wraps ranges of the caller's buffers and copies
 * nothing, so those must stay as they are until the call has returned. Reusable: {@link #reset()} before each use.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class Registration {
    /** Longest lease: ten years. */
    public static final long MAX_LEASE_NS = 10L * 365 * 24 * 3600 * 1_000_000_000L;

    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final CapabilitySet capabilities = new CapabilitySet();
    private final AttributeValues attributes = new AttributeValues();
    private DirectBuffer namespaceBuffer;
    private int namespaceOffset;
    private int namespaceLength;
    private DirectBuffer nameBuffer;
    private int nameOffset;
    private int nameLength;
    private DirectBuffer metadataBuffer;
    private int metadataOffset;
    private int metadataLength;
    private byte kind;
    private long ownerSession;
    private long leaseNs;
    private int capacity;
    private int parallelism;
    private int localAgent;

    /** An empty registration; see {@link #reset()}. */
    public Registration() {
        clearFields();
    }

    /**
     * Sets defaults: no key, kind 0 (which is invalid), owner 0, no lease, no metadata, no capabilities, no
     * attributes, remote.
     *
     * @return this.
     */
    public Registration reset() {
        clearFields();
        return this;
    }

    private void clearFields() {
        namespaceBuffer = NOTHING;
        namespaceOffset = 0;
        namespaceLength = 0;
        nameBuffer = NOTHING;
        nameOffset = 0;
        nameLength = 0;
        metadataBuffer = NOTHING;
        metadataOffset = 0;
        metadataLength = 0;
        kind = 0;
        ownerSession = 0;
        leaseNs = 0;
        capacity = 0;
        parallelism = 0;
        localAgent = -1;
        capabilities.clear();
        attributes.clear();
    }

    /**
     * Namespace of the record.
     *
     * @param buffer with the namespace.
     * @param offset where it starts.
     * @param length in bytes.
     * @return this.
     */
    public Registration namespace(final DirectBuffer buffer, final int offset, final int length) {
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
    public Registration name(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        nameBuffer = buffer;
        nameOffset = offset;
        nameLength = length;
        return this;
    }

    /**
     * Opaque metadata.
     *
     * @param buffer with the metadata.
     * @param offset where it starts.
     * @param length in bytes, from 0.
     * @return this.
     */
    public Registration metadata(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        metadataBuffer = buffer;
        metadataOffset = offset;
        metadataLength = length;
        return this;
    }

    /**
     * Kind of the record.
     *
     * @param value 1 to {@link io.ringmaster.registry.index.CapabilityBitmaps#MAX_KIND}.
     * @return this.
     */
    public Registration kind(final byte value) {
        kind = value;
        return this;
    }

    /**
     * Session that will own the record.
     *
     * @param value session id; 0: the server.
     * @return this.
     */
    public Registration ownerSession(final long value) {
        ownerSession = value;
        return this;
    }

    /**
     * Lease, from now and again from each renewal.
     *
     * @param value nanoseconds up to {@link #MAX_LEASE_NS}; 0: none.
     * @return this.
     */
    public Registration leaseNs(final long value) {
        leaseNs = value;
        return this;
    }

    /**
     * Tasks that the owner can hold.
     *
     * @param value from 0.
     * @return this.
     */
    public Registration capacity(final int value) {
        capacity = value;
        return this;
    }

    /**
     * Tasks that run at the same time.
     *
     * @param value from 0.
     * @return this.
     */
    public Registration parallelism(final int value) {
        parallelism = value;
        return this;
    }

    /**
     * Which in-server agent this is.
     *
     * @param value index; -1: an agent in another process.
     * @return this.
     */
    public Registration localAgent(final int value) {
        localAgent = value;
        return this;
    }

    /**
     * Capabilities of the record; change them in place.
     *
     * @return the set of this registration.
     */
    public CapabilitySet capabilities() {
        return capabilities;
    }

    /**
     * Attributes of the record; change them in place.
     *
     * @return the values of this registration.
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

    byte kind() {
        return kind;
    }

    long ownerSession() {
        return ownerSession;
    }

    long leaseNs() {
        return leaseNs;
    }

    int capacity() {
        return capacity;
    }

    int parallelism() {
        return parallelism;
    }

    int localAgent() {
        return localAgent;
    }
}
