package io.ringmaster.tuning.bench;

import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;

/**
 * The records of the benchmarks: namespace {@code bench-ns}, name {@code service-} and eight bytes made from the number of the
 * record. With 104 bytes of metadata a record is 128 bytes long beside its fixed fields.
 * <p>
 * The key of an operation is written into the caller's buffer, as it would stand in a message that has just come in: in the
 * CPU's cache, not in a table of all keys whose reading would be measured too.
 * <p>
 * Threading: static methods, no state.
 */
final class BenchKeys {
    /** Namespace of all records. */
    static final String NAMESPACE = "bench-ns";
    /** Bytes of the namespace. */
    static final int NAMESPACE_LENGTH = 8;
    /** Bytes of a name. */
    static final int NAME_LENGTH = 16;
    /** Bytes of namespace and name. */
    static final int LENGTH = NAMESPACE_LENGTH + NAME_LENGTH;
    /** Bytes of metadata. */
    static final int METADATA_LENGTH = 104;
    /** Bytes of a record's variable part. */
    static final int RECORD_LENGTH = LENGTH + METADATA_LENGTH;
    /** Added to the number of a record, it makes the name of one that is not there. */
    static final int MISSING = 1 << 30;

    private static final String PREFIX = "service-";
    private static final int NUMBER_OFFSET = NAMESPACE_LENGTH + PREFIX.length();

    private BenchKeys() {
    }

    /** A buffer with the key of record 0. */
    static UnsafeBuffer newKey() {
        final UnsafeBuffer key = new UnsafeBuffer(new byte[LENGTH]);
        key.putBytes(0, (NAMESPACE + PREFIX).getBytes(StandardCharsets.US_ASCII));
        set(key, 0);
        return key;
    }

    /**
     * Writes the last eight bytes of a record's name. They are no digits, since making digits would take as long as what is measured takes
     * beside its waits for memory. The factor is odd, so each number has bytes of its own.
     */
    static void set(final UnsafeBuffer key, final int number) {
        key.putLong(NUMBER_OFFSET, number * 0x9E37_79B9_7F4A_7C15L);
    }
}
