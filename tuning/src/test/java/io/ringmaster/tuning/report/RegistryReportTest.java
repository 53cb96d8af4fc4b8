package io.ringmaster.tuning.report;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Reading results and writing the page. */
class RegistryReportTest {
    private static final String LOAD = """
        {"scenario":"sweep","transport":"ipc","operations":10,"errors":0,"rejected":2,"throughputPerSecond":1000.0,
         "latencyNs":{"p50":1000,"p90":2000,"p99":3000,"p999":4000,"max":5000},"floor":{"p50":0,"p99":0},
         "server":{"allocatedBytesPerOperation":0.0},
         "machine":{"cores":2,"jdk":"17","profile":"laptop","cpu":"Fast One, family 25, model 17"},"valid":%s,
         "goals":[{"row":"R6","what":"kept","value":0.8,"bound":">= 0.9","met":false}],
         "levels":[{"outstanding":1,"throughputPerSecond":500,"rejected":0,"errors":0,"latencyNs":{"p50":1,"p99":2,"p999":3}},
                   {"outstanding":10,"throughputPerSecond":400,"rejected":2,"errors":0,"latencyNs":{"p50":1,"p99":2,"p999":3}}]}
        """;

    @TempDir
    private Path dir;

    @Test
    void shouldWriteTablesGoalsAndPlots() throws IOException {
        Files.writeString(dir.resolve("core.json"), '[' + get("RINGMASTER", 100, 0) + ',' + get("CHM", 60, 56) + ','
            + get("CHRONICLE", 300, 0) + ']');
        Files.writeString(dir.resolve("sweep-ipc.json"), LOAD.formatted("true"));
        Files.writeString(dir.resolve("readers.json"), """
            {"check":"readers","readers":12,"writers":1,"partitions":1,"seconds":60.0,"reads":100,"writes":5,"torn":0,"stale":0,
             "valid":true}""");
        final Path docs = dir.resolve("docs");
        final RegistryReport report = RegistryReport.read(dir);
        final List<Path> written = report.write(docs);

        final String page = Files.readString(docs.resolve(RegistryReport.PAGE));
        assertTrue(page.contains("| `get` | 1,000,000 | Ringmaster | 100 | - | 0 |"), page);
        assertTrue(page.contains("get at 1M: Chronicle Map's time / Ringmaster's | 3 | >= 2 | met |"), page);
        assertTrue(page.contains("get at 1M: ConcurrentHashMap's time / Ringmaster's | 0.60 | >= 0.70 | **missed** |"), page);
        assertTrue(page.contains("| R6 | sweep-ipc: kept | 0.80 | >= 0.9 | **missed** |"), page);
        assertTrue(page.contains("| R9 | readers: torn reads | 0 | <= 0 | met |"), page);
        assertTrue(page.contains("2 missed."), page);
        assertTrue(page.contains("Machine: 2 cores (Fast One, family 25, model 17), JDK 17."), page);
        assertTrue(report.invalid().isEmpty());
        for (final Path file : written) {
            assertTrue(Files.size(file) > 0, file.toString());
        }
        assertTrue(written.contains(docs.resolve("img/registry-get.svg")), written.toString());
        assertTrue(written.contains(docs.resolve("img/registry-sweep-throughput.svg")), written.toString());
        for (final String image : page.lines().filter(line -> line.startsWith("![")).toList()) {
            assertTrue(Files.exists(docs.resolve(image.substring(image.indexOf('(') + 1, image.indexOf(')')))), image);
        }
    }

    @Test
    void shouldShowChecksWavesAndStages() throws IOException {
        Files.writeString(dir.resolve("memory.json"), """
            {"check":"memory","valid":true,"goals":[{"row":"R50","what":"bytes","value":424.0,"bound":"none","met":true}],
             "sizes":[{"entries":1000000,
                       "ringmaster":{"residentBytesPerRecord":424.0,"heapBytesPerRecord":1.0,"reservedBytesPerRecord":655.0},
                       "concurrentHashMap":{"heapBytesPerRecord":212.5}}]}""");
        Files.writeString(dir.resolve("churn.json"), """
            {"check":"churn","valid":true,"records":95,"cycles":1000,"meanProbeAfterQuarters":[1.5,1.6,1.5,1.6],"longestProbe":7,
             "slabHighWaterAfterQuarters":[1,2,2,2],"offHeapBytes":1000,"blocksMoved":33,
             "compactingCycleNs":{"p50":1000,"p99":2000,"p999":3000,"max":4000}}""");
        Files.writeString(dir.resolve("ring-reads.json"), """
            {"check":"ring-reads","valid":true,"entries":100,"clients":2,"writePercent":10,
             "directNs":{"count":9,"p50":100,"p95":200,"p99":300},"throughRingNs":{"count":8,"p50":4000,"p95":5000,"p99":6000}}""");
        Files.writeString(dir.resolve("r1-ipc.json"), LOAD.formatted("true").replace("\"levels\"", """
            "stages":{"ingress":0.5,"registry":0.25},"busiestStage":"ingress","commandsOfPartitions":{"0":10,"1":12},
            "bursts":[{"burst":25,"waves":[{"ring":{"waitNs":{"p99":2000},"greatestDepth":3,"burstsThatFoundARingNotEmpty":1,
              "burstsWithoutTimes":2,"requestMeanNs":{"p99":1000},"handlingMeanNs":{"p99":4000},"replyMeanNs":{"p99":5000}}}]}],
            "unused\""""));
        final String page = RegistryReport.read(dir).page();

        assertTrue(page.contains("| R50 | memory: bytes | 424 | none | met |"), page);
        assertTrue(page.contains("| 1,000,000 | 425 | 655 | 213 | 2 |"), page);
        assertTrue(page.contains("| 95 | 1,000 | 1.50, 1.60, 1.50, 1.60 | 7 |"), page);
        assertTrue(page.contains("| through the ring to the writer (comparison mode) | 8 |"), page);
        assertTrue(page.contains("| r1-ipc | ingress | ingress 50.0 %, registry 25.0 % | 10, 12 |"), page);
        assertTrue(page.lines().anyMatch(line -> line.startsWith("| 25 | ") && line.endsWith(" | 3 | "
            + "1 us | 4 us | 5 us | 1 | 2 |")), page);
    }

    @Test
    void shouldHoldTheMedianOfTheTurnsAgainstTheBoundAndShowEachTurn() throws IOException {
        Files.writeString(dir.resolve("core.json"), '[' + String.join(",", List.of(
            get("RINGMASTER", 100, 0, 100_000), get("RINGMASTER", 270, 0, 10_000_000), get("CHM", 10, 0, 100_000),
            get("CHM", 10, 0, 10_000_000), get("RINGMASTER", 100, 0, 100_000), get("RINGMASTER", 240, 0, 10_000_000),
            get("RINGMASTER", 120, 0, 100_000), get("RINGMASTER", 240, 0, 10_000_000),
            sampled("alone", "RINGMASTER", "primary", 1_000), sampled("beside", "RINGMASTER", "besideReader", 1_500),
            sampled("alone", "CHM", "primary", 500), sampled("beside", "CHM", "besideReader", 1_000),
            sampled("alone", "RINGMASTER", "primary", 1_000), sampled("beside", "RINGMASTER", "besideReader", 9_000),
            sampled("alone", "RINGMASTER", "primary", 2_000), sampled("beside", "RINGMASTER", "besideReader", 5_000))) + ']');
        Files.writeString(dir.resolve("sessions.json"), LOAD.formatted("true").replace("\"levels\"", """
            "throughputManyToFew":[1.1,0.95,1.2],
            "fewSessions":{"sessions":2,"outstanding":32,"throughputPerSecond":1000,"latencyNs":{"p50":1000,"p99":2000,"p999":3000},
              "fairness":{"maxToMeanLatency":1.5}},
            "manySessions":{"sessions":100,"outstanding":1600,"throughputPerSecond":1100,
              "latencyNs":{"p50":4000,"p99":5000,"p999":6000},"fairness":{"maxToMeanLatency":1.25}},
            "unused\""""));
        final String page = RegistryReport.read(dir).page();

        assertTrue(page.contains("get p99.9 beside a writer at full speed / alone, median of 3 turns | 2.50 | <= 3 | met |"), page);
        assertTrue(page.contains("get: time at 10M / at 100k, median of 3 turns | 2.40 | <= 2.50 | met |"), page);
        assertTrue(page.contains("| `get` | 10,000,000 | Ringmaster | 270 | - | 0 |"), page);
        assertTrue(page.contains("| `get` | 10,000,000 | Ringmaster | 240 | - | 0 |"), page);
        assertTrue(page.contains("| Ringmaster | 1,000,000 | 2 | 10 ns / 20 ns / 1 us | 10 ns / 20 ns / 9 us | 9 |"), page);
        assertTrue(page.contains("| ConcurrentHashMap | 1,000,000 | 1 | 10 ns / 20 ns / 500 ns | 10 ns / 20 ns / 1 us | 2 |"), page);
        assertTrue(page.contains("| 100 | 1,600 | 1,100 | 4 us | 5 us | 6 us | 1.25 |"), page);
        assertTrue(page.contains("Throughput of many / of few in each turn: 1.10, 0.95, 1.20."), page);
    }

    @Test
    void shouldNameRunsThatAreNotValid() throws IOException {
        Files.writeString(dir.resolve("sweep-ipc.json"), LOAD.formatted("false"));
        final RegistryReport report = RegistryReport.read(dir);
        assertEquals(List.of("sweep-ipc"), report.invalid());
        assertTrue(report.page().contains("**Not valid: sweep-ipc**"), report.page());
    }

    @Test
    void shouldNameTheFileThatIsNoResult() throws IOException {
        Files.writeString(dir.resolve("other.json"), "{\"a\":1}");
        final IllegalArgumentException neither = assertThrows(IllegalArgumentException.class, () -> RegistryReport.read(dir));
        assertTrue(neither.getMessage().contains("other.json"), neither.getMessage());
        Files.writeString(dir.resolve("other.json"), "{\"a\":");
        assertThrows(IllegalArgumentException.class, () -> RegistryReport.read(dir));
        Files.writeString(dir.resolve("other.json"), "[{\"benchmark\":\"a.b.C.d\"}]");
        assertThrows(IllegalArgumentException.class, () -> RegistryReport.read(dir));
        Files.delete(dir.resolve("other.json"));
        assertThrows(IllegalArgumentException.class, () -> RegistryReport.read(dir));
    }

    /** A sampled benchmark; of a group the percentiles that count are those of one of its methods. */
    private static String sampled(final String method, final String map, final String metric, final int p999) {
        final String percentiles = "{\"score\":10,\"scorePercentiles\":{\"50.0\":10,\"99.0\":20,\"99.9\":%d}}".formatted(p999);
        return """
            {"jmhVersion":"1.37","benchmark":"io.ringmaster.tuning.bench.ContentionBenchmark.%s","mode":"sample","forks":1,
             "params":{"map":"%s","entries":"1000000"},"primaryMetric":%s,"secondaryMetrics":{%s}}""".formatted(method, map,
            metric.equals("primary") ? percentiles : "{\"score\":99,\"scorePercentiles\":{}}",
            metric.equals("primary") ? "" : "\"" + metric + "\":" + percentiles);
    }

    private static String get(final String map, final int score, final int bytes) {
        return get(map, score, bytes, 1_000_000);
    }

    private static String get(final String map, final int score, final int bytes, final int entries) {
        return """
            {"jmhVersion":"1.37","benchmark":"io.ringmaster.tuning.bench.CoreBenchmark.get","mode":"avgt","forks":1,
             "params":{"map":"%s","entries":"%d"},
             "primaryMetric":{"score":%d,"scoreError":"NaN","scoreUnit":"ns/op"},
             "secondaryMetrics":{"gc.alloc.rate.norm":{"score":%d}}}""".formatted(map, entries, score, bytes);
    }
}
