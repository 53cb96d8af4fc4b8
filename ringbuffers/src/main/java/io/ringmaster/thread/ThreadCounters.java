package io.ringmaster.thread;

import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of one thread of a plan. Utilisation over some time is the growth of the busy time divided by that time.
 * <p>
 * Threading: single writer = the thread; readers any thread, and any process that maps the counters' file.
 */
public final class ThreadCounters implements AutoCloseable {
    /** Longest time from the start of a duty cycle to the start of the next, idling included. */
    public static final int DUTY_CYCLE_MAX_NS_TYPE_ID = 1020;
    /** Duty cycles longer than the threshold. */
    public static final int STALLS_TYPE_ID = 1021;
    /** Duty cycles. */
    public static final int CYCLES_TYPE_ID = 1022;
    /** Duty cycles that did some work. */
    public static final int BUSY_CYCLES_TYPE_ID = 1023;
    /** Time of the cycles that did some work. */
    public static final int BUSY_NS_TYPE_ID = 1024;
    /** Exceptions that roles threw. */
    public static final int ROLE_ERRORS_TYPE_ID = 1025;
    /** Times that the thread could not be pinned to its CPU. */
    public static final int PIN_FAILURES_TYPE_ID = 1026;
    /** Time of one role's cycles that did some work, reckoned from a sample of the cycles. */
    public static final int ROLE_BUSY_NS_TYPE_ID = 1027;
    private static final int UNMANAGED_ROLES = 16;

    private final AtomicCounter dutyCycleMaxNs;
    private final AtomicCounter stalls;
    private final AtomicCounter cycles;
    private final AtomicCounter busyCycles;
    private final AtomicCounter busyNs;
    private final AtomicCounter roleErrors;
    private final AtomicCounter pinFailures;
    private final AtomicCounter[] roleBusyNs;

    /**
     * Allocates the counters of a thread.
     *
     * @param manager    to allocate from.
     * @param threadName for the labels.
     * @param roleNames  of its roles, in the order of the duty cycle.
     */
    public ThreadCounters(final CountersManager manager, final String threadName, final List<String> roleNames) {
        roleBusyNs = roleNames.stream().map(roleName ->
            manager.newCounter("role-busy-ns: " + roleName, ROLE_BUSY_NS_TYPE_ID)).toArray(AtomicCounter[]::new);
        dutyCycleMaxNs = manager.newCounter("duty-cycle-max-ns: " + threadName, DUTY_CYCLE_MAX_NS_TYPE_ID);
        stalls = manager.newCounter("stalls: " + threadName, STALLS_TYPE_ID);
        cycles = manager.newCounter("duty-cycles: " + threadName, CYCLES_TYPE_ID);
        busyCycles = manager.newCounter("busy-cycles: " + threadName, BUSY_CYCLES_TYPE_ID);
        busyNs = manager.newCounter("busy-ns: " + threadName, BUSY_NS_TYPE_ID);
        roleErrors = manager.newCounter("role-errors: " + threadName, ROLE_ERRORS_TYPE_ID);
        pinFailures = manager.newCounter("pin-failures: " + threadName, PIN_FAILURES_TYPE_ID);
    }

    private ThreadCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[(7 + UNMANAGED_ROLES) * CountersReader.COUNTER_LENGTH]);
        roleBusyNs = new AtomicCounter[UNMANAGED_ROLES];
        for (int i = 0; i < UNMANAGED_ROLES; i++) {
            roleBusyNs[i] = new AtomicCounter(values, 7 + i);
        }
        dutyCycleMaxNs = new AtomicCounter(values, 0);
        stalls = new AtomicCounter(values, 1);
        cycles = new AtomicCounter(values, 2);
        busyCycles = new AtomicCounter(values, 3);
        busyNs = new AtomicCounter(values, 4);
        roleErrors = new AtomicCounter(values, 5);
        pinFailures = new AtomicCounter(values, 6);
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static ThreadCounters unmanaged() {
        return new ThreadCounters();
    }

    /**
     * Longest time from the start of a duty cycle to the start of the next, idling included.
     *
     * @return nanoseconds.
     */
    public long dutyCycleMaxNs() {
        return dutyCycleMaxNs.get();
    }

    /**
     * Duty cycles longer than the threshold.
     *
     * @return number of cycles.
     */
    public long stalls() {
        return stalls.get();
    }

    /**
     * Duty cycles.
     *
     * @return number of cycles.
     */
    public long cycles() {
        return cycles.get();
    }

    /**
     * Duty cycles that did some work.
     *
     * @return number of cycles.
     */
    public long busyCycles() {
        return busyCycles.get();
    }

    /**
     * Time of the cycles that did some work.
     *
     * @return nanoseconds.
     */
    public long busyNs() {
        return busyNs.get();
    }

    /**
     * Exceptions that roles threw.
     *
     * @return number of exceptions.
     */
    public long roleErrors() {
        return roleErrors.get();
    }

    /**
     * Times that the thread could not be pinned to its CPU.
     *
     * @return 0 or 1.
     */
    public long pinFailures() {
        return pinFailures.get();
    }

    /**
     * Time of one role's cycles that did some work, reckoned from a sample.
     *
     * @param role its place in the duty cycle, from 0.
     * @return nanoseconds.
     */
    public long roleBusyNs(final int role) {
        return roleBusyNs[role].get();
    }

    void onRoleBusy(final int role, final long busyTimeNs) {
        if (role < roleBusyNs.length) {
            roleBusyNs[role].getAndAddRelease(busyTimeNs);
        }
    }

    void onCycle(final boolean busy, final long durationNs) {
        cycles.incrementRelease();
        dutyCycleMaxNs.proposeMaxRelease(durationNs);
        if (busy) {
            busyCycles.incrementRelease();
            busyNs.getAndAddRelease(durationNs);
        }
    }

    void onStall() {
        stalls.incrementRelease();
    }

    void onRoleError() {
        roleErrors.incrementRelease();
    }

    void onPinFailure() {
        pinFailures.incrementRelease();
    }

    /**
     * Frees the counters. Only after the thread has ended: a freed counter may be given away again.
     */
    @Override
    public void close() {
        dutyCycleMaxNs.close();
        stalls.close();
        cycles.close();
        busyCycles.close();
        busyNs.close();
        roleErrors.close();
        pinFailures.close();
        for (final AtomicCounter counter : roleBusyNs) {
            counter.close();
        }
    }
}
