package io.ringmaster.registry;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * 64-bit hash of keys, eight bytes at a time. Each step and the finish are those that XXH64 uses for the last 31 bytes of
 * its input (Y. Collet, xxHash specification 0.1.1, "XXH64 algorithm", steps 5 and 6, seed 0), applied to all of the input:
 * keys are short, so the four lanes of the full algorithm would not be used. The lengths go in first, so that
 * {@code ("ab", "c")} and {@code ("a", "bc")} differ. The values are the same on every machine.
 * <p>
 * Threading: immutable.
 */
public final class KeyHash {
    private static final long PRIME_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME_3 = 0x165667B19E3779F9L;
    private static final long PRIME_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME_5 = 0x27D4EB2F165667C5L;

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
     * @return never 0 or 1, which mark slots without a record.
     */
    public static long hash(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength) {
        long hash = PRIME_5 + ((long) namespaceLength << 32) + nameLength;
        hash = update(hash, namespace, namespaceOffset, namespaceLength);
        hash = avalanche(update(hash, name, nameOffset, nameLength));
        return (hash & ~1L) == 0 ? PRIME_3 : hash;
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
        return avalanche(update(PRIME_5 + length, buffer, offset, length));
    }

    /**
     * Spreads a hash over bits that do not depend on the ones that were used already.
     *
     * @param hash of a key.
     * @return another 64 bits; variant 13 of D. Stafford's mixers, as in {@link java.util.SplittableRandom}.
     */
    public static long mix(final long hash) {
        long mixed = (hash ^ hash >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    private static long update(final long initial, final DirectBuffer buffer, final int offset, final int length) {
        buffer.boundsCheck(offset, length);
        final byte[] array = buffer.byteArray();
        long address = buffer.addressOffset() + offset;
        final long limit = address + length;
        long hash = initial;
        for (; address + Long.BYTES <= limit; address += Long.BYTES) {
            final long lane = littleEndian(UnsafeApi.getLong(array, address));
            hash = Long.rotateLeft(hash ^ Long.rotateLeft(lane * PRIME_2, 31) * PRIME_1, 27) * PRIME_1 + PRIME_4;
        }
        if (address + Integer.BYTES <= limit) {
            final long lane = littleEndian(UnsafeApi.getInt(array, address)) & 0xFFFF_FFFFL;
            hash = Long.rotateLeft(hash ^ lane * PRIME_1, 23) * PRIME_2 + PRIME_3;
            address += Integer.BYTES;
        }
        for (; address < limit; address++) {
            hash = Long.rotateLeft(hash ^ (UnsafeApi.getByte(array, address) & 0xFF) * PRIME_5, 11) * PRIME_1;
        }
        return hash;
    }

    private static long littleEndian(final long value) {
        return NATIVE_LITTLE_ENDIAN ? value : Long.reverseBytes(value);
    }

    private static int littleEndian(final int value) {
        return NATIVE_LITTLE_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static long avalanche(final long hash) {
        long mixed = (hash ^ hash >>> 33) * PRIME_2;
        mixed = (mixed ^ mixed >>> 29) * PRIME_3;
        return mixed ^ mixed >>> 32;
    }
}
