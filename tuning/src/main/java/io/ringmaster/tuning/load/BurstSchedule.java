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

    private final int burst;
    private final int seconds;

    /**
     * A schedule of {@code 4 x burst x seconds} operations.
     *
     * @param burst   operations of one burst.
     * @param seconds how often the pattern is repeated.
     */
    BurstSchedule(final int burst, final int seconds) {
        if (burst < 1 || seconds < 1) {
            throw new IllegalArgumentException("burst = " + burst + " and seconds = " + seconds + " are not at least 1");
        }
        this.burst = burst;
        this.seconds = seconds;
    }

    @Override
    public long intendedNs(final long index) {
        final long wave = index / burst;
        return wave / WAVES * SECOND_NS + wave % WAVES * WAVE_DISTANCE_NS;
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
        return (long) burst * WAVES * seconds;
    }

    @Override
    public long durationNs() {
        return seconds * SECOND_NS;
    }
}
