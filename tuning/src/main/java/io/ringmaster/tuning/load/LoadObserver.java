package io.ringmaster.tuning.load;

/**
 * Looks on while a {@link LoadLoop} follows a schedule.
 * <p>
 * Threading: called by the generator; must neither block nor allocate.
 */
interface LoadObserver {
    /** Sees nothing. */
    LoadObserver NONE = new LoadObserver() {
        @Override
        public void onTag(final int tag) {
            // Nothing to note.
        }

        @Override
        public void onEnd() {
            // Nothing to note.
        }

        @Override
        public void onAnswer(final int kind, final Outcome outcome, final long intendedNs, final long nowNs) {
            // Nothing to note.
        }
    };

    /**
     * The next operation is of another tag than the one before, or the first; it is due in {@link LoadLoop#TAG_LEAD_NS} or less.
     *
     * @param tag of the operation.
     */
    void onTag(int tag);

    /** All has been sent, and answered or given up. */
    void onEnd();

    /**
     * An answer is here.
     *
     * @param kind       of the operation.
     * @param outcome    of it.
     * @param intendedNs when it was meant to be sent.
     * @param nowNs      when the answer was taken in.
     */
    void onAnswer(int kind, Outcome outcome, long intendedNs, long nowNs);
}
