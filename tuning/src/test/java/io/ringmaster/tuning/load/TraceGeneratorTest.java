package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TraceGeneratorTest {
    @TempDir
    private Path dir;

    @Test
    void shouldWriteTheSameFileForTheSameSeed() throws IOException {
        assertEquals(write("a", 7), write("b", 7));
        assertNotEquals(write("a", 7), write("b", 8));
    }

    @Test
    void shouldWriteWhatTheReaderReads() throws IOException {
        final Path file = dir.resolve("trace.csv");
        TraceGenerator.write(file, 2000, 5.0, 1);
        final List<TraceRow> rows = TraceReader.read(file);

        assertEquals(2000, rows.size());
        final double seconds = rows.get(rows.size() - 1).arrivalNs() / 1e9;
        assertTrue(seconds > 340 && seconds < 460, "2,000 arrivals at 5/s took " + seconds + " s");
        final double context = rows.stream().mapToInt(TraceRow::contextTokens).average().orElseThrow();
        final double generated = rows.stream().mapToInt(TraceRow::generatedTokens).average().orElseThrow();
        assertTrue(context > 900 && context < 1400, "mean context tokens " + context);
        assertTrue(generated > 170 && generated < 250, "mean generated tokens " + generated);
    }

    @Test
    void shouldRefuseNonsense() {
        assertThrows(IllegalArgumentException.class, () -> TraceGenerator.write(dir.resolve("x"), 0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> TraceGenerator.write(dir.resolve("x"), 1, 0, 1));
    }

    private String write(final String name, final long seed) throws IOException {
        final Path file = dir.resolve(name);
        TraceGenerator.write(file, 100, 5.5, seed);
        return Files.readString(file);
    }
}
