package io.ringmaster.server.store;

import io.ringmaster.thread.Role;

/**
 * Stands for the store's role in a thread plan of a server without a store.
 * <p>
 * Threading: immutable.
 */
public final class NoStoreRole implements Role {
    @Override
    public int doWork(final long nowNs) {
        return 0;
    }

    @Override
    public String roleName() {
        return StoreRole.ROLE_NAME;
    }
}
