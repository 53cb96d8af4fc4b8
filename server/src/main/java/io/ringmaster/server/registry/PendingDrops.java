package io.ringmaster.server.registry;

import io.ringmaster.registry.RegistryPartition;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Drops of namespaces that wait for their answer. A drop is spread over duty cycles; it is answered in a duty cycle after the one in
 * which it came to its last record. Then the removals are in the store ring, in front of the answer: what was acknowledged
 * as dropped does not come back after a restart. Bounded: while {@link #MAX} drops wait, another one is refused before it begins.
 * <p>
 * Threading: confined to the registry's role.
 */
final class PendingDrops {
    /** Most drops that wait, of all partitions of the role together. */
    static final int MAX = 64;

    private final Drop[] drops = new Drop[MAX];
    private int size;

    /** Room for the names of these partitions. */
    PendingDrops(final int maxNameLength) {
        for (int i = 0; i < MAX; i++) {
            drops[i] = new Drop(maxNameLength);
        }
    }

    boolean isFull() {
        return size == MAX;
    }

    /** A drop was begun; not for one that {@link #isFull()} forbids. */
    void add(
        final long sessionId, final long correlationId, final RegistryPartition partition, final DirectBuffer namespace,
        final int dropped) {
        final Drop drop = drops[size];
        drop.sessionId = sessionId;
        drop.correlationId = correlationId;
        drop.partition = partition;
        drop.dropped = dropped;
        drop.length = namespace.capacity();
        drop.namespace.putBytes(0, namespace, 0, drop.length);
        size++;
    }

    /** Starts a duty cycle: answers what was done in those before, as far as there is room. Returns the number of answers. */
    int answer(final RegistryOutput output) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            final Drop drop = drops[i];
            if (drop.partition.isDropping(drop.namespace, 0, drop.length) || output.commandRoom(1) == 0) {
                drops[i] = drops[kept];
                drops[kept++] = drop;
            } else {
                output.replies().dropped(drop.sessionId, drop.correlationId, drop.partition, drop.dropped);
            }
        }
        final int answered = size - kept;
        size = kept;
        return answered;
    }

    private static final class Drop {
        final UnsafeBuffer namespace;
        int length;
        long sessionId;
        long correlationId;
        RegistryPartition partition;
        int dropped;

        Drop(final int maxNameLength) {
            namespace = new UnsafeBuffer(new byte[maxNameLength]);
        }
    }
}
