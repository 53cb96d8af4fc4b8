package io.ringmaster.thread;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the Linux kernel how the calling thread is to be scheduled among the normal ones; no thread gets a larger share of the CPUs, and
 * no privilege is needed.
 * <ul>
 * <li><b>Slice</b> ({@code sched_setattr(2)}, {@code sched_runtime} of {@code SCHED_OTHER}; from Linux 6.12 on, without effect before): a
 * thread that wakes up takes the CPU from one with a longer slice, if it has not had more than its share. Otherwise it waits until that
 * one sleeps or its slice, some milliseconds, is over. So threads that serve have short slices, and threads that work in the background
 * long ones.</li>
 * <li><b>Timer slack</b> ({@code prctl(2)}, {@code PR_SET_TIMERSLACK}): how much later than asked for a sleep may end; 50 us if nothing is
 * said, so that a park of 20 us takes 75.</li>
 * </ul>
 * It is advice: on another system, and where a sandbox forbids the calls, all works the same with longer waits. A thread that somebody has
 * put into another scheduling class keeps its slice. Threads that the calling thread starts later inherit both.
 * <p>
 * Threading: thread-safe; acts on the calling thread.
 */
public final class KernelScheduling {
    private static final Logger LOGGER = LoggerFactory.getLogger(KernelScheduling.class);

    private static final long BACKGROUND_SLICE_NS = 10_000_000;
    private static final long DEFAULT_TIMER_SLACK_NS = 50_000;
    private static final long PR_SET_TIMERSLACK = 29;
    private static final long PR_GET_TIMERSLACK = 30;
    private static final int SCHED_OTHER = 0;
    /** {@code struct sched_attr}, its first version. */
    private static final int ATTRIBUTES_LENGTH = 48;
    private static final int POLICY_OFFSET = 4;
    private static final int RUNTIME_OFFSET = 24;

    private KernelScheduling() {
    }

    /**
     * For a thread that serves: what the settings ask for.
     *
     * @param settings what to ask for.
     */
    public static void serve(final SchedulingSettings settings) {
        if (settings.sliceNs() > 0) {
            setSlice(settings.sliceNs());
        }
        if (settings.timerSlackNs() > 0) {
            setTimerSlack(settings.timerSlackNs());
        }
    }

    /**
     * For a thread that works in the background: any other thread that wakes up on its CPU goes first. It keeps its full share where the
     * CPUs are busy all the time, so nothing that it holds is kept for long.
     */
    public static void workInTheBackground() {
        setSlice(BACKGROUND_SLICE_NS);
        setTimerSlack(DEFAULT_TIMER_SLACK_NS);
    }

    private static void setSlice(final long sliceNs) {
        try {
            final long failure = trySetSlice(sliceNs);
            if (failure != 0) {
                LOGGER.debug("the kernel did not take a slice of {} ns", sliceNs);
            }
        } catch (final RuntimeException | LinkageError ex) {
            LOGGER.debug("no slice of {} ns", sliceNs, ex);
        }
    }

    private static long trySetSlice(final long sliceNs) {
        final long setattr = setattrNumber();
        if (setattr < 0) {
            return -1;
        }
        try (Memory attributes = new Memory(ATTRIBUTES_LENGTH)) {
            // What else is in it stays: the class and the niceness.
            if (readAttributes(attributes) != 0 || attributes.getInt(POLICY_OFFSET) != SCHED_OTHER) {
                return -1;
            }
            attributes.setLong(RUNTIME_OFFSET, sliceNs);
            return call("syscall", setattr, 0L, attributes, 0L);
        }
    }

    private static long readAttributes(final Memory attributes) {
        attributes.clear();
        return call("syscall", setattrNumber() + 1, 0L, attributes, (long) ATTRIBUTES_LENGTH, 0L);
    }

    private static void setTimerSlack(final long slackNs) {
        try {
            if (!Platform.isLinux() || call("prctl", PR_SET_TIMERSLACK, slackNs, 0L, 0L, 0L) != 0) {
                LOGGER.debug("the kernel did not take a timer slack of {} ns", slackNs);
            }
        } catch (final RuntimeException | LinkageError ex) {
            LOGGER.debug("no timer slack of {} ns", slackNs, ex);
        }
    }

    /**
     * Slice of the calling thread.
     *
     * @return nanoseconds; 0 where the kernel does not tell.
     */
    static long sliceNs() {
        try (Memory attributes = new Memory(ATTRIBUTES_LENGTH)) {
            return setattrNumber() >= 0 && readAttributes(attributes) == 0 ? attributes.getLong(RUNTIME_OFFSET) : 0;
        }
    }

    /**
     * Timer slack of the calling thread.
     *
     * @return nanoseconds; 0 where there is none.
     */
    static long timerSlackNs() {
        return Platform.isLinux() ? call("prctl", PR_GET_TIMERSLACK, 0L, 0L, 0L, 0L) : 0;
    }

    /** Number of {@code sched_setattr}, which C libraries have no function for; that of {@code sched_getattr} is one more. */
    private static long setattrNumber() {
        if (!Platform.isLinux()) {
            return -1;
        }
        return switch (Platform.ARCH) {
            case "x86-64" -> 314;
            case "aarch64" -> 274;
            default -> -1;
        };
    }

    private static long call(final String function, final Object... arguments) {
        return Function.getFunction("c", function).invokeLong(arguments);
    }
}
