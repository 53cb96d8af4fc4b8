package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a query asks for; all conditions must hold, and those that are not set hold for every record. Wraps ranges of the
 * caller's buffers and copies nothing, so those must stay as they are while the query is in use. Reusable: {@link #reset()}
 * before each use.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class RegistryQuery {
    private static final DirectBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    private final CapabilitySet allOf = new CapabilitySet();
    private final CapabilitySet anyOf = new CapabilitySet();
    private final CapabilitySet noneOf = new CapabilitySet();
    private final AttributeFilter attributes = new AttributeFilter();
    private DirectBuffer namespaceBuffer = NOTHING;
    private int namespaceOffset;
    private int namespaceLength;
    private DirectBuffer prefixBuffer = NOTHING;
    private int prefixOffset;
    private int prefixLength;
    private byte kind;
    private byte readiness;

    /**
     * Asks for every record.
     *
     * @return this.
     */
    public RegistryQuery reset() {
        allOf.clear();
        anyOf.clear();
        noneOf.clear();
        attributes.clear();
        kind = 0;
        readiness = 0;
        namespace(NOTHING, 0, 0);
        return namePrefix(NOTHING, 0, 0);
    }

    /**
     * Capabilities that a record must all have; change them in place.
     *
     * @return empty: any record.
     */
    public CapabilitySet allOf() {
        return allOf;
    }

    /**
     * Capabilities of which a record must have at least one; change them in place.
     *
     * @return empty: any record.
     */
    public CapabilitySet anyOf() {
        return anyOf;
    }

    /**
     * Capabilities that a record must not have; change them in place.
     *
     * @return empty: any record.
     */
    public CapabilitySet noneOf() {
        return noneOf;
    }

    /**
     * Conditions on attributes; change them in place.
     *
     * @return empty: any record.
     */
    public AttributeFilter attributes() {
        return attributes;
    }

    /**
     * Kind of the records.
     *
     * @param value 0: any. One that cannot be registered finds nothing.
     * @return this.
     */
    public RegistryQuery kind(final byte value) {
        kind = value;
        return this;
    }

    /**
     * Readiness of the records.
     *
     * @param value 0: any.
     * @return this.
     */
    public RegistryQuery readiness(final byte value) {
        readiness = value;
        return this;
    }

    /**
     * Namespace of the records.
     *
     * @param buffer with the namespace.
     * @param offset where it starts.
     * @param length in bytes; 0: any.
     * @return this.
     */
    public RegistryQuery namespace(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        namespaceBuffer = buffer;
        namespaceOffset = offset;
        namespaceLength = length;
        return this;
    }

    /**
     * What the names of the records start with.
     *
     * @param buffer with the prefix.
     * @param offset where it starts.
     * @param length in bytes; 0: any name.
     * @return this.
     */
    public RegistryQuery namePrefix(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        prefixBuffer = buffer;
        prefixOffset = offset;
        prefixLength = length;
        return this;
    }

    /**
     * Whether a record has all that is asked for. Leases and owners are not looked at.
     *
     * @param record to be looked at.
     * @return true if it has.
     */
    public boolean matches(final RecordView record) {
        return (kind == 0 || record.kind() == kind)
            && (readiness == 0 || record.readiness() == readiness)
            && record.capabilities().containsAll(allOf)
            && (anyOf.isEmpty() || record.capabilities().containsAny(anyOf))
            && !record.capabilities().containsAny(noneOf)
            && (namespaceLength == 0 || record.isNamespace(namespaceBuffer, namespaceOffset, namespaceLength))
            && (prefixLength == 0 || record.hasNamePrefix(prefixBuffer, prefixOffset, prefixLength))
            && (attributes.isEmpty() || attributes.matches(record.attributes()));
    }

    byte kind() {
        return kind;
    }

    byte readiness() {
        return readiness;
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

    DirectBuffer prefixBuffer() {
        return prefixBuffer;
    }

    int prefixOffset() {
        return prefixOffset;
    }

    int prefixLength() {
        return prefixLength;
    }
}
