/**
 * Durability of the registry. What the registry's role sends goes through one bounded
 * {@link io.ringmaster.server.store.StoreRing}, changes of records and replies in their order; the role
 * {@link io.ringmaster.server.store.StoreRole} applies a change to the durable store before it forwards the reply behind it.
 * {@link io.ringmaster.server.store.RegistryStore} opens the store and restores its records before the roles start.
 */
package io.ringmaster.server.store;
