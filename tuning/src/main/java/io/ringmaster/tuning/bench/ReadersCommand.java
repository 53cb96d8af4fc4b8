package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * Readers beside one writer in one process; exit code 1 if a read was torn or stale.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "check-readers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Readers beside one writer in this process: counts torn reads, and reads of what an acknowledged write replaced.")
public final class ReadersCommand implements Callable<Integer> {
    private static final int MAX_READERS = 256;

    @Option(names = "--readers", defaultValue = "12", description = "Threads that read (default: ${DEFAULT-VALUE}).")
    private int readers;
    @Option(names = "--seconds", defaultValue = "60", description = "How long (default: ${DEFAULT-VALUE}).")
    private int seconds;
    @Option(names = "--keys", defaultValue = "64", description = "Records; few, so that they meet (default: ${DEFAULT-VALUE}).")
    private int keys;
    @Option(names = "--partitions", defaultValue = "1", description = "Partitions, a power of two (default: ${DEFAULT-VALUE}).")
    private int partitions;
    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON result to a file, too.")
    private Path out;
    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public ReadersCommand() {
    }

    @Override
    public Integer call() throws IOException {
        check(readers >= 1 && readers <= MAX_READERS, "--readers", readers, "1 to " + MAX_READERS);
        check(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1 to 86400");
        check(keys >= 1 && keys <= 1_000_000, "--keys", keys, "1 to 1000000");
        check(partitions >= 1 && partitions <= 256 && Integer.bitCount(partitions) == 1, "--partitions", partitions,
            "a power of two, 1 to 256");
        final ReadersCheck.Result result = new ReadersCheck(keys, readers, partitions).run(seconds * 1_000_000_000L);
        final ObjectNode json = json(result);
        final String text = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json);
        if (out != null) {
            if (out.toAbsolutePath().getParent() != null) {
                Files.createDirectories(out.toAbsolutePath().getParent());
            }
            Files.writeString(out, text + "\n");
        }
        spec.commandLine().getOut().println(json);
        spec.commandLine().getOut().flush();
        if (!result.valid()) {
            spec.commandLine().getErr().println("FAIL: " + result);
        }
        return result.valid() ? 0 : 1;
    }

    private ObjectNode json(final ReadersCheck.Result result) {
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("check", "readers");
        json.put("readers", readers);
        json.put("writers", 1);
        json.put("keys", keys);
        json.put("partitions", partitions);
        json.put("seconds", Math.round(result.seconds() * 10) / 10.0);
        json.put("reads", result.reads());
        json.put("found", result.found());
        json.put("writes", result.writes());
        json.put("torn", result.torn());
        json.put("stale", result.stale());
        json.put("valid", result.valid());
        return json;
    }

    private void check(final boolean ok, final String option, final Object value, final String bounds) {
        if (!ok) {
            throw new CommandLine.ParameterException(spec.commandLine(), option + " = " + value + " is not " + bounds);
        }
    }
}
