package io.ringmaster.tuning.load;

/**
 * Equal distances, and a tag for each of three phases: before, during and after something.
 * <p>
 * Threading: immutable.
 */
final class PhasedSchedule implements ArrivalSchedule {
    /** Tag of operations before it. */
    static final int BEFORE = 0;
    /** Tag of operations during it. */
    static final int DURING = 1;
    /** Tag of operations after it. */
    static final int AFTER = 2;

    private final FixedRateSchedule schedule;
    private final long beginNs;
    private final long endNs;

    /**
     * A schedule.
     *
     * @param ratePerSecond of operations.
     * @param beginNs       of the middle phase, from the start.
     * @param endNs         of it.
     * @param durationNs    of everything.
     */
    PhasedSchedule(final double ratePerSecond, final long beginNs, final long endNs, final long durationNs) {
        schedule = new FixedRateSchedule(ratePerSecond, durationNs);
        this.beginNs = beginNs;
        this.endNs = endNs;
    }

    @Override
    public long intendedNs(final long index) {
        return schedule.intendedNs(index);
    }

    @Override
    public long count() {
        return schedule.count();
    }

    @Override
    public int tag(final long index) {
        final long intendedNs = intendedNs(index);
        return intendedNs < beginNs ? BEFORE : intendedNs < endNs ? DURING : AFTER;
    }

    @Override
    public int tags() {
        return AFTER + 1;
    }

    @Override
    public long durationNs() {
        return schedule.durationNs();
    }
}
