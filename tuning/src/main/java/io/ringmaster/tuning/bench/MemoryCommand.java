package io.ringmaster.tuning.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.tuning.load.JvmFlags;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Requirements R50 and G10: bytes for each record of the registry's core and of a ConcurrentHashMap with the same records, each filled
 * in a JVM of its own. Of the registry: what the process grew by in resident memory while the tables were made and filled, and what
 * the tables reserve; of both: what the heap grew by, after full collections.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "memory-core",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Bytes for each record of the registry's core and of a ConcurrentHashMap of the same records, each in a JVM of its own.")
public final class MemoryCommand implements Callable<Integer> {
    private static final int MAX_ENTRIES = 10_000_000;
    private static final double MAX_BYTES_BESIDE_METADATA = 512;
    private static final int MILLION = 1_000_000;
    private static final int CHECK_STEP = 997;
    private static final int COLLECTIONS = 4;
    private static final long CHILD_TIMEOUT_SECONDS = 300;

    @Option(names = "--entries", paramLabel = "N", split = ",", defaultValue = "100000,1000000",
        description = "Numbers of records (default: ${DEFAULT-VALUE}).")
    private List<Integer> entries;
    @Option(names = "--out", paramLabel = "FILE", description = "Writes the JSON result to a file, too.")
    private Path out;
    @Option(names = "--child", hidden = true, description = "Measures one map in this process and prints a line.")
    private MapKind child;
    @Spec
    private CommandSpec spec;

    /** Made by the command line. */
    public MemoryCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        for (final int number : entries) {
            if (number < 1 || number > MAX_ENTRIES) {
                throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), "--entries = " + number + " is not 1 to " + MAX_ENTRIES);
            }
        }
        if (child != null) {
            spec.commandLine().getOut().println(measure(child, entries.get(0)));
            spec.commandLine().getOut().flush();
            return 0;
        }
        final CheckOutput output = new CheckOutput("memory");
        output.json().put("keyBytes", BenchKeys.LENGTH);
        output.json().put("metadataBytes", BenchKeys.METADATA_LENGTH);
        for (final int number : entries) {
            final JsonNode own = fork(MapKind.RINGMASTER, number);
            final JsonNode map = fork(MapKind.CHM, number);
            final ObjectNode size = output.json().withArray("/sizes").addObject();
            size.put("entries", number);
            size.set("ringmaster", own);
            size.set("concurrentHashMap", map);
            final double ownBytes = own.path("residentBytesPerRecord").asDouble() + own.path("heapBytesPerRecord").asDouble();
            final double mapBytes = map.path("heapBytesPerRecord").asDouble();
            output.goal("R50", "bytes of a record with " + BenchKeys.RECORD_LENGTH + " bytes of key and metadata, " + number + " records",
                ownBytes, Double.NaN);
            output.goal("R50", "the same in a ConcurrentHashMap", mapBytes, Double.NaN);
            if (number == MILLION) {
                output.goal("G10", "bytes of a record beside its metadata, a million records",
                    ownBytes - BenchKeys.METADATA_LENGTH, MAX_BYTES_BESIDE_METADATA);
            }
        }
        return output.write(spec.commandLine(), out);
    }

    private static JsonNode fork(final MapKind kind, final int number) throws IOException, InterruptedException {
        final List<String> command = JvmFlags.javaCommand(List.of("-XX:+UseSerialGC", "-Xmx" + heapMib(kind, number) + "m"));
        command.add("io.ringmaster.tuning.Main");
        command.addAll(List.of("memory-core", "--child", kind.name(), "--entries", Integer.toString(number)));
        final Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try {
            final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(CHILD_TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("the measurement of " + kind + " with " + number + " records failed");
            }
            return new ObjectMapper().readTree(text.substring(text.lastIndexOf('{')));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The registry needs little heap, and a small one keeps the process's resident memory free of garbage. */
    private static long heapMib(final MapKind kind, final int number) {
        return 64 + (kind == MapKind.RINGMASTER ? 0 : number / 1_000L);
    }

    private static ObjectNode measure(final MapKind kind, final int number) throws IOException {
        // Before anything is measured: classes are loaded and the code has been used.
        fill(kind.create(CHECK_STEP, FilledMap.PARTITIONS), CHECK_STEP);
        final long heapBefore = heapBytes();
        final long residentBefore = residentBytes();
        final RecordMap map = kind.create(number, FilledMap.PARTITIONS);
        fill(map, number);
        final long resident = residentBytes() - residentBefore;
        final long heap = heapBytes() - heapBefore;
        final RecordMap.Reader reader = map.reader();
        for (int i = 0; i < number; i += CHECK_STEP) {
            if (reader.get(i) != 1 + FilledMap.content(i)) {
                throw new IllegalStateException(kind + " does not hold record " + i + " as it was put");
            }
        }
        final ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("heapBytesPerRecord", tenths((double) heap / number));
        if (map instanceof RingmasterMap registry) {
            json.put("residentBytesPerRecord", tenths((double) resident / number));
            json.put("reservedBytesPerRecord", tenths((double) registry.offHeapBytes() / number));
        }
        map.close();
        return json;
    }

    private static void fill(final RecordMap map, final int number) {
        final RecordMap.Writer writer = map.writer();
        for (int i = 0; i < number; i++) {
            writer.put(i, FilledMap.content(i));
        }
    }

    private static double tenths(final double value) {
        return Math.round(value * 10) / 10.0;
    }

    @SuppressWarnings("checkstyle:regexp")
    private static long heapBytes() {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long residentBytes() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS in /proc/self/status");
    }
}
