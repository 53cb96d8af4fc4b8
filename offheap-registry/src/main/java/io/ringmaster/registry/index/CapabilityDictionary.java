package io.ringmaster.registry.index;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Names of capabilities, up to 256 for the life of the server, and lists of them as they travel on the wire: names joined by
 * commas, without blanks, e.g. {@code gpu,llm/7b}. An empty list has no bytes.
 * <p>
 * Threading: confined to the role that decodes requests.
 */
public final class CapabilityDictionary extends NameDictionary {
    private static final byte SEPARATOR = ',';

    private final byte[] offender = new byte[MAX_NAME_LENGTH];
    private int offenderLength;

    /** An empty dictionary. */
    public CapabilityDictionary() {
        super(CapabilitySet.MAX_CAPABILITIES);
    }

    /**
     * Reads a list of names. A list that fails leaves {@code out} empty and adds no name to the dictionary.
     *
     * @param buffer with the list.
     * @param offset where it starts.
     * @param length in bytes, from 0.
     * @param out    gets the ids; a name that comes twice counts once there.
     * @param intern true: new names get an id. False: new names are {@link #UNKNOWN}.
     * @return number of names in the list; or {@link #UNKNOWN}, {@link #FULL} or {@link #INVALID}, and
     *     {@link #lastOffender()} tells the first name that caused it.
     */
    public int parse(
        final DirectBuffer buffer, final int offset, final int length, final CapabilitySet out, final boolean intern) {
        out.clear();
        offenderLength = 0;
        final int sizeBefore = size();
        final int limit = offset + length;
        int names = 0;
        int start = offset;
        while (length > 0 && start <= limit) {
            int end = start;
            while (end < limit && buffer.getByte(end) != SEPARATOR) {
                end++;
            }
            final int id = resolve(buffer, start, end - start, intern);
            if (id < 0) {
                truncate(sizeBefore);
                out.clear();
                offenderLength = Math.min(end - start, MAX_NAME_LENGTH);
                buffer.getBytes(start, offender, 0, offenderLength);
                return id;
            }
            out.add(id);
            names++;
            start = end + 1;
        }
        return names;
    }

    private int resolve(final DirectBuffer buffer, final int offset, final int length, final boolean intern) {
        if (intern) {
            return intern(buffer, offset, length);
        }
        final int id = idOf(buffer, offset, length);
        return id >= 0 || isValidName(buffer, offset, length) ? id : INVALID;
    }

    /**
     * Name that made the last {@link #parse} fail, cut at 128 bytes; bytes that are no printable ASCII are shown as {@code ?}.
     * Allocates.
     *
     * @return empty after a {@link #parse} that did not fail.
     */
    public String lastOffender() {
        final byte[] printable = new byte[offenderLength];
        for (int i = 0; i < offenderLength; i++) {
            printable[i] = offender[i] >= ' ' && offender[i] < 0x7F ? offender[i] : (byte) '?';
        }
        return new String(printable, StandardCharsets.US_ASCII);
    }

    /**
     * Length of what {@link #encode(CapabilitySet, MutableDirectBuffer, int)} would write.
     *
     * @param set of ids of this dictionary.
     * @return bytes.
     */
    public int encodedLength(final CapabilitySet set) {
        int length = 0;
        for (int id = set.nextId(0); id >= 0; id = set.nextId(id + 1)) {
            length += nameBytes(id).length + (length == 0 ? 0 : 1);
        }
        return length;
    }

    /**
     * Writes the names of a set, in the order of their ids, joined by commas.
     *
     * @param set    of ids of this dictionary; another id is an {@link IndexOutOfBoundsException}.
     * @param buffer to write to.
     * @param offset where to start.
     * @return bytes written.
     */
    public int encode(final CapabilitySet set, final MutableDirectBuffer buffer, final int offset) {
        int position = offset;
        for (int id = set.nextId(0); id >= 0; id = set.nextId(id + 1)) {
            if (position > offset) {
                buffer.putByte(position++, SEPARATOR);
            }
            position += encodeName(id, buffer, position);
        }
        return position - offset;
    }
}
