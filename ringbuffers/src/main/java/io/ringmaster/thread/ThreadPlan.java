package io.ringmaster.thread;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.CountersManager;

/**
 * The roles of a server packed onto threads.
 * <p>
 * Threads start one after the other, each when the roles of the one before have started: in the order in which the map of the
 * roles names their first roles, then the workers. They are closed in the reverse order. In {@link ThreadMode#INVOKER} there is
 * no thread; the caller starts the plan, drives it with {@link #invoke()} and closes it, all on one thread.
 * <p>
 * Threading: start and close any thread that is not one of the plan's; the views any thread.
 */
public final class ThreadPlan implements AutoCloseable {
    /** How long {@link #close()} waits for a thread before it interrupts it, and again before it gives it up. */
    public static final int CLOSE_TIMEOUT_MS = 5_000;
    /** How long {@link #start()} waits for the roles of a thread. */
    public static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private static final String THREAD_PREFIX = "ringmaster-";

    private final ThreadPlanSettings settings;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final CpuPinning pinning;
    private final PlanThread[] threads;
    private volatile State state = State.NEW;

    private enum State { NEW, STARTED, CLOSED }

    /**
     * Packs the roles; starts nothing.
     *
     * @param settings     the plan.
     * @param roles        every named role of the plan by its name, in the order in which they are to start.
     * @param workers      one role for each worker thread.
     * @param clock        read once for each duty cycle of a thread.
     * @param errorHandler gets what the roles throw; called on their threads.
     * @param counters     to allocate the threads' counters from; null for none that others can see.
     * @throws ThreadPlanException if the plan does not fit the roles or the CPUs of this process.
     */
    public ThreadPlan(
        final ThreadPlanSettings settings,
        final Map<String, Role> roles,
        final List<Role> workers,
        final NanoClock clock,
        final ErrorHandler errorHandler,
        final CountersManager counters) {
        this(settings, roles, workers, clock, errorHandler, counters, CpuPinning.SYSTEM);
    }

    ThreadPlan(
        final ThreadPlanSettings settings,
        final Map<String, Role> roles,
        final List<Role> workers,
        final NanoClock clock,
        final ErrorHandler errorHandler,
        final CountersManager counters,
        final CpuPinning pinning) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        this.pinning = pinning;
        settings.validateRoles(roles.keySet(), roles.keySet());
        if (ThreadMode.INVOKER != settings.mode()) {
            settings.validateCpus(pinning.budget());
        }
        if (workers.size() != settings.workers().count()) {
            throw new ThreadPlanException(
                ThreadPlanSettings.KEY + ".workers.count = " + settings.workers().count()
                    + ": must be the number of worker roles, " + workers.size());
        }
        final List<PlanThread> list = new ArrayList<>();
        for (final ThreadSettings thread : inStartOrder(settings.threads(), roles.keySet())) {
            final int cpu = thread.cpu().isNone() ? CpuPinning.NO_CPU : thread.cpu().cpus().get(0);
            list.add(newThread(
                thread.name(), thread.roles().stream().map(roles::get).toList(), thread.roles(), thread.idle(), cpu, counters));
        }
        final CpuList workerCpus = settings.workers().cpus();
        for (int i = 0; i < workers.size(); i++) {
            final int cpu = workerCpus.isNone() ? CpuPinning.NO_CPU : workerCpus.cpus().get(i);
            final Role worker = workers.get(i);
            list.add(newThread(
                "worker-" + i, List.of(worker), List.of(worker.roleName()), settings.workers().idle(), cpu, counters));
        }
        threads = list.toArray(new PlanThread[0]);
    }

    private static List<ThreadSettings> inStartOrder(final List<ThreadSettings> threads, final Collection<String> roleNames) {
        final List<String> order = List.copyOf(roleNames);
        final List<ThreadSettings> sorted = new ArrayList<>(threads);
        sorted.sort(Comparator.comparingInt(thread -> thread.roles().stream().mapToInt(order::indexOf).min().orElseThrow()));
        return sorted;
    }

    private PlanThread newThread(
        final String name,
        final List<Role> roles,
        final List<String> roleNames,
        final IdleKind idle,
        final int cpu,
        final CountersManager countersManager) {
        final String threadName = THREAD_PREFIX + name;
        final ThreadCounters counters =
            null == countersManager ? ThreadCounters.unmanaged() : new ThreadCounters(
                countersManager, threadName, roles.stream().map(Role::roleName).toList());
        final StallTracker stallTracker = new StallTracker(settings.stallThresholdNs(), counters);
        return new PlanThread(
            new RoleGroup(threadName, roles, clock, errorHandler, stallTracker, counters),
            roleNames,
            idle,
            cpu,
            settings,
            pinning,
            stallTracker,
            counters,
            errorHandler);
    }

    /**
     * Starts the threads, or in invoker mode the roles on the caller's thread, and returns when all roles have started.
     *
     * @throws ThreadPlanException if a role does not start, or a thread cannot be pinned as required; all is closed then.
     */
    public synchronized void start() {
        if (State.NEW != state) {
            throw new IllegalStateException("a thread plan is started once; this one is " + state);
        }
        try {
            for (final PlanThread thread : threads) {
                if (ThreadMode.INVOKER == settings.mode()) {
                    thread.startOnCaller();
                } else {
                    thread.startThread(thread.idle().newIdleStrategy(settings.backoff()), START_TIMEOUT_NS);
                }
            }
            state = State.STARTED;
        } catch (final ThreadPlanException ex) {
            close();
            throw ex;
        }
    }

    /**
     * Runs one duty cycle of every thread's roles on the caller's thread.
     *
     * @return sum of their work.
     * @throws IllegalStateException unless the plan is in invoker mode and started.
     */
    public int invoke() {
        if (ThreadMode.INVOKER != settings.mode() || State.STARTED != state) {
            throw new IllegalStateException(
                "invoke needs mode invoker and a started plan; mode is " + settings.mode() + ", plan is " + state);
        }
        int workCount = 0;
        for (final PlanThread thread : threads) {
            workCount += thread.doWork();
        }
        return workCount;
    }

    /**
     * Ends the threads and closes the roles, as {@link #close(int)} with {@link #CLOSE_TIMEOUT_MS}.
     */
    @Override
    public void close() {
        close(CLOSE_TIMEOUT_MS);
    }

    /**
     * Ends the threads in the reverse order of their start, each with its roles, and frees their counters. A thread that does
     * not end within the timeout is interrupted; after the timeout once more it is given up, which is reported to the error
     * handler with the thread's stack. Does nothing the second time.
     *
     * @param timeoutMs for each thread, at least 1.
     * @throws IllegalStateException on a thread of the plan, which would wait for itself.
     */
    public void close(final int timeoutMs) {
        for (final PlanThread thread : threads) {
            if (thread.isCurrentThread()) {
                throw new IllegalStateException("thread " + thread.roleName() + " must not close the plan that it is part of");
            }
        }
        synchronized (this) {
            if (State.CLOSED != state) {
                state = State.CLOSED;
                for (int i = threads.length - 1; i >= 0; i--) {
                    if (threads[i].close(Math.max(1, timeoutMs))) {
                        threads[i].closeCounters();
                    }
                }
            }
        }
    }

    /**
     * Whether the plan is started and every thread runs. A thread that is stuck runs; see {@link #isAlive(long, long)}.
     *
     * @return true if so.
     */
    public boolean isAlive() {
        boolean alive = State.STARTED == state;
        for (final PlanThread thread : threads) {
            alive &= thread.isAlive();
        }
        return alive;
    }

    /**
     * Whether the plan is started and every thread runs and has begun a duty cycle not too long ago.
     *
     * @param nowNs        on the plan's clock.
     * @param maxSilenceNs longest time since a thread's latest cycle.
     * @return true if so.
     */
    public boolean isAlive(final long nowNs, final long maxSilenceNs) {
        boolean alive = isAlive();
        for (final PlanThread thread : threads) {
            alive &= nowNs - thread.lastCycleNs() <= maxSilenceNs;
        }
        return alive;
    }

    /**
     * The threads, in the order of their start.
     *
     * @return a snapshot.
     */
    public List<ThreadDescription> threads() {
        final List<ThreadDescription> list = new ArrayList<>(threads.length);
        for (final PlanThread thread : threads) {
            list.add(thread.describe());
        }
        return List.copyOf(list);
    }

    /**
     * The JVM's ids of the threads, for sampling their allocation and CPU time.
     *
     * @return the ids of {@link #threads()} in the same order; in invoker mode the caller's, once.
     */
    public long[] javaThreadIds() {
        final int count = ThreadMode.INVOKER == settings.mode() ? 1 : threads.length;
        final long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = threads[i].javaThreadId();
        }
        return ids;
    }

    /**
     * The plan's settings.
     *
     * @return the settings.
     */
    public ThreadPlanSettings settings() {
        return settings;
    }
}
