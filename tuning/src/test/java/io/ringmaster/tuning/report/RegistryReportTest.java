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
         "server":{"allocatedBytesPerOperation":0.0},"machine":{"cores":2,"jdk":"17","profile":"laptop"},"valid":%s,
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

    private static String get(final String map, final int score, final int bytes) {
        return """
            {"jmhVersion":"1.37","benchmark":"io.ringmaster.tuning.bench.CoreBenchmark.get","mode":"avgt","forks":1,
             "params":{"map":"%s","entries":"1000000"},
             "primaryMetric":{"score":%d,"scoreError":"NaN","scoreUnit":"ns/op"},
             "secondaryMetrics":{"gc.alloc.rate.norm":{"score":%d}}}""".formatted(map, score, bytes);
    }
}
