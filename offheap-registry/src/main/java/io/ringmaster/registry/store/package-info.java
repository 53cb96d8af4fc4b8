/**
 * The durable mirror of the registry: what was acknowledged is still there after the process was killed. One writer puts and
 * removes records; {@link io.ringmaster.registry.store.ChronicleStore} keeps them in a Chronicle Map, and nobody outside this
 * package knows that. {@link io.ringmaster.registry.store.HeapStore} is its twin for tests. Opening, closing, backup and recovery do
 * I/O and may take long; {@code put} and {@code remove} write to mapped memory only and allocate nothing. Power loss is not covered.
 */
package io.ringmaster.registry.store;
