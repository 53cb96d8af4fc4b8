package io.ringmaster.tuning;

import io.ringmaster.tuning.bench.ChurnCommand;
import io.ringmaster.tuning.bench.CoreCommand;
import io.ringmaster.tuning.bench.MemoryCommand;
import io.ringmaster.tuning.bench.ReadersCommand;
import io.ringmaster.tuning.bench.RingReadCommand;
import io.ringmaster.tuning.load.SuiteCommand;
import io.ringmaster.tuning.load.TuneCommands;
import io.ringmaster.tuning.report.RegistryReportCommand;

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
        System.exit(TuneCommands.execute(args, new CoreCommand(), new ReadersCommand(), new MemoryCommand(),
            new ChurnCommand(), new RingReadCommand(), new RegistryReportCommand(), new SuiteCommand()));
    }
}
