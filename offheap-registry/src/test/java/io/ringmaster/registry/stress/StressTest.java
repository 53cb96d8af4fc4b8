package io.ringmaster.registry.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs the jcstress tests of this package in a JVM of their own, eight to ten minutes, and reads their verdict. With
 * these options a second look at the sequence, or an overflow that is lowered too early, that is left out is found; with {@code -m sanity}
 * it is not.
 */
@Tag("slow")
class StressTest {
    private static final int TESTS = 9;
    private static final long TIMEOUT_MINUTES = 20;
    private static final String OPENS = "--add-opens java.base/jdk.internal.misc=ALL-UNNAMED"
        + " --add-opens java.base/java.nio=ALL-UNNAMED --add-opens java.base/sun.nio.ch=ALL-UNNAMED";

    @Test
    void shouldNotShowAForbiddenResult() throws IOException, InterruptedException {
        final Path directory = Path.of("target", "jcstress").toAbsolutePath();
        Files.createDirectories(directory);
        final Path log = directory.resolve("jcstress.log");
        final Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp", absoluteClassPath(), "org.openjdk.jcstress.Main",
            "-m", "quick", "-f", "1", "-iters", "3", "-time", "300",
            "-t", "io.ringmaster.registry.stress", "-r", directory.resolve("report").toString(), "-jvmArgs", OPENS)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
        try {
            assertTrue(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES), "no end after " + TIMEOUT_MINUTES + " minutes");
        } finally {
            process.destroyForcibly();
        }
        final String output = Files.readString(log);
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("Failed tests: No matches."), output);
        assertTrue(output.contains("Error tests: No matches."), output);
        assertTrue(output.contains("All remaining tests: " + TESTS + " matching test results."), output);
    }

    private static String absoluteClassPath() {
        final StringBuilder builder = new StringBuilder();
        for (final String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            builder.append(builder.isEmpty() ? "" : File.pathSeparator).append(Path.of(entry).toAbsolutePath());
        }
        return builder.toString();
    }
}
