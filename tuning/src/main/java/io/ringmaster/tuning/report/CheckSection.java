package io.ringmaster.tuning.report;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of the page about memory, churn and reads through the ring.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class CheckSection {
    private final Map<String, JsonNode> checks;

    CheckSection(final Map<String, JsonNode> checks) {
        this.checks = checks;
    }

    void writeTo(final StringBuilder page) {
        checks.values().stream().filter(check -> is(check, "memory")).forEach(check -> memory(page, check));
        checks.values().stream().filter(check -> is(check, "churn")).forEach(check -> churn(page, check));
        checks.values().stream().filter(check -> is(check, "ring-reads")).forEach(check -> ringReads(page, check));
    }

    private static boolean is(final JsonNode check, final String kind) {
        return kind.equals(check.path("check").asText());
    }

    private static void memory(final StringBuilder page, final JsonNode check) {
        final Table table = new Table("Records", "Ringmaster: resident + heap", "reserved", "ConcurrentHashMap: heap", "Ringmaster / map");
        for (final JsonNode size : check.path("sizes")) {
            final JsonNode own = size.path("ringmaster");
            final double ownBytes = own.path("residentBytesPerRecord").asDouble() + own.path("heapBytesPerRecord").asDouble();
            final double mapBytes = size.path("concurrentHashMap").path("heapBytesPerRecord").asDouble();
            table.row(Table.number(size.path("entries").asDouble()), Table.number(ownBytes),
                Table.number(own.path("reservedBytesPerRecord").asDouble()), Table.number(mapBytes), Table.number(ownBytes / mapBytes));
        }
        page.append("## Memory of a record\n\n").append("""
            Bytes for each record with 24 bytes of key and 104 of metadata, each map filled in a JVM of its own. Of the registry what
            the process grew by in resident memory: with the indexes by name, capability, owner and lease, of which the
            ConcurrentHashMap has none, and with what does not depend on the number of records. Of both what the heap grew by, after
            full collections.

            """).append(table.text()).append('\n');
    }

    private static void churn(final StringBuilder page, final JsonNode check) {
        final Table table = new Table("Records", "Made again", "Mean probe after each quarter", "Longest probe",
            "Slab in use at most, after each quarter", "Off-heap bytes", "Blocks moved",
            "Duty cycle that compacts, p50 / p99 / p99.9 / max");
        final JsonNode step = check.path("compactingCycleNs");
        table.row(Table.number(check.path("records").asDouble()), Table.number(check.path("cycles").asDouble()),
            list(check.path("meanProbeAfterQuarters")), check.path("longestProbe").asText(),
            list(check.path("slabHighWaterAfterQuarters")), Table.number(check.path("offHeapBytes").asDouble()),
            Table.number(check.path("blocksMoved").asDouble()), String.join(" / ",
                Table.time(step.path("p50").asDouble()), Table.time(step.path("p99").asDouble()),
                Table.time(step.path("p999").asDouble()), Table.time(step.path("max").asDouble())));
        page.append("## Records taken out and made again\n\n").append("""
            One partition at 95 % of its entries, every variable part in the slab, short and long ones in turn. A duty cycle does at
            most one step of compaction; its time has the stalls of the machine in it.

            """).append(table.text()).append('\n');
    }

    private static void ringReads(final StringBuilder page, final JsonNode check) {
        final Table table = new Table("Mode", "Reads", "p50", "p95", "p99");
        for (final String mode : List.of("directNs", "throughRingNs")) {
            final JsonNode times = check.path(mode);
            table.row(mode.equals("directNs") ? "the reader copies the record itself" : "through the ring to the writer (comparison mode)",
                Table.number(times.path("count").asDouble()), Table.time(times.path("p50").asDouble()),
                Table.time(times.path("p95").asDouble()), Table.time(times.path("p99").asDouble()));
        }
        page.append("## Reads beside ").append(check.path("writePercent").asText()).append(" % writes, and through the writer's ring\n\n")
            .append(Table.number(check.path("entries").asDouble())).append(" records, one partition, ")
            .append(check.path("clients").asText()).append("""
             threads with one operation at a time beside the writer's thread. Writes go through the ring in both modes; only reads
            are timed. The server has no such mode.

            """).append(table.text()).append('\n');
    }

    private static String list(final JsonNode values) {
        final List<String> texts = new ArrayList<>();
        values.forEach(value -> texts.add(Table.number(value.asDouble())));
        return String.join(", ", texts);
    }
}
