package io.ringmaster.thread;

import java.util.BitSet;
import net.openhft.affinity.Affinity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pins threads to CPUs with Java-Thread-Affinity's system calls; its lock files are not used, the plan names the CPUs.
 * <p>
 * Threading: thread-safe; {@link #pin(int)} pins the calling thread.
 */
public final class CpuPinning {
    /** Pinning by the operating system. */
    public static final CpuPinning SYSTEM = new CpuPinning(new SystemCpus(), Runtime.getRuntime().availableProcessors());

    private static final Logger LOGGER = LoggerFactory.getLogger(CpuPinning.class);

    private final Cpus cpus;
    private final int processors;

    /**
     * Takes the number of processors once: HotSpot counts the CPUs of the calling thread's mask and hands that count to every
     * thread for the next 20 ms, so that a later reading may be that of a pinned thread.
     */
    CpuPinning(final Cpus cpus, final int processors) {
        this.cpus = cpus;
        this.processors = processors;
    }

    /**
     * What happened to a thread.
     *
     * @param requestedCpu   CPU to pin it to, {@link #NO_CPU} for none.
     * @param actualCpu      CPU that it ran on afterwards, {@link #NO_CPU} where the system does not tell.
     * @param nativeThreadId the system's id of the thread, -1 where it does not tell.
     * @param failure        why it is not pinned as requested; null if it is.
     */
    public record Result(int requestedCpu, int actualCpu, long nativeThreadId, String failure) {
    }

    /** No CPU, or not known. */
    public static final int NO_CPU = -1;

    /**
     * CPUs that the calling thread may use now. To be called from a thread that is not pinned, such as main.
     *
     * @return the affinity mask and the number of processors when this class was loaded; where there is no mask, as many CPUs
     * as processors.
     */
    public CpuBudget budget() {
        BitSet mask = new BitSet();
        try {
            mask = cpus.affinity();
        } catch (final RuntimeException | LinkageError ex) {
            LOGGER.warn("cannot read the affinity mask, taking CPUs 0 to {}: {}", processors - 1, ex.toString());
        }
        if (mask.isEmpty()) {
            mask.set(0, processors);
        }
        return new CpuBudget(CpuList.of(mask), processors);
    }

    /**
     * Pins the calling thread to one CPU and reads its mask back. Never throws: a failure is in the result.
     *
     * @param cpu to pin it to; {@link #NO_CPU} leaves the thread as it is.
     * @return what was done.
     */
    public Result pin(final int cpu) {
        String failure = null;
        if (NO_CPU != cpu) {
            try {
                cpus.setAffinity(cpu);
                final BitSet mask = cpus.affinity();
                if (mask.cardinality() != 1 || !mask.get(cpu)) {
                    failure = "affinity mask reads back as " + CpuList.of(mask);
                }
            } catch (final RuntimeException | LinkageError ex) {
                failure = ex.toString();
            }
        }
        return new Result(cpu, currentCpu(), nativeThreadId(), failure);
    }

    private int currentCpu() {
        try {
            return cpus.currentCpu();
        } catch (final RuntimeException | LinkageError ex) {
            LOGGER.debug("cannot read the current CPU", ex);
            return NO_CPU;
        }
    }

    private long nativeThreadId() {
        try {
            return cpus.nativeThreadId();
        } catch (final RuntimeException | LinkageError ex) {
            LOGGER.debug("cannot read the native thread id", ex);
            return -1;
        }
    }

    /** The system calls; a test has its own. */
    interface Cpus {
        BitSet affinity();

        void setAffinity(int cpu);

        int currentCpu();

        long nativeThreadId();
    }

    private static final class SystemCpus implements Cpus {
        @Override
        public BitSet affinity() {
            return Affinity.getAffinity();
        }

        @Override
        public void setAffinity(final int cpu) {
            Affinity.setAffinity(cpu);
        }

        @Override
        public int currentCpu() {
            return Affinity.getCpu();
        }

        @Override
        public long nativeThreadId() {
            return Affinity.getThreadId();
        }
    }
}
