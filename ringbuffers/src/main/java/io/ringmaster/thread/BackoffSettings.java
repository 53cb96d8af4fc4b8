package io.ringmaster.thread;

/**
 * Figures of the idle strategies {@link IdleKind#BACKOFF} and {@link IdleKind#SLEEP}: keys {@code ringmaster.threads.backoff.*}.
 * <p>
 * Threading: immutable.
 *
 * @param spins       cycles without work that spin, 0 or more.
 * @param yields      cycles that yield after these, 0 or more.
 * @param minParkNs   first park, at least 1 ns.
 * @param maxParkNs   longest park, at least minParkNs and at most a minute.
 * @param restAfterNs time without work after which a thread rests: it parks for restParkNs; 0: it never rests.
 * @param restParkNs  park of a thread that rests, at least maxParkNs and at most a minute; not used if restAfterNs is 0.
 */
public record BackoffSettings(long spins, long yields, long minParkNs, long maxParkNs, long restAfterNs, long restParkNs) {
    private static final long LONGEST_PARK_NS = 60_000_000_000L;

    /** Settings of a thread that never rests. */
    BackoffSettings(final long spins, final long yields, final long minParkNs, final long maxParkNs) {
        this(spins, yields, minParkNs, maxParkNs, 0, 0);
    }

    /**
     * Checks the values.
     *
     * @throws ThreadPlanException for a value out of its bounds.
     */
    public BackoffSettings {
        final String key = ThreadPlanSettings.KEY + ".backoff.";
        if (spins < 0) {
            throw new ThreadPlanException(key + "spins = " + spins + ": must be 0 or more");
        }
        if (yields < 0) {
            throw new ThreadPlanException(key + "yields = " + yields + ": must be 0 or more");
        }
        if (minParkNs < 1) {
            throw new ThreadPlanException(key + "min-park = " + minParkNs + " ns: must be at least 1 ns");
        }
        if (maxParkNs > LONGEST_PARK_NS) {
            throw new ThreadPlanException(key + "max-park = " + maxParkNs + " ns: must be at most " + LONGEST_PARK_NS + " ns");
        }
        if (minParkNs > maxParkNs) {
            throw new ThreadPlanException(
                key + "min-park = " + minParkNs + " ns: must be at most " + key + "max-park = " + maxParkNs + " ns");
        }
        if (restAfterNs < 0) {
            throw new ThreadPlanException(key + "rest-after = " + restAfterNs + " ns: must be 0 or more");
        }
        if (restAfterNs > 0 && (restParkNs < maxParkNs || restParkNs > LONGEST_PARK_NS)) {
            throw new ThreadPlanException(key + "rest-park = " + restParkNs + " ns: must be from " + key + "max-park = " + maxParkNs
                + " ns to " + LONGEST_PARK_NS + " ns");
        }
    }
}
