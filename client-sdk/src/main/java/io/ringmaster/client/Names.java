package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;

import java.util.List;

/**
 * Lists of names as the wire carries them: joined with commas, 1,024 bytes at most.
 * <p>
 * Threading: static methods.
 */
final class Names {
    static final int MAX_TEXT_LENGTH = 1024;

    private Names() {
    }

    /** Throws IllegalArgumentException that names what is wrong. */
    static String join(final String what, final List<String> names) {
        for (final String name : names) {
            ConnectionContext.check(!name.isEmpty() && name.length() <= Protocol.MAX_NAME_LENGTH
                && ConnectionContext.isAscii(name) && name.indexOf(',') < 0, what + " '" + name + "' is not 1 to "
                + Protocol.MAX_NAME_LENGTH + " printable ASCII characters without comma");
        }
        final String text = String.join(",", names);
        ConnectionContext.check(text.length() <= MAX_TEXT_LENGTH, "the names of " + what + " are " + text.length()
            + " characters long together, more than " + MAX_TEXT_LENGTH);
        return text;
    }

    /** Throws IllegalArgumentException that names what is wrong. */
    static String check(final String what, final String name) {
        ConnectionContext.check(name != null && name.length() <= Protocol.MAX_NAME_LENGTH && ConnectionContext.isAscii(name),
            what + " '" + name + "' is not at most " + Protocol.MAX_NAME_LENGTH + " printable ASCII characters");
        return name;
    }

    static List<String> split(final String joined) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(","));
    }
}
