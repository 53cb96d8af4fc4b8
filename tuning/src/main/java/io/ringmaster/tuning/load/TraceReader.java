package io.ringmaster.tuning.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a trace: CSV with the header {@code TIMESTAMP,ContextTokens,GeneratedTokens}, one row per request, timestamps as
 * {@code 2023-11-16 18:15:46.6805900} (none to nine digits of a second). Line ends may be LF or CRLF. Rows have to be in
 * order of time.
 * <p>
 * Threading: static methods, no state.
 */
final class TraceReader {
    /** First line of a trace. */
    static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
    /** More tokens than any model takes; a larger number is a broken file. */
    static final int MAX_TOKENS = 10_000_000;

    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
        .appendPattern("uuuu-MM-dd HH:mm:ss")
        .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
        .toFormatter()
        .withResolverStyle(ResolverStyle.STRICT);

    private TraceReader() {
    }

    /**
     * Reads a whole trace.
     *
     * @param file to read.
     * @return its rows, at least one.
     * @throws IOException          if the file cannot be read.
     * @throws TraceFormatException for a missing header, a bad row or a file without rows.
     */
    static List<TraceRow> read(final Path file) throws IOException {
        final List<TraceRow> rows = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
            final String header = reader.readLine();
            if (header == null || !HEADER.equalsIgnoreCase(header.strip())) {
                throw new TraceFormatException(file, 1, "expected the header " + HEADER + " but found " + quoted(header));
            }
            long lineNumber = 1;
            long firstNs = 0;
            long previousNs = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lineNumber++;
                if (line.isBlank()) {
                    continue;
                }
                final String[] fields = line.strip().split(",", -1);
                if (fields.length != 3) {
                    throw new TraceFormatException(file, lineNumber, "expected 3 fields but found " + fields.length);
                }
                final long timeNs = epochNs(file, lineNumber, fields[0].strip());
                if (rows.isEmpty()) {
                    firstNs = timeNs;
                } else if (timeNs < previousNs) {
                    throw new TraceFormatException(file, lineNumber, "timestamp " + fields[0] + " is before the row above it");
                }
                previousNs = timeNs;
                rows.add(new TraceRow(
                    timeNs - firstNs,
                    tokens(file, lineNumber, "ContextTokens", fields[1].strip()),
                    tokens(file, lineNumber, "GeneratedTokens", fields[2].strip())));
            }
            if (rows.isEmpty()) {
                throw new TraceFormatException(file, lineNumber, "no rows after the header");
            }
        }
        return rows;
    }

    private static long epochNs(final Path file, final long line, final String text) {
        try {
            final LocalDateTime time = LocalDateTime.parse(text, TIMESTAMP);
            return Math.addExact(
                Math.multiplyExact(time.toEpochSecond(ZoneOffset.UTC), 1_000_000_000L), time.getNano());
        } catch (final DateTimeException | ArithmeticException ex) {
            throw new TraceFormatException(file, line, "TIMESTAMP " + quoted(text) + " is not like 2023-11-16 18:15:46.6805900");
        }
    }

    private static int tokens(final Path file, final long line, final String field, final String text) {
        int value = -1;
        try {
            value = Integer.parseInt(text);
        } catch (final NumberFormatException ex) {
            // Reported below, like a number out of bounds.
        }
        if (value < 0 || value > MAX_TOKENS) {
            throw new TraceFormatException(
                file, line, field + " " + quoted(text) + " is not a whole number from 0 to " + MAX_TOKENS);
        }
        return value;
    }

    private static String quoted(final String text) {
        return text == null ? "nothing" : "'" + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + "'";
    }
}
