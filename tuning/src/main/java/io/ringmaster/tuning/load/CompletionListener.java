package io.ringmaster.tuning.load;

/**
 * What a {@link Workload} tells its loop.
 * <p>
 * Threading: confined to the generator.
 */
interface CompletionListener {
    /**
     * An operation has its answer. Called exactly once for each operation that was sent.
     *
     * @param session    that sent it.
     * @param intendedNs as given to {@link Workload#trySend}.
     * @param tag        as given to {@link Workload#trySend}.
     * @param kind       of the operation: 0 to {@link Workload#kinds()} - 1.
     * @param outcome    of the check.
     */
    void onCompleted(int session, long intendedNs, int tag, int kind, Outcome outcome);
}
