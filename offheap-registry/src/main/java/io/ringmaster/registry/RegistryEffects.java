package io.ringmaster.registry;

/**
 * What a {@link RegistryPartition} does to the world, called on its writer's thread in the step that causes it, after the
 * tables have been changed. An effect must neither block nor call back into the partition.
 * <p>
 * A command causes at most two effects of its own: {@code register} on a name whose record is dead but not yet removed
 * reports that one down and then the new one up; {@code restore} causes none. The one who applies commands makes sure of room
 * for two before it takes the next. Removals that the partition does by itself (leases, ended sessions, dropped namespaces) ask
 * {@link #canAccept()} each time and wait for a later cycle when it says no.
 * <p>
 * Threading: confined to the partition's writer.
 */
public interface RegistryEffects {
    /** {@code unregister} removed the record. */
    int UNREGISTERED = 1;
    /** Its lease ran out. */
    int LEASE_EXPIRED = 2;
    /** Its owner's session ended. */
    int SESSION_ENDED = 3;
    /** Its namespace was dropped. */
    int NAMESPACE_DROPPED = 4;

    /**
     * Whether there is room for another effect, and then for the two effects of a command.
     *
     * @return false: the partition asks again in its next cycle.
     */
    boolean canAccept();

    /**
     * A record is new, or was replaced by its owner (then its version is above 1).
     *
     * @param partition that holds the record.
     * @param record    the partition's own view, valid during the call.
     */
    void onUp(RegistryPartition partition, RecordView record);

    /**
     * A record changed in place: an update, or another readiness by a renewal or by a drop of its namespace. Its incarnation is
     * the same.
     *
     * @param partition that holds the record.
     * @param record    the partition's own view, valid during the call.
     */
    void onChanged(RegistryPartition partition, RecordView record);

    /**
     * A record was removed.
     *
     * @param partition that held the record.
     * @param record    as it was, the partition's own view, valid during the call.
     * @param reason    {@link #UNREGISTERED}, {@link #LEASE_EXPIRED}, {@link #SESSION_ENDED} or {@link #NAMESPACE_DROPPED}.
     */
    void onDown(RegistryPartition partition, RecordView record, int reason);
}
