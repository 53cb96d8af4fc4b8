package io.ringmaster.thread;

/**
 * The worker threads: the block {@code ringmaster.threads.workers}.
 * <p>
 * Threading: immutable.
 *
 * @param count number of threads, 1 to 256; they are called {@code ringmaster-worker-0} and so on.
 * @param cpus  none, or one CPU for each thread in this order; more than needed are ignored.
 * @param idle  what they do without work.
 */
public record WorkerSettings(int count, CpuList cpus, IdleKind idle) {
    /** Most worker threads. */
    public static final int MAX_COUNT = 256;

    /**
     * Checks the values.
     *
     * @throws ThreadPlanException for a value out of its bounds.
     */
    public WorkerSettings {
        final String key = ThreadPlanSettings.KEY + ".workers.";
        if (count < 1 || count > MAX_COUNT) {
            throw new ThreadPlanException(key + "count = " + count + ": must be from 1 to " + MAX_COUNT);
        }
        if (!cpus.isNone() && cpus.size() < count) {
            throw new ThreadPlanException(
                key + "cpu = " + cpus + ": names " + cpus.size() + " CPUs, must name one for each thread of " + key + "count = "
                    + count);
        }
    }
}
