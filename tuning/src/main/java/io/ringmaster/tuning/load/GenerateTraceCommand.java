package io.ringmaster.tuning.load;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Writes a made-up trace for {@code load replay}. */
@Command(name = "generate-trace", hidden = true, mixinStandardHelpOptions = true, description = "Writes a made-up trace.")
final class GenerateTraceCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
    private Path out;
    @Option(names = "--rows", defaultValue = "1000", description = "Requests (default: ${DEFAULT-VALUE}).")
    private int rows;
    @Option(names = "--rate", defaultValue = "5.5", description = "Mean arrivals a second (default: ${DEFAULT-VALUE}).")
    private double rate;
    @Option(names = "--seed", defaultValue = "1", description = "Of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws IOException {
        TraceGenerator.write(out, rows, rate, seed);
        System.err.println(rows + " rows written to " + out);
        return 0;
    }
}
