package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TraceReaderTest {
    private static final String HEADER = TraceReader.HEADER + "\n";

    @TempDir
    private Path dir;

    @Test
    void shouldReadSevenFractionalDigitsAndCrLf() throws IOException {
        final List<TraceRow> rows = read((HEADER +
            "2023-11-16 18:15:46.6805900,374,44\n" +
            "2023-11-16 18:15:50.9951690,396,109\n").replace("\n", "\r\n"));

        assertEquals(List.of(new TraceRow(0, 374, 44), new TraceRow(4_314_579_000L, 396, 109)), rows);
    }

    @Test
    void shouldReadLastRowWithoutLineEndAndNoFraction() throws IOException {
        final List<TraceRow> rows = read(HEADER + "2023-11-16 23:59:59,1,2\n2023-11-17 00:00:00.5,0,0");

        assertEquals(List.of(new TraceRow(0, 1, 2), new TraceRow(1_500_000_000L, 0, 0)), rows);
    }

    @Test
    void shouldNameLineOfBadTimestamp() {
        assertFails("line 3: TIMESTAMP '2023-11-31 18:15:46'",
            HEADER + "2023-11-16 18:15:46.1,1,2\n2023-11-31 18:15:46,1,2\n");
    }

    @Test
    void shouldNameLineAndFieldOfBadNumber() {
        assertFails("line 2: ContextTokens '-1'", HEADER + "2023-11-16 18:15:46.1,-1,2\n");
        assertFails("line 2: GeneratedTokens '1e3'", HEADER + "2023-11-16 18:15:46.1,1,1e3\n");
        assertFails("line 2: ContextTokens '99999999999'", HEADER + "2023-11-16 18:15:46.1,99999999999,2\n");
    }

    @Test
    void shouldNameLineWithMissingField() {
        assertFails("line 2: expected 3 fields but found 2", HEADER + "2023-11-16 18:15:46.1,1\n");
    }

    @Test
    void shouldNameLineThatIsOutOfOrder() {
        assertFails("line 3: timestamp 2023-11-16 18:15:45.9 is before",
            HEADER + "2023-11-16 18:15:46.1,1,2\n2023-11-16 18:15:45.9,1,2\n");
    }

    @Test
    void shouldRefuseEmptyFile() {
        assertFails("line 1: expected the header", "");
    }

    @Test
    void shouldRefuseFileWithoutRows() {
        assertFails("no rows after the header", HEADER);
    }

    @Test
    void shouldRefuseOtherHeader() {
        assertFails("line 1: expected the header " + TraceReader.HEADER + " but found 'a,b,c'", "a,b,c\n");
    }

    private void assertFails(final String message, final String content) {
        final TraceFormatException ex = assertThrows(TraceFormatException.class, () -> read(content));
        assertTrue(ex.getMessage().contains(message), ex.getMessage());
        assertTrue(ex.getMessage().contains("trace.csv"), ex.getMessage());
    }

    private List<TraceRow> read(final String content) throws IOException {
        final Path file = dir.resolve("trace.csv");
        Files.writeString(file, content);
        return TraceReader.read(file);
    }
}
