package io.ringmaster.thread;

/**
 * What the kernel is asked for each thread of a plan: keys {@code ringmaster.threads.scheduling.*}; see {@link KernelScheduling}.
 * <p>
 * Threading: immutable.
 *
 * @param sliceNs      time that a thread may run before others have their turn, 0.1 to 100 ms, the bounds of the kernel; 0: leave the
 *                     kernel's own.
 * @param timerSlackNs how much later than asked for a thread may wake up, 1 ns to a second; 0: leave the kernel's own.
 */
public record SchedulingSettings(long sliceNs, long timerSlackNs) {
    /** Nothing is asked for. */
    public static final SchedulingSettings KERNEL_DEFAULTS = new SchedulingSettings(0, 0);

    private static final long SHORTEST_SLICE_NS = 100_000;
    private static final long LONGEST_SLICE_NS = 100_000_000;
    private static final long LARGEST_SLACK_NS = 1_000_000_000;

    /**
     * Checks the values.
     *
     * @throws ThreadPlanException for a value out of its bounds.
     */
    public SchedulingSettings {
        final String key = ThreadPlanSettings.KEY + ".scheduling.";
        if (sliceNs != 0 && (sliceNs < SHORTEST_SLICE_NS || sliceNs > LONGEST_SLICE_NS)) {
            throw new ThreadPlanException(key + "slice = " + sliceNs + " ns: must be 0 or from " + SHORTEST_SLICE_NS + " ns to "
                + LONGEST_SLICE_NS + " ns");
        }
        if (timerSlackNs < 0 || timerSlackNs > LARGEST_SLACK_NS) {
            throw new ThreadPlanException(
                key + "timer-slack = " + timerSlackNs + " ns: must be from 0 ns to " + LARGEST_SLACK_NS + " ns");
        }
    }
}
