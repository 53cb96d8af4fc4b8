package io.ringmaster.tuning.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The part of the page about runs through client, transport and server.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class LoadSection {
    private final Map<String, JsonNode> results;

    /**
     * Results by the names of their files.
     *
     * @param results of load.
     */
    LoadSection(final Map<String, JsonNode> results) {
        this.results = new TreeMap<>(results);
    }

    void writeTo(final StringBuilder page) {
        page.append("""
            ## Through client, transport and server

            Load tool, server and the floors' responders share the machine. *Floor* is an Aeron round trip in the same run
            ([benchmarks.md](benchmarks.md)). *B* is what the server's role threads allocated for an operation.

            """);
        final Table table = new Table(
            "Run", "Via", "Operations/s", "p50", "p99", "p99.9", "max", "Floor p50 / p99", "Refused", "Errors", "B", "Valid");
        results.forEach((name, result) -> table.row(name, result.path("transport").asText(),
            Table.number(result.path("throughputPerSecond").asDouble()), latency(result, "p50"), latency(result, "p99"),
            latency(result, "p999"), latency(result, "max"),
            Table.time(result.path("floor").path("p50").asDouble()) + " / " + Table.time(result.path("floor").path("p99").asDouble()),
            Table.number(result.path("rejected").asDouble()), Table.number(result.path("errors").asDouble()),
            Table.number(result.path("server").path("allocatedBytesPerOperation").asDouble(Double.NaN)),
            result.path("valid").asBoolean() ? "yes" : "**FAIL**"));
        page.append(table.text()).append('\n');
        sweeps(page);
        sessions(page);
        bursts(page);
        rings(page);
        batches(page);
        sides(page);
        first(page);
        expiries(page);
        overload(page);
        stages(page);
    }

    private void rings(final StringBuilder page) {
        with("bursts", (name, result) -> {
            final Table table = new Table("Burst", "Wait in the rings, p99 of waves 1, 2, 3, 4", "Most in one ring", "Way there",
                "Handling", "Way back", "Bursts that found a ring not empty", "Bursts without times");
            for (final JsonNode burst : result.path("bursts")) {
                if (burst.path("waves").path(0).has("ring")) {
                    table.row(Table.number(burst.path("burst").asDouble()), ring(burst, "waitNs"), depths(burst),
                        ring(burst, "requestMeanNs"), ring(burst, "handlingMeanNs"), ring(burst, "replyMeanNs"),
                        sum(burst, "burstsThatFoundARingNotEmpty"), sum(burst, "burstsWithoutTimes"));
                }
            }
            if (!table.isEmpty()) {
                page.append("### Writes in bursts, as the server's rings tell: ").append(name).append("""


                    Wait: each command, from the duty cycle that took it in to the start of the poll that took it out; upper bounds of
                    buckets that are a quarter of their value wide. The other times are p99 of the means of bursts: way there, from the
                    intended time to the duty cycle that took the request in; handling, of all commands of the poll; way back, from the
                    end of that poll to the client, which with durability `process` contains the store.

                    """).append(table.text()).append('\n');
            }
        });
    }

    private static String ring(final JsonNode burst, final String figure) {
        final List<String> times = new ArrayList<>();
        burst.path("waves").forEach(wave -> times.add(Table.time(wave.path("ring").path(figure).path("p99").asDouble())));
        return String.join(", ", times);
    }

    private static String depths(final JsonNode burst) {
        final List<String> depths = new ArrayList<>();
        burst.path("waves").forEach(wave -> depths.add(wave.path("ring").path("greatestDepth").asText()));
        return String.join(", ", depths);
    }

    private static String sum(final JsonNode burst, final String figure) {
        long sum = 0;
        for (final JsonNode wave : burst.path("waves")) {
            sum += wave.path("ring").path(figure).asLong();
        }
        return Long.toString(sum);
    }

    private void overload(final StringBuilder page) {
        final Table table = new Table("Run", "Phase", "Answered", "Refused", "Errors", "Without answer", "p50 / p99 / max");
        with("underWay", (name, result) -> {
            for (final String phase : List.of("overload", "firstSecondAfterwards", "afterwards")) {
                final JsonNode node = result.path(phase);
                table.row(name, phase.equals("overload") ? result.path("underWay").asText() + " writes under way"
                    : phase.equals("afterwards") ? "later" : "first second afterwards", Table.number(node.path("operations").asDouble()),
                    Table.number(node.path("rejected").asDouble()), node.path("errors").asText(), node.path("withoutAnswer").asText(),
                    three(node.path("latencyNs")));
            }
        });
        if (!table.isEmpty()) {
            page.append("### Overload: ten times as many writes under way as the ring has places\n\n").append(table.text()).append('\n');
        }
    }

    private void stages(final StringBuilder page) {
        final Table table = new Table("Run", "Most at work", "Share of the time that each role was at work", "Commands of each partition");
        with("stages", (name, result) -> table.row(name, result.path("busiestStage").asText(), shares(result.path("stages")),
            String.join(", ", result.path("commandsOfPartitions").properties().stream()
                .map(entry -> Table.number(entry.getValue().asDouble())).toList())));
        if (!table.isEmpty()) {
            page.append("### Where the server's time went\n\n").append("""
                From one duty cycle in 61, in which each role is timed; a cycle of a role that found nothing to do does not count.
                Roles that share a thread share its time: the one that is most at work is the bottleneck when the sum of its thread
                nears 100 %.

                """).append(table.text()).append('\n');
        }
    }

    private static String shares(final JsonNode stages) {
        final List<String> shares = new ArrayList<>();
        stages.properties().forEach(stage -> shares.add(
            stage.getKey() + ' ' + Math.round(stage.getValue().asDouble() * 1000) / 10.0 + " %"));
        return String.join(", ", shares);
    }

    private void expiries(final StringBuilder page) {
        final Table table = new Table("Run", "Servers", "Leases that stay", "that ran out within 1 s", "reported",
            "report after the end, p50 / p99 / max",
            "Lookups before, p50 / p99 / max", "during", "after");
        with("expiring", (name, result) -> {
            waves(table, name, result, "practice of the generator", "practiceWaves");
            waves(table, name, result, "without rehearsal", "wavesWithoutRehearsal");
            waves(table, name, result, "rehearsed, counted", "waves");
        });
        if (!table.isEmpty()) {
            page.append("### Many leases that run out at once\n\n").append("""
                Each line is another mass of leases. In the first ones of a JVM its compilers work on the cores that the server and the
                generator need. So the generator practises on a server that is then stopped, and a server may rehearse before it
                serves (`rehearsal.limit`); all masses of those that did count, from the first one on, and the worst is held against
                the goal.

                """).append(table.text()).append('\n');
        }
    }

    private static void waves(final Table table, final String run, final JsonNode result, final String servers, final String waves) {
        for (final JsonNode wave : result.path(waves)) {
            table.row(run, servers, Table.number(result.path("liveLeases").asDouble()),
                Table.number(result.path("expiring").asDouble()), Table.number(wave.path("expiriesReported").asDouble()),
                three(wave.path("expiryDelayNs")), three(wave.path("beforeNs")), three(wave.path("duringNs")),
                three(wave.path("afterNs")));
        }
    }

    private void sweeps(final StringBuilder page) {
        with("levels", (name, result) -> {
            final Table table = new Table("Under way", "Lookups/s", "Share of the turn's mean", "p50", "p99", "p99.9", "Refused", "Errors");
            result.path("levels").forEach(level -> table.row(
                Table.number(level.path("outstanding").asDouble()), Table.number(level.path("throughputPerSecond").asDouble()),
                Table.number(level.path("throughputToMean").asDouble(Double.NaN)),
                latency(level, "p50"), latency(level, "p99"), latency(level, "p999"),
                Table.number(level.path("rejected").asDouble()), Table.number(level.path("errors").asDouble())));
            page.append("### Ever more lookups under way: ").append(name).append("""


                The levels take short turns, up and down. Each column is over all turns: medians of the throughput and of its share of the
                mean of all levels in the same turn, percentiles of all latencies together.

                """).append(table.text())
                .append("\n![Throughput by lookups under way](img/registry-sweep-throughput.svg)\n\n")
                .append("![Latency by lookups under way](img/registry-sweep-latency.svg)\n\n");
        });
    }

    private void sessions(final StringBuilder page) {
        with("throughputManyToFew", (name, result) -> {
            final Table table = new Table(
                "Sessions", "Lookups under way", "Lookups/s, median of the turns", "p50", "p99", "p99.9", "Slowest session / mean");
            for (final JsonNode side : List.of(result.path("fewSessions"), result.path("manySessions"))) {
                table.row(side.path("sessions").asText(), Table.number(side.path("outstanding").asDouble()),
                    Table.number(side.path("throughputPerSecond").asDouble()), latency(side, "p50"), latency(side, "p99"),
                    latency(side, "p999"), Table.number(side.path("fairness").path("maxToMeanLatency").asDouble()));
            }
            final List<String> ratios = new ArrayList<>();
            result.path("throughputManyToFew").forEach(ratio -> ratios.add(Table.number(ratio.asDouble())));
            page.append("### Few sessions and many: ").append(name).append("""


                Two servers of the same configuration take short turns.

                """).append(table.text()).append("\nThroughput of many / of few in each turn: ")
                .append(String.join(", ", ratios)).append(".\n\n");
        });
    }

    private void bursts(final StringBuilder page) {
        with("bursts", (name, result) -> {
            final Table table = new Table("Burst", "p50", "p99", "p99.9", "max", "p99 / first", "p99 / operation",
                "p99 of waves 1, 2, 3, 4", "lookups", "registrations", "Refused", "Errors");
            result.path("bursts").forEach(burst -> table.row(
                Table.number(burst.path("burst").asDouble()), latency(burst, "p50"), latency(burst, "p99"), latency(burst, "p999"),
                latency(burst, "max"), Table.number(burst.path("p99ToFirst").asDouble()),
                Table.time(burst.path("p99PerOperationNs").asDouble()), waves(burst, ""), waves(burst, "lookup"),
                waves(burst, "register"), Table.number(burst.path("rejected").asDouble()),
                Table.number(burst.path("errors").asDouble())));
            page.append("### Bursts at 0, 100, 200 and 300 ms of each second: ").append(name).append("""


                80 % lookups, 10 % registrations, 5 % withdrawals, 5 % queries; latency from the intended time. The columns *lookups* and
                *registrations* are the p99 of that kind in waves 1 to 4: a lookup is answered where it arrives, a registration goes through
                the ring of its partition, so the difference is what ring and writer add.

                """).append(table.text()).append(hasCurve(result) ? "\n![Latency by size of the burst](img/registry-burst.svg)\n\n" : "\n");
        });
    }

    /** One size alone makes no curve. */
    private static boolean hasCurve(final JsonNode result) {
        return result.path("bursts").size() > 1;
    }

    private static String waves(final JsonNode burst, final String kind) {
        final List<String> times = new ArrayList<>();
        burst.path("waves").forEach(wave -> times.add(
            kind.isEmpty() ? latency(wave, "p99") : Table.time(wave.path("kinds").path(kind).path("p99").asDouble())));
        return String.join(", ", times);
    }

    private void batches(final StringBuilder page) {
        final Table table = new Table("Run", "Names in a message", "Messages under way", "Messages/s", "Names/s", "p50", "p99");
        results.forEach((name, result) -> {
            if (result.has("keysPerSecond")) {
                table.row(name, Table.number(result.path("keysPerOperation").asDouble()),
                    Table.number(result.path("outstanding").asDouble()), Table.number(result.path("throughputPerSecond").asDouble()),
                    Table.number(result.path("keysPerSecond").asDouble()), latency(result, "p50"), latency(result, "p99"));
            }
        });
        if (!table.isEmpty()) {
            page.append("### Batches of lookups\n\n").append(table.text()).append('\n');
        }
    }

    private void sides(final StringBuilder page) {
        with("pacedKeysPerSecond", (name, result) -> {
            final Table table = new Table("", "Partitions", "Names in a message", "Messages under way", "Names/s at full speed",
                "p50 / p95 / p99 at " + Table.number(result.path("pacedKeysPerSecond").asDouble()) + " names/s");
            for (final String side : List.of("a", "b")) {
                final JsonNode paced = result.path(side).path("pacedNs");
                table.row(side.toUpperCase(Locale.ROOT), result.path(side).path("partitions").asText(),
                    result.path(side).path("keysPerMessage").asText(), result.path(side).path("messagesUnderWay").asText(),
                    Table.number(result.path(side).path("keysPerSecond").asDouble()),
                    Table.time(paced.path("p50").asDouble()) + " / " + Table.time(paced.path("p95").asDouble()) + " / "
                        + Table.time(paced.path("p99").asDouble()));
            }
            page.append("### One at a time against batches in a row: ").append(name).append("""


                At the same rate of names latency counts from the intended time of the message; gathering the names of a batch is not in it.

                """).append(table.text()).append('\n');
        });
    }

    private void first(final StringBuilder page) {
        final Table table = new Table("Run", "Servers", "First 1,000: p50 / p99 / max", "Warm: p50 / p99 / max");
        with("firstNs", (name, result) -> table.row(name, result.path("servers").asText(),
            three(result.path("firstNs")), three(result.path("steadyNs"))));
        if (!table.isEmpty()) {
            page.append("### The first lookups after a start\n\n").append(table.text()).append('\n');
        }
    }

    private static String three(final JsonNode latency) {
        return Table.time(latency.path("p50").asDouble()) + " / " + Table.time(latency.path("p99").asDouble()) + " / "
            + Table.time(latency.path("max").asDouble());
    }

    void goals(final Goals goals) {
        results.forEach((name, result) -> result.path("goals").forEach(goal -> goals.add(
            goal.path("row").asText(), name + ": " + goal.path("what").asText(), goal.path("value").asDouble(),
            goal.path("bound").asText(), goal.path("met").asBoolean())));
        measured(goals);
        final double batch = result("lookup-batch-32").path("keysPerSecond").asDouble(Double.NaN);
        final double pipelined = result("lookup-batch-32-pipelined").path("keysPerSecond").asDouble(Double.NaN);
        goals.atLeast("core", "names a second in batches of 32, the better of one and several messages under way",
            Double.isNaN(pipelined) ? batch : Double.isNaN(batch) ? pipelined : Math.max(batch, pipelined), 3e6);
        final JsonNode lookup = result("lookup-ipc");
        goals.atMost("core", "lookup over IPC: p50 / floor",
            ratio(lookup.path("segmentMediansNs").path("p50"), lookup.path("floor").path("p50")), 1.5);
        goals.atMost("core", "lookup over IPC: p99 / floor",
            ratio(lookup.path("segmentMediansNs").path("p99"), lookup.path("floor").path("p99")), 2);
        goals.atMost("core", "lookup over IPC: bytes allocated for an operation",
            lookup.path("server").path("allocatedBytesPerOperation").asDouble(Double.NaN), 0.01);
    }

    /** What the requirements ask for without a bound. */
    private void measured(final Goals goals) {
        goals.add("R19", "writes a second through the server, 4 partitions / 1",
            ratio(result("register-4-partitions").path("throughputPerSecond"), result("register-1-partitions").path("throughputPerSecond")),
            "none", true);
        for (final int batch : new int[] {1, 8, 32, 128}) {
            goals.add("R21", "names a second with " + batch + (batch == 1 ? " in a message" : " in each message"),
                result("lookup-batch-" + batch).path("keysPerSecond").asDouble(Double.NaN), "none", true);
        }
    }

    Map<String, Plot> plots() {
        final Map<String, Plot> plots = new TreeMap<>();
        with("levels", (name, result) -> {
            final double[] levels = values(result.path("levels"), "/outstanding", 1);
            plots.put("registry-sweep-throughput.svg", new Plot("Throughput by lookups under way",
                Axis.logarithmic("lookups under way"), Axis.linear("lookups a second, thousands"))
                .line("lookups", levels, values(result.path("levels"), "/throughputPerSecond", 1e-3)));
            plots.put("registry-sweep-latency.svg", new Plot("Latency by lookups under way",
                Axis.logarithmic("lookups under way"), Axis.logarithmic("latency, microseconds"))
                .line("p50", levels, values(result.path("levels"), "/latencyNs/p50", 1e-3))
                .line("p99", levels, values(result.path("levels"), "/latencyNs/p99", 1e-3))
                .line("p99.9", levels, values(result.path("levels"), "/latencyNs/p999", 1e-3)));
        });
        with("bursts", (name, result) -> {
            if (!hasCurve(result)) {
                return;
            }
            final double[] sizes = values(result.path("bursts"), "/burst", 1);
            final double[] p99 = values(result.path("bursts"), "/latencyNs/p99", 1e-6);
            final double[] linear = sizes.clone();
            for (int i = 0; i < linear.length; i++) {
                linear[i] = p99[0] * sizes[i] / sizes[0];
            }
            plots.put("registry-burst.svg", new Plot("Latency by size of the burst, from the intended time",
                Axis.logarithmic("operations in a burst"), Axis.logarithmic("latency, milliseconds"))
                .line("p50", sizes, values(result.path("bursts"), "/latencyNs/p50", 1e-6))
                .line("p99", sizes, p99)
                .line("max", sizes, values(result.path("bursts"), "/latencyNs/max", 1e-6))
                .reference("linear from first p99", sizes, linear));
        });
        return plots;
    }

    private static double[] values(final JsonNode list, final String pointer, final double scale) {
        final double[] values = new double[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(1e-9, list.get(i).at(pointer).asDouble() * scale);
        }
        return values;
    }

    private JsonNode result(final String name) {
        return Optional.ofNullable(results.get(name)).orElse(MissingNode.getInstance());
    }

    private static double ratio(final JsonNode of, final JsonNode to) {
        return of.isNumber() && to.asDouble() > 0 ? of.asDouble() / to.asDouble() : Double.NaN;
    }

    private static String latency(final JsonNode node, final String percentile) {
        return Table.time(node.path("latencyNs").path(percentile).asDouble());
    }

    /** What has a key. */
    private interface Visitor {
        void visit(String name, JsonNode result);
    }

    private void with(final String key, final Visitor visitor) {
        results.forEach((name, result) -> {
            if (result.has(key)) {
                visitor.visit(name, result);
            }
        });
    }
}
