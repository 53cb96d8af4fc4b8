package io.ringmaster.tuning.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * The page about the registry: reads every JSON file in a directory (JMH's, those of {@code load --out} of the
 * checks and of {@code memory-core}) and writes one Markdown page and its plots.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class RegistryReport {
    /** Name of the page. */
    static final String PAGE = "registry-benchmarks.md";

    private final List<JmhResult> core = new ArrayList<>();
    private final Map<String, JsonNode> loads = new TreeMap<>();
    private final Map<String, JsonNode> checks = new TreeMap<>();
    private final List<String> invalid = new ArrayList<>();

    /**
     * Reads a directory.
     *
     * @param dir with results.
     * @return what is in it.
     * @throws IOException              if a file cannot be read.
     * @throws IllegalArgumentException naming a file that is none of these, or that there is none.
     */
    static RegistryReport read(final Path dir) throws IOException {
        final RegistryReport report = new RegistryReport();
        final List<Path> files;
        try (Stream<Path> list = Files.list(dir)) {
            files = list.filter(file -> file.getFileName().toString().endsWith(".json")).sorted().toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(dir + " has no JSON files");
        }
        for (final Path file : files) {
            report.add(file);
        }
        return report;
    }

    private void add(final Path file) throws IOException {
        final String fileName = file.getFileName().toString();
        final String name = fileName.substring(0, fileName.length() - ".json".length());
        try {
            final JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
            if (json.isArray()) {
                core.addAll(JmhResult.list(json));
            } else if (json.has("check")) {
                checks.put(name, json);
            } else if (json.has("scenario") && json.has("latencyNs")) {
                loads.put(name, json);
            } else {
                throw new IllegalArgumentException(file + " is neither JMH's, nor a result of load, check-... or memory-core");
            }
            if (!json.isArray() && !json.path("valid").asBoolean()) {
                invalid.add(name);
            }
        } catch (final JsonProcessingException ex) {
            throw new IllegalArgumentException(file + " is not JSON: " + ex.getOriginalMessage(), ex);
        }
    }

    /** Runs that were not valid, by the names of their files. */
    List<String> invalid() {
        return invalid;
    }

    /**
     * Writes page and plots.
     *
     * @param docs directory of the page; plots go into {@code img} below.
     * @return files that were written.
     * @throws IOException if one cannot be written.
     */
    List<Path> write(final Path docs) throws IOException {
        final Path images = docs.resolve("img");
        Files.createDirectories(images);
        final List<Path> written = new ArrayList<>();
        written.add(Files.writeString(docs.resolve(PAGE), page()));
        final Map<String, Plot> plots = new LoadSection(loads).plots();
        final CoreSection section = new CoreSection(core);
        section.getPlot().ifPresent(plot -> plots.put("registry-get.svg", plot));
        section.queryPlot().ifPresent(plot -> plots.put("registry-query.svg", plot));
        for (final Map.Entry<String, Plot> plot : plots.entrySet()) {
            written.add(Files.writeString(images.resolve(plot.getKey()), plot.getValue().svg()));
        }
        return written;
    }

    /** The page as text. */
    String page() {
        final StringBuilder page = new StringBuilder("""
            # Benchmarks of the registry

            Made by `make bench-registry` out of the JSON files in `target/bench`; do not edit by hand.

            """);
        page.append(machine());
        final Goals goals = new Goals();
        final CoreSection coreSection = new CoreSection(core);
        final LoadSection loadSection = new LoadSection(loads);
        coreSection.goals(goals);
        loadSection.goals(goals);
        checks(goals);
        if (!goals.isEmpty()) {
            page.append("## What is bounded\n\n").append(goals.text()).append('\n')
                .append(goals.missed() == 0 ? "Every bound is met.\n\n" : goals.missed() + " missed.\n\n");
        }
        if (!core.isEmpty()) {
            coreSection.writeTo(page);
        }
        checksSection(page);
        if (!loads.isEmpty()) {
            loadSection.writeTo(page);
        }
        return page.toString().stripTrailing() + "\n";
    }

    /** Empty for a result that does not say it. */
    private static String processor(final JsonNode result) {
        final String cpu = result.path("machine").path("cpu").asText();
        return cpu.isEmpty() ? "" : " (" + cpu + ')';
    }

    private String machine() {
        final StringBuilder text = new StringBuilder();
        loads.values().stream().findFirst().ifPresent(result -> text.append("Machine: ")
            .append(result.path("machine").path("cores").asText()).append(" cores").append(processor(result)).append(", JDK ")
            .append(result.path("machine").path("jdk").asText()).append(". "));
        core.stream().findFirst().ifPresent(result -> text.append("JMH ").append(result.json().path("jmhVersion").asText())
            .append(", JDK ").append(result.json().path("vmVersion").asText()).append(", ")
            .append(result.json().path("forks").asText()).append(" forks of ")
            .append(result.json().path("measurementIterations").asText()).append(" iterations of ")
            .append(result.json().path("measurementTime").asText()).append(". "));
        if (!invalid.isEmpty()) {
            text.append("\n\n**Not valid: ").append(String.join(", ", invalid)).append("**");
        }
        return text.isEmpty() ? "" : text.append("\n\n").toString();
    }

    private void checks(final Goals goals) {
        checks.forEach((name, check) -> {
            check.path("goals").forEach(goal -> goals.add(goal.path("row").asText(), name + ": " + goal.path("what").asText(),
                goal.path("value").asDouble(), goal.path("bound").asText(), goal.path("met").asBoolean()));
            goals.atMost("R9", name + ": torn reads", check.path("torn").asDouble(Double.NaN), 0);
            goals.atMost("R20", name + ": reads of what an acknowledged write had replaced", check.path("stale").asDouble(Double.NaN), 0);
        });
    }

    private void checksSection(final StringBuilder page) {
        final Table table = new Table("Check", "Readers", "Writers", "Partitions", "Seconds", "Reads", "Writes", "Torn", "Stale");
        ofKind("readers", (name, check) -> table.row(name, check.path("readers").asText(), check.path("writers").asText(),
            check.path("partitions").asText(), check.path("seconds").asText(), Table.number(check.path("reads").asDouble()),
            Table.number(check.path("writes").asDouble()), check.path("torn").asText(), check.path("stale").asText()));
        if (!table.isEmpty()) {
            page.append("## Readers beside a writer, every read judged\n\n").append("""
                Metadata of changing length, each word the number of the write. A read that is not whole is torn; one that shows the state
                before a write that was acknowledged before the read began is stale.

                """).append(table.text()).append('\n');
        }
        new CheckSection(checks).writeTo(page);
    }

    private void ofKind(final String kind, final BiConsumer<String, JsonNode> visitor) {
        checks.forEach((name, check) -> {
            if (kind.equals(check.path("check").asText())) {
                visitor.accept(name, check);
            }
        });
    }
}
