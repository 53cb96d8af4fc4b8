package io.ringmaster.tuning.report;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * Writes the page about the registry; exit code 1 if a run in it was not valid, 2 if there is nothing to read.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "report-registry",
    mixinStandardHelpOptions = true,
    description = "Writes registry-benchmarks.md and its plots out of the JSON files of bench-core, check-readers and load.")
public final class RegistryReportCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", defaultValue = "target/bench", description = "With JSON files (default: ${DEFAULT-VALUE}).")
    private Path dir;
    @Option(names = "--docs", paramLabel = "DIR", defaultValue = "docs", description = "For the page (default: ${DEFAULT-VALUE}).")
    private Path docs;
    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public RegistryReportCommand() {
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(dir)) {
            spec.commandLine().getErr().println("FAIL: " + dir + " is no directory: run make bench-registry first");
            return 2;
        }
        final RegistryReport report;
        try {
            report = RegistryReport.read(dir);
        } catch (final IllegalArgumentException ex) {
            spec.commandLine().getErr().println("FAIL: " + ex.getMessage());
            return 2;
        }
        report.write(docs).forEach(file -> spec.commandLine().getOut().println(file));
        spec.commandLine().getOut().flush();
        report.invalid().forEach(name -> spec.commandLine().getErr().println("FAIL: " + name + " is not valid"));
        return report.invalid().isEmpty() ? 0 : 1;
    }
}
