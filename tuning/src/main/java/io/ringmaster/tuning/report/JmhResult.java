package io.ringmaster.tuning.report;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;

/**
 * One result out of JMH's JSON. Immutable.
 *
 * @param name    class and method, without the package.
 * @param map     that was measured; empty if the benchmark has no choice.
 * @param entries records in it; 0 if unknown.
 * @param writes  percent of the operations that were writes; -1 if the benchmark has no choice.
 * @param json    the whole result.
 */
record JmhResult(String name, String map, int entries, int writes, JsonNode json) {
    /**
     * Reads a file of JMH.
     *
     * @param file its JSON: an array of results.
     * @return the results in their order.
     * @throws IllegalArgumentException if it is something else.
     */
    static List<JmhResult> list(final JsonNode file) {
        final List<JmhResult> results = new ArrayList<>();
        for (final JsonNode node : file) {
            final String benchmark = node.path("benchmark").asText();
            if (benchmark.isEmpty() || !node.path("primaryMetric").path("score").isNumber()) {
                throw new IllegalArgumentException("result " + results.size() + " has no benchmark and primaryMetric.score");
            }
            final int method = benchmark.lastIndexOf('.');
            final JsonNode params = node.path("params");
            results.add(new JmhResult(
                benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1), params.path("map").asText(""),
                params.path("entries").asInt(0), params.path("writePercent").asInt(-1), node));
        }
        return results;
    }

    double score() {
        return json.path("primaryMetric").path("score").asDouble();
    }

    /** Half of the confidence interval; NaN if there were too few iterations. */
    double error() {
        return json.path("primaryMetric").path("scoreError").asDouble(Double.NaN);
    }

    /** Bytes allocated for each operation; NaN if they were not measured. */
    double bytesPerOperation() {
        return secondary("gc.alloc.rate.norm").path("score").asDouble(Double.NaN);
    }

    /** A percentile of a sampled benchmark; of one of its threads' methods if it is a group. */
    double percentile(final String method, final String percentile) {
        final JsonNode metric = secondary(method).isMissingNode() ? json.path("primaryMetric") : secondary(method);
        return metric.path("scorePercentiles").path(percentile).asDouble(Double.NaN);
    }

    /** Score of one method of a group. */
    double scoreOf(final String method) {
        return secondary(method).path("score").asDouble(Double.NaN);
    }

    private JsonNode secondary(final String name) {
        final JsonNode metrics = json.path("secondaryMetrics");
        return metrics.has(name) ? metrics.path(name) : metrics.path("\u00b7" + name);
    }
}
