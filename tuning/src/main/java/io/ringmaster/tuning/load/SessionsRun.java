package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Lookups of {@value #FEW} sessions against those of {@code --clients}, each session with {@code --outstanding} of them under way:
 * two servers of the same configuration take short turns, in changing order, and each turn gives a ratio. So a machine whose
 * speed changes from one minute to the next changes it for both sides of almost all turns.
 * <p>
 * Threading: confined to the thread of the run.
 */
final class SessionsRun {
    static final int FEW = 2;
    private static final double MIN_RATIO = 0.9;

    private final LoadOptions options;
    private final LoadResult result;
    private final EchoSettings settings;
    private final Consumer<String> progress;

    SessionsRun(final LoadOptions options, final LoadResult result, final EchoSettings settings, final Consumer<String> progress) {
        this.options = options;
        this.result = result;
        this.settings = settings;
        this.progress = progress;
    }

    void run() {
        progress.accept("starting two servers");
        try (Side few = new Side(FEW); Side many = new Side(options.clients)) {
            few.server.connect(few.sessions, 1, () -> 0);
            many.server.connect(many.sessions, 1, few.server::poll);
            few.server.besides(many.server);
            many.server.besides(few.server);
            progress.accept("warming up for " + options.warmupSeconds + " s each");
            few.warmUp();
            many.warmUp();
            progress.accept("measuring in " + few.throughput.length + " turns");
            for (int turn = 0; turn < few.throughput.length; turn++) {
                (turn % 2 == 0 ? few : many).turn(turn);
                (turn % 2 == 0 ? many : few).turn(turn);
            }
            write(few, many);
        }
    }

    private void write(final Side few, final Side many) {
        ComparedServer.writeCounts(result, few.server, many.server);
        result.latencies(many.latencies);
        final double[] ratios = new double[few.throughput.length];
        final ArrayNode json = result.more().putArray("throughputManyToFew");
        for (int turn = 0; turn < ratios.length; turn++) {
            ratios[turn] = many.throughput[turn] / Math.max(1, few.throughput[turn]);
            json.add(Math.round(ratios[turn] * 1000) / 1000.0);
        }
        few.writeTo(result.more().putObject("fewSessions"));
        many.writeTo(result.more().putObject("manySessions"));
        result.goal("core", "throughput of " + many.sessions + " sessions / of " + FEW + ", pipelined, median of " + ratios.length
            + " turns", Median.of(ratios), true, MIN_RATIO);
        result.goal("R13", "mean latency of the slowest of " + many.sessions + " sessions / mean of all",
            many.fairness.maxToMean(), false, LoadRun.MAX_UNFAIRNESS);
    }

    /** One of the two. */
    private final class Side implements AutoCloseable {
        private final int sessions;
        private final ComparedServer server;
        private final double[] throughput = new double[Turns.count(options)];
        private final Histogram latencies = Latencies.histogram();
        private final SessionFairness fairness;

        Side(final int sessions) {
            this.sessions = sessions;
            this.fairness = new SessionFairness(sessions);
            this.server = new ComparedServer(Scenario.SESSIONS, options, List.of(), settings);
        }

        void warmUp() {
            if (options.warmupSeconds > 0) {
                server.closed(TimeUnit.SECONDS.toNanos(options.warmupSeconds), sessions * options.outstanding, Latencies.histogram());
                server.forget();
            }
        }

        void turn(final int turn) {
            final Segment segment = server.closed(Turns.lengthNs(options), sessions * options.outstanding, latencies);
            throughput[turn] = segment.throughputPerSecond();
            fairness.add(segment.fairness());
        }

        void writeTo(final ObjectNode json) {
            json.put("sessions", sessions);
            json.put("outstanding", sessions * options.outstanding);
            json.put("throughputPerSecond", Math.round(Median.of(throughput)));
            json.set("latencyNs", Latencies.json(latencies));
            fairness.writeTo(json.putObject("fairness"));
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
