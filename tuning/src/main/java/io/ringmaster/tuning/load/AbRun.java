package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * Requirement R24 as an A/B on one machine: (A) one partition, one name in each message, the next one sent when the answer is
 * there; (B) four partitions, {@code --batch} (32) names in each message, {@value #OUTSTANDING} messages under way. Two
 * servers take turns, first as fast as they can, then with the same names at the same times: a batch of them at a time, at half the
 * rate that A can do, each side with no more messages under way than before. There the latency of a name counts from the time at which
 * its batch is due, for both; of B it is that of the batch. If a side falls behind this rate,
 * that bound counts as missed.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class AbRun {
    private static final int OUTSTANDING = 16;
    private static final int DEFAULT_BATCH = 32;
    private static final double SHARE_OF_A = 0.5;
    private static final long DRAIN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(12);
    private static final double MIN_SPEEDUP = 4;
    private static final double MAX_P95_SHARE = 0.4;

    private final LoadOptions options;
    private final LoadResult result;
    private final EchoSettings settings;
    private final Consumer<String> progress;

    AbRun(final LoadOptions options, final LoadResult result, final EchoSettings settings, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.settings = settings;
        this.progress = progress;
    }

    void run() {
        final int batch = options.batch > 0 ? options.batch : DEFAULT_BATCH;
        try (Side a = new Side(1, 1, 1); Side b = new Side(4, batch, OUTSTANDING)) {
            a.connect(() -> 0);
            b.connect(() -> a.workload.poll(0));
            a.besides(b);
            b.besides(a);
            progress.accept("warming up for " + options.warmupSeconds + " s each");
            a.saturate(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            b.saturate(TimeUnit.SECONDS.toNanos(options.warmupSeconds));
            a.forget();
            b.forget();
            final long stretchNs = Math.max(1, TimeUnit.SECONDS.toNanos(options.seconds) / options.segments);
            for (int i = 0; i < options.segments; i++) {
                progress.accept("as fast as they can, round " + (i + 1) + " of " + options.segments);
                a.saturate(stretchNs);
                b.saturate(stretchNs);
            }
            final double batchesPerSecond = SHARE_OF_A * a.medianKeysPerSecond() / batch;
            for (int i = 0; i < options.segments; i++) {
                progress.accept("at the same rate, round " + (i + 1) + " of " + options.segments);
                a.paced(new FixedRateSchedule(batchesPerSecond, batch, stretchNs));
                b.paced(new FixedRateSchedule(batchesPerSecond, stretchNs));
            }
            write(a, b, batchesPerSecond * batch);
        } catch (final IOException ex) {
            throw new LoadException("no directory for a run: " + ex.getMessage(), ex);
        }
    }

    private void write(final Side a, final Side b, final double keysPerSecond) {
        result.counts(a.ok + b.ok, a.errors + b.errors, a.rejected + b.rejected, a.durationNs + b.durationNs);
        result.latencies(b.paced);
        final ObjectNode more = result.more();
        more.put("pacedKeysPerSecond", Math.round(keysPerSecond));
        a.writeTo(more.putObject("a"));
        b.writeTo(more.putObject("b"));
        a.workload.faults().forEach(result::fail);
        b.workload.faults().forEach(result::fail);
        result.goal("R24", "names a second, B / A", b.medianKeysPerSecond() / Math.max(1, a.medianKeysPerSecond()), true, MIN_SPEEDUP);
        final String what = "p95 of a name at the same times, B / A";
        final double share = (double) Latencies.percentile(b.paced, 95) / Math.max(1, Latencies.percentile(a.paced, 95));
        if (a.missedRate || b.missedRate) {
            result.missedGoal("R24", what + " (does not count: a side fell behind)", share, MAX_P95_SHARE);
        } else {
            result.goal("R24", what, share, false, MAX_P95_SHARE);
        }
    }

    /** One of the two. */
    private final class Side implements AutoCloseable {
        private final int partitions;
        private final int batch;
        private final int outstanding;
        private final RunDirectory directory;
        private final Target target;
        private RegistryWorkload workload;
        private LoadLoop loop;
        private final List<Double> keysPerSecond = new ArrayList<>();
        private final Histogram saturated = Latencies.histogram();
        private final Histogram paced = Latencies.histogram();
        private long ok;
        private long rejected;
        private long errors;
        private long durationNs;
        private boolean missedRate;

        Side(final int partitions, final int batch, final int outstanding) throws IOException {
            this.partitions = partitions;
            this.batch = batch;
            this.outstanding = outstanding;
            directory = RunDirectory.create();
            try {
                final List<String> sets = new ArrayList<>(ServerPlan.sets(Scenario.AB, options));
                sets.add("ringmaster.registry.partitions=" + partitions);
                sets.add("ringmaster.session.pending-bytes=" + ServerPlan.MAX_PENDING_BYTES);
                target = Target.open(options, sets, directory, settings);
            } catch (final RuntimeException ex) {
                directory.close();
                throw ex;
            }
        }

        /** Connects and registers the records, while the other side's connection is kept alive. */
        void connect(final IntSupplier other) {
            workload = new RegistryWorkload(target, 1,
                new KeySpace(options.entries, "ab-keys", batch > 1 ? batch : 0, options.seed),
                new FixedKinds(batch > 1 ? RegistryWorkload.LOOKUP_BATCH : OperationMix.LOOKUP), options.seed);
            workload.alongside(other);
            workload.prepare();
            workload.alongside(() -> 0);
            loop = new LoadLoop(workload, SystemNanoClock.INSTANCE, GeneratorIdle.busy(), DRAIN_TIMEOUT_NS);
        }

        /** The other side's connection stays alive while this one works. */
        void besides(final Side other) {
            loop.background(() -> other.workload.poll(0));
        }

        void saturate(final long stretchNs) {
            final Segment segment = loop.runClosed(stretchNs, outstanding);
            keysPerSecond.add(segment.throughputPerSecond() * batch);
            count(segment, saturated);
        }

        void paced(final ArrivalSchedule schedule) {
            final Segment segment = loop.runOpen(schedule, outstanding);
            count(segment, paced);
            if (segment.missedRate()) {
                missedRate = true;
                result.warn("rate missed with " + batch + " names in a message: the bound of R24's p95 counts as missed");
            }
        }

        void forget() {
            keysPerSecond.clear();
            saturated.reset();
            ok = 0;
            rejected = 0;
            durationNs = 0;
        }

        double medianKeysPerSecond() {
            return ConcurrencySweep.median(keysPerSecond.stream().mapToDouble(Double::doubleValue).toArray());
        }

        private void count(final Segment segment, final Histogram histogram) {
            histogram.add(segment.latencies().all());
            ok += segment.ok();
            rejected += segment.rejected();
            errors += segment.errors() + segment.lost();
            durationNs += segment.durationNs();
        }

        void writeTo(final ObjectNode json) {
            json.put("partitions", partitions);
            json.put("keysPerMessage", batch);
            json.put("messagesUnderWay", outstanding);
            json.put("keysPerSecond", Math.round(medianKeysPerSecond()));
            json.put("keptUp", !missedRate);
            json.set("saturatedNs", Latencies.jsonWithP95(saturated));
            json.set("pacedNs", Latencies.jsonWithP95(paced));
        }

        @Override
        public void close() {
            CloseHelper.quietCloseAll(workload, target);
            directory.close();
        }
    }
}
