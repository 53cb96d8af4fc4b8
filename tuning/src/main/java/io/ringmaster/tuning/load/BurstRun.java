package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;

/**
 * Requirements R1 to R5 and R8: bursts of each size in turn, each with the latencies of its waves and of the kinds in them, and how
 * latency grows with the size.
 * <p>
 * A lookup is answered where it arrives and waits in no ring; a registration goes through a partition's ring to its writer.
 * Both share the way there and back. So the difference of their percentiles in one wave ({@code ringAndWriteNs}) is what the
 * ring and the writer add; it is a difference of two distributions, not a time that was measured for each request. What the server
 * itself says of its rings is beside it; see {@link RingProbe}.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class BurstRun {
    private static final double P99 = 99;
    private static final double P999 = 99.9;
    private static final double MAX_LOOKUP_GROWTH = 1.5;
    private static final double MAX_REGISTER_GROWTH = 2;
    private static final double MAX_P99_MS = 18;
    private static final double MAX_P999_MS = 2;
    private static final double MAX_WAIT_MS = 5;
    private static final double MAX_HEAP_GROWTH_MB = 16;
    private static final double MAX_CPU_PERCENT = 65;
    private static final double MAX_REPLY_GROWTH = 1.5;
    private static final int FIRST_SIZE = 25;

    private final LoadOptions options;
    private final LoadResult result;
    private final Consumer<String> progress;

    BurstRun(final LoadOptions options, final LoadResult result, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.progress = progress;
    }

    /**
     * Runs it.
     *
     * @param rings of the server; null if they cannot be read.
     */
    Totals run(
        final Workload workload, final LoadLoop loop, final Runnable measureFloor, final ServerProbe probe, final RingProbe rings) {
        progress.accept("warming up for " + options.warmupSeconds + " s");
        if (options.warmupSeconds > 0) {
            loop.runClosed(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            practise(loop, rings);
        }
        final Totals totals = new Totals(BurstSchedule.WAVES, workload.kinds());
        final List<Size> sizes = options.bursts.stream().map(burst -> new Size(burst, workload.kinds(), rings != null)).toList();
        for (int round = 1; round <= options.segments; round++) {
            for (final Size size : sizes) {
                measureFloor.run();
                progress.accept("round " + round + " of " + options.segments + ", bursts of " + size.burst);
                LoadRun.begin(probe);
                if (rings != null) {
                    rings.begin(size.newRound());
                    loop.observer(rings);
                }
                final Segment segment =
                    loop.runOpen(new BurstSchedule(size.burst, Math.max(1, options.seconds / options.segments)));
                loop.observer(LoadObserver.NONE);
                LoadRun.end(probe);
                totals.add(segment);
                size.add(segment);
                warnOfRate(size.burst, segment);
            }
        }
        measureFloor.run();
        totals.writeTo(result);
        final ArrayNode bursts = result.more().putArray("bursts");
        sizes.forEach(size -> size.writeTo(bursts.addObject()));
        waves(result.more().putArray("waves"), totals.latencies(), workload.kinds());
        growth(bursts);
        if (totals.fairness().sessions() > 1) {
            result.goal("R13", "mean latency of the slowest of " + totals.fairness().sessions() + " sessions / mean of all",
                totals.fairness().maxToMean(), false, LoadRun.MAX_UNFAIRNESS);
        }
        goals(bursts.get(0), sizes.get(0));
        if (probe != null && sizes.size() == 1 && sizes.get(0).burst == FIRST_SIZE) {
            serverGoals(probe);
        }
        return totals;
    }

    /**
     * A burst takes other branches of the code than a closed loop, and at R1 four come in a second: what the closed loop left to the
     * compilers, they would do in the measured minute, for milliseconds and on the core that the server's network thread would have. So
     * bursts of each size without the silence between them, for as long again as the closed loop.
     */
    private void practise(final LoadLoop loop, final RingProbe rings) {
        final long startNs = System.nanoTime();
        final long limitNs = TimeUnit.SECONDS.toNanos(options.warmupSeconds);
        while (System.nanoTime() - startNs < limitNs) {
            for (final int burst : options.bursts) {
                if (rings != null) {
                    rings.begin(RingProbe.RingTimes.ofWaves(BurstSchedule.WAVES));
                    loop.observer(rings);
                }
                loop.runOpen(BurstSchedule.practice(burst));
                loop.observer(LoadObserver.NONE);
            }
        }
        result.more().put("practiceNs", System.nanoTime() - startNs);
    }

    private void warnOfRate(final int burst, final Segment segment) {
        if (segment.missedRate()) {
            result.warn(String.format(Locale.ROOT, "bursts of %d: rate missed, %.1f/s of %.1f/s", burst,
                segment.achievedRatePerSecond(), segment.intendedRatePerSecond()));
        }
    }

    private static void waves(final ArrayNode json, final LatencyRecorder latencies, final List<String> kinds) {
        for (int wave = 0; wave < BurstSchedule.WAVES; wave++) {
            final ObjectNode node = json.addObject();
            node.put("wave", wave + 1);
            node.set("latencyNs", Latencies.json(latencies.ofTag(wave)));
            final ObjectNode byKind = node.putObject("kinds");
            for (int kind = 0; kind < kinds.size(); kind++) {
                final Histogram histogram = latencies.of(wave, kind);
                if (histogram.getTotalCount() > 0) {
                    byKind.set(kinds.get(kind), Latencies.jsonWithCount(histogram));
                }
            }
            final Histogram lookups = latencies.of(wave, OperationMix.LOOKUP);
            final Histogram registers = latencies.of(wave, OperationMix.REGISTER);
            final ObjectNode ring = node.putObject("ringAndWriteNs");
            ring.put("p50", difference(registers, lookups, 50));
            ring.put("p99", difference(registers, lookups, P99));
        }
    }

    private static long difference(final Histogram of, final Histogram less, final double percentile) {
        return Math.max(0, Latencies.percentile(of, percentile) - Latencies.percentile(less, percentile));
    }

    /** R5: each size against the first; linear means that the latency grows by no more than the size does. */
    private void growth(final ArrayNode bursts) {
        final long firstP50 = bursts.get(0).path("latencyNs").path("p50").asLong();
        final long firstP99 = bursts.get(0).path("latencyNs").path("p99").asLong();
        final int firstBurst = bursts.get(0).path("burst").asInt();
        double worst = 0;
        for (int i = 0; i < bursts.size(); i++) {
            final ObjectNode node = (ObjectNode) bursts.get(i);
            final long p99 = node.path("latencyNs").path("p99").asLong();
            node.put("p50ToFirst", ratio(node.path("latencyNs").path("p50").asLong(), firstP50));
            node.put("p99ToFirst", ratio(p99, firstP99));
            node.put("p99PerOperationNs", p99 / node.path("burst").asInt());
            worst = i == 0 ? 0 : Math.max(worst, ratio(p99, firstP99) * firstBurst / node.path("burst").asInt());
        }
        if (bursts.size() > 1) {
            result.goal("R5", "greatest growth of p99 / growth of the burst, from " + firstBurst + " on", worst, false, 1);
        }
    }

    private void goals(final JsonNode first, final Size size) {
        if (first.path("burst").asInt() != FIRST_SIZE) {
            return;
        }
        result.goal("R2", "registrations in bursts of 25: p99 of wave 4 / wave 1, median of the rounds",
            size.lastToFirstP99(OperationMix.REGISTER), false, MAX_REGISTER_GROWTH);
        result.goal("R3", "lookups in bursts of 25: p99 of wave 4 / wave 1, median of the rounds",
            size.lastToFirstP99(OperationMix.LOOKUP), false, MAX_LOOKUP_GROWTH);
        if (size.rings.length > 0) {
            ringGoals(size);
        }
        result.goal("R12", "p99.9 of lookups in bursts of 25, ms",
            Latencies.percentile(size.totals.latencies().ofKind(OperationMix.LOOKUP), P999) / 1e6, false, MAX_P999_MS);
        result.measured("R14", "mean in bursts of 25, ms", size.totals.all().getMean() / 1e6);
        result.measured("R14", "p95 in bursts of 25, ms", Latencies.percentile(size.totals.all(), 95) / 1e6);
        result.measured("R14", "p99.9 in bursts of 25, ms", first.path("latencyNs").path("p999").asLong() / 1e6);
        result.goal("R14", "p99 in bursts of 25, ms", first.path("latencyNs").path("p99").asLong() / 1e6, false, MAX_P99_MS);
        result.goal("R15", "errors in bursts of 25", first.path("errors").asLong(), false, 0);
    }

    /** R16 and R17, of a run that has nothing but bursts of 25 in it. */
    private void serverGoals(final ServerProbe probe) {
        final ServerFigures figures = probe.figures();
        final double seconds = Math.max(1, probe.elapsedNs()) / 1e9;
        result.goal("R16", String.format(Locale.ROOT, "growth of the server's heap in %.0f s of R1, MB", seconds),
            probe.heapGrowthBytes() / 1e6, false, MAX_HEAP_GROWTH_MB);
        result.goal("R16", "allocated by the server's role threads, MB/s", figures.allocatedBytes() / 1e6 / seconds, false, 1);
        result.goal("R16", "growth of the off-heap memory, bytes", probe.offHeapGrowthBytes(), false, 0);
        result.goal("R17", "share of a core at R1 (idle strategy of the profile, not spinning), percent",
            100 * figures.cpuNs() / 1e9 / seconds, false, MAX_CPU_PERCENT);
        result.measured("R17", "CPU seconds of the server for 1,000 requests",
            figures.cpuNs() / 1e9 / Math.max(1, result.operations()) * 1000);
    }

    private void ringGoals(final Size size) {
        final RingProbe.RingTimes[] waves = size.rings;
        long busy = 0;
        long depth = 0;
        for (final RingProbe.RingTimes wave : waves) {
            busy += wave.busyAtStart();
            depth = Math.max(depth, wave.greatestDepth());
        }
        result.goal("R2", "bursts of 25: p99 of the wait in the registry's rings in wave 4, ms",
            waves[waves.length - 1].waitNs(P99) / 1e6, false, MAX_WAIT_MS);
        growthGoal("R2", "bursts of 25: p99 of the wait in the rings, wave 4 / wave 1, median of the rounds",
            size.lastToFirstOfRings(wave -> wave.waitNs(P99)), MAX_REGISTER_GROWTH);
        result.goal("R2", "bursts of 25 before which a ring of the registry was not empty", busy, false, 0);
        growthGoal("R4", "bursts of 25: p99 of the way from the end of the handling to the client, wave 4 / wave 1, median of the rounds",
            size.lastToFirstOfRings(wave -> wave.replyNs(P99)), MAX_REPLY_GROWTH);
        result.goal("R8", "bursts of 25: most commands in one ring at a time", depth, false, FIRST_SIZE);
    }

    /** A run too short for writes in both waves of any round shows nothing. */
    private void growthGoal(final String row, final String what, final OptionalDouble growth, final double bound) {
        growth.ifPresentOrElse(value -> result.goal(row, what, value, false, bound),
            () -> result.warn(row + " is not shown: too few writes in the waves"));
    }

    private static double ratio(final long value, final long to) {
        return to == 0 ? 0.0 : Math.round(100.0 * value / to) / 100.0;
    }

    /**
     * One burst size over all rounds. The p99 of a wave in one round is about its slowest burst, which one stall of the machine
     * decides; so the ratio of the last wave to the first is the median over the rounds, and that of all rounds together stands
     * beside it.
     */
    private static final class Size {
        private final int burst;
        private final List<String> kinds;
        private final Totals totals;
        private final SlowestMoments slowest = new SlowestMoments();
        private final List<LatencyRecorder> rounds = new ArrayList<>();
        private final List<RingProbe.RingTimes[]> ringRounds = new ArrayList<>();
        private final RingProbe.RingTimes[] rings;

        Size(final int burst, final List<String> kinds, final boolean withRings) {
            this.burst = burst;
            this.kinds = kinds;
            this.totals = new Totals(BurstSchedule.WAVES, kinds);
            this.rings = RingProbe.RingTimes.ofWaves(withRings ? BurstSchedule.WAVES : 0);
        }

        /** Where the next round's figures of the rings go. */
        RingProbe.RingTimes[] newRound() {
            ringRounds.add(RingProbe.RingTimes.ofWaves(rings.length));
            return ringRounds.get(ringRounds.size() - 1);
        }

        void add(final Segment segment) {
            totals.add(segment);
            slowest.add(segment.slowest());
            rounds.add(segment.latencies());
            for (int wave = 0; wave < rings.length; wave++) {
                rings[wave].add(ringRounds.get(ringRounds.size() - 1)[wave]);
            }
        }

        void writeTo(final ObjectNode json) {
            json.put("burst", burst);
            totals.writeCountsTo(json);
            json.set("latencyNs", Latencies.jsonWithCount(totals.all()));
            waves(json.putArray("waves"), totals.latencies(), kinds);
            for (int wave = 0; wave < rings.length; wave++) {
                rings[wave].writeTo(((ObjectNode) json.path("waves").path(wave)).putObject("ring"));
            }
            json.put("lastToFirstP99", median(rounds.stream().mapToDouble(Size::lastToFirst)));
            final ArrayNode each = json.putArray("lastToFirstP99OfRounds");
            rounds.forEach(round -> each.add(lastToFirst(round)));
            json.put("lastToFirstP99Together", lastToFirst(totals.latencies()));
            slowest.writeTo(json.putArray("slowest"));
        }

        double lastToFirstP99(final int kind) {
            return median(rounds.stream().mapToDouble(round -> ratio(
                Latencies.percentile(round.of(BurstSchedule.WAVES - 1, kind), P99),
                Latencies.percentile(round.of(0, kind), P99))));
        }

        /** Median over the rounds that have a figure in both waves. */
        OptionalDouble lastToFirstOfRings(final ToLongFunction<RingProbe.RingTimes> figure) {
            final double[] ratios = ringRounds.stream()
                .filter(round -> figure.applyAsLong(round[0]) > 0 && figure.applyAsLong(round[round.length - 1]) > 0)
                .mapToDouble(round -> ratio(figure.applyAsLong(round[round.length - 1]), figure.applyAsLong(round[0]))).toArray();
            return ratios.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(median(Arrays.stream(ratios)));
        }

        private static double lastToFirst(final LatencyRecorder latencies) {
            return ratio(
                Latencies.percentile(latencies.ofTag(BurstSchedule.WAVES - 1), P99), Latencies.percentile(latencies.ofTag(0), P99));
        }

        private static double median(final DoubleStream values) {
            return Median.of(values.toArray());
        }
    }
}
