/** Tests of the registry: its contract, held against the off-heap one and its heap twin alike, and what only the first has. */
package io.ringmaster.registry;
