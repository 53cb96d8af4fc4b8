package io.ringmaster.tuning.load;

/**
 * Operations, or groups of them that are due together, at equal distances. Group {@code i} is due at {@code i} times the distance,
 * computed from {@code i} and not by adding up distances, so rounding does not accumulate.
 * <p>
 * Threading: immutable.
 */
final class FixedRateSchedule implements ArrivalSchedule {
    private final double intervalNs;
    private final int group;
    private final long count;
    private final long durationNs;

    /**
     * A schedule of {@code rate x duration} operations, at least one.
     *
     * @param ratePerSecond above 0.
     * @param durationNs    above 0.
     */
    FixedRateSchedule(final double ratePerSecond, final long durationNs) {
        this(ratePerSecond, 1, durationNs);
    }

    /**
     * A schedule of {@code groups x duration} groups, at least one.
     *
     * @param groupsPerSecond above 0.
     * @param group           operations that are due at one time, at least 1.
     * @param durationNs      above 0.
     */
    FixedRateSchedule(final double groupsPerSecond, final int group, final long durationNs) {
        if (!(groupsPerSecond > 0) || durationNs <= 0 || group < 1) {
            throw new IllegalArgumentException("rate = " + groupsPerSecond + "/s and duration = " + durationNs
                + " ns are not above 0, or group = " + group + " is not at least 1");
        }
        this.intervalNs = 1e9 / groupsPerSecond;
        this.group = group;
        this.count = group * Math.max(1, Math.round(durationNs / intervalNs));
        this.durationNs = durationNs;
    }

    @Override
    public long intendedNs(final long index) {
        return (long) (index / group * intervalNs);
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public long durationNs() {
        return durationNs;
    }
}
