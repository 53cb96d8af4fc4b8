package io.ringmaster.client;

import org.agrona.concurrent.IdleStrategy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A thread of a host that runs the handlers of its agents, one after the other.
 * <p>
 * Threading: the run loop is the worker; agents are added and removed by the host, under its lock.
 */
final class HostWorker implements Runnable {
    private static final AgentRunner[] NO_RUNNERS = new AgentRunner[0];

    private final IdleStrategy idle;
    private final ErrorCount errors;
    private final AtomicLong strayAnswers = new AtomicLong();
    private volatile AgentRunner[] runners = NO_RUNNERS;
    private volatile boolean isStopped;
    private volatile boolean isAbandoned;
    private volatile boolean isDead;

    HostWorker(final IdleStrategy idle, final ErrorCount errors) {
        this.idle = idle;
        this.errors = errors;
    }

    void add(final HostedAgent agent) {
        final AgentRunner[] more = Arrays.copyOf(runners, runners.length + 1);
        more[more.length - 1] = new AgentRunner(agent, this, idle);
        runners = more;
    }

    /** The worker may be in a duty cycle over the old array: the agent's epoch is void by now, so it only closes late. */
    void remove(final HostedAgent agent) {
        final List<AgentRunner> fewer = new ArrayList<>(List.of(runners));
        fewer.removeIf(runner -> runner.isFor(agent));
        runners = fewer.toArray(NO_RUNNERS);
    }

    int agentCount() {
        return runners.length;
    }

    @Override
    public void run() {
        try {
            while (!isStopped) {
                final long nowNs = System.nanoTime();
                int work = 0;
                for (final AgentRunner runner : runners) {
                    work += runner.doWork(nowNs);
                }
                idle.idle(work);
            }
        } finally {
            isDead = true;
        }
        for (final AgentRunner runner : runners) {
            runner.close();
        }
    }

    void onError(final Throwable failure) {
        errors.onError(failure);
    }

    void onStrayAnswer() {
        strayAnswers.incrementAndGet();
    }

    long strayAnswers() {
        return strayAnswers.get();
    }

    void stop() {
        isStopped = true;
    }

    /** The thread has ended, in good order or with an error of the virtual machine: leases are not renewed any more. */
    boolean isDead() {
        return isDead;
    }

    /** Answers that find no room are dropped from now on. */
    void abandon() {
        isAbandoned = true;
    }

    boolean isAbandoned() {
        return isAbandoned;
    }
}
