package io.ringmaster.server.cli;

import picocli.CommandLine;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code 500ms}, {@code 5s}, {@code 1.5m} and the like.
 * <p>
 * Threading: immutable.
 */
final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
    private static final Pattern PATTERN = Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ns|us|ms|s|m|h)");
    private static final Map<String, Long> NS_PER_UNIT = Map.of(
        "ns", 1L, "us", 1_000L, "ms", 1_000_000L, "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final Duration LONGEST = Duration.ofDays(365);

    @Override
    public Duration convert(final String text) {
        return parse(text);
    }

    static Duration parse(final String text) {
        if ("0".equals(text)) {
            return Duration.ZERO;
        }
        final Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw new CommandLine.TypeConversionException("'" + text + "' is no duration such as 500ms, 5s or 1m");
        }
        final double ns = Double.parseDouble(matcher.group(1)) * NS_PER_UNIT.get(matcher.group(2));
        if (ns > LONGEST.toNanos()) {
            throw new CommandLine.TypeConversionException("'" + text + "' is longer than a year");
        }
        return Duration.ofNanos(Math.round(ns));
    }
}
