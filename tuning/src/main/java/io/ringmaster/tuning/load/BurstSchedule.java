package io.ringmaster.tuning.load;

/**
 * Requirement R1's pattern: in each second four bursts (waves) at 0, 100, 200 and 300 ms, all operations of a burst due at
 * the same instant; then silence until the next second. The tag of an operation is its wave, 0 to 3.
 * <p>
 * Threading: immutable.
 */
final class BurstSchedule implements ArrivalSchedule {
    /** Bursts in each second. */
    static final int WAVES = 4;
    private static final long WAVE_DISTANCE_NS = 100_000_000L;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long PRACTICE_NS = 250_000_000L;
    private static final long PRACTICE_DISTANCE_NS = 2_000_000L;
    private static final long PRACTICE_OPERATION_NS = 40_000L;

    private final int burst;
    private final int repeats;
    private final long distanceNs;
    private final long periodNs;

    /**
     * A schedule of {@code 4 x burst x seconds} operations.
     *
     * @param burst   operations of one burst.
     * @param seconds how often the pattern is repeated.
     */
    BurstSchedule(final int burst, final int seconds) {
        this(burst, seconds, WAVE_DISTANCE_NS, SECOND_NS);
    }

    private BurstSchedule(final int burst, final int repeats, final long distanceNs, final long periodNs) {
        if (burst < 1 || repeats < 1) {
            throw new IllegalArgumentException("burst = " + burst + " and repeats = " + repeats + " are not at least 1");
        }
        this.burst = burst;
        this.repeats = repeats;
        this.distanceNs = distanceNs;
        this.periodNs = periodNs;
    }

    /**
     * The same bursts without the silence, to warm up with: 40 us for each operation and at least 2 ms from burst to burst, a quarter
     * of a second of them or four if that takes longer.
     *
     * @param burst operations of one burst, at least 1.
     * @return a schedule of some multiple of four bursts.
     */
    static BurstSchedule practice(final int burst) {
        final long distanceNs = Math.max(PRACTICE_DISTANCE_NS, burst * PRACTICE_OPERATION_NS);
        return new BurstSchedule(burst, (int) Math.max(1, PRACTICE_NS / (WAVES * distanceNs)), distanceNs, WAVES * distanceNs);
    }

    @Override
    public long intendedNs(final long index) {
        final long wave = index / burst;
        return wave / WAVES * periodNs + wave % WAVES * distanceNs;
    }

    @Override
    public int tag(final long index) {
        return (int) (index / burst % WAVES);
    }

    @Override
    public int tags() {
        return WAVES;
    }

    @Override
    public long count() {
        return (long) burst * WAVES * repeats;
    }

    @Override
    public long durationNs() {
        return repeats * periodNs;
    }
}
