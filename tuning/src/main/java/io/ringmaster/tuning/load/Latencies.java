package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

/**
 * Histograms of durations in nanoseconds: three significant digits, up to ten minutes; a longer one counts as ten minutes.
 * Recording allocates nothing.
 * <p>
 * Threading: static methods; a histogram is confined to the generator.
 */
final class Latencies {
    /** The longest duration that is told apart. */
    static final long MAX_NS = 600_000_000_000L;

    private Latencies() {
    }

    static Histogram histogram() {
        return new Histogram(1, MAX_NS, 3);
    }

    static void record(final Histogram histogram, final long durationNs) {
        histogram.recordValue(Math.max(0, Math.min(MAX_NS, durationNs)));
    }

    /** The percentiles that every result has. */
    static ObjectNode json(final Histogram histogram) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("p50", percentile(histogram, 50));
        json.put("p90", percentile(histogram, 90));
        json.put("p99", percentile(histogram, 99));
        json.put("p999", percentile(histogram, 99.9));
        json.put("max", histogram.getMaxValue());
        return json;
    }

    /** As {@link #json}, with the number of values and their mean. */
    static ObjectNode jsonWithCount(final Histogram histogram) {
        final ObjectNode json = json(histogram);
        json.put("mean", histogram.getTotalCount() == 0 ? 0 : Math.round(histogram.getMean()));
        json.put("count", histogram.getTotalCount());
        return json;
    }

    /** As {@link #jsonWithCount}, with the percentile that requirement R24 names. */
    static ObjectNode jsonWithP95(final Histogram histogram) {
        return jsonWithCount(histogram).put("p95", percentile(histogram, 95));
    }

    static long percentile(final Histogram histogram, final double percentile) {
        return histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percentile);
    }
}
