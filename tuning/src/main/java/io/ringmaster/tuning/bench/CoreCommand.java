package io.ringmaster.tuning.bench;

import io.ringmaster.tuning.load.JvmFlags;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Runs the JMH benchmarks of the registry's core and of the maps it is compared with; exit code 1 if one of them failed. Each
 * benchmark runs in a JVM of its own; the heap of each is bounded, so that the largest one fits beside everything else.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "bench-core",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "JMH benchmarks of the registry's core beside ConcurrentHashMap and Chronicle Map; writes JMH's JSON.")
public final class CoreCommand implements Callable<Integer> {
    private static final int MAX_HEAP_GIB = 7;
    private static final int MAX_DIRECT_GIB = 10;
    private static final int SMALL_HEAP_GIB = 2;

    @Option(names = "--form", defaultValue = "short", description = "smoke, short or long (default: ${DEFAULT-VALUE}).")
    private CorePlan.Form form;
    @Option(names = "--out", paramLabel = "FILE", defaultValue = "target/bench/core.json",
        description = "JMH's JSON; a log is written beside it (default: ${DEFAULT-VALUE}).")
    private Path out;
    @Option(names = "--only", paramLabel = "WORD", description = "Only the steps whose name contains this.")
    private String only;
    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each benchmark (default: 1).")
    private Integer forks;
    @Option(names = "--estimate", description = "Says how long it takes and ends.")
    private boolean estimateOnly;
    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public CoreCommand() {
    }

    @Override
    public Integer call() throws IOException {
        final PrintWriter err = spec.commandLine().getErr();
        CorePlan plan = CorePlan.of(form);
        plan = only == null ? plan : plan.only(only);
        plan = forks == null ? plan : new CorePlan(
            plan.steps(), plan.warmupIterations(), plan.iterations(), plan.iterationSeconds(), forks);
        say(err, plan.describe());
        if (estimateOnly) {
            return 0;
        }
        if (out.toAbsolutePath().getParent() != null) {
            Files.createDirectories(out.toAbsolutePath().getParent());
        }
        final List<RunResult> results = new ArrayList<>();
        boolean failed = false;
        for (final CorePlan.Step step : plan.steps()) {
            for (int turn = 1; turn <= step.turns(); turn++) {
                for (final int entries : step.entries()) {
                    say(err, step.name() + ", " + entries + " records"
                        + (step.turns() > 1 ? ", turn " + turn + " of " + step.turns() : ""));
                    failed |= !run(err, plan, step, entries, log(step, entries, turn), results);
                    ResultFormatFactory.getInstance(ResultFormatType.JSON, out.toString()).writeOut(results);
                }
            }
        }
        return failed ? 1 : 0;
    }

    private boolean run(
        final PrintWriter err, final CorePlan plan, final CorePlan.Step step, final int entries, final Path log,
        final List<RunResult> results) {
        final int heapGib = entries >= CorePlan.LARGE ? MAX_HEAP_GIB : SMALL_HEAP_GIB;
        final List<String> flags = new ArrayList<>(JvmFlags.flags());
        flags.add("-Xmx" + heapGib + "g");
        flags.add("-XX:MaxDirectMemorySize=" + MAX_DIRECT_GIB + "g");
        flags.add("-XX:+UseParallelGC");
        // Else it is chance which methods of a map the compiler puts together: docs/decisions.md, 36.
        flags.add("-XX:InlineSmallCode=6000");
        final ChainedOptionsBuilder options = new OptionsBuilder()
            .include(step.include())
            .param("entries", Integer.toString(entries))
            .warmupIterations(plan.warmupIterations())
            .warmupTime(TimeValue.milliseconds(Math.round(plan.iterationSeconds() * 1e3)))
            .measurementIterations(plan.iterations())
            .measurementTime(TimeValue.milliseconds(Math.round(plan.iterationSeconds() * 1e3)))
            .forks(plan.forksFor(entries))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(false)
            .jvmArgs(flags.toArray(new String[0]))
            .output(log.toString());
        if (!step.maps().isEmpty()) {
            options.param("map", step.maps().toArray(new String[0]));
        }
        try {
            final Collection<RunResult> ofStep = new Runner(options.build()).run();
            results.addAll(ofStep);
            final int expected = step.resultsOfTurn();
            if (ofStep.size() != expected) {
                say(err, "FAIL: " + step.name() + ", " + entries + " records: " + ofStep.size() + " results of " + expected
                    + "; see " + log);
            }
            return ofStep.size() == expected;
        } catch (final RunnerException ex) {
            say(err, "FAIL: " + step.name() + ", " + entries + " records: " + ex.getMessage() + "; see " + log);
            return false;
        }
    }

    private Path log(final CorePlan.Step step, final int entries, final int turn) {
        return out.toAbsolutePath().resolveSibling(
            "core-" + step.name().replaceAll("[^a-z]+", "-") + '-' + entries + (step.turns() > 1 ? "-" + turn : "") + ".log");
    }

    private static void say(final PrintWriter err, final String message) {
        err.println("... " + message);
        err.flush();
    }
}
