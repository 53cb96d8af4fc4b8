package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Short runs of the scenarios against a server in a process of its own. They check answers, not speed. */
@Timeout(180)
class LoadSystemTest {
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
    void shouldLookUpOverIpcWithServerFiguresAndFloor() throws IOException {
        final JsonNode result = load("lookup", "--floor-seconds", "0.2", "--segments", "1");

        assertTrue(result.path("floor").path("p50").asLong() > 0);
        assertTrue(result.path("bareFloor").path("p50").asLong() > 0);
        assertTrue(result.path("floorLatencyNs").path("count").asLong() > 0);
        assertTrue(result.path("bareFloorLatencyNs").path("count").asLong() > 0);
        assertTrue(result.path("server").path("heapUsedBytes").asLong() > 0, result.toString());
        assertTrue(result.path("server").path("cpuNsPerOperation").asLong() > 0, result.toString());
    }

    @Test
    void shouldLookUpOverUdpInAnOpenLoopWithManySessions() throws IOException {
        final JsonNode result = load("lookup", "--transport", "udp", "--rate", "500", "--clients", "8", "--floor-seconds", "0");

        assertEquals(500, result.path("operations").asLong());
    }

    @Test
    void shouldLookUpBatches() throws IOException {
        load("lookup-batch", "--floor-seconds", "0", "--batch", "32");
    }

    @Test
    void shouldRegisterAndUnregister() throws IOException {
        final JsonNode result = load("register", "--floor-seconds", "0", "--clients", "3");

        assertTrue(result.path("kinds").path("unregister").path("count").asLong() > 0);
    }

    @Test
    void shouldDispatch() throws IOException {
        load("dispatch", "--floor-seconds", "0");
    }

    @Test
    void shouldRunBatches() throws IOException {
        load("batch", "--floor-seconds", "0", "--transport", "udp");
    }

    @Test
    void shouldRunBursts() throws IOException {
        final JsonNode result = load("burst", "--floor-seconds", "0", "--bursts", "25,200", "--warmup", "1");

        assertEquals(100 + 800, result.path("operations").asLong());
        assertTrue(result.path("practiceNs").asLong() > 0, "bursts were practised before they were measured");
        assertEquals(2, result.path("bursts").size());
        assertEquals(4, result.path("bursts").path(1).path("waves").size());
        long commands = 0;
        for (final JsonNode burst : result.path("bursts")) {
            for (final JsonNode wave : burst.path("waves")) {
                commands += wave.path("ring").path("waitNs").path("count").asLong();
                assertTrue(wave.path("ring").path("greatestDepth").asLong() > 0, wave.toString());
            }
        }
        assertEquals(result.path("kinds").path("register").path("count").asLong()
            + result.path("kinds").path("unregister").path("count").asLong(), commands);
        assertEquals(commands, sum(result.path("commandsOfPartitions")));
        assertTrue(result.path("stages").has("registry"), result.toString());
    }

    @Test
    void shouldRefuseByTypeInOverloadAndServeAfterwards() throws IOException {
        final JsonNode result = load("overload", "--clients", "4", "--floor-seconds", "0");

        assertTrue(result.path("rejected").asLong() > 0, result.toString());
        assertEquals(0, result.path("overload").path("withoutAnswer").asLong());
        assertEquals(300, result.path("afterwards").path("operations").asLong() + result.path("afterwards").path("rejected").asLong());
    }

    private static long sum(final JsonNode values) {
        long sum = 0;
        for (final JsonNode value : values) {
            sum += value.asLong();
        }
        return sum;
    }

    @Test
    void shouldSweepWithNamesThatAreNotThere() throws IOException {
        final JsonNode sweep = load("sweep", "--floor-seconds", "0", "--clients", "2", "--levels", "20,1", "--hit-rate", "0.5");

        assertEquals(2, sweep.path("levels").size());
        assertTrue(sweep.path("levels").path(1).path("operations").asLong() > 0);
        assertTrue(sweep.path("kinds").path("lookup-miss").path("count").asLong() > 0);
        assertEquals("R6", sweep.path("goals").path(0).path("row").asText());
        assertEquals(8, sweep.path("turns").asInt());
        final double[] shares = {
            sweep.at("/levels/0/throughputToMean").asDouble(), sweep.at("/levels/1/throughputToMean").asDouble()};
        assertEquals(2, shares[0] + shares[1], 0.2, "of each turn's mean; medians need not add up exactly");
        assertEquals(ConcurrencySweep.shareKept(shares), sweep.path("goals").path(0).path("value").asDouble(), 0.002);
    }

    @Test
    void shouldCompareFewSessionsWithManyInTurns() throws IOException {
        final JsonNode result = load("sessions", "--clients", "3", "--outstanding", "4");

        assertEquals(2, result.path("fewSessions").path("fairness").path("sessions").asInt());
        assertEquals(8, result.path("fewSessions").path("outstanding").asInt());
        assertEquals(3, result.path("manySessions").path("fairness").path("sessions").asInt());
        assertEquals(12, result.path("manySessions").path("outstanding").asInt());
        assertTrue(result.path("manySessions").path("fairness").path("fewestOperations").asLong() > 0, result.toString());
        final double[] ratios = new double[8];
        assertEquals(ratios.length, result.path("throughputManyToFew").size());
        for (int turn = 0; turn < ratios.length; turn++) {
            ratios[turn] = result.path("throughputManyToFew").path(turn).asDouble();
        }
        assertEquals(Median.of(ratios), result.path("goals").path(0).path("value").asDouble(), 0.002);
    }

    @Test
    @Tag("slow")
    void shouldCompareTheFirstLookupsOfAServerWithLaterOnes() throws IOException {
        assertEquals(1000, load("first", "--floor-seconds", "0").path("firstNs").path("count").asLong());
    }

    @Test
    @Tag("slow")
    void shouldCompareOneAtATimeWithBatches() throws IOException {
        final JsonNode ab = load("ab", "--floor-seconds", "0");

        assertEquals(1, ab.path("a").path("keysPerMessage").asInt());
        assertEquals(32, ab.path("b").path("keysPerMessage").asInt());
        final boolean keptUp = ab.path("a").path("keptUp").asBoolean() && ab.path("b").path("keptUp").asBoolean();
        assertEquals(2, ab.path("goals").size());
        assertTrue(keptUp || !ab.at("/goals/1/met").asBoolean(), "a side that fell behind shows nothing of the latency");
    }

    @Test
    @Tag("slow")
    void shouldHearOfEveryLeaseThatRunsOut() throws IOException {
        // A machine that is busy with other things may let a process stand still for longer than a server waits for its client.
        final JsonNode expire = load("expire", "--floor-seconds", "0", "--expiring", "500", "--segments", "1", "--waves", "2",
            "--practice-waves", "1", "--set", "ringmaster.session.slow-client-timeout=30s", "--set", "ringmaster.session.timeout=60s",
            "--set", "ringmaster.aeron.client-liveness-timeout=60s");

        assertEquals(1, expire.path("practiceWaves").size());
        assertEquals(2, expire.path("wavesWithoutRehearsal").size());
        assertEquals(2, expire.path("waves").size());
        for (final String waves : List.of("practiceWaves", "wavesWithoutRehearsal", "waves")) {
            expire.path(waves).forEach(wave -> assertEquals(500, wave.path("expiriesReported").asLong(), waves));
        }
        final double worstNs = Math.max(
            expire.at("/waves/0/duringNs/p99").asDouble(), expire.at("/waves/1/duringNs/p99").asDouble());
        assertEquals(worstNs / 1e6, expire.at("/goals/0/value").asDouble(), 0.001, "the worst counted wave is held against the goal");
    }

    @Test
    void shouldReplayATraceWhileTheRemoteAgentsAreKilled() throws IOException {
        final Path trace = dir.resolve("trace.csv");
        TraceGenerator.write(trace, 600, 5.5, 3);
        final JsonNode result = load("replay", "--trace", trace.toString(), "--speedup", "30", "--agents", "6",
            "--remote-agents", "4", "--kill-agent-at", "1", "--restart-agent-after", "0.5", "--floor-seconds", "0");

        assertEquals(600, result.path("operations").asLong());
        assertEquals(600, result.path("tasksAccepted").asLong());
        assertEquals(600, result.path("tasksAnswered").asLong());
        assertEquals("simulated", result.path("work").asText());
        assertTrue(result.path("agentProcessKilled").asBoolean());
        assertTrue(result.path("agentProcessRestarted").asBoolean());
        assertTrue(result.path("makespanNs").asLong() >= result.path("lowerBoundNs").asLong() * 0.99);
        long placed = 0;
        for (final JsonNode placement : result.path("placements")) {
            placed += placement.path("tasks").asLong();
            assertNotEquals("unknown", placement.path("name").asText());
        }
        assertEquals(600, placed);
    }

    @Test
    @Tag("slow")
    void shouldRunTheDemo() throws IOException {
        assertEquals(0, TuneCommands.execute(new String[] {"demo", "--rows", "600", "--format", "json"}), err());
        final JsonNode demo = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertTrue(demo.path("valid").asBoolean());
        assertEquals(3, demo.path("results").size());
    }

    private JsonNode load(final String scenario, final String... options) throws IOException {
        final List<String> args = new ArrayList<>(
            List.of("load", scenario, "--seconds", "1", "--entries", "200", "--format", "json"));
        args.addAll(List.of(options));
        if (!args.contains("--warmup")) {
            args.addAll(List.of("--warmup", "0"));
        }
        if (!args.contains("--segments")) {
            args.addAll(List.of("--segments", "1"));
        }
        final int exitCode = TuneCommands.execute(args.toArray(new String[0]));
        assertEquals(0, exitCode, err());
        final JsonNode result = new ObjectMapper().readTree(out.toString(StandardCharsets.UTF_8));
        assertTrue(result.path("valid").asBoolean(), result.toString());
        assertEquals(0, result.path("errors").asLong());
        assertTrue(result.path("operations").asLong() > 0);
        return result;
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
