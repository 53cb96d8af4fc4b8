package io.ringmaster.server.ingress;

import io.ringmaster.registry.KeyHash;
import io.ringmaster.registry.PartitionRouter;
import io.ringmaster.ring.CommandRing;

/**
 * The rings of the partitions, by key: claim, encode into {@link #ring()}, finish.
 * <p>
 * Threading: confined to the network thread.
 */
final class PartitionRings {
    private final CommandRing[] rings;
    private final PartitionRouter router;
    private CommandRing ring;

    PartitionRings(final CommandRing[] rings) {
        this.rings = rings.clone();
        router = new PartitionRouter(rings.length);
    }

    int size() {
        return rings.length;
    }

    /**
     * Claims a slot for a command about a record.
     *
     * @param namespace  of the record.
     * @param name       of the record.
     * @param length     of the command.
     * @param completion whether it may use the reserve.
     * @return as {@link CommandRing#tryClaim}.
     */
    long tryClaim(final ByteRange namespace, final ByteRange name, final int length, final boolean completion) {
        return tryClaim(router.partitionOf(KeyHash.hash(
            namespace.buffer, namespace.offset, namespace.length, name.buffer, name.offset, name.length)), length, completion);
    }

    /** As above, for a partition. */
    long tryClaim(final int partition, final int length, final boolean completion) {
        ring = rings[partition];
        return ring.tryClaim(length, completion);
    }

    /** That of the last claim. */
    CommandRing ring() {
        return ring;
    }

    /** Hands the claimed command over, or gives its slot up. */
    void finish(final long sequence, final int length, final long nowNs, final boolean encoded) {
        if (encoded) {
            ring.commit(sequence, length, nowNs);
        } else {
            ring.abort(sequence);
        }
    }
}
