package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

import java.util.List;
import java.util.Locale;

/**
 * The sum of several stretches of one load.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class Totals {
    private final LatencyRecorder latencies;
    private final List<String> kinds;
    private SessionFairness fairness;
    private long[] p50Ns = new long[0];
    private long[] p99Ns = new long[0];
    private long ok;
    private long rejected;
    private long errors;
    private long durationNs;
    private long generatorAllocatedBytes;
    private double intendedRate;
    private double lowestRate;
    private double lowestShare = Double.MAX_VALUE;
    private boolean missedRate;

    Totals(final int tags, final List<String> kinds) {
        this.latencies = new LatencyRecorder(tags, kinds.size());
        this.kinds = kinds;
    }

    void add(final Segment segment) {
        latencies.add(segment.latencies());
        if (fairness == null) {
            fairness = new SessionFairness(segment.fairness().sessions());
        }
        fairness.add(segment.fairness());
        p50Ns = Floor.append(p50Ns, Latencies.percentile(segment.latencies().all(), 50));
        p99Ns = Floor.append(p99Ns, Latencies.percentile(segment.latencies().all(), 99));
        ok += segment.ok();
        rejected += segment.rejected();
        errors += segment.errors() + segment.lost();
        durationNs += segment.durationNs();
        generatorAllocatedBytes += segment.generatorAllocatedBytes();
        final double share = segment.achievedRatePerSecond() / Math.max(1e-9, segment.intendedRatePerSecond());
        if (share < lowestShare) {
            lowestShare = share;
            intendedRate = segment.intendedRatePerSecond();
            lowestRate = segment.achievedRatePerSecond();
        }
        missedRate |= segment.missedRate();
    }

    double throughputPerSecond() {
        return durationNs == 0 ? 0 : ok * 1e9 / durationNs;
    }

    long rejected() {
        return rejected;
    }

    Histogram all() {
        return latencies.all();
    }

    LatencyRecorder latencies() {
        return latencies;
    }

    SessionFairness fairness() {
        return fairness;
    }

    /** Writes counts, latencies and, for an open loop, rates. */
    void writeTo(final LoadResult result) {
        result.counts(ok, errors, rejected, durationNs);
        result.latencies(latencies.all());
        final ObjectNode more = result.more();
        if (intendedRate > 0) {
            more.put("intendedRatePerSecond", round(intendedRate));
            more.put("achievedRatePerSecond", round(lowestRate));
            more.put("rateMissed", missedRate);
            if (missedRate) {
                result.warn(String.format(Locale.ROOT,
                    "rate missed: %.1f/s of the intended %.1f/s; latency counts from the intended times all the same",
                    lowestRate, intendedRate));
            }
        }
        more.put("generatorAllocatedBytesPerOperation", Math.round(1000.0 * generatorAllocatedBytes / Math.max(1, ok)) / 1000.0);
        if (fairness != null && fairness.sessions() > 1) {
            fairness.writeTo(more.putObject("fairness"));
        }
        writeKindsTo(more);
    }

    /** Writes counts alone. */
    void writeCountsTo(final ObjectNode json) {
        json.put("operations", ok);
        json.put("rejected", rejected);
        json.put("errors", errors);
    }

    /** Medians over the stretches, in the same way as those of the floor. */
    void writeSegmentsTo(final LoadResult result) {
        final ObjectNode medians = result.more().putObject("segmentMediansNs");
        medians.put("p50", Floor.median(p50Ns));
        medians.put("p99", Floor.median(p99Ns));
        medians.put("segments", p50Ns.length);
    }

    private void writeKindsTo(final ObjectNode more) {
        final ObjectNode byKind = more.objectNode();
        for (int i = 0; kinds.size() > 1 && i < kinds.size(); i++) {
            if (latencies.ofKind(i).getTotalCount() > 0) {
                byKind.set(kinds.get(i), Latencies.jsonWithCount(latencies.ofKind(i)));
            }
        }
        if (byKind.size() > 1) {
            more.set("kinds", byKind);
        }
    }

    private static double round(final double rate) {
        return Math.round(rate * 10) / 10.0;
    }
}
