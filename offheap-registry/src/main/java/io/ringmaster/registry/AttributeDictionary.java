package io.ringmaster.registry;

import io.ringmaster.registry.AttributeSchema.Type;
import io.ringmaster.registry.index.NameDictionary;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Attributes as text and as values. Text is {@code key=value} joined by commas without blanks, e.g.
 * {@code zone=eu-1,memory-mb=4096}; filters are {@code key op value} in the same way. Keywords are given small numbers for the
 * life of the server; they are names of 1 to 128 bytes of {@code [A-Za-z0-9._:/-]} and never forgotten, so their number is
 * bounded. Integers are decimal, from -2^63 to 2^63 - 1. No method allocates, apart from a new keyword's own few objects and
 * {@link #lastOffender()}.
 * <p>
 * Threading: confined to the role that decodes requests; {@link #encodedLength} and {@link #encode} may also be used by any
 * thread that got the values from it through a ring.
 */
public final class AttributeDictionary {
    /** The text is no list of attributes: an empty key or value, a key that comes twice, a keyword that is no name. */
    public static final int INVALID = -1;
    /** A key is not declared. */
    public static final int UNKNOWN_KEY = -2;
    /** The value of an integer attribute is no integer, or an order is asked of a keyword. */
    public static final int NOT_INTEGER = -3;
    /** There is no number for another keyword. */
    public static final int FULL = -4;
    /** A keyword is not known, so that no record has it. */
    public static final int UNKNOWN = -5;

    private static final int MAX_OFFENDER_LENGTH = 128;
    private static final int MAX_INTEGER_LENGTH = 20;

    private final AttributeSchema schema;
    private final NameDictionary keywords;
    private final byte[] offender = new byte[MAX_OFFENDER_LENGTH];
    private int offenderLength;
    private long number;

    /**
     * A dictionary without keywords.
     *
     * @param schema      declared attributes.
     * @param maxKeywords most different keywords of all attributes together, 1 to 65,536.
     */
    public AttributeDictionary(final AttributeSchema schema, final int maxKeywords) {
        this.schema = schema;
        keywords = new NameDictionary(maxKeywords);
    }

    /**
     * Declared attributes.
     *
     * @return as given to the constructor.
     */
    public AttributeSchema schema() {
        return schema;
    }

    /**
     * Keywords that have numbers.
     *
     * @return from 0.
     */
    public int keywords() {
        return keywords.size();
    }

    /**
     * Reads attributes. Text that fails leaves {@code out} and {@code removed} empty and adds no keyword.
     *
     * @param buffer  with the text.
     * @param offset  where it starts.
     * @param length  in bytes, from 0.
     * @param out     gets the values.
     * @param removed gets the attributes whose value is empty; null: an empty value is {@link #INVALID}.
     * @param intern  true: new keywords get numbers. False: they are {@link #UNKNOWN}.
     * @return number of attributes in the text, or a negative code, and {@link #lastOffender()} tells the part that caused it.
     */
    public int parse(
        final DirectBuffer buffer, final int offset, final int length, final AttributeValues out, final AttributeValues removed,
        final boolean intern) {
        out.clear();
        if (removed != null) {
            removed.clear();
        }
        offenderLength = 0;
        final int keywordsBefore = keywords.size();
        final int limit = offset + length;
        int count = 0;
        for (int start = offset; length > 0 && start <= limit; count++) {
            final int end = endOfItem(buffer, start, limit);
            final int code = parseItem(buffer, start, end, out, removed, intern);
            if (code < 0) {
                keywords.truncate(keywordsBefore);
                out.clear();
                if (removed != null) {
                    removed.clear();
                }
                return offend(code, buffer, start, end);
            }
            start = end + 1;
        }
        return count;
    }

    private int parseItem(
        final DirectBuffer buffer, final int start, final int end, final AttributeValues out, final AttributeValues removed,
        final boolean intern) {
        final int operator = operatorOf(buffer, start, end);
        if (operator == end || buffer.getByte(operator) != '=') {
            return INVALID;
        }
        final int index = schema.indexOf(buffer, start, operator - start);
        if (index < 0) {
            return operator == start ? INVALID : UNKNOWN_KEY;
        }
        if (out.has(index) || removed != null && removed.has(index)) {
            return INVALID;
        }
        final int value = operator + 1;
        if (value == end) {
            if (removed == null) {
                return INVALID;
            }
            removed.set(index, 0);
            return 0;
        }
        final int code = parseValue(index, buffer, value, end - value, intern);
        if (code >= 0) {
            out.set(index, number);
        }
        return code;
    }

    /**
     * Reads conditions: {@code key op value}, where {@code op} is {@code =}, or for integers also one of
     * {@code < <= > >=}. Conditions on the same key must hold together. A keyword that is not known makes the filter match
     * nothing; that is no error.
     *
     * @param buffer with the text.
     * @param offset where it starts.
     * @param length in bytes, from 0.
     * @param out    gets the conditions; empty when the text fails.
     * @return number of conditions in the text, or {@link #INVALID}, {@link #UNKNOWN_KEY} or {@link #NOT_INTEGER}, and
     *     {@link #lastOffender()} tells the part that caused it.
     */
    public int parseFilter(final DirectBuffer buffer, final int offset, final int length, final AttributeFilter out) {
        out.clear();
        offenderLength = 0;
        final int limit = offset + length;
        int count = 0;
        for (int start = offset; length > 0 && start <= limit; count++) {
            final int end = endOfItem(buffer, start, limit);
            final int code = parseCondition(buffer, start, end, out);
            if (code < 0) {
                out.clear();
                return offend(code, buffer, start, end);
            }
            start = end + 1;
        }
        return count;
    }

    private int parseCondition(final DirectBuffer buffer, final int start, final int end, final AttributeFilter out) {
        final int operator = operatorOf(buffer, start, end);
        if (operator == end || operator == start) {
            return INVALID;
        }
        final int index = schema.indexOf(buffer, start, operator - start);
        if (index < 0) {
            return UNKNOWN_KEY;
        }
        final byte relation = buffer.getByte(operator);
        final boolean orEqual = relation != '=' && operator + 1 < end && buffer.getByte(operator + 1) == '=';
        final int value = operator + (orEqual ? 2 : 1);
        if (value == end) {
            return INVALID;
        }
        if (relation != '=' && schema.get(index).type() == Type.KEYWORD) {
            return NOT_INTEGER;
        }
        final int code = parseValue(index, buffer, value, end - value, false);
        if (code == UNKNOWN) {
            out.matchNothing();
            return 0;
        }
        if (code >= 0) {
            addCondition(out, index, relation, orEqual);
        }
        return code;
    }

    private void addCondition(final AttributeFilter out, final int index, final byte relation, final boolean orEqual) {
        if (relation == '=') {
            out.equal(index, number);
        } else if (relation == '<') {
            if (!orEqual && number == Long.MIN_VALUE) {
                out.matchNothing();
            } else {
                out.atMost(index, orEqual ? number : number - 1);
            }
        } else if (!orEqual && number == Long.MAX_VALUE) {
            out.matchNothing();
        } else {
            out.atLeast(index, orEqual ? number : number + 1);
        }
    }

    private int parseValue(
        final int index, final DirectBuffer buffer, final int offset, final int length, final boolean intern) {
        if (schema.get(index).type() == Type.INTEGER) {
            return parseInteger(buffer, offset, length);
        }
        if (!NameDictionary.isValidName(buffer, offset, length)) {
            return INVALID;
        }
        final int id = intern ? keywords.intern(buffer, offset, length) : keywords.idOf(buffer, offset, length);
        if (id < 0) {
            return id == NameDictionary.FULL ? FULL : UNKNOWN;
        }
        number = id;
        return 0;
    }

    private int parseInteger(final DirectBuffer buffer, final int offset, final int length) {
        final boolean negative = buffer.getByte(offset) == '-';
        final int first = negative ? 1 : 0;
        if (length == first || length > MAX_INTEGER_LENGTH) {
            return NOT_INTEGER;
        }
        // Summed up below 0, where there is one number more than above.
        long sum = 0;
        for (int i = first; i < length; i++) {
            final int digit = buffer.getByte(offset + i) - '0';
            if (digit < 0 || digit > 9 || sum < Long.MIN_VALUE / 10 || sum * 10 < Long.MIN_VALUE + digit) {
                return NOT_INTEGER;
            }
            sum = sum * 10 - digit;
        }
        if (!negative && sum == Long.MIN_VALUE) {
            return NOT_INTEGER;
        }
        number = negative ? sum : -sum;
        return 0;
    }

    private static int endOfItem(final DirectBuffer buffer, final int start, final int limit) {
        int end = start;
        while (end < limit && buffer.getByte(end) != ',') {
            end++;
        }
        return end;
    }

    private static int operatorOf(final DirectBuffer buffer, final int start, final int end) {
        int position = start;
        while (position < end) {
            final byte character = buffer.getByte(position);
            if (character == '=' || character == '<' || character == '>') {
                break;
            }
            position++;
        }
        return position;
    }

    private int offend(final int code, final DirectBuffer buffer, final int start, final int end) {
        offenderLength = Math.min(end - start, MAX_OFFENDER_LENGTH);
        buffer.getBytes(start, offender, 0, offenderLength);
        return code;
    }

    /**
     * Part of the text that made the last {@link #parse} or {@link #parseFilter} fail, cut at 128 bytes; bytes that are no
     * printable ASCII are shown as {@code ?}. Allocates.
     *
     * @return empty after one that did not fail.
     */
    public String lastOffender() {
        final byte[] printable = new byte[offenderLength];
        for (int i = 0; i < offenderLength; i++) {
            printable[i] = offender[i] >= ' ' && offender[i] < 0x7F ? offender[i] : (byte) '?';
        }
        return new String(printable, StandardCharsets.US_ASCII);
    }

    /**
     * Length of what {@link #encode} would write.
     *
     * @param values of this dictionary.
     * @return bytes.
     */
    public int encodedLength(final AttributeValues values) {
        int length = 0;
        for (int rest = values.present(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            final long value = values.get(index);
            length += (length == 0 ? 0 : 1) + schema.nameBytes(index).length + 1
                + (schema.get(index).type() == Type.KEYWORD ? keywords.nameBytes((int) value).length : integerLength(value));
        }
        return length;
    }

    /**
     * Writes attributes as text, in the order of their declaration.
     *
     * @param values of this dictionary; those of another are an {@link IndexOutOfBoundsException}.
     * @param buffer to write to.
     * @param offset where to start.
     * @return bytes written.
     */
    public int encode(final AttributeValues values, final MutableDirectBuffer buffer, final int offset) {
        int position = offset;
        for (int rest = values.present(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            if (position > offset) {
                buffer.putByte(position++, (byte) ',');
            }
            final byte[] name = schema.nameBytes(index);
            buffer.putBytes(position, name);
            position += name.length;
            buffer.putByte(position++, (byte) '=');
            final long value = values.get(index);
            position += schema.get(index).type() == Type.KEYWORD
                ? keywords.encodeName((int) value, buffer, position) : buffer.putLongAscii(position, value);
        }
        return position - offset;
    }

    private static int integerLength(final long value) {
        int length = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            length++;
        }
        return length;
    }
}
