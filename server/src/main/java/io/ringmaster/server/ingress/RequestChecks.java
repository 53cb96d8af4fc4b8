package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.NameDictionary;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Checks the values of a request. The first that fails is kept as a code and a text that names the field, the value and the
 * bound; texts are built only then.
 * <p>
 * Threading: confined to the network thread.
 */
public final class RequestChecks {
    static final int MAX_CAPABILITIES_LENGTH = 1024;
    private static final DirectBuffer DEFAULT_NAMESPACE =
        new UnsafeBuffer(Protocol.DEFAULT_NAMESPACE.getBytes(StandardCharsets.US_ASCII));
    private static final int MAX_SHOWN = 32;

    private ResultCode code = ResultCode.OK;
    private String text = "";

    /**
     * Code of the check that failed last.
     *
     * @return OK before any failed.
     */
    public ResultCode code() {
        return code;
    }

    /**
     * Text of the check that failed last: the field, the value and the bound.
     *
     * @return printable ASCII.
     */
    public String text() {
        return text;
    }

    /**
     * A number between two bounds.
     *
     * @param field name of the field, for the text.
     * @param value of it.
     * @param min   smallest that is allowed.
     * @param max   greatest that is allowed.
     * @return false: it failed.
     */
    public boolean within(final String field, final long value, final long min, final long max) {
        return value >= min && value <= max || invalid(field + " = " + value + " must be from " + min + " to " + max);
    }

    /**
     * A number from 0.
     *
     * @param field name of the field, for the text.
     * @param value of it.
     * @return false: it failed.
     */
    public boolean notNegative(final String field, final long value) {
        return value >= 0 || invalid(field + " = " + value + " must not be negative");
    }

    /**
     * A length in bytes.
     *
     * @param field  name of the field, for the text.
     * @param length of it.
     * @param bound  greatest that is allowed.
     * @return false: it failed.
     */
    public boolean notLongerThan(final String field, final int length, final int bound) {
        return length <= bound || tooLarge(field, length, bound);
    }

    /** As above, for a field of an element of a group. */
    boolean notLongerThan(final String group, final int index, final String field, final int length, final int bound) {
        return length <= bound || tooLarge(element(group, index, field), length, bound);
    }

    /**
     * A namespace; an empty one becomes the default one.
     *
     * @param range the bytes.
     * @return false: it failed.
     */
    public boolean namespace(final ByteRange range) {
        if (range.length == 0) {
            range.set(DEFAULT_NAMESPACE, 0, DEFAULT_NAMESPACE.capacity());
            return true;
        }
        return isName(range) || badName("namespaceName", range);
    }

    /**
     * A name of a record.
     *
     * @param range the bytes.
     * @return false: it failed.
     */
    public boolean name(final ByteRange range) {
        return isName(range) || badName("name", range);
    }

    /** Whether it has 1 to 128 bytes of printable ASCII without blanks and commas. */
    static boolean isName(final ByteRange range) {
        if (range.length < 1 || range.length > Protocol.MAX_NAME_LENGTH) {
            return false;
        }
        final DirectBuffer buffer = range.buffer;
        for (int i = range.offset, end = range.end(); i < end; i++) {
            final byte b = buffer.getByte(i);
            if (b <= ' ' || b == 0x7F || b == ',') {
                return false;
            }
        }
        return true;
    }

    /** A name of a task kind; may be empty. */
    boolean kindName(final String group, final int index, final ByteRange range) {
        if (range.length == 0 || NameDictionary.isValidName(range.buffer, range.offset, range.length)) {
            return true;
        }
        final String field = element(group, index, "taskKind");
        return range.length > NameDictionary.MAX_NAME_LENGTH ?
            tooLarge(field, range.length, NameDictionary.MAX_NAME_LENGTH) :
            invalid(field + " = '" + shown(range) + "' must be letters, digits or any of ._:/-");
    }

    /** A list of capability names of an element of a group: its length, and every name in it. */
    boolean capabilityNames(final String group, final int index, final ByteRange range) {
        return areCapabilityNames(range) || badCapabilityNames(element(group, index, "capabilities"), range);
    }

    /**
     * A list of capability names: its length, and every name in it.
     *
     * @param field name of the field, for the text.
     * @param range the bytes.
     * @return false: it failed.
     */
    public boolean capabilityNames(final String field, final ByteRange range) {
        return areCapabilityNames(range) || badCapabilityNames(field, range);
    }

    private static boolean areCapabilityNames(final ByteRange range) {
        return range.length <= MAX_CAPABILITIES_LENGTH && badCapabilityName(range) < 0;
    }

    /** Offset of the first name that is not one; -1: all are. */
    private static int badCapabilityName(final ByteRange range) {
        int start = range.offset;
        while (range.length > 0 && start <= range.end()) {
            final int end = endOfName(range, start);
            if (!NameDictionary.isValidName(range.buffer, start, end - start)) {
                return start;
            }
            start = end + 1;
        }
        return -1;
    }

    /** Where a name of a list ends: at the next comma or at the end of the list. */
    static int endOfName(final ByteRange range, final int start) {
        int end = start;
        while (end < range.end() && range.buffer.getByte(end) != ',') {
            end++;
        }
        return end;
    }

    private boolean badCapabilityNames(final String field, final ByteRange range) {
        if (range.length > MAX_CAPABILITIES_LENGTH) {
            return tooLarge(field, range.length, MAX_CAPABILITIES_LENGTH);
        }
        final int start = badCapabilityName(range);
        final ByteRange name = new ByteRange().set(range.buffer, start, endOfName(range, start) - start);
        return name.length > NameDictionary.MAX_NAME_LENGTH ?
            tooLarge(field + " '" + shown(name) + "'", name.length, NameDictionary.MAX_NAME_LENGTH) :
            invalid(field + " '" + shown(name) + "' must be 1 to " + NameDictionary.MAX_NAME_LENGTH +
                " letters, digits or any of ._:/-");
    }

    /**
     * What names start with; not empty.
     *
     * @param range the bytes.
     * @return false: it failed.
     */
    public boolean namePrefix(final ByteRange range) {
        return isName(range) || badName("namePrefix", range);
    }

    /**
     * Gives new names their ids; the names were checked.
     *
     * @param field      name of the field, for the text.
     * @param range      the bytes.
     * @param dictionary of the names.
     * @param out        gets the ids.
     * @return false: it failed, the dictionary has no room.
     */
    public boolean internCapabilities(
        final String field, final ByteRange range, final CapabilityDictionary dictionary, final CapabilitySet out) {
        return dictionary.parse(range.buffer, range.offset, range.length, out, true) >= 0 ||
            noRoomForCapability(field, dictionary);
    }

    private boolean noRoomForCapability(final String field, final CapabilityDictionary dictionary) {
        return full(field + " '" + dictionary.lastOffender() + "' is new, and the server knows " +
            CapabilitySet.MAX_CAPABILITIES + " names already, which is the bound");
    }

    /**
     * Fails with INVALID_ARGUMENT.
     *
     * @param newText the field, the value and the bound.
     * @return false.
     */
    public boolean invalid(final String newText) {
        code = ResultCode.INVALID_ARGUMENT;
        text = newText;
        return false;
    }

    /**
     * Fails with TOO_LARGE.
     *
     * @param field  name of the field, for the text.
     * @param length of it.
     * @param bound  greatest that is allowed.
     * @return false.
     */
    public boolean tooLarge(final String field, final int length, final int bound) {
        code = ResultCode.TOO_LARGE;
        text = field + " = " + length + " bytes is more than " + bound + " bytes";
        return false;
    }

    /**
     * Fails with REGISTRY_FULL.
     *
     * @param newText what is full, and the bound.
     * @return false.
     */
    public boolean full(final String newText) {
        code = ResultCode.REGISTRY_FULL;
        text = newText;
        return false;
    }

    /** Says of what failed last that it is a field of an element of a group; the element is refused, not the request. */
    void inElement(final String group, final int index) {
        text = element(group, index, text);
    }

    static String element(final String group, final int index, final String field) {
        return group + "[" + index + "]." + field;
    }

    private boolean badName(final String field, final ByteRange range) {
        return range.length > Protocol.MAX_NAME_LENGTH ?
            tooLarge(field, range.length, Protocol.MAX_NAME_LENGTH) :
            invalid(field + " = '" + shown(range) + "' must be 1 to " + Protocol.MAX_NAME_LENGTH +
                " printable ASCII characters without blanks and commas");
    }

    private static String shown(final ByteRange range) {
        final StringBuilder builder = new StringBuilder();
        for (int i = 0; i < Math.min(range.length, MAX_SHOWN); i++) {
            final byte b = range.buffer.getByte(range.offset + i);
            builder.append(b >= ' ' && b < 0x7F ? (char) b : '?');
        }
        return range.length > MAX_SHOWN ? builder.append("...").toString() : builder.toString();
    }
}
