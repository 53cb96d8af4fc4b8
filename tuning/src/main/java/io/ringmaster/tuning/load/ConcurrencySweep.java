package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Requirement R6: lookups with ever more operations under way. The throughput of a level is the median over
 * {@code --segments} rounds, in each of which every level has its turn, so that a mood of the machine does not hit one level only.
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
        private long rejected;
        private long errors;
        private long operations;

        Level(final int outstanding, final int kinds, final int rounds) {
            this.outstanding = outstanding;
            this.latencies = new LatencyRecorder(1, kinds);
            this.throughput = new double[rounds];
        }

        void add(final int round, final Segment segment) {
            latencies.add(segment.latencies());
            throughput[round] = segment.throughputPerSecond();
            rejected += segment.rejected();
            errors += segment.errors() + segment.lost();
            operations += segment.ok();
        }

        double medianThroughput() {
            return median(throughput);
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
            .map(outstanding -> new Level(outstanding, workload.kinds().size(), options.segments)).toList();
        final long stretchNs = Math.max(1, TimeUnit.SECONDS.toNanos(options.seconds) / options.segments);
        for (int round = 0; round < options.segments; round++) {
            measureFloor.run();
            for (final Level level : levels) {
                progress.accept("round " + (round + 1) + " of " + options.segments + ", " + level.outstanding + " under way");
                LoadRun.begin(probe);
                final Segment segment = loop.runClosed(stretchNs, level.outstanding);
                LoadRun.end(probe);
                level.add(round, segment);
                totals.add(segment);
            }
        }
        measureFloor.run();
        totals.writeTo(result);
        write(levels);
        return totals;
    }

    private void write(final List<Level> levels) {
        final ArrayNode json = result.more().putArray("levels");
        for (final Level level : levels) {
            final ObjectNode node = json.addObject();
            node.put("outstanding", level.outstanding);
            node.put("throughputPerSecond", Math.round(level.medianThroughput()));
            node.put("operations", level.operations);
            node.put("rejected", level.rejected);
            node.put("errors", level.errors);
            node.set("latencyNs", Latencies.json(level.latencies.all()));
        }
        final double[] throughput = levels.stream().mapToDouble(Level::medianThroughput).toArray();
        result.more().put("maxThroughputPerSecond", Math.round(Arrays.stream(throughput).max().orElse(0)));
        result.goal("R6", "least throughput past the knee / greatest throughput", shareKept(throughput), true, MIN_SHARE);
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

    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
