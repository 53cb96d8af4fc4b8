package io.ringmaster.tuning.load;

import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The records that lookups choose from: {@code svc-0000000}, {@code svc-0000001} and so on in a namespace of the run's own,
 * encoded once.
 * <p>
 * Threading: immutable after construction.
 */
final class KeySpace {
    /** Bytes of one name. */
    static final int NAME_LENGTH = 11;
    /** Key lists that are prepared for batch lookups. */
    static final int LISTS = 256;

    private static final String PREFIX = "svc-";
    private static final String GAP_PREFIX = "gap-";
    private static final int DIGITS = NAME_LENGTH - PREFIX.length();

    private final int size;
    private final String namespace;
    private final UnsafeBuffer namespaceBytes;
    private final UnsafeBuffer nameBytes;
    private final UnsafeBuffer gapBytes;
    private final int[][] listKeys;
    private final List<List<String>> lists = new ArrayList<>();

    KeySpace(final int size, final String namespace, final int listLength, final long seed) {
        this.size = size;
        this.namespace = namespace;
        this.namespaceBytes = new UnsafeBuffer(namespace.getBytes(StandardCharsets.US_ASCII));
        this.nameBytes = new UnsafeBuffer(new byte[size * NAME_LENGTH]);
        for (int key = 0; key < size; key++) {
            nameBytes.putStringWithoutLengthAscii(key * NAME_LENGTH, name(key));
        }
        this.gapBytes = new UnsafeBuffer(nameBytes.byteArray().clone());
        for (int key = 0; key < size; key++) {
            gapBytes.putStringWithoutLengthAscii(key * NAME_LENGTH, GAP_PREFIX);
        }
        this.listKeys = new int[listLength == 0 ? 0 : LISTS][listLength];
        final SplittableRandom random = new SplittableRandom(seed);
        for (final int[] keys : listKeys) {
            final List<String> names = new ArrayList<>(listLength);
            for (int i = 0; i < listLength; i++) {
                keys[i] = random.nextInt(size);
                names.add(name(keys[i]));
            }
            lists.add(names);
        }
    }

    int size() {
        return size;
    }

    String namespace() {
        return namespace;
    }

    UnsafeBuffer namespaceBytes() {
        return namespaceBytes;
    }

    /** All names, one behind the other. */
    UnsafeBuffer nameBytes() {
        return nameBytes;
    }

    /** As many names that are never registered. */
    UnsafeBuffer gapBytes() {
        return gapBytes;
    }

    static int nameOffset(final int key) {
        return key * NAME_LENGTH;
    }

    static String name(final int key) {
        final String digits = Integer.toString(key);
        return PREFIX + "0".repeat(DIGITS - digits.length()) + digits;
    }

    /**
     * The key of a name.
     *
     * @param buffer with the name.
     * @return its key, or -1 if it is none of these names.
     */
    int key(final UnsafeBuffer buffer) {
        if (buffer.capacity() != NAME_LENGTH) {
            return -1;
        }
        int key = 0;
        for (int i = PREFIX.length(); i < NAME_LENGTH; i++) {
            final int digit = buffer.getByte(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            key = key * 10 + digit;
        }
        if (key >= size) {
            return -1;
        }
        for (int i = 0; i < NAME_LENGTH; i++) {
            if (buffer.getByte(i) != nameBytes.getByte(nameOffset(key) + i)) {
                return -1;
            }
        }
        return key;
    }

    List<String> list(final int list) {
        return lists.get(list);
    }

    int[] listKeys(final int list) {
        return listKeys[list];
    }
}
