package io.ringmaster.server.cli;

import io.ringmaster.registry.store.StoreException;
import io.ringmaster.registry.store.StoreReport;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.store.RegistryRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code restore FILE}: makes the store of a server that does not run.
 * <p>
 * Threading: confined to the main thread.
 */
@Command(name = "restore", description = {
    "Makes the registry's store of a server from a copy that `backup` made. The server must not run, and must have no store;",
    "give the configuration that it will be started with, because the store is sized by it."})
final class RestoreCommand extends CliCommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "What `backup` made; it stays as it is.")
    private Path backup;

    @Option(names = "--dir", paramLabel = "DIR", description = "Data directory of the server (default: ringmaster.dir).")
    private Path dir;

    @Mixin
    private ConfigOptions options;

    @Override
    public Integer call() throws IOException {
        final ServerSettings settings = options.load(dir).settings();
        final StoreReport report;
        try {
            report = RegistryRestore.run(backup, settings);
        } catch (final StoreException ex) {
            throw new IOException(ex.getMessage(), ex);
        }
        final Path target = settings.dir().toAbsolutePath().normalize();
        print(object().put("dir", target.toString()).put("records", report.entries()).put("dropped", report.dropped())
            .put("durationNs", report.durationNs()), out -> out.println("restored " + report.entries() + " records to " + target));
        if (report.dropped() > 0) {
            diagnose(report.dropped() + " records of the copy could not be read and are left out");
        }
        return OK;
    }
}
