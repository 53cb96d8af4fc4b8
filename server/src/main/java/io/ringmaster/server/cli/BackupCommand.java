package io.ringmaster.server.cli;

import io.ringmaster.client.BackupResult;
import io.ringmaster.client.RingmasterClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;

/**
 * {@code backup TARGET}: copies the registry's store while the server works.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "backup", description = {
    "Copies the registry's store while the server works; `restore` makes a server's store of the copy.",
    "The server writes the copy, on its own machine and as its own user.",
    "For administrators: run it as the server's user with --dir; otherwise the answer is FORBIDDEN."})
final class BackupCommand extends ClientCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "What to make; nothing may be there yet.")
    private Path target;

    @Option(names = "--backup-timeout", paramLabel = "TIME", converter = DurationConverter.class, defaultValue = "300s",
        description = "Longest time for the copy (default: ${DEFAULT-VALUE}).")
    private Duration backupTimeout;

    @Override
    int call(final RingmasterClient client) {
        final Path absolute = target.toAbsolutePath().normalize();
        final BackupResult result = client.backup(absolute, Math.max(1, backupTimeout.toNanos()));
        print(object().put("path", absolute.toString()).put("records", result.records()).put("bytes", result.bytes()),
            out -> out.println("copied " + result.records() + " records, " + result.bytes() + " bytes, to " + absolute));
        return OK;
    }
}
