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
final class RequestChecks {
    static final int MAX_CAPABILITIES_LENGTH = 1024;
    private static final DirectBuffer DEFAULT_NAMESPACE =
        new UnsafeBuffer(Protocol.DEFAULT_NAMESPACE.getBytes(StandardCharsets.US_ASCII));
    private static final int MAX_SHOWN = 32;

    private ResultCode code = ResultCode.OK;
    private String text = "";

    ResultCode code() {
        return code;
    }

    String text() {
        return text;
    }

    boolean within(final String field, final long value, final long min, final long max) {
        return value >= min && value <= max || invalid(field + " = " + value + " must be from " + min + " to " + max);
    }

    boolean notNegative(final String field, final long value) {
        return value >= 0 || invalid(field + " = " + value + " must not be negative");
    }

    boolean notLongerThan(final String field, final int length, final int bound) {
        return length <= bound || tooLarge(field, length, bound);
    }

    /** As above, for a field of an element of a group. */
    boolean notLongerThan(final String group, final int index, final String field, final int length, final int bound) {
        return length <= bound || tooLarge(element(group, index, field), length, bound);
    }

    /** A namespace; an empty one becomes the default one. */
    boolean namespace(final ByteRange range) {
        if (range.length == 0) {
            range.set(DEFAULT_NAMESPACE, 0, DEFAULT_NAMESPACE.capacity());
            return true;
        }
        return isName(range) || badName("namespaceName", range);
    }

    boolean name(final ByteRange range) {
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

    /** A list of capability names: its length, and every name in it. */
    boolean capabilityNames(final String field, final ByteRange range) {
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

    private static int endOfName(final ByteRange range, final int start) {
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

    /** The registration brings a name for which the dictionary has no room. */
    boolean noRoomForCapability(final String field, final CapabilityDictionary dictionary) {
        code = ResultCode.REGISTRY_FULL;
        text = field + " '" + dictionary.lastOffender() + "' is new, and the server knows " +
            CapabilitySet.MAX_CAPABILITIES + " names already, which is the bound";
        return false;
    }

    boolean invalid(final String newText) {
        code = ResultCode.INVALID_ARGUMENT;
        text = newText;
        return false;
    }

    boolean tooLarge(final String field, final int length, final int bound) {
        code = ResultCode.TOO_LARGE;
        text = field + " = " + length + " bytes is more than " + bound + " bytes";
        return false;
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
