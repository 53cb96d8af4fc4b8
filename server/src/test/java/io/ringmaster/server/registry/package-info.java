/** Tests of the registry's role with real partitions and rings. */
package io.ringmaster.server.registry;
