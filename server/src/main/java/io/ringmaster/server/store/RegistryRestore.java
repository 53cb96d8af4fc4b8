package io.ringmaster.server.store;

import io.ringmaster.protocol.ServerMarkFile;
import io.ringmaster.registry.store.ChronicleStore;
import io.ringmaster.registry.store.StoreReport;
import io.ringmaster.server.config.ServerSettings;
import java.nio.file.Path;

/**
 * Makes the registry's store of a server that does not run from a backup, or from the store of another configuration. The next start
 * opens it like its own.
 * <p>
 * Threading: confined to the caller.
 */
public final class RegistryRestore {
    private static final long MARK_LIVENESS_MS = 10_000;

    private RegistryRestore() {
    }

    /**
     * Restores.
     *
     * @param backup   directory that a backup made, or a store's own that was closed; stays as it is.
     * @param settings of the server; its data directory is made where there is none.
     * @return what is in the store now.
     * @throws io.ringmaster.protocol.ServerAlreadyRunningException if a live server owns the directory.
     * @throws io.ringmaster.registry.store.StoreException if there is no such backup, the directory has a store already, or it cannot
     *                                                     be written; the message says which.
     */
    public static StoreReport run(final Path backup, final ServerSettings settings) {
        try (ServerMarkFile owner = ServerMarkFile.create(settings.dir().toFile(), settings.name(), "", "", MARK_LIVENESS_MS)) {
            owner.timestamp(System.currentTimeMillis());
            return ChronicleStore.restore(
                backup.toAbsolutePath(), StoreSizes.of(settings.registry(), StoreLocation.of(settings.dir())).settings());
        }
    }
}
