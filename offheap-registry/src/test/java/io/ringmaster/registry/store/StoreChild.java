package io.ringmaster.registry.store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What starts a program of the tests in a JVM of its own, with this one's flags for opens and exports, and lets it wait there. */
final class StoreChild {
    private StoreChild() {
    }

    static List<String> command(final String... options) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("--")).forEach(command::add);
        command.addAll(List.of("-ea", "-Xmx256m", "-Xshare:auto", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    /** In the child: makes the file {@code ready} in its working directory and waits until it is gone, a minute at most. */
    static void awaitTurn() throws IOException, InterruptedException {
        final Path ready = Files.createFile(Path.of("ready"));
        final long deadlineNs = System.nanoTime() + 60_000_000_000L;
        while (Files.exists(ready) && System.nanoTime() < deadlineNs) {
            Thread.sleep(10);
        }
    }
}
