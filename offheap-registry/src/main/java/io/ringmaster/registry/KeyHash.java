package io.ringmaster.registry;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * 64-bit hash of keys, sixteen bytes at a time. Two words are multiplied with each other and the product's halves folded, a word alone is
 * multiplied with a constant; what comes out is multiplied once more: the steps of wyhash (Wang Yi, 2019), with the multipliers of
 * D. Stafford's variant 13 of MurmurHash3's finalizer. What is left after the last whole words is read as words that overlap those
 * before. Namespace and name go in side by side, so that neither waits for the other's multiplications. The lengths go in first, spread
 * over all bits, so that {@code ("ab", "c")} and {@code ("a", "bc")} differ and no letter makes up for a length. The values are the
 * same on every machine. Not fit against somebody who wants keys to collide.
 * <p>
 * It is short on purpose: a lookup needs the hash before it can ask for any memory (docs/decisions.md, 36 and 43).
 * <p>
 * Threading: immutable.
 */
public final class KeyHash {
    private static final long SEED_1 = 0x9E3779B97F4A7C15L;
    private static final long SEED_2 = 0xD1B54A32D192ED03L;
    private static final long MULTIPLIER_1 = 0xBF58476D1CE4E5B9L;
    private static final long MULTIPLIER_2 = 0x94D049BB133111EBL;

    private static final boolean NATIVE_LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private KeyHash() {
    }

    /**
     * Hash of the key of a record.
     *
     * @param namespace       buffer with the namespace.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes.
     * @param name            buffer with the name.
     * @param nameOffset      where it starts.
     * @param nameLength      in bytes.
     * @return any value.
     */
    public static long hash(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        namespace.boundsCheck(namespaceOffset, namespaceLength);
        name.boundsCheck(nameOffset, nameLength);
        return hash(namespace.byteArray(), namespace.addressOffset() + namespaceOffset, namespaceLength,
            name.byteArray(), name.addressOffset() + nameOffset, nameLength);
    }

    /** For ranges that are known to be within their memory. */
    static long hash(
        final byte[] namespace, final long namespaceAddress, final int namespaceLength,
        final byte[] name, final long nameAddress, final int nameLength) {
        final long ofNamespace = update(
            SEED_1 + namespaceLength * MULTIPLIER_1 + nameLength * MULTIPLIER_2, namespace, namespaceAddress, namespaceLength);
        return finish(ofNamespace ^ update(SEED_2, name, nameAddress, nameLength));
    }

    /**
     * Hash of one range of bytes.
     *
     * @param buffer with the bytes.
     * @param offset where they start.
     * @param length number of bytes.
     * @return any value.
     */
    public static long hash(final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        return finish(update(SEED_1 + length * MULTIPLIER_1, buffer.byteArray(), buffer.addressOffset() + offset, length));
    }

    private static long update(final long initial, final byte[] array, final long address, final int length) {
        if (length < 2 * Long.BYTES) {
            return updateUpTo15(initial, array, address, length);
        }
        // Most names are short: no loop for the first two words.
        long hash = updateWords(initial, wordAt(array, address), wordAt(array, address + Long.BYTES));
        for (int i = 2 * Long.BYTES; i <= length - 2 * Long.BYTES; i += 2 * Long.BYTES) {
            hash = updateWords(hash, wordAt(array, address + i), wordAt(array, address + i + Long.BYTES));
        }
        // What is left is read with bytes before it again.
        final int left = length & 2 * Long.BYTES - 1;
        if (left == 0) {
            return hash;
        }
        final long last = wordAt(array, address + length - Long.BYTES);
        return left <= Long.BYTES
            ? updateWord(hash, last) : updateWords(hash, wordAt(array, address + length - 2 * Long.BYTES), last);
    }

    private static long updateUpTo15(final long hash, final byte[] array, final long address, final int length) {
        if (length < Long.BYTES) {
            return length == 0 ? hash : updateWord(hash, shortWordAt(array, address, length));
        }
        final long word = wordAt(array, address);
        return length == Long.BYTES
            ? updateWord(hash, word) : updateWords(hash, word, wordAt(array, address + length - Long.BYTES));
    }

    private static long updateWords(final long hash, final long first, final long second) {
        return fold(first ^ MULTIPLIER_1, second ^ hash);
    }

    private static long updateWord(final long hash, final long word) {
        return fold(hash ^ word, MULTIPLIER_1);
    }

    private static long finish(final long hash) {
        return fold(hash, MULTIPLIER_2);
    }

    /** Both halves of the product of 128 bits, so that each bit of the value reaches bits on both sides of it. */
    private static long fold(final long value, final long multiplier) {
        return value * multiplier ^ Math.multiplyHigh(value, multiplier);
    }

    /** 1 to 7 bytes, each of them in it. */
    private static long shortWordAt(final byte[] array, final long address, final int length) {
        if (length >= Integer.BYTES) {
            return (long) intAt(array, address) << 32 | intAt(array, address + length - Integer.BYTES) & 0xFFFF_FFFFL;
        }
        return (UnsafeApi.getByte(array, address) & 0xFF)
            | (UnsafeApi.getByte(array, address + (length >> 1)) & 0xFF) << 8
            | (UnsafeApi.getByte(array, address + length - 1) & 0xFF) << 16;
    }

    private static long wordAt(final byte[] array, final long address) {
        final long word = UnsafeApi.getLong(array, address);
        return NATIVE_LITTLE_ENDIAN ? word : Long.reverseBytes(word);
    }

    private static int intAt(final byte[] array, final long address) {
        final int value = UnsafeApi.getInt(array, address);
        return NATIVE_LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
    }
}
