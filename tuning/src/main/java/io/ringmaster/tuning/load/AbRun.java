package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
            a.server.connect(1, a.batch, () -> 0);
            b.server.connect(1, b.batch, a.server::poll);
            a.server.besides(b.server);
            b.server.besides(a.server);
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
        }
    }

    private void write(final Side a, final Side b, final double keysPerSecond) {
        ComparedServer.writeCounts(result, a.server, b.server);
        result.latencies(b.paced);
        final ObjectNode more = result.more();
        more.put("pacedKeysPerSecond", Math.round(keysPerSecond));
        a.writeTo(more.putObject("a"));
        b.writeTo(more.putObject("b"));
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
        private final ComparedServer server;
        private final List<Double> keysPerSecond = new ArrayList<>();
        private final Histogram saturated = Latencies.histogram();
        private final Histogram paced = Latencies.histogram();
        private boolean missedRate;

        Side(final int partitions, final int batch, final int outstanding) {
            this.partitions = partitions;
            this.batch = batch;
            this.outstanding = outstanding;
            this.server = new ComparedServer(Scenario.AB, options, List.of("ringmaster.registry.partitions=" + partitions,
                "ringmaster.session.pending-bytes=" + ServerPlan.MAX_PENDING_BYTES), settings);
        }

        void saturate(final long stretchNs) {
            keysPerSecond.add(server.closed(stretchNs, outstanding, saturated).throughputPerSecond() * batch);
        }

        void paced(final ArrivalSchedule schedule) {
            if (server.open(schedule, outstanding, paced).missedRate()) {
                missedRate = true;
                result.warn("rate missed with " + batch + " names in a message: the bound of R24's p95 counts as missed");
            }
        }

        void forget() {
            keysPerSecond.clear();
            saturated.reset();
            server.forget();
        }

        double medianKeysPerSecond() {
            return Median.of(keysPerSecond.stream().mapToDouble(Double::doubleValue).toArray());
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
            server.close();
        }
    }
}
