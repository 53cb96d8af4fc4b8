package io.ringmaster.registry.index;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A namespace and a name, or the start of one, in one buffer, and the order of such keys: by the bytes of the namespace, unsigned, a
 * shorter one before a longer one that starts with it, and then by those of the name in the same way. Mutable, for reuse.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class NameKey {
    private final UnsafeBuffer buffer;
    private final int maxNameLength;
    private int namespaceLength;
    private int nameLength;

    /**
     * An empty key.
     *
     * @param maxNameLength most bytes of a namespace, and of a name; from 1.
     */
    public NameKey(final int maxNameLength) {
        if (maxNameLength < 1) {
            throw new IllegalArgumentException("maxNameLength=" + maxNameLength + " must be at least 1");
        }
        this.maxNameLength = maxNameLength;
        buffer = new UnsafeBuffer(new byte[2 * maxNameLength]);
    }

    /**
     * Copies a key.
     *
     * @param namespace       buffer with the namespace.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes, from 0 to {@link #maxNameLength()}.
     * @param name            buffer with the name.
     * @param nameOffset      where it starts.
     * @param nameLength      in bytes, from 0 to {@link #maxNameLength()}.
     * @return this.
     */
    public NameKey set(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        namespace.getBytes(namespaceOffset, buffer, 0, namespaceLength);
        name.getBytes(nameOffset, buffer, namespaceLength, nameLength);
        this.namespaceLength = namespaceLength;
        this.nameLength = nameLength;
        return this;
    }

    /**
     * Copies a key whose parts follow each other.
     *
     * @param source          buffer with both.
     * @param offset          where the namespace starts.
     * @param namespaceLength in bytes, from 0 to {@link #maxNameLength()}.
     * @param nameLength      in bytes, from 0 to {@link #maxNameLength()}.
     * @return this.
     */
    public NameKey set(final DirectBuffer source, final int offset, final int namespaceLength, final int nameLength) {
        source.getBytes(offset, buffer, 0, namespaceLength + nameLength);
        this.namespaceLength = namespaceLength;
        this.nameLength = nameLength;
        return this;
    }

    /**
     * Keeps the namespace and takes another name.
     *
     * @param name       buffer with the name.
     * @param nameOffset where it starts.
     * @param nameLength in bytes, from 0 to {@link #maxNameLength()}.
     * @return this.
     */
    public NameKey name(final DirectBuffer name, final int nameOffset, final int nameLength) {
        name.getBytes(nameOffset, buffer, namespaceLength, nameLength);
        this.nameLength = nameLength;
        return this;
    }

    /**
     * Becomes equal to another key.
     *
     * @param other of the same or a smaller {@link #maxNameLength()}.
     * @return this.
     */
    public NameKey copyFrom(final NameKey other) {
        return set(other.buffer, 0, other.namespaceLength, other.nameLength);
    }

    /**
     * Most bytes of each part.
     *
     * @return as given to the constructor.
     */
    public int maxNameLength() {
        return maxNameLength;
    }

    /**
     * The bytes: namespace, then name.
     *
     * @return the one buffer of this key.
     */
    public DirectBuffer buffer() {
        return buffer;
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
     * Length of the name.
     *
     * @return bytes.
     */
    public int nameLength() {
        return nameLength;
    }

    /**
     * Order of another key, whose parts follow each other, and this one.
     *
     * @param other                buffer with the other key.
     * @param offset               where its namespace starts.
     * @param otherNamespaceLength in bytes.
     * @param otherNameLength      in bytes.
     * @return below 0: the other one comes first; 0: equal; above 0: the other one comes later.
     */
    public int orderOf(final DirectBuffer other, final int offset, final int otherNamespaceLength, final int otherNameLength) {
        return compare(other, offset, otherNamespaceLength, otherNameLength, buffer, 0, namespaceLength, nameLength);
    }

    /**
     * Where another key, whose parts follow each other, stands to those that have this namespace and a name that starts
     * with this name.
     *
     * @param other                buffer with the other key.
     * @param offset               where its namespace starts.
     * @param otherNamespaceLength in bytes.
     * @param otherNameLength      in bytes.
     * @return below 0: it comes before them; 0: it is one of them; above 0: it comes after them.
     */
    public int orderOfPrefix(final DirectBuffer other, final int offset, final int otherNamespaceLength, final int otherNameLength) {
        return orderOf(other, offset, otherNamespaceLength, Math.min(otherNameLength, nameLength));
    }

    /**
     * Order of two keys, the parts of each of which follow each other.
     *
     * @param left                 buffer with one key.
     * @param leftOffset           where its namespace starts.
     * @param leftNamespaceLength  in bytes.
     * @param leftNameLength       in bytes.
     * @param right                buffer with the other key.
     * @param rightOffset          where its namespace starts.
     * @param rightNamespaceLength in bytes.
     * @param rightNameLength      in bytes.
     * @return below 0, 0 or above 0, as the left one comes before the right one, is equal to it or comes after it.
     */
    public static int compare(
        final DirectBuffer left, final int leftOffset, final int leftNamespaceLength, final int leftNameLength,
        final DirectBuffer right, final int rightOffset, final int rightNamespaceLength, final int rightNameLength) {
        if (leftNamespaceLength != rightNamespaceLength) {
            // Neither equal namespaces nor an order that the names have a say in.
            return compare(left, leftOffset, leftNamespaceLength, right, rightOffset, rightNamespaceLength);
        }
        return compare(
            left, leftOffset, leftNamespaceLength + leftNameLength, right, rightOffset, rightNamespaceLength + rightNameLength);
    }

    private static int compare(
        final DirectBuffer left, final int leftOffset, final int leftLength,
        final DirectBuffer right, final int rightOffset, final int rightLength) {
        final int length = Math.min(leftLength, rightLength);
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            final long a = left.getLong(leftOffset + i, ByteOrder.BIG_ENDIAN);
            final long b = right.getLong(rightOffset + i, ByteOrder.BIG_ENDIAN);
            if (a != b) {
                return Long.compareUnsigned(a, b);
            }
        }
        for (; i < length; i++) {
            final int difference = (left.getByte(leftOffset + i) & 0xFF) - (right.getByte(rightOffset + i) & 0xFF);
            if (difference != 0) {
                return difference;
            }
        }
        return leftLength - rightLength;
    }
}
