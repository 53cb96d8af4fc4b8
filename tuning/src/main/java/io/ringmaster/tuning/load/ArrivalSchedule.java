package io.ringmaster.tuning.load;

/**
 * When each operation of an open-loop run is meant to be sent, fixed before the run starts. Latency counts from these
 * times, so a stalled generator or server cannot hide its stall (coordinated omission).
 * <p>
 * Threading: immutable.
 */
interface ArrivalSchedule {
    /**
     * Intended time of an operation.
     *
     * @param index of the operation, from 0; times never decrease with it.
     * @return nanoseconds from the start of the run.
     */
    long intendedNs(long index);

    /**
     * Operations of the run.
     *
     * @return their number.
     */
    long count();

    /**
     * Class of an operation that gets a latency histogram of its own, for example its wave.
     *
     * @param index of the operation.
     * @return 0 to {@link #tags()} - 1.
     */
    default int tag(final long index) {
        return 0;
    }

    /**
     * Number of classes.
     *
     * @return 1 where there are no classes.
     */
    default int tags() {
        return 1;
    }

    /**
     * Time in which the operations are meant to be sent: the base of the intended rate.
     *
     * @return nanoseconds, at least 1.
     */
    long durationNs();
}
