package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a JVM that lacks what Chronicle Map needs, opening says so and what to do. */
class StoreJvmTest {
    @TempDir
    private Path directory;

    private String open(final List<String> flags) throws IOException, InterruptedException {
        final List<String> command = StoreChild.command(flags.toArray(String[]::new));
        command.addAll(List.of(QuietStore.class.getName(), directory.resolve("data").toString()));
        final Path output = directory.resolve("output");
        final Process child = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        assertEquals(1, child.waitFor());
        return Files.readString(output);
    }

    @Test
    void shouldSayWhatIsMissingWithoutTheCompilerModule() throws IOException, InterruptedException {
        final String output = open(List.of("--limit-modules", "java.base,jdk.unsupported,java.management,java.logging,java.naming"));
        assertTrue(output.contains("UNSUPPORTED_JVM") && output.contains("jdk.compiler"), output);
    }
}
