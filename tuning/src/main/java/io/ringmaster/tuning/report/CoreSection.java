package io.ringmaster.tuning.report;

import io.ringmaster.tuning.load.Median;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The part of the page about the registry's core: JMH's results.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class CoreSection {
    private static final Map<String, String> MAPS = Map.of(
        "RINGMASTER", "Ringmaster", "CHM", "ConcurrentHashMap", "CHM_READY_KEYS", "ConcurrentHashMap, ready keys",
        "CHRONICLE", "Chronicle Map");
    private static final List<String> MAP_ORDER = List.of("RINGMASTER", "CHM", "CHM_READY_KEYS", "CHRONICLE");
    private static final int MILLION = 1_000_000;
    private static final int TEN_MILLION = 10_000_000;
    private static final int HUNDRED_THOUSAND = 100_000;
    private static final int THOUSAND = 1_000;

    private final List<JmhResult> results;

    CoreSection(final List<JmhResult> results) {
        this.results = results;
    }

    void writeTo(final StringBuilder page) {
        page.append("""
            ## The core

            One operation of one thread on a random record, in one process without server and transport, mean of all iterations. A
            record is 128 bytes beside its fixed fields: namespace 8, name 16, metadata 104. Every operation gets the bytes of the
            name, as a server does, and every read takes the version and a word of the metadata out of the record. Ringmaster hashes
            the bytes; ConcurrentHashMap needs a `String` and a key object made of them; with *ready keys* all key objects were made
            before, which is its best case. `get` is one of 32 lookups that follow each other and do not depend on each other, so
            that the CPU may wait for the memory of several at once, as far as the map's code lets it. `getBatch` is one of 32
            records that are asked for at a time, as for one message with 32 names: Ringmaster prefetches them, the maps find one
            after the other. Chronicle Map is in memory, its keys given in place, `getUsing` into one direct buffer. Ringmaster has
            four partitions here. JVM: ParallelGC and, for every map, `-XX:InlineSmallCode=6000` (docs/decisions.md, 36), each
            benchmark in a process of its own.

            """);
        page.append(operations().text()).append('\n');
        plot("CoreBenchmark.get", "x").ifPresent(ignored ->
            page.append("![Time of a lookup by number of records](img/registry-get.svg)\n\n"));
        queries(page);
        mixed(page);
        contention(page);
        partitions(page);
    }

    private Table operations() {
        final Table table = new Table("Operation", "Records", "Map", "ns", "+-", "B allocated");
        for (final String method : List.of("get", "getBatch", "getMiss", "put", "removeAndPut")) {
            for (final JmhResult result : ordered("CoreBenchmark." + method)) {
                table.row("`" + method + "`", Table.number(result.entries()), MAPS.getOrDefault(result.map(), result.map()),
                    Table.number(result.score()), Table.number(result.error()), bytes(result));
            }
        }
        return table;
    }

    private void queries(final StringBuilder page) {
        final Table table = new Table("Query with ten results", "Records", "ns", "+-", "B allocated");
        for (final String method : List.of("queryRareCapability", "queryAttributeRange", "queryFirstPage")) {
            for (final JmhResult result : ordered("QueryBenchmark." + method)) {
                table.row("`" + method + "`", Table.number(result.entries()), Table.number(result.score()),
                    Table.number(result.error()), bytes(result));
            }
        }
        if (!table.isEmpty()) {
            page.append("### Queries\n\n").append("""
                `queryRareCapability`: the ten records that have a capability. `queryAttributeRange`: the ten records in a range of
                an integer attribute. `queryFirstPage`: the first ten of all records. Ten records are copied and read each time.

                """).append(table.text()).append("\n![Time of a query by number of records](img/registry-query.svg)\n\n");
        }
    }

    private void mixed(final StringBuilder page) {
        final Table table = new Table("Writes", "Records", "Map", "ns for an operation", "B allocated");
        for (final JmhResult result : ordered("MixBenchmark.readOrWrite")) {
            table.row(result.writes() + " %", Table.number(result.entries()), MAPS.getOrDefault(result.map(), result.map()),
                Table.number(result.score()), bytes(result));
        }
        if (!table.isEmpty()) {
            page.append("### Reads and writes on one thread\n\n").append(table.text()).append('\n');
        }
    }

    private void contention(final StringBuilder page) {
        final Table tails = new Table("Map", "Records", "Turn", "read p50 / p99 / p99.9 alone", "beside a writer", "p99.9 beside / alone");
        final Table readers = new Table("Map", "2 readers + 1 writer, reads/s", "12 readers + 1 writer, reads/s");
        for (final String map : MAP_ORDER) {
            int turn = 0;
            for (final Turn both : turns(map)) {
                tails.row(MAPS.get(map), Table.number(both.alone().entries()), Integer.toString(++turn),
                    percentiles(both.alone(), "alone"), percentiles(both.beside(), "besideReader"), Table.number(both.tailRatio()));
            }
            if (!Double.isNaN(group("readers2", map))) {
                readers.row(MAPS.get(map), Table.number(group("readers2", map)), Table.number(group("readers12", map)));
            }
        }
        if (!tails.isEmpty()) {
            page.append("### Readers beside a writer at full speed\n\n").append("""
                Each turn is a JVM that reads alone and then one that reads beside a writer.

                """).append(tails.text()).append('\n');
        }
        if (!readers.isEmpty()) {
            page.append(readers.text()).append('\n');
        }
    }

    /** A reader alone and the one beside a writer that was measured next. */
    private record Turn(JmhResult alone, JmhResult beside) {
        double tailRatio() {
            return beside.percentile("besideReader", "99.9") / alone.percentile("alone", "99.9");
        }
    }

    /** In the order in which they were measured; JMH's file keeps it. */
    private List<Turn> turns(final String map) {
        final List<JmhResult> alone = all("ContentionBenchmark.alone", map);
        final List<JmhResult> beside = all("ContentionBenchmark.beside", map);
        return IntStream.range(0, Math.min(alone.size(), beside.size()))
            .mapToObj(turn -> new Turn(alone.get(turn), beside.get(turn))).toList();
    }

    private List<JmhResult> all(final String name, final String map) {
        return results.stream().filter(result -> result.name().equals(name) && result.map().equals(map)).toList();
    }

    private static String percentiles(final JmhResult result, final String method) {
        return Table.time(result.percentile(method, "50.0")) + " / " + Table.time(result.percentile(method, "99.0")) + " / "
            + Table.time(result.percentile(method, "99.9"));
    }

    private double group(final String name, final String map) {
        return value("ContentionBenchmark." + name, result -> result.map().equals(map), result -> result.scoreOf(name + "Reader"));
    }

    private void partitions(final StringBuilder page) {
        final Table table = new Table("", "1 partition", "4 partitions", "4 / 1");
        final double put1 = value("PartitionBenchmark.putOnePartition", any(), JmhResult::score);
        final double put4 = value("PartitionBenchmark.putFourPartitions", any(), JmhResult::score);
        final double get1 = value("PartitionBenchmark.getOnePartition", any(), JmhResult::score);
        final double get4 = value("PartitionBenchmark.getFourPartitions", any(), JmhResult::score);
        if (!Double.isNaN(put1)) {
            table.row("writes a second; 1 writer, or 2 writers with 2 partitions each",
                Table.number(put1), Table.number(put4), Table.number(put4 / put1));
            table.row("reads a second, 2 readers", Table.number(get1), Table.number(get4), Table.number(get4 / get1));
            page.append("### One partition and four\n\n").append(table.text()).append('\n');
        }
    }

    void goals(final Goals goals) {
        final double get = get("RINGMASTER", MILLION);
        goals.atLeast("core", "get at 1M: Chronicle Map's time / Ringmaster's", get("CHRONICLE", MILLION) / get, 2);
        goals.atLeast("core", "get at 1M: ConcurrentHashMap's time / Ringmaster's", get("CHM", MILLION) / get, 0.7);
        goals.add("core", "get at 1M, 32 names at a time: Chronicle Map's time / Ringmaster's",
            batch("CHRONICLE") / batch("RINGMASTER"), "none", true);
        goals.add("core", "get at 1M: the time with ready keys / Ringmaster's", get("CHM_READY_KEYS", MILLION) / get, "none", true);
        final double[] growth = growth();
        goals.atMost("core", "get: time at 10M / at 100k, median of " + growth.length + " turns", Median.of(growth), 2.5);
        goals.atMost("core", "query by capability: time at 100k / at 1k",
            query("queryRareCapability", HUNDRED_THOUSAND) / query("queryRareCapability", THOUSAND), 2);
        goals.atMost("core", "query by attribute: time at 100k / at 1k",
            query("queryAttributeRange", HUNDRED_THOUSAND) / query("queryAttributeRange", THOUSAND), 2);
        goals.atMost("core", "bytes allocated by a get, most of all sizes", results.stream()
            .filter(result -> result.name().equals("CoreBenchmark.get") && result.map().equals("RINGMASTER"))
            .mapToDouble(JmhResult::bytesPerOperation).max().orElse(Double.NaN), 0.01);
        final double[] tailRatios = turns("RINGMASTER").stream().mapToDouble(Turn::tailRatio).toArray();
        goals.atMost("core", "get p99.9 beside a writer at full speed / alone, median of " + tailRatios.length + " turns",
            Median.of(tailRatios), 3);
        goals.atLeast("R9", "reads a second of 12 readers / of 2, one writer beside",
            group("readers12", "RINGMASTER") / group("readers2", "RINGMASTER"), 0.9);
    }

    /** What a lookup takes among ten million records, divided by that among a hundred thousand, in each turn. */
    private double[] growth() {
        final List<JmhResult> own = all("CoreBenchmark.get", "RINGMASTER");
        final List<JmhResult> few = own.stream().filter(result -> result.entries() == HUNDRED_THOUSAND).toList();
        final List<JmhResult> many = own.stream().filter(result -> result.entries() == TEN_MILLION).toList();
        return IntStream.range(0, Math.min(few.size(), many.size()))
            .mapToDouble(turn -> many.get(turn).score() / few.get(turn).score()).toArray();
    }

    Optional<Plot> getPlot() {
        return plot("CoreBenchmark.get", "Lookup of a 128-byte record, one thread");
    }

    Optional<Plot> queryPlot() {
        final Plot plot = new Plot("Query with ten results, one thread",
            Axis.logarithmic("records in the registry"), Axis.linear("time of a query, microseconds"));
        for (final String method : List.of("queryRareCapability", "queryAttributeRange", "queryFirstPage")) {
            final List<JmhResult> line = ordered("QueryBenchmark." + method);
            if (!line.isEmpty()) {
                plot.line(switch (method) {
                    case "queryRareCapability" -> "by capability";
                    case "queryAttributeRange" -> "by attribute range";
                    default -> "first page";
                }, doubles(line, JmhResult::entries), doubles(line, result -> result.score() / 1e3));
            }
        }
        return plot.isEmpty() ? Optional.empty() : Optional.of(plot);
    }

    private Optional<Plot> plot(final String name, final String title) {
        final Plot plot = new Plot(title, Axis.logarithmic("records in the map"), Axis.linear("time of a lookup, nanoseconds"));
        for (final String map : MAP_ORDER) {
            final List<JmhResult> line = firstOfEachSize(ordered(name).stream().filter(result -> result.map().equals(map)).toList());
            if (!line.isEmpty()) {
                plot.line(map.equals("CHM_READY_KEYS") ? "CHM, ready keys" : map.equals("CHM") ? "CHM" : MAPS.get(map),
                    doubles(line, JmhResult::entries), doubles(line, JmhResult::score));
            }
        }
        return plot.isEmpty() ? Optional.empty() : Optional.of(plot);
    }

    /** A curve has one point for a number of records, also where there were turns. */
    private static List<JmhResult> firstOfEachSize(final List<JmhResult> ordered) {
        return IntStream.range(0, ordered.size()).filter(i -> i == 0 || ordered.get(i).entries() != ordered.get(i - 1).entries())
            .mapToObj(ordered::get).toList();
    }

    private double get(final String map, final int entries) {
        return value("CoreBenchmark.get", result -> result.map().equals(map) && result.entries() == entries, JmhResult::score);
    }

    private double batch(final String map) {
        return value("CoreBenchmark.getBatch", result -> result.map().equals(map) && result.entries() == MILLION, JmhResult::score);
    }

    private double query(final String method, final int entries) {
        return value("QueryBenchmark." + method, result -> result.entries() == entries, JmhResult::score);
    }

    private double value(final String name, final Predicate<JmhResult> filter, final ToDoubleFunction<JmhResult> what) {
        return find(name, filter).map(what::applyAsDouble).orElse(Double.NaN);
    }

    private Optional<JmhResult> find(final String name, final Predicate<JmhResult> filter) {
        return results.stream().filter(result -> result.name().equals(name)).filter(filter).findFirst();
    }

    /** By number of records, then in the order of the maps. */
    private List<JmhResult> ordered(final String name) {
        return results.stream().filter(result -> result.name().equals(name))
            .sorted((a, b) -> a.entries() != b.entries() ? Integer.compare(a.entries(), b.entries())
                : a.writes() != b.writes() ? Integer.compare(a.writes(), b.writes())
                : Integer.compare(MAP_ORDER.indexOf(a.map()), MAP_ORDER.indexOf(b.map()))).toList();
    }

    private static double[] doubles(final List<JmhResult> line, final ToDoubleFunction<JmhResult> what) {
        return line.stream().mapToDouble(what).toArray();
    }

    private static String bytes(final JmhResult result) {
        final double bytes = result.bytesPerOperation();
        return Double.isNaN(bytes) ? "-" : bytes < 0.01 ? "0" : Table.number(bytes);
    }

    private static Predicate<JmhResult> any() {
        return result -> true;
    }
}
