package io.ringmaster.server.system;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A main class of these tests in a JVM of its own, so that it can be killed or stopped like a user's program. */
final class ChildProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;

    ChildProcess(final Class<?> main, final String... args) throws IOException {
        this(List.of(), main, args);
    }

    ChildProcess(final List<String> jvmFlags, final Class<?> main, final String... args) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        // What the libraries need of the JVM is said in one place, the flags of these tests.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(flag -> flag.startsWith("--add-"))
            .forEach(command::add);
        command.addAll(jvmFlags);
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
            main.getName()));
        command.addAll(Arrays.asList(args));
        process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Reads standard output up to a line that starts so. */
    String awaitLine(final String start) throws IOException {
        String line;
        while ((line = out.readLine()) != null) {
            if (line.startsWith(start)) {
                return line;
            }
        }
        throw new AssertionError("the child ended before it printed: " + start);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError("the child survived kill -9");
        }
    }

    void awaitExit() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the child did not end within 30 s");
        }
    }

    void signal(final String name) throws IOException, InterruptedException {
        final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new AssertionError("kill -" + name + " failed");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
