package io.ringmaster.registry;

/**
 * What a {@link RegistryPartition} does to the world, called on its writer's thread in the step that causes it, after the
 * tables have been changed. An effect must neither block nor call back into the partition.
 * <p>
 * A command causes at most two effects of its own: {@code register} on a name whose record is dead but not yet removed
 * reports that one down and then the new one up. The one who applies commands makes sure of room for two before it takes the
 * next. Removals that the partition does by itself (leases, ended sessions) ask {@link #canAccept()} each time and wait for
 * a later cycle when it says no.
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

    /**
     * Whether there is room for another {@link #onDown}, and then for the two effects of a command.
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
     * A record was removed.
     *
     * @param incarnation  of the record.
     * @param kind         of the record.
     * @param ownerSession that it belonged to.
     * @param localAgent   of the record; -1: remote.
     * @param reason       {@link #UNREGISTERED}, {@link #LEASE_EXPIRED} or {@link #SESSION_ENDED}.
     */
    void onDown(long incarnation, byte kind, long ownerSession, int localAgent, int reason);
}
