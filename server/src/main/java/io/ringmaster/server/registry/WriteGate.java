package io.ringmaster.server.registry;

import io.ringmaster.registry.RegistryResult;

/**
 * Asked before each registration, update, unregistration and drop of a client whether the registry may be written.
 * <p>
 * Threading: called by the registry's role.
 */
@FunctionalInterface
public interface WriteGate {
    /** The durable store does not take changes any more. */
    int STORE_FAILED = -1;
    /** Always open. */
    WriteGate OPEN = () -> RegistryResult.OK;

    /**
     * Whether the registry may be written.
     *
     * @return {@link RegistryResult#OK}, or why not: another result, or {@link #STORE_FAILED}.
     */
    int check();
}
