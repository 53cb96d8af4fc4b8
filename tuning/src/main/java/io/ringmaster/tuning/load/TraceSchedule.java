package io.ringmaster.tuning.load;

/**
 * Operations at the times of a trace.
 * <p>
 * Threading: immutable.
 */
final class TraceSchedule implements ArrivalSchedule {
    private final long[] arrivalsNs;

    TraceSchedule(final long[] arrivalsNs) {
        this.arrivalsNs = arrivalsNs.clone();
    }

    @Override
    public long intendedNs(final long index) {
        return arrivalsNs[(int) index];
    }

    @Override
    public long count() {
        return arrivalsNs.length;
    }

    @Override
    public long durationNs() {
        return arrivalsNs.length == 0 ? 1 : Math.max(1, arrivalsNs[arrivalsNs.length - 1]);
    }
}
