package io.ringmaster.tuning.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process of the run: started, awaited until it prints a line that starts with {@code ready}, and surely gone at the
 * end. Everything that it prints goes to one log file, whose end is part of every failure message. A shutdown hook kills
 * what is still alive when this JVM exits.
 * <p>
 * Threading: thread-safe but for {@link #send}, which one thread calls; one daemon thread for each process copies its output.
 */
final class ChildProcess implements AutoCloseable {
    private static final Set<ChildProcess> ALIVE = ConcurrentHashMap.newKeySet();
    private static final long STOP_TIMEOUT_SECONDS = 10;
    private static final int LOG_TAIL_LINES = 30;
    private static final String READY = "ready";

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildProcess::killAll, "kill-children"));
    }

    private final String name;
    private final Path log;
    private final Process process;
    private final CountDownLatch readyOrEnded = new CountDownLatch(1);
    private volatile String readyLine;

    private ChildProcess(final String name, final Path log, final Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    /**
     * Starts a process and returns at once.
     *
     * @param name    for messages.
     * @param command with its arguments.
     * @param log     file to which its standard output and standard error are appended.
     * @return the process.
     * @throws ChildProcessException if it cannot be started.
     */
    static ChildProcess start(final String name, final List<String> command, final Path log) {
        try {
            final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
            final ChildProcess child = new ChildProcess(name, log, process);
            ALIVE.add(child);
            final Thread reader = new Thread(child::copyOutput, "output-of-" + name);
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (final IOException ex) {
            throw new ChildProcessException("cannot start " + name + ": " + ex.getMessage(), ex);
        }
    }

    /**
     * Waits for the line that starts with {@code ready}; otherwise kills the process.
     *
     * @param timeoutNs how long to wait.
     * @return the whole line.
     * @throws ChildProcessException if the process ended or the time is over.
     */
    String awaitReady(final long timeoutNs) {
        boolean signalled = false;
        try {
            signalled = readyOrEnded.await(timeoutNs, TimeUnit.NANOSECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        final String line = readyLine;
        if (line == null) {
            kill();
            final String problem = signalled
                ? " ended with exit code " + process.exitValue() + " before it was ready"
                : " was not ready after " + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms";
            throw new ChildProcessException(name + problem + "; end of its log " + log + ":\n" + logTail(), null);
        }
        return line;
    }

    /**
     * Writes a line to its standard input.
     *
     * @param line without its end.
     * @throws ChildProcessException if the process does not read any more.
     */
    void send(final String line) {
        try {
            final Writer input = process.outputWriter(StandardCharsets.UTF_8);
            input.write(line + "\n");
            input.flush();
        } catch (final IOException ex) {
            throw new ChildProcessException(
                name + " does not take '" + line + "': " + ex.getMessage() + "; end of its log " + log + ":\n" + logTail(), ex);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Sends SIGKILL and waits until the process is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Sends SIGTERM; after a while SIGKILL. Returns when the process is gone. */
    @Override
    public void close() {
        process.destroy();
        boolean ended = false;
        try {
            ended = process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.destroyForcibly();
        }
        awaitEnd();
    }

    /** The last lines that the process printed. */
    String logTail() {
        try {
            final List<String> lines = Files.exists(log) ? Files.readAllLines(log, StandardCharsets.ISO_8859_1) : List.of();
            final List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return tail.isEmpty() ? "  (nothing printed)" : "  " + String.join("\n  ", tail);
        } catch (final IOException ex) {
            return "  (cannot read the log: " + ex.getMessage() + ")";
        }
    }

    /** Kills every process of this JVM that is still alive. */
    static void killAll() {
        for (final ChildProcess child : ALIVE) {
            child.process.destroyForcibly();
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (final InterruptedException ex) {
                interrupted = true;
            }
        }
        ALIVE.remove(this);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void copyOutput() {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8);
            Writer writer = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                writer.write(line + "\n");
                writer.flush();
                if (readyLine == null && line.startsWith(READY)) {
                    readyLine = line;
                    readyOrEnded.countDown();
                }
            }
            process.waitFor();
        } catch (final IOException ex) {
            // The pipe of a killed process breaks; its exit is what counts.
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (final UncheckedIOException ex) {
            // As above.
        } finally {
            readyOrEnded.countDown();
        }
    }
}
