package io.ringmaster.server.watch;

import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.index.CapabilitySet;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a watch wants to hear of: namespace and start of the name, which never change in a record's life, and kind and
 * capabilities, which may.
 * <p>
 * Threading: confined to the registry's role.
 */
final class WatchFilter {
    private final CapabilitySet allOf = new CapabilitySet();
    private final CapabilitySet anyOf = new CapabilitySet();
    private final CapabilitySet noneOf = new CapabilitySet();
    private final UnsafeBuffer namespace;
    private final UnsafeBuffer namePrefix;
    private final byte kind;

    /**
     * A filter on names and kind; capabilities are set by the caller.
     *
     * @param kind       0: any.
     * @param namespace  copied; empty: any.
     * @param namePrefix copied; empty: any name.
     */
    WatchFilter(final byte kind, final DirectBuffer namespace, final DirectBuffer namePrefix) {
        this.kind = kind;
        this.namespace = copy(namespace);
        this.namePrefix = copy(namePrefix);
    }

    private static UnsafeBuffer copy(final DirectBuffer source) {
        final byte[] bytes = new byte[source.capacity()];
        source.getBytes(0, bytes);
        return new UnsafeBuffer(bytes);
    }

    CapabilitySet allOf() {
        return allOf;
    }

    CapabilitySet anyOf() {
        return anyOf;
    }

    CapabilitySet noneOf() {
        return noneOf;
    }

    byte kind() {
        return kind;
    }

    /** Own bytes; empty: any. */
    DirectBuffer namespace() {
        return namespace;
    }

    /** Own bytes; empty: any name. */
    DirectBuffer namePrefix() {
        return namePrefix;
    }

    boolean matches(final RecordView record) {
        return matches(record.kind(), record.capabilities())
            && matchesNames(record.buffer(), record.namespaceOffset(), record.namespaceLength(), record.nameOffset(), record.nameLength());
    }

    boolean matches(final byte otherKind, final CapabilitySet capabilities) {
        return (kind == 0 || kind == otherKind)
            && capabilities.containsAll(allOf)
            && (anyOf.isEmpty() || intersects(capabilities, anyOf))
            && !intersects(capabilities, noneOf);
    }

    /** Names as they stand in a message: 16 bits of length, the namespace, 16 bits of length, the name. */
    boolean matchesNames(final DirectBuffer buffer, final int offset) {
        final int namespaceLength = length(buffer, offset);
        final int name = offset + Short.BYTES + namespaceLength;
        return matchesNames(buffer, offset + Short.BYTES, namespaceLength, name + Short.BYTES, length(buffer, name));
    }

    private boolean matchesNames(
        final DirectBuffer buffer, final int namespaceOffset, final int namespaceLength, final int nameOffset, final int nameLength) {
        final int wanted = namespace.capacity();
        final int prefix = namePrefix.capacity();
        return (wanted == 0 || wanted == namespaceLength && equal(namespace, wanted, buffer, namespaceOffset))
            && prefix <= nameLength && equal(namePrefix, prefix, buffer, nameOffset);
    }

    private static int length(final DirectBuffer buffer, final int offset) {
        return buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }

    private static boolean equal(final DirectBuffer wanted, final int length, final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < length; i++) {
            if (wanted.getByte(i) != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean intersects(final CapabilitySet one, final CapabilitySet other) {
        return ((one.word(0) & other.word(0)) | (one.word(1) & other.word(1)) | (one.word(2) & other.word(2))
            | (one.word(3) & other.word(3))) != 0;
    }
}
