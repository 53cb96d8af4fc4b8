package io.ringmaster.tuning.load;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Runs the steps of a suite one after the other, each in a process of its own whose output goes to a log. A step that fails, or
 * takes three times as long as it should, does not end the suite; exit code 1 says that there was one.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "suite",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs the steps of a suite one after the other and keeps their JSON and logs; exit code 1 if one failed.")
public final class SuiteCommand implements Callable<Integer> {
    private static final int PATIENCE = 3;
    private static final long MIN_PATIENCE_SECONDS = 120;

    @Parameters(paramLabel = "SUITE", description = "general or registry.")
    private Kind kind;
    @Option(names = "--form", defaultValue = "short", description = "smoke, short or long (default: ${DEFAULT-VALUE}).")
    private Suite.Form form;
    @Option(names = "--out", paramLabel = "DIR", defaultValue = "target/bench",
        description = "For JSON files and logs (default: ${DEFAULT-VALUE}).")
    private Path out;
    @Option(names = "--only", paramLabel = "REGEX", description = "Only steps whose name it matches.")
    private String only;
    @Option(names = "--missing", description = "Only steps that have no JSON file yet: goes on with a suite that was interrupted.")
    private boolean missingOnly;
    @Option(names = "--list", description = "Says what would run and how long it takes, and ends.")
    private boolean listOnly;
    @Spec
    private CommandSpec spec;

    /** Which suite. */
    enum Kind {
        /** Every scenario over both transports. */
        GENERAL,
        /** Everything about the registry. */
        REGISTRY
    }

    /** Made by the command line. */
    public SuiteCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        final PrintWriter err = spec.commandLine().getErr();
        final List<Suite.Step> steps = steps();
        final long seconds = steps.stream().mapToLong(Suite.Step::seconds).sum();
        for (final Suite.Step step : steps) {
            say(err, String.format(Locale.ROOT, "%-28s about %5d s  %s", step.name(), step.seconds(), String.join(" ", step.arguments())));
        }
        say(err, String.format(Locale.ROOT, "%d steps, about %d min", steps.size(), (seconds + 59) / 60));
        if (listOnly) {
            return 0;
        }
        Files.createDirectories(out);
        final List<String> failed = new ArrayList<>();
        for (final Suite.Step step : steps) {
            say(err, "... " + step.name());
            final long startNs = System.nanoTime();
            final String failure = run(step);
            say(err, String.format(Locale.ROOT, "    %s in %.0f s", failure == null ? "done" : "FAIL: " + failure,
                (System.nanoTime() - startNs) / 1e9));
            if (failure != null) {
                failed.add(step.name());
            }
        }
        failed.forEach(name -> say(err, "FAIL: " + name + "; see " + log(name)));
        return failed.isEmpty() ? 0 : TuneCommands.FAILED;
    }

    private List<Suite.Step> steps() {
        final List<Suite.Step> all = kind == Kind.GENERAL ? Suite.general(form) : Suite.registry(form);
        final Pattern pattern = Pattern.compile(only == null ? "" : only);
        final List<Suite.Step> steps = all.stream()
            .filter(step -> pattern.matcher(step.name()).find())
            .filter(step -> !missingOnly || !Files.exists(json(step.name()))).toList();
        if (steps.isEmpty() && !missingOnly) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--only " + only + " matches no step");
        }
        return steps;
    }

    /** Null if all went well, otherwise what did not. The result of an earlier run does not stay behind. */
    private String run(final Suite.Step step) throws IOException, InterruptedException {
        Files.deleteIfExists(json(step.name()));
        final List<String> command = JvmFlags.javaCommand(List.of());
        command.add(TuneCommands.MAIN_CLASS);
        command.addAll(step.arguments());
        command.add("--out");
        command.add(json(step.name()).toString());
        final File log = log(step.name()).toFile();
        final Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
        try {
            final long patience = Math.max(MIN_PATIENCE_SECONDS, PATIENCE * step.seconds());
            if (!process.waitFor(patience, TimeUnit.SECONDS)) {
                return "not done after " + patience + " s";
            }
        } finally {
            process.destroy();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
        if (process.exitValue() != 0) {
            return "exit code " + process.exitValue();
        }
        return Files.exists(json(step.name())) ? null : "no result";
    }

    private Path json(final String name) {
        return out.toAbsolutePath().resolve(name + ".json");
    }

    private Path log(final String name) {
        return out.toAbsolutePath().resolve(name + ".log");
    }

    private static void say(final PrintWriter err, final String message) {
        err.println(message);
        err.flush();
    }
}
