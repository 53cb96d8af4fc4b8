package io.ringmaster.thread;

/**
 * What this process may use: the CPUs of its affinity mask, and the number of processors that the JVM counts, which is lower
 * where a container has a CPU quota.
 * <p>
 * Threading: immutable.
 *
 * @param allowed             CPUs that a thread may be pinned to.
 * @param availableProcessors as of {@link Runtime#availableProcessors()} before any thread was pinned.
 */
public record CpuBudget(CpuList allowed, int availableProcessors) {
    /**
     * Cores that threads may spin on.
     *
     * @return the smaller of the two figures.
     */
    public int usableCores() {
        return Math.min(allowed.size(), availableProcessors);
    }
}
