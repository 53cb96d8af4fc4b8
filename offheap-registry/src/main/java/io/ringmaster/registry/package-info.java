/**
 * The registry of agents and services: who is there, what it can do, and until when. A
 * {@link io.ringmaster.registry.RegistryPartition} is a pure state machine that one thread drives with commands and with
 * time; a {@link io.ringmaster.registry.RegistryReader} answers lookups and queries from the same off-heap structures on any
 * other thread, without locks and without asking the writer. Everything is sized at construction; nothing here starts a
 * thread, reads a clock or does I/O.
 */
package io.ringmaster.registry;
