package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.List;
import java.util.Locale;

/**
 * Prints results for people. It reads the JSON form, so a stored result prints as the run did.
 * <p>
 * Threading: static methods, no state.
 */
final class TextReport {
    private static final String ROW = "%-13s %-4s %10s %11s %9s %9s %9s %9s %9s %9s %9s %7s %s%n";

    private TextReport() {
    }

    /** One result in full. */
    static String one(final JsonNode result) {
        final StringBuilder text = new StringBuilder();
        final JsonNode latency = result.path("latencyNs");
        final JsonNode floor = result.path("floor");
        line(text, "%s over %s: %s", word(result, "scenario"), word(result, "transport"),
            result.path("valid").asBoolean() ? "valid" : "FAIL");
        line(text, "  operations %,d  errors %,d  rejected %,d  in %s  = %,.1f/s", number(result, "operations"),
            number(result, "errors"), number(result, "rejected"), time(number(result, "durationNs")),
            result.path("throughputPerSecond").asDouble());
        line(text, "  latency   %s", percentiles(latency));
        floor(text, "floor", "Aeron round trip in the same run, media driver on a thread of its own", floor, result);
        floor(text, "bare floor", "the same, media driver on the echo thread", result.path("bareFloor"), result);
        server(text, result.path("server"));
        more(text, result);
        result.path("warnings").forEach(warning -> line(text, "  warning: %s", warning.asText()));
        result.path("failures").forEach(failure -> line(text, "  FAIL: %s", failure.asText()));
        return text.toString();
    }

    /** Several results, one line each. */
    static String table(final List<JsonNode> results) {
        final StringBuilder text = new StringBuilder(String.format(
            ROW, "scenario", "via", "operations", "per second", "p50", "p90", "p99", "p99.9", "max", "floor p50", "floor p99",
            "B/op", ""));
        for (final JsonNode result : results) {
            final JsonNode latency = result.path("latencyNs");
            final JsonNode floor = result.path("floor");
            final JsonNode allocated = result.path("server").path("allocatedBytesPerOperation");
            text.append(String.format(
                ROW, word(result, "scenario"), word(result, "transport"),
                String.format(Locale.ROOT, "%,d", number(result, "operations")),
                String.format(Locale.ROOT, "%,.0f", result.path("throughputPerSecond").asDouble()),
                time(number(latency, "p50")), time(number(latency, "p90")), time(number(latency, "p99")),
                time(number(latency, "p999")), time(number(latency, "max")), time(number(floor, "p50")),
                time(number(floor, "p99")),
                allocated.isNumber() ? String.format(Locale.ROOT, "%.2f", allocated.asDouble()) : "-",
                result.path("valid").asBoolean() ? number(result, "errors") == 0 ? "ok" : "errors" : "FAIL"));
            for (final JsonNode burst : result.path("bursts")) {
                text.append(String.format(Locale.ROOT, "  %s%n", burst(burst)));
            }
        }
        return text.toString();
    }

    /** A duration in the unit that suits it. */
    static String time(final long ns) {
        if (ns < 1_000) {
            return ns + " ns";
        }
        if (ns < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f us", ns / 1e3);
        }
        return ns < 10_000_000_000L
            ? String.format(Locale.ROOT, "%.1f ms", ns / 1e6)
            : String.format(Locale.ROOT, "%.1f s", ns / 1e9);
    }

    private static void server(final StringBuilder text, final JsonNode server) {
        if (server.path("heapUsedBytes").isNumber()) {
            line(text, "  server    allocated %.3f B/op  cpu %s/op  gc %d (longest %s)  heap %,d KiB  off heap %,d KiB",
                server.path("allocatedBytesPerOperation").asDouble(), time(number(server, "cpuNsPerOperation")),
                number(server, "gcCount"), time(number(server, "gcPauseMaxNs")), number(server, "heapUsedBytes") >> 10,
                number(server, "offHeapBytes") >> 10);
        }
    }

    private static void more(final StringBuilder text, final JsonNode result) {
        result.path("kinds").properties().forEach(
            kind -> line(text, "  %-11s %s", kind.getKey(), percentiles(kind.getValue())));
        for (final JsonNode burst : result.path("bursts")) {
            line(text, "  %s", burst(burst));
            for (final JsonNode wave : burst.path("waves")) {
                line(text, "    wave %d  %s", number(wave, "wave"), percentiles(wave.path("latencyNs")));
            }
        }
        result.path("levels").forEach(level -> line(text, "  %,6d under way: %,11d/s  rejected %,d  %s",
            number(level, "outstanding"), number(level, "throughputPerSecond"), number(level, "rejected"),
            percentiles(level.path("latencyNs"))));
        for (final String side : new String[] {"fewSessions", "manySessions"}) {
            if (result.has(side)) {
                line(text, "  %,d sessions, %,d under way: %,d/s  %s", number(result.path(side), "sessions"),
                    number(result.path(side), "outstanding"), number(result.path(side), "throughputPerSecond"),
                    percentiles(result.path(side).path("latencyNs")));
            }
        }
        if (result.has("fairness")) {
            line(text, "  sessions  %,d, mean latency of the slowest / mean of all %.3f, operations of each %,d to %,d",
                number(result.path("fairness"), "sessions"), result.path("fairness").path("maxToMeanLatency").asDouble(),
                number(result.path("fairness"), "fewestOperations"), number(result.path("fairness"), "mostOperations"));
        }
        if (result.has("stages")) {
            final StringBuilder stages = new StringBuilder();
            result.path("stages").properties().forEach(stage -> stages.append(stages.isEmpty() ? "" : "  ")
                .append(String.format(Locale.ROOT, "%s %.1f %%", stage.getKey(), 100 * stage.getValue().asDouble())));
            line(text, "  at work   %s; most: %s", stages, word(result, "busiestStage"));
        }
        if (result.has("keysPerSecond")) {
            line(text, "  names     %,d/s, %d in each message", number(result, "keysPerSecond"), number(result, "keysPerOperation"));
        }
        for (final String side : new String[] {"a", "b"}) {
            if (result.has(side)) {
                line(text, "  (%s) %d partitions, %d names in a message, %d messages under way: %,d names/s; at %,d/s p95 %s",
                    side, number(result.path(side), "partitions"), number(result.path(side), "keysPerMessage"),
                    number(result.path(side), "messagesUnderWay"), number(result.path(side), "keysPerSecond"),
                    number(result, "pacedKeysPerSecond"), time(number(result.path(side).path("pacedNs"), "p95")));
            }
        }
        if (result.has("expiring")) {
            line(text, "  leases    %,d stay, %,d run out in each wave", number(result, "liveLeases"), number(result, "expiring"));
            waves(text, "practice", result.path("practiceWaves"));
            waves(text, "no rehearsal", result.path("wavesWithoutRehearsal"));
            waves(text, "counted", result.path("waves"));
        }
        if (result.has("firstNs")) {
            line(text, "  first     %s", percentiles(result.path("firstNs")));
            line(text, "  warm      %s", percentiles(result.path("steadyNs")));
        }
        result.path("goals").forEach(goal -> line(text, "  %-6s    %s: %s (goal %s)%s", word(goal, "row"), word(goal, "what"),
            word(goal, "value"), word(goal, "bound"), goal.path("met").asBoolean() ? "" : " MISSED"));
        if (result.has("makespanNs")) {
            line(text, "  work      %s (each task holds an agent for its time; nothing is computed)", word(result, "work"));
            line(text, "  makespan  %s, lower bound %s, ratio %.3f", time(number(result, "makespanNs")),
                time(number(result, "lowerBoundNs")), result.path("makespanToLowerBound").asDouble());
            for (final String phase : new String[] {"waiting", "service", "endToEnd"}) {
                line(text, "  %-9s %s", phase, percentiles(result.path(phase)));
            }
        }
        if (result.has("placements")) {
            final StringBuilder counts = new StringBuilder();
            for (final JsonNode placement : result.path("placements")) {
                counts.append(counts.isEmpty() ? "" : ", ").append(word(placement, "name")).append(' ')
                    .append(number(placement, "tasks"));
            }
            line(text, "  placed    %s", counts);
        }
    }

    private static String burst(final JsonNode burst) {
        return String.format(Locale.ROOT,
            "burst of %,5d: p50 %s  p99 %s  max %s; p99 of wave 4 / wave 1 = %.2f (median of %d rounds; together %.2f)",
            number(burst, "burst"), time(number(burst.path("latencyNs"), "p50")), time(number(burst.path("latencyNs"), "p99")),
            time(number(burst.path("latencyNs"), "max")), burst.path("lastToFirstP99").asDouble(),
            burst.path("lastToFirstP99OfRounds").size(), burst.path("lastToFirstP99Together").asDouble());
    }

    private static String percentiles(final JsonNode latency) {
        return String.format(Locale.ROOT, "p50 %s  p90 %s  p99 %s  p99.9 %s  max %s", time(number(latency, "p50")),
            time(number(latency, "p90")), time(number(latency, "p99")), time(number(latency, "p999")),
            time(number(latency, "max")));
    }

    private static void floor(
        final StringBuilder text, final String name, final String what, final JsonNode floor, final JsonNode result) {
        if (number(floor, "p50") > 0) {
            line(text, "  %-9s p50 %s  p99 %s   (%s)%s", name, time(number(floor, "p50")), time(number(floor, "p99")), what,
                result.has("segmentMediansNs") ? ratios(name, result.path("segmentMediansNs"), floor) : "");
        }
    }

    /** Medians over the stretches on both sides. */
    private static String ratios(final String name, final JsonNode medians, final JsonNode floor) {
        return String.format(Locale.ROOT, "   load / " + name + ": p50 %.2f  p99 %.2f", ratio(medians, floor, "p50"),
            ratio(medians, floor, "p99"));
    }

    private static double ratio(final JsonNode of, final JsonNode to, final String key) {
        return number(to, key) == 0 ? 0 : (double) number(of, key) / number(to, key);
    }

    private static long number(final JsonNode node, final String key) {
        return node.path(key).asLong();
    }

    private static String word(final JsonNode node, final String key) {
        return node.path(key).asText("-");
    }

    private static void waves(final StringBuilder text, final String which, final JsonNode waves) {
        for (final JsonNode figures : waves) {
            line(text, "  wave      %s: %,d reported, p99 %s after the end; lookups p99 before %s, during %s, after %s", which,
                number(figures, "expiriesReported"), time(number(figures.path("expiryDelayNs"), "p99")),
                time(number(figures.path("beforeNs"), "p99")), time(number(figures.path("duringNs"), "p99")),
                time(number(figures.path("afterNs"), "p99")));
        }
    }

    private static void line(final StringBuilder text, final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
    }
}
