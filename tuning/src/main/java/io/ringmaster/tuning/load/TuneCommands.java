package io.ringmaster.tuning.load;

import io.ringmaster.client.RingmasterException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/**
 * The command line. Exit codes: 0 done, 1 failed, 2 wrong usage.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "ringmaster-tune",
    mixinStandardHelpOptions = true,
    versionProvider = TuneCommands.Version.class,
    description = "Measures a Ringmaster server.",
    subcommands = {
        LoadCommand.class, ReportCommand.class, DemoCommand.class, EchoResponderCommand.class, AgentHostCommand.class,
        GenerateTraceCommand.class})
public final class TuneCommands implements Callable<Integer> {
    /** Main class of this program, for processes that it starts. */
    static final String MAIN_CLASS = "io.ringmaster.tuning.Main";
    /** Main class of the server. */
    static final String SERVER_MAIN_CLASS = "io.ringmaster.server.cli.Main";

    /** Exit code of a run that failed. */
    static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    private TuneCommands() {
    }

    /**
     * Runs one command.
     *
     * @param args         subcommand and options.
     * @param moreCommands of other packages.
     * @return exit code.
     */
    public static int execute(final String[] args, final Object... moreCommands) {
        final CommandLine root = new CommandLine(new TuneCommands());
        for (final Object command : moreCommands) {
            root.addSubcommand(command);
        }
        return root
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((ex, commandLine, parseResult) -> failed(commandLine, ex))
            .execute(args);
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(System.err);
        return CommandLine.ExitCode.USAGE;
    }

    private static int failed(final CommandLine commandLine, final Exception ex) {
        if (ex instanceof TraceFormatException || ex instanceof ChildProcessException || ex instanceof LoadException ||
            ex instanceof RingmasterException) {
            commandLine.getErr().println("FAIL: " + ex.getMessage());
        } else {
            commandLine.getErr().println("FAIL: " + ex);
            ex.printStackTrace(commandLine.getErr());
        }
        return FAILED;
    }

    /** Version out of the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = TuneCommands.class.getPackage().getImplementationVersion();
            return new String[] {"ringmaster-tune " + (version == null ? "(not packaged)" : version)};
        }
    }
}
