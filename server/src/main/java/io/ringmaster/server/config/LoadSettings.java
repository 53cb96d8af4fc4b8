package io.ringmaster.server.config;

/**
 * Load states: keys {@code ringmaster.load.*}. A state begins where one of its two bounds is reached.
 * <p>
 * Threading: immutable.
 *
 * @param degradedPercent   of a queue's places for new work that are taken.
 * @param overloadedPercent the same for the next state.
 * @param criticalPercent   the same for the last state.
 * @param degradedWaitNs    for which commands wait in a ring.
 * @param overloadedWaitNs  the same for the next state.
 * @param criticalWaitNs    the same for the last state.
 * @param holdNs            for which the load must be lower before the state is.
 */
public record LoadSettings(
    int degradedPercent,
    int overloadedPercent,
    int criticalPercent,
    long degradedWaitNs,
    long overloadedWaitNs,
    long criticalWaitNs,
    long holdNs) {

    /** The configuration block. */
    public static final String KEY = "ringmaster.load";
    private static final long SECOND_NS = 1_000_000_000L;

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public LoadSettings {
        Bounds.within(KEY + ".occupancy.degraded", degradedPercent, 1, 100);
        Bounds.within(KEY + ".occupancy.overloaded", overloadedPercent, degradedPercent, 100);
        Bounds.within(KEY + ".occupancy.critical", criticalPercent, overloadedPercent, 100);
        Bounds.durationWithin(KEY + ".wait.degraded", degradedWaitNs, 1_000_000L, 60 * SECOND_NS);
        Bounds.durationWithin(KEY + ".wait.overloaded", overloadedWaitNs, degradedWaitNs, 60 * SECOND_NS);
        Bounds.durationWithin(KEY + ".wait.critical", criticalWaitNs, overloadedWaitNs, 60 * SECOND_NS);
        Bounds.durationWithin(KEY + ".hold", holdNs, 0, 60 * SECOND_NS);
    }
}
