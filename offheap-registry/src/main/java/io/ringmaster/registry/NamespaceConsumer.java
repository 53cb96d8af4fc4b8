package io.ringmaster.registry;

import org.agrona.DirectBuffer;

/**
 * Takes the results of {@link RegistryReader#namespaces}.
 * <p>
 * Threading: called on the reader's thread.
 */
@FunctionalInterface
public interface NamespaceConsumer {
    /**
     * One namespace.
     *
     * @param buffer  with its name, valid during the call.
     * @param offset  where it starts.
     * @param length  in bytes.
     * @param entries records in it, over all partitions, with those that are dead and not yet removed.
     * @return false: there was no room for this namespace. The walk stops, and its result starts with this namespace.
     */
    boolean onNamespace(DirectBuffer buffer, int offset, int length, long entries);
}
