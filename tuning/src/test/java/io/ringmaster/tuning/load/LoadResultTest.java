package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class LoadResultTest {
    private final LoadResult result = new LoadResult("lookup", Transport.IPC, "laptop");

    @Test
    void shouldHaveExactlyTheKeysOfTheDesignAndThenItsOwn() {
        assertEquals(
            List.of("scenario", "transport", "operations", "errors", "rejected", "durationNs", "throughputPerSecond",
                "latencyNs", "floor", "server", "machine", "bareFloor", "valid", "failures", "warnings"),
            keys(result.json()));
        assertEquals(List.of("p50", "p90", "p99", "p999", "max"), keys(result.json().path("latencyNs")));
        assertEquals(List.of("p50", "p99"), keys(result.json().path("floor")));
        assertEquals(List.of("p50", "p99"), keys(result.json().path("bareFloor")));
        assertEquals(List.of("cores", "jdk", "profile", "cpu"), keys(result.json().path("machine")));
    }

    @Test
    void shouldHaveTheSameServerKeysWithAndWithoutFigures() {
        final List<String> expected = List.of(
            "allocatedBytesPerOperation", "gcCount", "gcPauseMaxNs", "heapUsedBytes", "offHeapBytes", "cpuNsPerOperation");
        assertEquals(expected, keys(result.json().path("server")));
        assertTrue(result.json().path("server").path("gcCount").isNull());

        result.counts(1000, 0, 0, 1);
        result.server(new ServerFigures(1500, 2, 3, 4, 5, 6000));
        final JsonNode server = result.json().path("server");
        assertEquals(expected, keys(server));
        assertEquals(1.5, server.path("allocatedBytesPerOperation").asDouble());
        assertEquals(6, server.path("cpuNsPerOperation").asLong());
    }

    @Test
    void shouldCountABoundAsMissedWhateverWasMeasuredIfItDidNotTakePlace() {
        result.goal("R24", "ratio", 0.01, false, 0.4);
        result.missedGoal("R24", "ratio of a side that fell behind", 0.01, 0.4);

        final JsonNode goals = result.json().path("goals");
        assertTrue(goals.path(0).path("met").asBoolean());
        assertFalse(goals.path(1).path("met").asBoolean());
        assertEquals(goals.path(0).path("bound").asText(), goals.path(1).path("bound").asText());
        assertEquals(0.01, goals.path(1).path("value").asDouble());
    }

    @Test
    void shouldComputeThroughputAndPercentiles() {
        final Histogram histogram = Latencies.histogram();
        for (int i = 1; i <= 100; i++) {
            Latencies.record(histogram, i);
        }
        result.counts(100, 0, 7, 2_000_000_000L);
        result.latencies(histogram);

        assertEquals(50.0, result.json().path("throughputPerSecond").asDouble());
        assertEquals(7, result.json().path("rejected").asLong());
        assertEquals(50, result.json().path("latencyNs").path("p50").asLong());
        assertEquals(100, result.json().path("latencyNs").path("max").asLong());
        assertTrue(result.valid());
    }

    @Test
    void shouldNotBeValidWhenAnythingFailed() {
        assertFalse(result.valid(), "nothing was done");
        result.counts(10, 0, 0, 1);
        assertTrue(result.valid());
        result.counts(10, 1, 0, 1);
        assertFalse(result.valid());
        result.counts(10, 0, 0, 1);
        result.fail("an answer came twice");
        assertFalse(result.json().path("valid").asBoolean());
        assertEquals("an answer came twice", result.json().path("failures").path(0).asText());
    }

    @Test
    void shouldNotLoseDurationsBeyondTheLongest() {
        final Histogram histogram = Latencies.histogram();
        Latencies.record(histogram, Long.MAX_VALUE);
        Latencies.record(histogram, -1);

        assertEquals(2, histogram.getTotalCount());
    }

    @Test
    void shouldPrintWhatItSays() {
        result.counts(10, 0, 0, 1_000_000);
        result.fail("one thing");
        result.warn("another");
        final String text = TextReport.one(result.json());

        assertTrue(text.contains("lookup over ipc: FAIL"), text);
        assertTrue(text.contains("FAIL: one thing"), text);
        assertTrue(text.contains("warning: another"), text);
        assertTrue(TextReport.table(List.of(result.json())).contains("FAIL"));
    }

    @Test
    void shouldPrintALineWithItsRatioForEachFloor() {
        result.counts(10, 0, 0, 1_000_000);
        result.floor(2_000, 4_000);
        result.bareFloor(500, 1_000);
        result.more().putObject("segmentMediansNs").put("p50", 3_000).put("p99", 5_000);
        final List<String> lines = TextReport.one(result.json()).lines().toList();

        final String floor = lines.stream().filter(line -> line.startsWith("  floor ")).findFirst().orElseThrow();
        assertTrue(floor.contains("p50 2.0 us  p99 4.0 us"), floor);
        assertTrue(floor.contains("load / floor: p50 1.50  p99 1.25"), floor);
        final String bare = lines.stream().filter(line -> line.startsWith("  bare floor ")).findFirst().orElseThrow();
        assertTrue(bare.contains("p50 500 ns  p99 1.0 us"), bare);
        assertTrue(bare.contains("load / bare floor: p50 6.00  p99 5.00"), bare);
    }

    @Test
    void shouldPrintNoFloorWhenNoneWasMeasured() {
        result.counts(10, 0, 0, 1_000_000);

        assertFalse(TextReport.one(result.json()).contains("floor"));
    }

    private static List<String> keys(final JsonNode json) {
        final List<String> keys = new ArrayList<>();
        json.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
