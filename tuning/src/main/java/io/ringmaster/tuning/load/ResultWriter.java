package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.HdrHistogram.HistogramLogWriter;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes what a run leaves behind: the JSON result and the histogram log.
 * <p>
 * Threading: static methods, no state.
 */
final class ResultWriter {
    private ResultWriter() {
    }

    static void write(final LoadResult result, final LoadOptions options) throws IOException {
        if (options.out != null) {
            json(result, options.out);
        }
        if (options.hdrDir != null) {
            Files.createDirectories(options.hdrDir);
            hdr(result, options.hdrDir);
        }
    }

    static void json(final LoadResult result, final Path file) throws IOException {
        if (file.toAbsolutePath().getParent() != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
        final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, mapper.writeValueAsString(result.json()) + "\n");
    }

    /** One file, named after scenario, transport and time; values in nanoseconds. */
    private static void hdr(final LoadResult result, final Path dir) throws FileNotFoundException {
        final long nowMs = System.currentTimeMillis();
        final String scenario = result.json().path("scenario").asText();
        final String transport = result.json().path("transport").asText();
        final Path file = dir.resolve(String.format(Locale.ROOT, "%s-%s-%d.hdr", scenario, transport, nowMs));
        try (PrintStream stream = new PrintStream(file.toFile())) {
            final HistogramLogWriter writer = new HistogramLogWriter(stream);
            writer.outputLogFormatVersion();
            writer.outputComment("[latency of " + scenario + " over " + transport + " in nanoseconds]");
            writer.outputLegend();
            final double seconds = result.json().path("durationNs").asLong() / 1e9;
            writer.outputIntervalHistogram(0, seconds, result.latencies(), 1e6);
        }
    }
}
