package io.ringmaster.registry.index;

import io.ringmaster.registry.KeyHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Gives names small numbers, counted from 0, for the life of the server: names of capabilities, names of task kinds. A name
 * has 1 to 128 bytes of {@code [A-Za-z0-9._:/-]}. Names are never forgotten, so the number of them is bounded.
 * <p>
 * Looking a name up in a buffer allocates nothing; a new name costs its own few objects once.
 * <p>
 * Threading: confined to the role that decodes requests.
 */
public class NameDictionary {
    /** Longest name in bytes. */
    public static final int MAX_NAME_LENGTH = 128;
    /** The name is not known. */
    public static final int UNKNOWN = -1;
    /** All numbers are taken. */
    public static final int FULL = -2;
    /** The name is empty, too long, or has a byte outside of {@code [A-Za-z0-9._:/-]}. */
    public static final int INVALID = -3;

    private static final boolean[] ALLOWED = new boolean[256];

    static {
        for (final byte character : "._:/-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            .getBytes(StandardCharsets.US_ASCII)) {
            ALLOWED[character] = true;
        }
    }

    private final boolean anyBytes;
    private final byte[][] names;
    private final String[] texts;
    private final long[] hashes;
    private final int[] table;
    private int size;

    /**
     * An empty dictionary.
     *
     * @param maxSize most names, 1 to 65,536.
     */
    public NameDictionary(final int maxSize) {
        this(maxSize, false);
    }

    /**
     * An empty dictionary.
     *
     * @param maxSize  most names, 1 to 65,536.
     * @param anyBytes whether a name may have any bytes, for names that were checked elsewhere by another rule.
     */
    public NameDictionary(final int maxSize, final boolean anyBytes) {
        this.anyBytes = anyBytes;
        if (maxSize < 1 || maxSize > 1 << 16) {
            throw new IllegalArgumentException("maxSize=" + maxSize + " must be from 1 to 65536");
        }
        names = new byte[maxSize][];
        texts = new String[maxSize];
        hashes = new long[maxSize];
        table = new int[2 * BitUtil.findNextPositivePowerOfTwo(maxSize)];
        Arrays.fill(table, UNKNOWN);
    }

    /**
     * Number of a name.
     *
     * @param buffer with the name.
     * @param offset where it starts.
     * @param length of the name in bytes.
     * @return 0 and up, or {@link #UNKNOWN}, also for what is no valid name.
     */
    public final int idOf(final DirectBuffer buffer, final int offset, final int length) {
        if (length < 1 || length > MAX_NAME_LENGTH) {
            return UNKNOWN;
        }
        return table[find(buffer, offset, length, KeyHash.hash(buffer, offset, length))];
    }

    /**
     * Number of a name; a new one gets the next number.
     *
     * @param buffer with the name.
     * @param offset where it starts.
     * @param length of the name in bytes.
     * @return 0 and up, {@link #FULL} or {@link #INVALID}.
     */
    public final int intern(final DirectBuffer buffer, final int offset, final int length) {
        if (anyBytes ? length < 1 || length > MAX_NAME_LENGTH : !isValidName(buffer, offset, length)) {
            return INVALID;
        }
        final long hash = KeyHash.hash(buffer, offset, length);
        final int cell = find(buffer, offset, length, hash);
        if (table[cell] != UNKNOWN) {
            return table[cell];
        }
        if (size == names.length) {
            return FULL;
        }
        final byte[] name = new byte[length];
        buffer.getBytes(offset, name);
        names[size] = name;
        texts[size] = new String(name, StandardCharsets.US_ASCII);
        hashes[size] = hash;
        table[cell] = size;
        return size++;
    }

    /**
     * Whether bytes are a name.
     *
     * @param buffer with the bytes.
     * @param offset where they start.
     * @param length number of bytes.
     * @return true for 1 to 128 bytes of {@code [A-Za-z0-9._:/-]}.
     */
    public static boolean isValidName(final DirectBuffer buffer, final int offset, final int length) {
        if (length < 1 || length > MAX_NAME_LENGTH) {
            return false;
        }
        for (int i = offset; i < offset + length; i++) {
            if (!ALLOWED[buffer.getByte(i) & 0xFF]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Name of a number.
     *
     * @param id 0 to {@link #size()} - 1.
     * @return the same string each time.
     */
    public final String name(final int id) {
        return texts[checkId(id)];
    }

    /**
     * Name of a number as bytes.
     *
     * @param id 0 to {@link #size()} - 1.
     * @return the dictionary's own array: do not change it.
     */
    public final byte[] nameBytes(final int id) {
        return names[checkId(id)];
    }

    /**
     * Writes the name of a number.
     *
     * @param id     0 to {@link #size()} - 1.
     * @param buffer to write to.
     * @param offset where to start.
     * @return bytes written.
     */
    public final int encodeName(final int id, final MutableDirectBuffer buffer, final int offset) {
        final byte[] name = names[checkId(id)];
        buffer.putBytes(offset, name);
        return name.length;
    }

    /**
     * Number of names.
     *
     * @return 0 to {@link #maxSize()}.
     */
    public final int size() {
        return size;
    }

    /**
     * Most names.
     *
     * @return as given to the constructor.
     */
    public final int maxSize() {
        return names.length;
    }

    /**
     * Takes the newest names back. They were inserted last, so no other name's probe passes their cells.
     *
     * @param newSize number of names that stay; nobody may have been given the number of another one.
     */
    public final void truncate(final int newSize) {
        while (size > newSize) {
            size--;
            int cell = cellOf(hashes[size]);
            while (table[cell] != size) {
                cell = cell + 1 & table.length - 1;
            }
            table[cell] = UNKNOWN;
            names[size] = null;
            texts[size] = null;
        }
    }

    private int cellOf(final long hash) {
        return (int) hash & table.length - 1;
    }

    private int find(final DirectBuffer buffer, final int offset, final int length, final long hash) {
        int cell = cellOf(hash);
        for (int id = table[cell]; id != UNKNOWN; id = table[cell]) {
            if (hashes[id] == hash && matches(names[id], buffer, offset, length)) {
                return cell;
            }
            cell = cell + 1 & table.length - 1;
        }
        return cell;
    }

    private static boolean matches(final byte[] name, final DirectBuffer buffer, final int offset, final int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name[i] != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    private int checkId(final int id) {
        if (id < 0 || id >= size) {
            throw new IndexOutOfBoundsException("id=" + id + " must be from 0 to " + (size - 1));
        }
        return id;
    }
}
