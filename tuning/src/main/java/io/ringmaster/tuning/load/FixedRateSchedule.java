package io.ringmaster.tuning.load;

/**
 * Operations at equal distances. Operation {@code i} is due at {@code i / rate}, computed from {@code i} and not by adding
 * up intervals, so rounding does not accumulate.
 * <p>
 * Threading: immutable.
 */
final class FixedRateSchedule implements ArrivalSchedule {
    private final double intervalNs;
    private final long count;
    private final long durationNs;

    /**
     * A schedule of {@code rate x duration} operations, at least one.
     *
     * @param ratePerSecond above 0.
     * @param durationNs    above 0.
     */
    FixedRateSchedule(final double ratePerSecond, final long durationNs) {
        if (!(ratePerSecond > 0) || durationNs <= 0) {
            throw new IllegalArgumentException("rate = " + ratePerSecond + "/s and duration = " + durationNs + " ns are not above 0");
        }
        this.intervalNs = 1e9 / ratePerSecond;
        this.count = Math.max(1, Math.round(durationNs / intervalNs));
        this.durationNs = durationNs;
    }

    @Override
    public long intendedNs(final long index) {
        return (long) (index * intervalNs);
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
