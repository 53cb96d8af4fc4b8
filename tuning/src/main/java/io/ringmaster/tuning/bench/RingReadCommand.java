package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Runs {@link RingReadCheck} in both modes in turn.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "check-ring-reads",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Reads by the reader itself against reads through the writer's ring (a mode for comparison), with a share of writes.")
public final class RingReadCommand implements Callable<Integer> {
    private static final double MAX_SHARE = 0.4;
    private static final long MAX_NS = 10_000_000_000L;

    @Option(names = "--entries", paramLabel = "N", defaultValue = "100000", description = "Records (default: ${DEFAULT-VALUE}).")
    private int entries;
    @Option(names = "--clients", paramLabel = "N", defaultValue = "2",
        description = "Threads that read and write, beside the writer's (default: ${DEFAULT-VALUE}).")
    private int clients;
    @Option(names = "--writes", paramLabel = "PERCENT", defaultValue = "10", description = "Share of writes (default: ${DEFAULT-VALUE}).")
    private int writes;
    @Option(names = "--seconds", paramLabel = "N", defaultValue = "10",
        description = "Measured time of each mode, after a fifth of it to warm up (default: ${DEFAULT-VALUE}).")
    private int seconds;
    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Turns of each mode (default: ${DEFAULT-VALUE}).")
    private int rounds;
    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON result to a file, too.")
    private Path out;
    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public RingReadCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check(entries >= 1 && entries <= 5_000_000, "--entries", entries, "1 to 5000000");
        check(clients >= 1 && clients <= 64, "--clients", clients, "1 to 64");
        check(writes >= 0 && writes <= 99, "--writes", writes, "0 to 99");
        check(seconds >= 1 && seconds <= 3600, "--seconds", seconds, "1 to 3600");
        check(rounds >= 1 && rounds <= 100, "--rounds", rounds, "1 to 100");
        final RingReadCheck check = new RingReadCheck(entries, clients, writes);
        final long totalNs = TimeUnit.SECONDS.toNanos(seconds);
        check.run(false, totalNs / 5);
        check.run(true, totalNs / 5);
        final Histogram direct = new Histogram(1, MAX_NS, 3);
        final Histogram throughRing = new Histogram(1, MAX_NS, 3);
        long written = 0;
        for (int round = 0; round < rounds; round++) {
            final RingReadCheck.Result own = check.run(false, totalNs / rounds);
            final RingReadCheck.Result other = check.run(true, totalNs / rounds);
            direct.add(own.reads());
            throughRing.add(other.reads());
            written += own.writes() + other.writes();
        }
        final CheckOutput output = new CheckOutput("ring-reads");
        final ObjectNode json = output.json();
        json.put("entries", entries);
        json.put("clients", clients);
        json.put("writePercent", writes);
        json.put("writes", written);
        percentiles(json.putObject("directNs"), direct);
        percentiles(json.putObject("throughRingNs"), throughRing);
        if (direct.getTotalCount() == 0 || throughRing.getTotalCount() == 0) {
            output.fail("nothing was read");
        } else {
            output.goal("R87", "p95 of a read beside " + writes + " % writes / the same through the writer's ring (comparison mode)",
                (double) direct.getValueAtPercentile(95) / throughRing.getValueAtPercentile(95), MAX_SHARE);
        }
        return output.write(spec.commandLine(), out);
    }

    private static void percentiles(final ObjectNode json, final Histogram histogram) {
        json.put("count", histogram.getTotalCount());
        for (final double percent : new double[] {50, 95, 99}) {
            json.put("p" + (int) percent, histogram.getTotalCount() == 0 ? 0 : histogram.getValueAtPercentile(percent));
        }
    }

    private void check(final boolean ok, final String option, final Object value, final String bounds) {
        if (!ok) {
            throw new CommandLine.ParameterException(spec.commandLine(), option + " = " + value + " is not " + bounds);
        }
    }
}
