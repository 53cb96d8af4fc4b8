package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.server.config.ServerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * The whole system in about a minute: a server process with agents in it, agents in another process, then batches, bursts
 * and the replay of a made-up trace against them.
 */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Starts a server and agents, runs batches, bursts and a made-up trace against them, prints one report.")
final class DemoCommand implements Callable<Integer> {
    private static final int TRACE_ROWS = 6000;
    private static final double TRACE_RATE = 5.5;
    private static final double TRACE_SPEEDUP = 60;
    private static final int SEED = 7;

    @Option(names = "--agents", defaultValue = "12", description = "Agents in the server (default: ${DEFAULT-VALUE}).")
    private int agents;
    @Option(names = "--remote-agents", defaultValue = "4", description = "Agents in another process (default: ${DEFAULT-VALUE}).")
    private int remoteAgents;
    @Option(names = "--transport", defaultValue = "ipc", description = "ipc or udp (default: ${DEFAULT-VALUE}).")
    private Transport transport;
    @Option(names = "--profile", paramLabel = "P", description = "Profile of the server.")
    private String profile;
    @Option(names = "--rows", defaultValue = "" + TRACE_ROWS, description = "Rows of the trace (default: ${DEFAULT-VALUE}).")
    private int rows;
    @Option(names = "--format", defaultValue = "text", description = "text or json (default: ${DEFAULT-VALUE}).")
    private LoadOptions.OutputFormat format;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final long startNs = System.nanoTime();
        final List<JsonNode> results = new ArrayList<>();
        try (RunDirectory directory = RunDirectory.create()) {
            final Path trace = directory.file("trace.csv");
            TraceGenerator.write(trace, rows, TRACE_RATE, SEED);
            final LoadOptions options = options(trace);
            final EchoSettings echo = EchoSettings.of(
                ServerConfig.load(profile, null, List.of()).settings(), transport == Transport.UDP);
            progress("starting a server with " + agents + " agents");
            try (Target target = Target.open(options, ServerPlan.demoSets(agents), directory, echo);
                RemoteAgents remote = RemoteAgents.start(target, remoteAgents)) {
                progress("started " + remote.agents() + " agents in another process");
                for (final Scenario scenario : List.of(Scenario.BATCH, Scenario.BURST, Scenario.REPLAY)) {
                    progress(scenario.word());
                    final LoadResult result = new LoadRun(scenario, options, directory, this::progress).run(target);
                    results.add(result.json());
                }
            }
        }
        final boolean valid = results.stream().allMatch(result -> result.path("valid").asBoolean());
        report(results, valid, System.nanoTime() - startNs);
        return valid ? 0 : TuneCommands.FAILED;
    }

    private LoadOptions options(final Path trace) {
        final LoadOptions options = new LoadOptions();
        options.transport = transport;
        options.profile = profile;
        options.seconds = 3;
        options.warmupSeconds = 2;
        options.segments = 2;
        options.floorSeconds = 0.5;
        options.agents = agents;
        options.trace = trace;
        options.speedup = TRACE_SPEEDUP;
        options.spec = spec;
        for (final Scenario scenario : List.of(Scenario.BATCH, Scenario.BURST, Scenario.REPLAY)) {
            options.validate(scenario);
        }
        return options;
    }

    private void report(final List<JsonNode> results, final boolean valid, final long tookNs) {
        final PrintWriter out = spec.commandLine().getOut();
        if (format == LoadOptions.OutputFormat.JSON) {
            final ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("valid", valid);
            json.put("durationNs", tookNs);
            json.putArray("results").addAll(results);
            out.println(json);
        } else {
            out.println();
            out.println("Ringmaster demo: " + agents + " agents in the server, " + remoteAgents + " in another process");
            out.println();
            results.forEach(result -> out.println(TextReport.one(result)));
            out.print(TextReport.table(results));
            out.println();
            out.println((valid ? "All answers were right" : "FAIL: see above") + ", in " +
                TimeUnit.NANOSECONDS.toSeconds(tookNs) + " s.");
        }
        out.flush();
    }

    private void progress(final String message) {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("... " + message);
        err.flush();
    }
}
