package io.ringmaster.thread;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread of a plan: its group of roles with what happens when the thread starts and ends. Without a runner it is driven by
 * the caller.
 * <p>
 * Threading: the agent's methods on the plan's thread; start, close and the views any thread.
 */
final class PlanThread implements Agent {
    private static final Logger LOGGER = LoggerFactory.getLogger(PlanThread.class);

    private final RoleGroup group;
    private final List<String> roleNames;
    private final IdleKind idle;
    private final int requestedCpu;
    private final boolean affinityRequired;
    private final CpuPinning pinning;
    private final SchedulingSettings scheduling;
    private final StallTracker stallTracker;
    private final ThreadCounters counters;
    private final ErrorHandler errorHandler;
    private final CountDownLatch startDone = new CountDownLatch(1);
    private volatile AgentRunner runner;
    private volatile Thread thread;
    private volatile CpuPinning.Result pinned;
    private volatile Throwable startFailure;
    private volatile boolean running;
    private boolean closed;

    PlanThread(
        final RoleGroup group,
        final List<String> roleNames,
        final IdleKind idle,
        final int requestedCpu,
        final ThreadPlanSettings settings,
        final CpuPinning pinning,
        final StallTracker stallTracker,
        final ThreadCounters counters,
        final ErrorHandler errorHandler) {
        this.group = group;
        this.roleNames = List.copyOf(roleNames);
        this.idle = idle;
        this.requestedCpu = requestedCpu;
        affinityRequired = settings.affinityRequired();
        scheduling = settings.scheduling();
        this.pinning = pinning;
        this.stallTracker = stallTracker;
        this.counters = counters;
        this.errorHandler = errorHandler;
    }

    /** Starts an own thread and waits until its roles have started. */
    void startThread(final IdleStrategy idleStrategy, final long timeoutNs) {
        runner = new AgentRunner(idleStrategy, errorHandler, null, this);
        // The name is that of the agent. Never a daemon: a server's threads end by close.
        AgentRunner.startOnThread(runner, runnable -> {
            final Thread newThread = new Thread(runnable);
            newThread.setDaemon(false);
            return newThread;
        });
        try {
            if (!startDone.await(timeoutNs, TimeUnit.NANOSECONDS)) {
                throw new ThreadPlanException("thread " + group.roleName() + ": roles " + roleNames + " had not started after "
                    + TimeUnit.NANOSECONDS.toMillis(timeoutNs) + " ms");
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new ThreadPlanException("thread " + group.roleName() + ": interrupted while waiting for its start", ex);
        }
        if (null != startFailure) {
            throw notStarted(startFailure);
        }
    }

    /** Starts the roles on the caller's thread. */
    void startOnCaller() {
        onStart();
    }

    /**
     * Called on the plan's thread.
     */
    @Override
    public void onStart() {
        try {
            thread = Thread.currentThread();
            pinned = pinning.pin(null == runner ? CpuPinning.NO_CPU : requestedCpu);
            if (null != pinned.failure()) {
                onPinFailure(pinned.failure());
            }
            group.onStart();
            if (null != runner) {
                // Last, so that threads which the roles have started do not inherit it; those that they start later do.
                KernelScheduling.serve(scheduling);
            }
            running = true;
        } catch (final Throwable t) {
            startFailure = t;
            // An Error would make the runner skip onClose.
            throw notStarted(t);
        } finally {
            startDone.countDown();
        }
    }

    private ThreadPlanException notStarted(final Throwable cause) {
        return new ThreadPlanException("thread " + group.roleName() + ": did not start: " + cause.getMessage(), cause);
    }

    private void onPinFailure(final String failure) {
        counters.onPinFailure();
        final String message = "thread " + group.roleName() + ": not pinned to CPU " + requestedCpu + ": " + failure;
        if (affinityRequired) {
            throw new ThreadPlanException(message + "; ringmaster.affinity.required = true");
        }
        LOGGER.warn(message);
    }

    @Override
    public int doWork() {
        return group.doWork();
    }

    @Override
    public void onClose() {
        running = false;
        group.onClose();
    }

    @Override
    public String roleName() {
        return group.roleName();
    }

    /**
     * Ends the thread: waits, then interrupts it, then gives it up and reports where it is stuck.
     *
     * @return true if the thread has ended, false if it was given up.
     */
    boolean close(final int timeoutMs) {
        if (closed) {
            return true;
        }
        closed = true;
        if (null == runner) {
            onClose();
            return true;
        }
        final StuckThread stuckThread = new StuckThread(timeoutMs);
        try {
            runner.close(timeoutMs, stuckThread::onTimeout);
            return true;
        } catch (final ThreadPlanException ex) {
            errorHandler.onError(ex);
            return false;
        }
    }

    void closeCounters() {
        counters.close();
    }

    boolean isCurrentThread() {
        return null != runner && Thread.currentThread() == thread;
    }

    boolean isAlive() {
        final Thread own = thread;
        return running && (null == runner || null != own && own.isAlive());
    }

    IdleKind idle() {
        return idle;
    }

    long lastCycleNs() {
        return stallTracker.lastCycleNs();
    }

    long javaThreadId() {
        final Thread own = thread;
        return null == own ? -1 : own.getId();
    }

    ThreadDescription describe() {
        final CpuPinning.Result result = pinned;
        return new ThreadDescription(
            group.roleName(),
            roleNames,
            idle,
            requestedCpu,
            null == result ? CpuPinning.NO_CPU : result.actualCpu(),
            null == result ? null : result.failure(),
            null == result ? -1 : result.nativeThreadId(),
            javaThreadId(),
            isAlive(),
            lastCycleNs(),
            counters);
    }

    /** Lets the runner interrupt the thread once; the runner itself would wait for ever. */
    private final class StuckThread {
        private final int timeoutMs;
        private int timeouts;

        StuckThread(final int timeoutMs) {
            this.timeoutMs = timeoutMs;
        }

        void onTimeout(final Thread stuck) {
            if (++timeouts > 1) {
                final ThreadPlanException error = new ThreadPlanException("thread " + group.roleName() + ": still runs "
                    + 2L * timeoutMs + " ms after it was told to end and was interrupted; given up, the stack is where it is");
                error.setStackTrace(stuck.getStackTrace());
                throw error;
            }
        }
    }
}
