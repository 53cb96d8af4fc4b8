package io.ringmaster.server.store;

import java.nio.file.Path;

/**
 * Where the registry's store is in a server's data directory.
 * <p>
 * Threading: immutable.
 */
public final class StoreLocation {
    private static final String DIRECTORY = "registry";

    private StoreLocation() {
    }

    /**
     * The store's own directory.
     *
     * @param dir data directory of the server.
     * @return its path.
     */
    public static Path of(final Path dir) {
        return dir.resolve(DIRECTORY);
    }
}
