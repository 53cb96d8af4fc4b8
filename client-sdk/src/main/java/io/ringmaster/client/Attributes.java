package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text form of attributes, {@code key=value} joined with commas, and its rules: at most 8 keys, keys and
 * values of letters, digits and {@code ._:/-}, 1,024 bytes in all. Which keys there are, and whether their values
 * are integers, is declared in the server's configuration and checked there.
 * <p>
 * Threading: static methods.
 */
final class Attributes {
    static final int MAX_ATTRIBUTES = 8;
    static final int MAX_TEXT_LENGTH = 1024;
    private static final String PUNCTUATION = "._:/-";

    private Attributes() {
    }

    /** Throws IllegalArgumentException that names the key and the rule. */
    static void checkKey(final String key) {
        ConnectionContext.check(isName(key), "attribute key '" + key + "' is not 1 to 128 of the characters A-Z a-z 0-9 "
            + PUNCTUATION);
    }

    /** Throws IllegalArgumentException that names the key and the rule. */
    static void checkValue(final String key, final String value) {
        ConnectionContext.check(isName(value), "value '" + value + "' of attribute '" + key
            + "' is not 1 to 128 of the characters A-Z a-z 0-9 " + PUNCTUATION);
    }

    private static boolean isName(final String text) {
        if (text == null || text.isEmpty() || text.length() > Protocol.MAX_NAME_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            final boolean isAlphanumeric = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!isAlphanumeric && PUNCTUATION.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The checked text form. An empty value is allowed only where {@code canRemove}. */
    static String join(final Map<String, String> attributes, final boolean canRemove) {
        ConnectionContext.check(attributes.size() <= MAX_ATTRIBUTES, attributes.size() + " attributes are more than "
            + MAX_ATTRIBUTES);
        final StringBuilder text = new StringBuilder();
        attributes.forEach((key, value) -> {
            checkKey(key);
            if (!canRemove || !"".equals(value)) {
                checkValue(key, value);
            }
            text.append(text.length() > 0 ? "," : "").append(key).append('=').append(value);
        });
        ConnectionContext.check(text.length() <= MAX_TEXT_LENGTH, "attributes of " + text.length()
            + " characters are longer than " + MAX_TEXT_LENGTH);
        return text.toString();
    }

    /** Values of a text that the server sent. */
    static Map<String, String> parse(final String text) {
        if (text == null || text.isEmpty()) {
            return Map.of();
        }
        final Map<String, String> attributes = new LinkedHashMap<>();
        for (final String pair : text.split(",")) {
            final int equals = pair.indexOf('=');
            attributes.put(equals < 0 ? pair : pair.substring(0, equals), equals < 0 ? "" : pair.substring(equals + 1));
        }
        return Map.copyOf(attributes);
    }
}
