package io.ringmaster.thread;

import java.util.List;
import java.util.Objects;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.slf4j.LoggerFactory;

/**
 * Runs the roles of one thread in order, with one reading of the clock for each duty cycle. In one cycle of
 * {@value #SAMPLE_INTERVAL} the roles are timed one by one, which says what share of the thread each of them takes.
 * <p>
 * What a role throws, errors included, goes to the error handler; the other roles and the next cycles go on. A role that leaves
 * the thread interrupted does not stop it either: the flag is cleared and reported.
 * <p>
 * Threading: confined to the thread that runs it.
 */
public final class RoleGroup implements Agent {
    /** Cycles for each one in which the roles are timed; a prime, so that what repeats itself is not always passed over. */
    static final int SAMPLE_INTERVAL = 61;

    private final String name;
    private final Role[] roles;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final StallTracker stallTracker;
    private final ThreadCounters counters;
    private int untilTimed = SAMPLE_INTERVAL;
    private boolean closed;

    /**
     * A group for one thread.
     *
     * @param name         of the thread.
     * @param roles        in the order of the duty cycle; closed in the reverse order.
     * @param clock        read once for each cycle.
     * @param errorHandler gets what the roles throw.
     * @param stallTracker told the start of every cycle.
     * @param counters     of the thread.
     */
    public RoleGroup(
        final String name,
        final List<Role> roles,
        final NanoClock clock,
        final ErrorHandler errorHandler,
        final StallTracker stallTracker,
        final ThreadCounters counters) {
        this.name = Objects.requireNonNull(name, "name");
        this.roles = roles.toArray(new Role[0]);
        this.clock = Objects.requireNonNull(clock, "clock");
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        this.stallTracker = Objects.requireNonNull(stallTracker, "stallTracker");
        this.counters = Objects.requireNonNull(counters, "counters");
    }

    /**
     * Starts the roles in order; the first that throws fails the start.
     */
    @Override
    public void onStart() {
        for (final Role role : roles) {
            role.onStart();
        }
        stallTracker.onStart(clock.nanoTime());
    }

    /**
     * Runs one duty cycle of every role.
     *
     * @return sum of their work.
     */
    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        stallTracker.onCycleStart(nowNs);
        final int workCount = --untilTimed > 0 ? cycle(nowNs) : timedCycle(nowNs);
        stallTracker.onCycleEnd(workCount);
        if (Thread.interrupted()) {
            onError(new IllegalStateException("thread " + name + ": interrupted while its roles worked, goes on"));
        }
        return workCount;
    }

    private int cycle(final long nowNs) {
        int workCount = 0;
        for (final Role role : roles) {
            try {
                workCount += role.doWork(nowNs);
            } catch (final Throwable t) {
                onError(t);
            }
        }
        return workCount;
    }

    private int timedCycle(final long nowNs) {
        untilTimed = SAMPLE_INTERVAL;
        int workCount = 0;
        long beginNs = nowNs;
        for (int i = 0; i < roles.length; i++) {
            int work = 0;
            try {
                work = roles[i].doWork(nowNs);
            } catch (final Throwable t) {
                onError(t);
            }
            final long endNs = clock.nanoTime();
            if (work > 0) {
                counters.onRoleBusy(i, (endNs - beginNs) * SAMPLE_INTERVAL);
            }
            beginNs = endNs;
            workCount += work;
        }
        return workCount;
    }

    /**
     * Closes the roles once, the last one first. What they throw is reported.
     */
    @Override
    public void onClose() {
        if (!closed) {
            closed = true;
            for (int i = roles.length - 1; i >= 0; i--) {
                try {
                    roles[i].onClose();
                } catch (final Throwable t) {
                    onError(t);
                }
            }
        }
    }

    /**
     * Name of the thread.
     *
     * @return the name.
     */
    @Override
    public String roleName() {
        return name;
    }

    private void onError(final Throwable error) {
        counters.onRoleError();
        try {
            errorHandler.onError(error);
        } catch (final Throwable t) {
            LoggerFactory.getLogger(RoleGroup.class).error("the error handler failed: {}; it was called for", t, error);
        }
    }
}
