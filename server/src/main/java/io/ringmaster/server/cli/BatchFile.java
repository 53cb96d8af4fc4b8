package io.ringmaster.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.ringmaster.client.Batch;
import io.ringmaster.client.TaskSpec;
import picocli.CommandLine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Reads a batch from JSON:
 * <pre>
 * { "namespace": "default", "batchId": 7, "tasks": [
 *   { "capabilities": ["echo"], "kind": "", "payload": "text", "payloadBase64": "AA==", "cost": "10ms", "deadline": "30s",
 *     "priority": "high", "maxAttempts": 3, "count": 2 } ] }
 * </pre>
 * Only {@code tasks} and {@code capabilities} are required; one of the two payloads at most; a task with a count
 * stands for that many.
 * <p>
 * Threading: confined to the main thread.
 */
final class BatchFile {
    private static final Set<String> KEYS = Set.of("namespace", "batchId", "tasks");
    private static final Set<String> TASK_KEYS = Set.of(
        "capabilities", "kind", "payload", "payloadBase64", "cost", "deadline", "priority", "maxAttempts", "count");
    private static final int MAX_COUNT = 65_534;

    private final Path file;

    BatchFile(final Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @param namespace of the batch if the file names none.
     * @return the batch.
     * @throws IOException if it cannot be read or is wrong; the message names file, task and field.
     */
    Batch read(final String namespace) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("batch file " + file + " is not there");
        }
        final JsonNode root;
        try {
            root = CliCommand.mapper().readTree(Files.readAllBytes(file));
        } catch (final JsonProcessingException ex) {
            throw new IOException(file + ": line " + ex.getLocation().getLineNr() + ": " + ex.getOriginalMessage(), ex);
        }
        checkFields(root, KEYS, "the batch");
        final JsonNode tasks = root.path("tasks");
        if (!tasks.isArray() || tasks.isEmpty()) {
            throw new IOException(file + ": tasks must be a list of at least one task");
        }
        final Batch batch = new Batch().namespace(root.path("namespace").asText(namespace));
        if (root.has("batchId")) {
            batch.batchId(whole(root, "batchId", "the batch", Long.MAX_VALUE));
        }
        for (int i = 0; i < tasks.size(); i++) {
            addTask(batch, tasks.get(i), "task " + i);
        }
        return batch;
    }

    private void addTask(final Batch batch, final JsonNode task, final String where) throws IOException {
        checkFields(task, TASK_KEYS, where);
        final long count = task.has("count") ? whole(task, "count", where, MAX_COUNT) : 1;
        final String[] capabilities = capabilities(task, where);
        final byte[] payload = payload(task, where);
        try {
            final long costNs = task.has("cost") ? DurationConverter.parse(task.get("cost").asText()).toNanos() : 0;
            final long deadlineNs = task.has("deadline") ? DurationConverter.parse(task.get("deadline").asText()).toNanos() : 0;
            final int priority = PriorityConverter.parse(task.path("priority").asText("normal"));
            final int maxAttempts = task.has("maxAttempts") ? (int)whole(task, "maxAttempts", where, 255) : 0;
            for (long i = 0; i < count; i++) {
                batch.add(new TaskSpec().capabilities(capabilities).kind(task.path("kind").asText("")).payload(payload)
                    .costNs(costNs).deadlineNs(deadlineNs).priority(priority).maxAttempts(maxAttempts));
            }
        } catch (final CommandLine.TypeConversionException ex) {
            throw new IOException(file + ": " + where + ": " + ex.getMessage(), ex);
        }
    }

    private String[] capabilities(final JsonNode task, final String where) throws IOException {
        final JsonNode node = task.path("capabilities");
        final List<String> names = new ArrayList<>();
        for (final JsonNode name : node) {
            names.add(name.asText());
        }
        if (!node.isArray() || names.isEmpty()) {
            throw new IOException(file + ": " + where + ": capabilities must be a list of at least one name");
        }
        return names.toArray(new String[0]);
    }

    private byte[] payload(final JsonNode task, final String where) throws IOException {
        if (task.has("payload") && task.has("payloadBase64")) {
            throw new IOException(file + ": " + where + ": payload and payloadBase64 exclude each other");
        }
        try {
            return task.has("payloadBase64") ? Base64.getDecoder().decode(task.get("payloadBase64").asText()) :
                task.path("payload").asText("").getBytes(StandardCharsets.UTF_8);
        } catch (final IllegalArgumentException ex) {
            throw new IOException(file + ": " + where + ": payloadBase64: " + ex.getMessage(), ex);
        }
    }

    private long whole(final JsonNode node, final String field, final String where, final long max) throws IOException {
        final JsonNode value = node.get(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 1 || value.asLong() > max) {
            throw new IOException(file + ": " + where + ": " + field + " = " + value + " must be a whole number from 1 to " +
                max);
        }
        return value.asLong();
    }

    private void checkFields(final JsonNode node, final Set<String> known, final String where) throws IOException {
        if (!node.isObject()) {
            throw new IOException(file + ": " + where + " must be an object");
        }
        for (final Iterator<String> names = node.fieldNames(); names.hasNext();) {
            final String name = names.next();
            if (!known.contains(name)) {
                throw new IOException(file + ": " + where + ": unknown field " + name + "; known: " +
                    known.stream().sorted().toList());
            }
        }
    }
}
