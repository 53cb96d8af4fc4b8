package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The JSON of a check of the core: {@code check} with its name, {@code valid}, its figures and {@code goals} as those of a load.
 * <p>
 * Threading: confined to the main thread.
 */
final class CheckOutput {
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();

    CheckOutput(final String check) {
        json.put("check", check);
        json.put("valid", true);
    }

    ObjectNode json() {
        return json;
    }

    /** A value that the requirements bound from above; NaN: they only ask for the value. */
    void goal(final String row, final String what, final double value, final double atMost) {
        final ObjectNode goal = json.withArray("/goals").addObject();
        goal.put("row", row);
        goal.put("what", what);
        goal.put("value", Math.round(value * 1000) / 1000.0);
        goal.put("bound", Double.isNaN(atMost) ? "none" : "<= " + atMost);
        goal.put("met", Double.isNaN(atMost) || value <= atMost);
    }

    void fail(final String failure) {
        json.put("valid", false);
        json.withArray("/failures").add(failure);
    }

    /** Prints it and writes it to a file, if there is one; the exit code. */
    int write(final CommandLine commandLine, final Path file) throws IOException {
        if (file != null) {
            if (file.toAbsolutePath().getParent() != null) {
                Files.createDirectories(file.toAbsolutePath().getParent());
            }
            Files.writeString(file, new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json) + "\n");
        }
        commandLine.getOut().println(json);
        commandLine.getOut().flush();
        json.path("failures").forEach(failure -> commandLine.getErr().println("FAIL: " + failure.asText()));
        return json.path("valid").asBoolean() ? 0 : 1;
    }
}
