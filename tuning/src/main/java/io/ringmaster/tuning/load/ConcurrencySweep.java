package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement R6: lookups with ever more operations under way. The levels take short turns, up and down, and what a level can do is
 * held against the mean of all levels in the same turn: the median of that over all turns is what the levels are compared by.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class ConcurrencySweep {
    private static final double MIN_SHARE = 0.9;

    private final LoadOptions options;
    private final LoadResult result;
    private final Consumer<String> progress;

    /** What one level came to. */
    private static final class Level {
        private final int outstanding;
        private final LatencyRecorder latencies;
        private final double[] throughput;
        private final double[] toMean;
        private long rejected;
        private long errors;
        private long operations;

        Level(final int outstanding, final int kinds, final int turns) {
            this.outstanding = outstanding;
            this.latencies = new LatencyRecorder(1, kinds);
            this.throughput = new double[turns];
            this.toMean = new double[turns];
        }

        void add(final int turn, final Segment segment) {
            latencies.add(segment.latencies());
            throughput[turn] = segment.throughputPerSecond();
            rejected += segment.rejected();
            errors += segment.errors() + segment.lost();
            operations += segment.ok();
        }

        double medianThroughput() {
            return Median.of(throughput);
        }

        double medianToMean() {
            return Median.of(toMean);
        }
    }

    ConcurrencySweep(final LoadOptions options, final LoadResult result, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.progress = progress;
    }

    Totals run(final Workload workload, final LoadLoop loop, final Runnable measureFloor, final ServerProbe probe) {
        progress.accept("warming up for " + options.warmupSeconds + " s");
        if (options.warmupSeconds > 0) {
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds), options.levels.get(options.levels.size() - 1));
        }
        final Totals totals = new Totals(1, workload.kinds());
        final List<Level> levels = options.levels.stream()
            .map(outstanding -> new Level(outstanding, workload.kinds().size(), Turns.count(options))).toList();
        for (int turn = 0; turn < Turns.count(options); turn++) {
            if (Turns.isFirstOfSegment(turn)) {
                measureFloor.run();
                progress.accept("turns from " + (turn + 1) + " of " + Turns.count(options) + " on");
                LoadRun.begin(probe);
            }
            for (int i = 0; i < levels.size(); i++) {
                final Level level = levels.get(turn % 2 == 0 ? i : levels.size() - 1 - i);
                final Segment segment = loop.runClosed(Turns.lengthNs(options), level.outstanding);
                level.add(turn, segment);
                totals.add(segment);
            }
            compare(levels, turn);
            if (Turns.isLastOfSegment(turn)) {
                LoadRun.end(probe);
            }
        }
        measureFloor.run();
        totals.writeTo(result);
        write(levels);
        return totals;
    }

    private static void compare(final List<Level> levels, final int turn) {
        final double mean = levels.stream().mapToDouble(level -> level.throughput[turn]).average().orElse(0);
        for (final Level level : levels) {
            level.toMean[turn] = level.throughput[turn] / Math.max(1, mean);
        }
    }

    private void write(final List<Level> levels) {
        final ArrayNode json = result.more().putArray("levels");
        for (final Level level : levels) {
            final ObjectNode node = json.addObject();
            node.put("outstanding", level.outstanding);
            node.put("throughputPerSecond", Math.round(level.medianThroughput()));
            node.put("throughputToMean", Math.round(level.medianToMean() * 1000) / 1000.0);
            node.put("operations", level.operations);
            node.put("rejected", level.rejected);
            node.put("errors", level.errors);
            node.set("latencyNs", Latencies.json(level.latencies.all()));
        }
        final double[] throughput = levels.stream().mapToDouble(Level::medianThroughput).toArray();
        result.more().put("maxThroughputPerSecond", Math.round(Arrays.stream(throughput).max().orElse(0)));
        result.more().put("turns", Turns.count(options));
        result.goal("R6", "least throughput past the knee / greatest throughput, each as the median share of its turns",
            shareKept(levels.stream().mapToDouble(Level::medianToMean).toArray()), true, MIN_SHARE);
    }

    /** The least throughput at and behind the greatest one, divided by that; levels are in rising order. */
    static double shareKept(final double[] throughput) {
        double max = 0;
        double share = 1;
        for (final double value : throughput) {
            if (value >= max) {
                max = value;
                share = 1;
            } else {
                share = Math.min(share, value / max);
            }
        }
        return share;
    }
}
