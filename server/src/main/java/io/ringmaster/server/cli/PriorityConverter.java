package io.ringmaster.server.cli;

import io.ringmaster.protocol.Protocol;
import picocli.CommandLine;

import java.util.List;
import java.util.Locale;

/**
 * Reads a priority band by name or number.
 * <p>
 * Threading: immutable.
 */
final class PriorityConverter implements CommandLine.ITypeConverter<Integer> {
    /** Names of the bands, lowest first. */
    static final List<String> NAMES = List.of("low", "normal", "high", "urgent");

    @Override
    public Integer convert(final String text) {
        return parse(text);
    }

    static int parse(final String text) {
        final int index = NAMES.indexOf(text.toLowerCase(Locale.ROOT));
        if (index >= 0) {
            return index;
        }
        if (text.matches("\\d") && Integer.parseInt(text) <= Protocol.MAX_PRIORITY) {
            return Integer.parseInt(text);
        }
        throw new CommandLine.TypeConversionException("'" + text + "' is none of " + String.join(", ", NAMES) + ", 0 to " +
            Protocol.MAX_PRIORITY);
    }
}
