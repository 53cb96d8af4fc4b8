package io.ringmaster.tuning.load;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The metadata that the rig gives a record, and by which it knows the record again:
 * <pre>
 *    0                8                16
 *   +----------------+----------------+----------------------------+
 *   | key (int64)    | mix(key, seed) | 48 bytes made from the mix |
 *   +----------------+----------------+----------------------------+
 * </pre>
 * <p>
 * Threading: static methods over the caller's buffers.
 */
final class RecordContent {
    /** Bytes of the metadata of one record. */
    static final int LENGTH = 64;

    private static final int MIX_OFFSET = Long.BYTES;

    private RecordContent() {
    }

    static void encode(final MutableDirectBuffer buffer, final int offset, final long key, final long seed) {
        final long mix = mix(key, seed);
        buffer.putLong(offset, key);
        buffer.putLong(offset + MIX_OFFSET, mix);
        for (int i = 2 * Long.BYTES; i < LENGTH; i += Long.BYTES) {
            buffer.putLong(offset + i, mix * i);
        }
    }

    static boolean isOf(final DirectBuffer buffer, final int offset, final int length, final long key, final long seed) {
        if (length != LENGTH || buffer.getLong(offset) != key) {
            return false;
        }
        final long mix = mix(key, seed);
        if (buffer.getLong(offset + MIX_OFFSET) != mix) {
            return false;
        }
        for (int i = 2 * Long.BYTES; i < LENGTH; i += Long.BYTES) {
            if (buffer.getLong(offset + i) != mix * i) {
                return false;
            }
        }
        return true;
    }

    /** Finaliser of SplittableRandom (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014). */
    static long mix(final long key, final long seed) {
        long z = key + seed * 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
