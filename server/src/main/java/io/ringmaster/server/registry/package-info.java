/**
 * The registry's role: {@link io.ringmaster.server.registry.RegistryRole} takes commands from the partitions' rings, applies
 * them to the partitions and sends what follows from them through {@link io.ringmaster.server.registry.RegistryOutput}: agents
 * that come and go to the coordinator, replies to the sessions. {@link io.ringmaster.server.registry.RegistryResults} is the
 * one place where the registry's results become those of the wire.
 */
package io.ringmaster.server.registry;
