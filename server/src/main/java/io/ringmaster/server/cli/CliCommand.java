package io.ringmaster.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * What all commands have: {@code --format}, {@code --help}, one result on standard output.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = RootCommand.Version.class, sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n", exitCodeList = {" 0:done", " 1:failed", " 2:wrong usage"})
abstract class CliCommand implements Callable<Integer> {
    static final int OK = 0;
    static final int FAILED = 1;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Spec
    private CommandSpec spec;

    @Option(names = "--format", paramLabel = "text|json", defaultValue = "text",
        description = "Form of the result: text for people, or json: one object and nothing else (default: ${DEFAULT-VALUE}).")
    private Format format;

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    static JsonNode json(final Object value) {
        return MAPPER.valueToTree(value);
    }

    static ObjectMapper mapper() {
        return MAPPER;
    }

    final boolean isJson() {
        return format == Format.JSON;
    }

    final CommandSpec spec() {
        return spec;
    }

    /** Prints the result: the object with {@code --format json}, otherwise what the consumer writes. */
    final void print(final ObjectNode result, final Consumer<PrintWriter> text) {
        final PrintWriter out = spec.commandLine().getOut();
        if (isJson()) {
            try {
                out.println(MAPPER.writeValueAsString(result));
            } catch (final JsonProcessingException ex) {
                throw new UncheckedIOException(ex);
            }
        } else {
            text.accept(out);
        }
        out.flush();
    }

    /** Prints a diagnostic line to standard error. */
    final void diagnose(final String line) {
        final PrintWriter err = spec.commandLine().getErr();
        err.println("ringmaster: " + line);
        err.flush();
    }

    /** Form of a result. */
    enum Format {
        TEXT, JSON
    }
}
