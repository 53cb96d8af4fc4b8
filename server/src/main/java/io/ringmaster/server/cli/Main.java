package io.ringmaster.server.cli;

import picocli.CommandLine;

import java.util.concurrent.TimeUnit;

/**
 * Entry point of {@code ringmaster.jar}.
 * <p>
 * Threading: the main thread runs the command; a shutdown hook tells it to stop and waits for it.
 */
public final class Main {
    private static final long STOP_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private Main() {
    }

    /**
     * Runs a command and ends the process with its exit code. On SIGTERM and SIGINT a command that serves or holds something
     * stops cleanly, and then the exit code is its own as well.
     *
     * @param args the command and its options.
     */
    @SuppressWarnings("checkstyle:regexp")
    public static void main(final String[] args) {
        final ShutdownSignal signal = new ShutdownSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            signal.raise();
            final int exitCode = signal.awaitExitCode(STOP_TIMEOUT_NS);
            if (exitCode != ShutdownSignal.NO_EXIT_CODE) {
                System.out.flush();
                System.err.flush();
                Runtime.getRuntime().halt(exitCode);
            }
        }, "ringmaster-shutdown"));
        final int exitCode = commandLine(signal).execute(args);
        signal.finish(exitCode);
        System.exit(exitCode);
    }

    /**
     * The commands, for tests and for {@link #main}.
     *
     * @param signal tells commands that serve or hold something to stop.
     * @return a parser and runner that never ends the process.
     */
    static CommandLine commandLine(final ShutdownSignal signal) {
        return new CommandLine(new RootCommand(), new CommandFactory(signal))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(new FailureReport());
    }
}
