package io.ringmaster.tuning;

import io.ringmaster.tuning.load.TuneCommands;

/**
 * Entry point of {@code ringmaster-tune.jar}.
 * <p>
 * Threading: none of its own.
 */
public final class Main {
    private Main() {
    }

    /**
     * Runs one command and ends the JVM with its exit code: 0 done, 1 failed, 2 wrong usage.
     *
     * @param args subcommand and options.
     */
    @SuppressWarnings("checkstyle:regexp")
    public static void main(final String[] args) {
        System.exit(TuneCommands.execute(args));
    }
}
