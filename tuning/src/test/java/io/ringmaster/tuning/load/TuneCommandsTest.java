package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The command line as a user types it; what needs a server is in the system tests. */
@Timeout(120)
class TuneCommandsTest {
    @TempDir
    private Path dir;
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void shouldMeasureTheEchoOverIpc() throws IOException {
        shouldMeasureTheEcho("ipc");
    }

    @Test
    void shouldMeasureTheEchoOverUdp() throws IOException {
        shouldMeasureTheEcho("udp");
    }

    @Test
    void shouldPrintStoredResultsAsATable() throws IOException {
        final LoadResult good = new LoadResult("lookup", Transport.IPC, "laptop");
        good.counts(10, 0, 0, 1);
        final LoadResult bad = new LoadResult("dispatch", Transport.UDP, "laptop");
        ResultWriter.json(good, dir.resolve("good.json"));
        ResultWriter.json(bad, dir.resolve("bad.json"));

        assertEquals(0, execute("report", dir.resolve("good.json").toString()));
        assertTrue(out().contains("lookup"), out());
        assertEquals(1, execute("report", dir.resolve("good.json").toString(), dir.resolve("bad.json").toString()));
        assertTrue(out().contains("dispatch"), out());
    }

    @Test
    void shouldRefuseToReportWhatIsNoResult() throws IOException {
        final Path file = dir.resolve("x.json");
        assertEquals(1, execute("report", file.toString()));
        assertTrue(err().contains("does not exist"), err());
        Files.writeString(file, "{");
        assertEquals(1, execute("report", file.toString()));
        assertTrue(err().contains("is not JSON"), err());
        Files.writeString(file, "{}");
        assertEquals(1, execute("report", file.toString()));
        assertTrue(err().contains("is not a result of load"), err());
    }

    @Test
    void shouldExitWithTwoOnWrongUsage() {
        assertEquals(2, execute());
        assertEquals(2, execute("load"));
        assertEquals(2, execute("load", "nonsense"));
        assertTrue(err().contains("lookup-batch"), "names what there is: " + err());
        assertEquals(2, execute("load", "lookup", "--rate", "-1"));
        assertTrue(err().contains("--rate = -1.0 is not 0 to 1e8"), err());
        assertEquals(2, execute("load", "lookup", "--clients", "0"));
        assertEquals(2, execute("load", "sessions", "--clients", "2"));
        assertTrue(err().contains("--clients = 2 is not 3 to 1000"), err());
        assertEquals(2, execute("load", "burst", "--bursts", "25,0"));
        assertEquals(2, execute("load", "lookup", "--set", "novalue"));
        assertEquals(2, execute("load", "replay"));
        assertTrue(err().contains("replay needs --trace FILE"), err());
        assertEquals(2, execute("load", "replay", "--trace", dir.resolve("none.csv").toString()));
        assertEquals(2, execute("load", "lookup", "--target", "localhost:4000"));
        assertTrue(err().contains("say --transport udp"), err());
    }

    @Test
    void shouldFailWhenTheTargetHasNoServer() {
        assertEquals(1, execute("load", "lookup", "--target", dir.toString(), "--floor-seconds", "0"));
        assertTrue(err().contains("FAIL: --target " + dir), err());
    }

    @Test
    void shouldFailOnAnUnknownKeyBeforeAnythingIsStarted() {
        assertEquals(1, execute("load", "lookup", "--set", "ringmaster.no.such.key=1"));
        assertTrue(err().contains("ringmaster.no.such.key"), err());
    }

    private void shouldMeasureTheEcho(final String transport) throws IOException {
        final Path file = dir.resolve("echo.json");
        final int exitCode = execute("load", "echo", "--transport", transport, "--seconds", "1", "--segments", "1",
            "--warmup", "0", "--floor-seconds", "0.2", "--format", "json",
            "--out", file.toString(), "--hdr", dir.resolve("hdr").toString());

        assertEquals(0, exitCode, err());
        final JsonNode printed = new ObjectMapper().readTree(out());
        assertEquals(new ObjectMapper().readTree(Files.readAllBytes(file)), printed, "standard output holds the JSON and nothing else");
        assertEquals("echo", printed.path("scenario").asText());
        assertEquals(transport, printed.path("transport").asText());
        assertTrue(printed.path("operations").asLong() > 100);
        assertEquals(printed.path("latencyNs").path("p50"), printed.path("floor").path("p50"));
        assertTrue(printed.path("bareFloor").path("p50").asLong() > 0, out());
        final File[] hdrFiles = dir.resolve("hdr").toFile().listFiles();
        assertEquals(1, hdrFiles.length);
        try (HistogramLogReader reader = new HistogramLogReader(hdrFiles[0])) {
            final EncodableHistogram histogram = reader.nextIntervalHistogram();
            assertNotNull(histogram);
            assertEquals(printed.path("latencyNs").path("max").asLong(), ((Histogram) histogram).getMaxValue());
        }
    }

    private int execute(final String... args) {
        out.reset();
        err.reset();
        return TuneCommands.execute(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
