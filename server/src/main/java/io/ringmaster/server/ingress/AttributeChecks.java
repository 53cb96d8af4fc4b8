package io.ringmaster.server.ingress;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeFilter;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.AttributeValues;

/**
 * Reads attributes and conditions on them; a text that fails is refused with the part that is wrong, and with what is declared.
 * <p>
 * Threading: confined to the network thread.
 */
final class AttributeChecks {
    private static final int MAX_LENGTH = 1024;

    private final RequestChecks checks;
    private final AttributeDictionary dictionary;

    AttributeChecks(final RequestChecks checks, final AttributeDictionary dictionary) {
        this.checks = checks;
        this.dictionary = dictionary;
    }

    /**
     * Reads attributes; new keywords get numbers.
     *
     * @param field   name of the field, for the text.
     * @param range   the text.
     * @param out     gets the values.
     * @param removed gets those with an empty value; null: they are not allowed.
     * @return false: it failed.
     */
    boolean read(final String field, final ByteRange range, final AttributeValues out, final AttributeValues removed) {
        if (!checks.notLongerThan(field, range.length, MAX_LENGTH)) {
            return false;
        }
        final int code = dictionary.parse(range.buffer, range.offset, range.length, out, removed, true);
        return code >= 0 || fail(field, code, "key=value, each key once");
    }

    /**
     * Reads conditions.
     *
     * @param field name of the field, for the text.
     * @param range the text.
     * @param out   gets the conditions.
     * @return false: it failed.
     */
    boolean readFilter(final String field, final ByteRange range, final AttributeFilter out) {
        if (!checks.notLongerThan(field, range.length, MAX_LENGTH)) {
            return false;
        }
        final int code = dictionary.parseFilter(range.buffer, range.offset, range.length, out);
        return code >= 0 || fail(field, code, "a key, one of = < <= > >= and a value");
    }

    private boolean fail(final String field, final int code, final String form) {
        final String offender = field + " '" + dictionary.lastOffender() + "' ";
        return switch (code) {
            case AttributeDictionary.UNKNOWN_KEY -> checks.invalid(offender + "has a key that is not declared; " + declared());
            case AttributeDictionary.NOT_INTEGER -> checks.invalid(offender +
                "must have a 64-bit integer as its value and a key of the type integer; " + declared());
            case AttributeDictionary.FULL -> checks.full(offender + "is new, and the server knows " + dictionary.keywords() +
                " keywords already, which is the bound");
            default -> checks.invalid(offender + "must be " + form);
        };
    }

    private String declared() {
        final AttributeSchema schema = dictionary.schema();
        if (schema.size() == 0) {
            return "none are declared in ringmaster.registry.attributes";
        }
        final StringBuilder builder = new StringBuilder("declared are ");
        for (int i = 0; i < schema.size(); i++) {
            builder.append(i == 0 ? "" : ", ").append(schema.get(i).name()).append(" (")
                .append(schema.get(i).type() == AttributeSchema.Type.INTEGER ? "integer" : "keyword").append(')');
        }
        return builder.toString();
    }
}
