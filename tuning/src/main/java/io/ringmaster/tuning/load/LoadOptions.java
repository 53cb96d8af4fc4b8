package io.ringmaster.tuning.load;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the user said about a run.
 * <p>
 * Threading: written by the command line parser, then read only.
 */
final class LoadOptions {
    /** Operations that an open loop may have under way; more wait, and count as late. */
    static final int MAX_OUTSTANDING = 65_536;
    private static final int DEFAULT_SECONDS = 10;
    private static final int DEFAULT_BURST_SECONDS = 60;
    private static final int DEFAULT_SEGMENTS = 3;
    private static final int DEFAULT_BURST_SEGMENTS = 5;

    @Spec(Spec.Target.MIXEE)
    CommandSpec spec;

    @Option(names = "--transport", defaultValue = "ipc", description = "ipc or udp (default: ${DEFAULT-VALUE}).")
    Transport transport = Transport.IPC;

    @Option(names = "--rate", paramLabel = "N", defaultValue = "0",
        description = "Operations a second, open loop, latency from the intended send time; 0: closed loop (default).")
    double ratePerSecond;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "1",
        description = "Client sessions, all driven by one thread (default: ${DEFAULT-VALUE}).")
    int clients = 1;

    @Option(names = "--outstanding", paramLabel = "N", defaultValue = "1",
        description = "Closed loop: operations of each session under way at a time (default: ${DEFAULT-VALUE}).")
    int outstanding = 1;

    @Option(names = "--levels", paramLabel = "N", split = ",", defaultValue = "1,2,5,10,25,50,75,100,200,500,1000",
        description = "sweep: operations under way, of all sessions together (default: ${DEFAULT-VALUE}).")
    List<Integer> levels = List.of(1, 2, 5, 10, 25, 50, 75, 100, 200, 500, 1000);

    @Option(names = "--expiring", paramLabel = "N", defaultValue = "100000",
        description = "expire: records whose leases run out within one second (default: ${DEFAULT-VALUE}).")
    int expiring = 100_000;

    @Option(names = "--waves", paramLabel = "N", defaultValue = "2",
        description = "expire: how often they do in each server; the worst counts (default: ${DEFAULT-VALUE}).")
    int waves = 2;

    @Option(names = "--practice-waves", paramLabel = "N", defaultValue = "5",
        description = "expire: how often they do before, in a server that the generator practises on (default: ${DEFAULT-VALUE}).")
    int practiceWaves = 5;

    @Option(names = "--hit-rate", paramLabel = "X", defaultValue = "1",
        description = "lookup: share of the names that are registered, 0 to 1; the others are not found (default: ${DEFAULT-VALUE}).")
    double hitRate = 1;

    @Option(names = "--seconds", paramLabel = "N",
        description = "Measured time, divided among the segments; for burst: of each burst size (default: " + DEFAULT_SECONDS
            + "; burst: " + DEFAULT_BURST_SECONDS + ").")
    Integer seconds;

    @Option(names = "--warmup", paramLabel = "N", defaultValue = "8",
        description = "Seconds of load before the measurement (default: ${DEFAULT-VALUE}).")
    int warmupSeconds = 8;

    @Option(names = "--entries", paramLabel = "N", defaultValue = "1000",
        description = "Records that lookups choose from (default: ${DEFAULT-VALUE}).")
    int entries = 1000;

    @Option(names = "--agents", paramLabel = "N", defaultValue = "0",
        description = "Agents in the server; default: 1 for dispatch, otherwise 12.")
    int agents;

    @Option(names = "--remote-agents", paramLabel = "N", defaultValue = "0",
        description = "replay: agents in another process (default: ${DEFAULT-VALUE}).")
    int remoteAgents;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "0",
        description = "lookup-batch: keys of one message, default 16; batch: tasks of one batch, default 10.")
    int batch;

    @Option(names = "--bursts", paramLabel = "N", split = ",", defaultValue = "25,50,75,100,1000",
        description = "burst: requests of one burst (default: ${DEFAULT-VALUE}).")
    List<Integer> bursts = List.of(25, 50, 75, 100, 1000);

    @Option(names = "--trace", paramLabel = "FILE",
        description = "replay: CSV with the columns TIMESTAMP,ContextTokens,GeneratedTokens.")
    Path trace;

    @Option(names = "--speedup", paramLabel = "N", defaultValue = "1",
        description = "replay: divides the times between arrivals and the work (default: ${DEFAULT-VALUE}).")
    double speedup = 1;

    @Option(names = "--prefill-ns", paramLabel = "N", defaultValue = "" + WorkModel.DEFAULT_PREFILL_NS,
        description = "replay: simulated work of one prompt token (default: ${DEFAULT-VALUE}).")
    long prefillNs = WorkModel.DEFAULT_PREFILL_NS;

    @Option(names = "--decode-ns", paramLabel = "N", defaultValue = "" + WorkModel.DEFAULT_DECODE_NS,
        description = "replay: simulated work of one generated token (default: ${DEFAULT-VALUE}).")
    long decodeNs = WorkModel.DEFAULT_DECODE_NS;

    @Option(names = "--kill-agent-at", paramLabel = "SECONDS", defaultValue = "-1",
        description = "replay: kill -9 of the remote agents' process at this time of the run.")
    double killAgentAtSeconds = -1;

    @Option(names = "--restart-agent-after", paramLabel = "SECONDS", defaultValue = "3",
        description = "replay: how long after the kill it is started again (default: ${DEFAULT-VALUE}).")
    double restartAgentAfterSeconds = 3;

    @Option(names = "--target", paramLabel = "self|DIR|HOST:PORT", defaultValue = "self",
        description = "self starts a server in a process of its own; DIR is the directory of a running server (ipc, or udp " +
            "if it listens); HOST:PORT its UDP endpoint (default: ${DEFAULT-VALUE}).")
    String target = "self";

    @Option(names = "--profile", paramLabel = "P", description = "Profile of the server that is started.")
    String profile;

    @Option(names = "--set", paramLabel = "K=V", description = "Configuration of the server that is started; repeatable.")
    List<String> sets = new ArrayList<>();

    @Option(names = "--server-jvm", paramLabel = "FLAG", description = "JVM flag of the server that is started; repeatable.")
    List<String> serverJvmFlags = new ArrayList<>();

    @Option(names = "--segments", paramLabel = "N",
        description = "Parts of the measurement, with a part of the floor before each and after the last (default: "
            + DEFAULT_SEGMENTS + "; burst: " + DEFAULT_BURST_SEGMENTS + "); for sweep and sessions of eight turns each; "
            + "for first and expire: servers.")
    Integer segments;

    @Option(names = "--floor-seconds", paramLabel = "N", defaultValue = "1",
        description = "Length of each part of the floor, and twice that of each part of the bare floor; " +
            "0: neither (default: ${DEFAULT-VALUE}).")
    double floorSeconds = 1;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of the random choices (default: ${DEFAULT-VALUE}).")
    long seed = 1;

    @Option(names = "--format", defaultValue = "text", description = "text or json (default: ${DEFAULT-VALUE}).")
    OutputFormat format = OutputFormat.TEXT;

    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON result to a file, too.")
    Path out;

    @Option(names = "--hdr", paramLabel = "DIR", description = "Writes one .hdr file with the latencies of the run.")
    Path hdrDir;

    /** How the result is printed. */
    enum OutputFormat {
        /** For people. */
        TEXT,
        /** One JSON object. */
        JSON
    }

    /**
     * Checks ranges and relations.
     *
     * @param scenario that will run.
     * @throws CommandLine.ParameterException naming the option, its value and the bound.
     */
    void validate(final Scenario scenario) {
        check(ratePerSecond >= 0 && ratePerSecond <= 1e8, "--rate", ratePerSecond, "0 to 1e8");
        check(clients >= 1 && clients <= 1000, "--clients", clients, "1 to 1000");
        check(outstanding >= 1 && (long) outstanding * clients <= MAX_OUTSTANDING, "--outstanding", outstanding,
            "1 to " + MAX_OUTSTANDING / clients + " with " + clients + " sessions");
        if (seconds == null) {
            seconds = scenario == Scenario.BURST ? DEFAULT_BURST_SECONDS : DEFAULT_SECONDS;
        }
        if (segments == null) {
            segments = scenario == Scenario.BURST ? DEFAULT_BURST_SEGMENTS : DEFAULT_SEGMENTS;
        }
        for (final int level : levels) {
            check(level >= 1 && level <= MAX_OUTSTANDING, "--levels", level, "1 to " + MAX_OUTSTANDING);
        }
        check(expiring >= 1 && expiring <= 5_000_000, "--expiring", expiring, "1 to 5000000");
        check(waves >= 1 && waves <= 100, "--waves", waves, "1 to 100");
        check(practiceWaves >= 1 && practiceWaves <= 100, "--practice-waves", practiceWaves, "1 to 100");
        check(hitRate >= 0 && hitRate <= 1, "--hit-rate", hitRate, "0 to 1");
        check(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1 to 86400");
        check(warmupSeconds >= 0 && warmupSeconds <= 3600, "--warmup", warmupSeconds, "0 to 3600");
        check(entries >= 1 && entries <= 10_000_000, "--entries", entries, "1 to 10000000");
        check(agents >= 0 && agents <= 4096, "--agents", agents, "1 to 4096");
        check(remoteAgents >= 0 && remoteAgents <= 1024, "--remote-agents", remoteAgents, "0 to 1024");
        check(batch >= 0 && batch <= 256, "--batch", batch, "1 to 256");
        check(segments >= 1 && segments <= 100, "--segments", segments, "1 to 100");
        check(floorSeconds >= 0 && floorSeconds <= 60, "--floor-seconds", floorSeconds, "0 to 60");
        check(speedup > 0 && speedup <= 1e6, "--speedup", speedup, "above 0, at most 1e6");
        check(prefillNs >= 0, "--prefill-ns", prefillNs, "0 or more");
        check(decodeNs >= 0, "--decode-ns", decodeNs, "0 or more");
        for (final int burst : bursts) {
            check(burst >= 1 && burst <= MAX_OUTSTANDING, "--bursts", burst, "1 to " + MAX_OUTSTANDING);
        }
        for (final String set : sets) {
            check(set.indexOf('=') > 0, "--set", set, "KEY=VALUE");
        }
        check(scenario != Scenario.SESSIONS || clients > SessionsRun.FEW, "--clients", clients,
            SessionsRun.FEW + 1 + " to 1000: they are compared with " + SessionsRun.FEW);
        if ((scenario == Scenario.FIRST || scenario == Scenario.AB || scenario == Scenario.SESSIONS) && !targetIsSelf()) {
            throw usage(scenario.word() + " starts servers of its own: it takes no --target");
        }
        if (scenario == Scenario.REPLAY) {
            if (trace == null) {
                throw usage("replay needs --trace FILE");
            }
            if (!Files.isReadable(trace)) {
                throw usage("--trace " + trace + " cannot be read");
            }
            if (killAgentAtSeconds >= 0 && remoteAgents == 0) {
                throw usage("--kill-agent-at needs --remote-agents");
            }
        }
        if (transport == Transport.IPC && targetIsEndpoint()) {
            throw usage("--target " + target + " is a UDP endpoint: say --transport udp");
        }
    }

    boolean targetIsSelf() {
        return "self".equals(target);
    }

    boolean targetIsEndpoint() {
        return !targetIsSelf() && target.matches("[^/]+:\\d{1,5}") && !Files.isDirectory(Path.of(target));
    }

    int agentsFor(final Scenario scenario) {
        return agents > 0 ? agents : scenario == Scenario.DISPATCH ? 1 : 12;
    }

    int batchFor(final Scenario scenario) {
        return batch > 0 ? batch : scenario == Scenario.LOOKUP_BATCH ? 16 : 10;
    }

    private void check(final boolean ok, final String option, final Object value, final String bounds) {
        if (!ok) {
            throw usage(option + " = " + value + " is not " + bounds);
        }
    }

    private CommandLine.ParameterException usage(final String message) {
        return new CommandLine.ParameterException(
            spec == null ? new CommandLine(CommandSpec.create()) : spec.commandLine(), message);
    }
}
