package io.ringmaster.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code ringmaster}: says what commands there are.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(
    name = "ringmaster",
    description = "Agent-coordination server for one machine.",
    mixinStandardHelpOptions = true,
    versionProvider = RootCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
        ServerCommand.class, ConfigCommand.class, StatCommand.class, AgentsCommand.class, LookupCommand.class, QueryCommand.class,
        RegisterCommand.class, UpdateCommand.class, UnregisterCommand.class, DropNamespaceCommand.class, WatchCommand.class,
        StatsCommand.class, BackupCommand.class, RestoreCommand.class, SubmitCommand.class, CancelCommand.class
    })
final class RootCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    /** The version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = RootCommand.class.getPackage().getImplementationVersion();
            return new String[] {"ringmaster " + (version == null ? "(development)" : version)};
        }
    }
}
