package io.ringmaster.tuning.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Prints stored results as one table; exit code 1 if one of them is not valid. */
@Command(
    name = "report",
    mixinStandardHelpOptions = true,
    description = "Prints JSON results (of load --out) as one table; exit code 1 if one of them is not valid.")
final class ReportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Results of load.")
    private List<Path> files;
    @Option(names = "--format", defaultValue = "text", description = "text or json (default: ${DEFAULT-VALUE}).")
    private LoadOptions.OutputFormat format;
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        final List<JsonNode> results = new ArrayList<>();
        boolean valid = true;
        for (final Path file : files) {
            final JsonNode result = read(file);
            results.add(result);
            valid &= result.path("valid").asBoolean();
        }
        final PrintWriter out = spec.commandLine().getOut();
        if (format == LoadOptions.OutputFormat.JSON) {
            final ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("valid", valid);
            json.putArray("results").addAll(results);
            out.println(json);
        } else {
            out.print(TextReport.table(results));
        }
        out.flush();
        return valid ? 0 : TuneCommands.FAILED;
    }

    private static JsonNode read(final Path file) throws IOException {
        final JsonNode result;
        try {
            result = new ObjectMapper().readTree(Files.readAllBytes(file));
        } catch (final NoSuchFileException ex) {
            throw new LoadException(file + " does not exist", ex);
        } catch (final JsonProcessingException ex) {
            throw new LoadException(file + " is not JSON: " + ex.getOriginalMessage(), ex);
        }
        if (!result.path("scenario").isTextual() || !result.path("latencyNs").isObject()) {
            throw new LoadException(file + " is not a result of load: it has no scenario and latencyNs");
        }
        return result;
    }
}
