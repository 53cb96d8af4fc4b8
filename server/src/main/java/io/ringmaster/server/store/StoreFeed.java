package io.ringmaster.server.store;

import io.ringmaster.thread.Role;

/**
 * The registry's role with the store behind it: at the end of each duty cycle what {@link StoreEffects} holds back goes out.
 * <p>
 * Threading: confined to the registry's thread.
 */
public final class StoreFeed implements Role {
    private final Role registry;
    private final StoreEffects effects;

    /**
     * A role.
     *
     * @param registry the registry's role.
     * @param effects  of its partitions.
     */
    public StoreFeed(final Role registry, final StoreEffects effects) {
        this.registry = registry;
        this.effects = effects;
    }

    @Override
    public int doWork(final long nowNs) throws Exception {
        try {
            return registry.doWork(nowNs);
        } finally {
            effects.flush();
        }
    }

    @Override
    public String roleName() {
        return registry.roleName();
    }

    @Override
    public void onStart() {
        registry.onStart();
    }

    @Override
    public void onClose() {
        registry.onClose();
    }
}
