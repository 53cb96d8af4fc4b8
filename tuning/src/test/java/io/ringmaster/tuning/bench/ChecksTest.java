package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Short runs of the checks of the core. They check that something is measured, not how fast it is. */
@Timeout(60)
class ChecksTest {
    @TempDir
    private Path dir;

    @Test
    void shouldReadTheSameRecordsInBothModesWhenWritesAreBetween() throws InterruptedException {
        final RingReadCheck check = new RingReadCheck(500, 2, 10);

        for (final boolean throughRing : new boolean[] {false, true}) {
            final RingReadCheck.Result result = check.run(throughRing, 200_000_000L);
            assertTrue(result.reads().getTotalCount() > 0);
            assertTrue(result.writes() >= result.reads().getTotalCount() / 10, result.writes() + " writes");
        }
    }

    @Test
    void shouldCompactAndLoseNothingWhenRecordsAreMadeAgain() throws IOException {
        final JsonNode churn = run(new ChurnCommand(), "--entries", "4000", "--cycles", "40000");

        assertTrue(churn.path("blocksMoved").asLong() > 0, churn.toString());
        assertTrue(churn.path("compactingCycleNs").path("count").asLong() > 0);
        assertEquals(4, churn.path("meanProbeAfterQuarters").size());
        for (final JsonNode goal : churn.path("goals")) {
            assertTrue(goal.path("what").asText().contains("us") || goal.path("met").asBoolean(), goal.toString());
        }
    }

    private JsonNode run(final Callable<Integer> command, final String... arguments) throws IOException {
        final Path out = dir.resolve("out.json");
        final CommandLine line = new CommandLine(command);
        final StringWriter err = new StringWriter();
        line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err));
        final String[] all = new String[arguments.length + 2];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        all[arguments.length] = "--out";
        all[arguments.length + 1] = out.toString();
        assertEquals(0, line.execute(all), err::toString);
        final JsonNode json = new ObjectMapper().readTree(out.toFile());
        assertTrue(json.path("valid").asBoolean());
        return json;
    }
}
