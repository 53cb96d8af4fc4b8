package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files: opening reports what is lost or refuses with a typed exception; it never hangs, never shows a record that was not
 * written. The JVM that opens them is a child, since a fault in mapped memory would take it down: that, too, fails the test.
 */
class StoreFuzzTest {
    @TempDir
    private Path directory;

    @Test
    void shouldReportOrRefuseDamagedFiles() throws IOException, InterruptedException {
        fuzz(100);
    }

    @Test
    @Tag("slow")
    void shouldReportOrRefuseManyDamagedFiles() throws IOException, InterruptedException {
        fuzz(2000);
    }

    private void fuzz(final int rounds) throws IOException, InterruptedException {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final List<String> command = StoreChild.command("-XX:TieredStopAtLevel=1", "-XX:ErrorFile=" + directory.resolve("hs_err.log"));
        command.addAll(List.of(FuzzedOpener.class.getName(), directory.toString(), Long.toString(seed), Integer.toString(rounds)));
        final Path output = directory.resolve("output");
        final Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        final boolean ended = child.waitFor(60 + rounds, TimeUnit.SECONDS);
        child.destroyForcibly().waitFor();
        final List<String> lines = Files.readAllLines(output);
        final String tail = String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        assertTrue(ended, () -> "hung at " + tail);
        assertEquals(0, child.exitValue(), () -> "ended with " + tail);
        assertEquals("done", lines.get(lines.size() - 1));
        lines.stream().filter(line -> line.startsWith("outcome")).forEach(System.out::println);
    }
}
