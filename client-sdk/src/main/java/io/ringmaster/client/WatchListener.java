package io.ringmaster.client;

/**
 * Told what a watch sees: a snapshot, then changes, in the order in which the registry made them. Among the records of a
 * snapshot there may already be changes: for one name the higher incarnation wins, then the higher version.
 * {@link RegistryMirror} does that.
 * <p>
 * After {@link #onLost} what was seen may be out of date until the next {@link #onSnapshotEnd}: a new snapshot follows by
 * itself, after a loss of the connection as soon as there is one again.
 * <p>
 * Methods must return soon; an exception out of one is counted in {@link ClientStats#errors()} and stops nothing.
 * Asynchronous calls of the client are allowed in them, synchronous ones are not (IllegalStateException).
 * <p>
 * Threading: called by the thread that drives the client (see {@link ThreadingMode}), one call at a time, under the client's
 * lock: while a method runs, other threads' calls wait.
 */
public interface WatchListener {
    /** The count of {@link #onLost} where nobody knows how much was missed. */
    long UNKNOWN_COUNT = -1;

    /** A snapshot begins: records that are not in it or after it do not exist any more. */
    default void onSnapshotBegin() {
    }

    /**
     * A record of the snapshot.
     *
     * @param record without lease and load.
     */
    default void onRecord(final AgentRecord record) {
    }

    /** The snapshot is complete. */
    default void onSnapshotEnd() {
    }

    /**
     * A new record; a record of the same name with a lower incarnation is gone.
     *
     * @param record without lease and load.
     */
    default void onRegistered(final AgentRecord record) {
    }

    /**
     * A record has a new version, or a new readiness.
     *
     * @param record without lease and load.
     */
    default void onChanged(final AgentRecord record) {
    }

    /**
     * A record is gone.
     *
     * @param record as it was.
     * @param reason why.
     */
    default void onRemoved(final AgentRecord record, final RemovalReason reason) {
    }

    /**
     * Changes were missed: the listener was too slow, the connection was lost, or a sequence had a gap.
     *
     * @param count how many; {@link #UNKNOWN_COUNT} after a loss of the connection or a gap.
     */
    default void onLost(final long count) {
    }

    /**
     * The watch has ended against its user's will: the client was closed, or the server refused to take the watch up again.
     *
     * @param failure why.
     */
    default void onFailed(final RingmasterException failure) {
    }
}
