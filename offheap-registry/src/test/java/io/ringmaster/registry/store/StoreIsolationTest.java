package io.ringmaster.registry.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library below the store keeps to itself: no telemetry, no socket, no file elsewhere, nothing on standard output. */
class StoreIsolationTest {
    @TempDir
    private Path directory;

    private Path made(final String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    private List<String> command() throws IOException {
        final List<String> command = StoreChild.command(
            "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + made("tmp"), "-Duser.home=" + made("home"), "-Duser.dir=" + made("work"));
        command.add(QuietStore.class.getName());
        command.add(made("data").toString());
        return command;
    }

    private int run(final List<String> command) throws IOException, InterruptedException {
        final Process child = new ProcessBuilder(command).directory(made("work").toFile())
            .redirectOutput(directory.resolve("out").toFile()).redirectError(directory.resolve("err").toFile()).start();
        final boolean ended = child.waitFor(120, TimeUnit.SECONDS);
        child.destroyForcibly().waitFor();
        assertTrue(ended, "child hung");
        return child.exitValue();
    }

    private List<String> filesBelow(final String name) throws IOException {
        try (Stream<Path> paths = Files.walk(directory.resolve(name))) {
            return paths.filter(Files::isRegularFile).map(path -> directory.relativize(path).toString()).toList();
        }
    }

    @Test
    void shouldHaveNoTelemetryOnTheClassPath() {
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        Chronicle.prepare();
        assertEquals("true", System.getProperty("chronicle.analytics.disable"));
    }

    @Test
    void shouldWriteNothingElsewhere() throws IOException, InterruptedException {
        final int exit = run(command());
        final String err = Files.readString(directory.resolve("err"), StandardCharsets.ISO_8859_1);
        assertEquals(0, exit, () -> err);
        assertEquals("", Files.readString(directory.resolve("out")), "standard output");
        assertFalse(err.contains("Chronicle"), () -> err);
        for (final String elsewhere : List.of("tmp", "home", "work")) {
            assertEquals(List.of(), filesBelow(elsewhere));
        }
        assertEquals(12, filesBelow("data").size(), () -> "three stores of four files");
    }

    @Test
    void shouldOpenNoSocket() throws IOException, InterruptedException {
        final List<String> strace = List.of("strace", "-f", "-qq", "-e", "trace=socket,connect,sendto,bind", "-o", trace().toString());
        assumeTrue(straceWorks(strace), "strace cannot be run here");
        final List<String> baseline = new ArrayList<>(strace);
        baseline.addAll(command());
        baseline.add("baseline");
        assertEquals(0, run(baseline));
        final long socketsOfTheJdk = internetCalls().size();
        final List<String> command = new ArrayList<>(strace);
        command.addAll(command());
        assertEquals(0, run(command));
        final List<String> calls = internetCalls();
        assertEquals(socketsOfTheJdk, calls.size(), calls::toString);
        assertTrue(calls.stream().allMatch(call -> call.contains(" socket(")), calls::toString);
    }

    private Path trace() {
        return directory.resolve("trace");
    }

    private List<String> internetCalls() throws IOException {
        return Files.readAllLines(trace()).stream().filter(line -> line.contains("AF_INET")).toList();
    }

    private boolean straceWorks(final List<String> strace) throws InterruptedException {
        try {
            final List<String> probe = new ArrayList<>(strace);
            probe.add("true");
            return run(probe) == 0;
        } catch (final IOException e) {
            return false;
        }
    }
}
