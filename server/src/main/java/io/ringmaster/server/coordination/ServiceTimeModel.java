package io.ringmaster.server.coordination;

/**
 * Learned service times by agent and task kind: for tasks with a cost estimate the factor (service time / cost), for
 * others the service time itself; both as exponentially weighted means with weight {@value #WEIGHT} for the newest
 * sample. An agent that has served none of a kind yet is expected to be ordinary: factor 1.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class ServiceTimeModel {
    /** Weight of a new sample. */
    static final float WEIGHT = 0.2f;
    /** Expected service time of a task without a cost estimate on an agent that has not served its kind yet. */
    static final long UNKNOWN_SERVICE_NS = 1_000_000;
    /** Longest service time that is believed; the sum over all tasks of a server stays far from an overflow. */
    static final long MAX_SERVICE_NS = 3_600_000_000_000L;
    static final int KINDS = 256;
    private static final float MAX_FACTOR = 1_000f;

    private final float[] factors;
    private final float[] meansNs;

    ServiceTimeModel(final int agents) {
        factors = new float[agents * KINDS];
        meansNs = new float[agents * KINDS];
    }

    void forgetAgent(final int agent) {
        java.util.Arrays.fill(factors, agent * KINDS, (agent + 1) * KINDS, 0f);
        java.util.Arrays.fill(meansNs, agent * KINDS, (agent + 1) * KINDS, 0f);
    }

    /** Expected service time in nanoseconds, 1 to {@link #MAX_SERVICE_NS}. */
    long predictNs(final int agent, final int kindId, final long costNs) {
        return Math.max(1L, Math.min(MAX_SERVICE_NS, expectedNs(agent, kindId, costNs)));
    }

    private long expectedNs(final int agent, final int kindId, final long costNs) {
        final int at = agent * KINDS + (kindId & (KINDS - 1));
        if (costNs > 0) {
            final float factor = factors[at];
            return factor == 0f ? costNs : (long)(costNs * (double)factor);
        }
        final float mean = meansNs[at];
        return mean == 0f ? UNKNOWN_SERVICE_NS : (long)mean;
    }

    void learn(final int agent, final int kindId, final long costNs, final long serviceNs) {
        final int at = agent * KINDS + (kindId & (KINDS - 1));
        final float service = Math.max(1L, Math.min(MAX_SERVICE_NS, serviceNs));
        meansNs[at] = meansNs[at] == 0f ? service : meansNs[at] + WEIGHT * (service - meansNs[at]);
        if (costNs > 0) {
            final float factor = Math.min(MAX_FACTOR, Math.max(1f / MAX_FACTOR, (float)(service / (double)costNs)));
            factors[at] = factors[at] == 0f ? factor : factors[at] + WEIGHT * (factor - factors[at]);
        }
    }
}
