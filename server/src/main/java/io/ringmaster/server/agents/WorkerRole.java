package io.ringmaster.server.agents;

import io.ringmaster.thread.Role;
import org.agrona.CloseHelper;

import java.util.List;

/**
 * Runs a fixed subset of the in-server agents: in each duty cycle every agent sends waiting answers, takes a bounded number
 * of tasks from its mailbox (none while answers wait) and gets its handler's {@code doWork}. Exceptions out of handlers fail
 * their task at most. Agents here have no lease: they live as long as the server.
 * <p>
 * Threading: confined to the worker's thread; {@link #stats()} is readable from any thread.
 */
public final class WorkerRole implements Role {
    private final String roleName;
    private final int mailboxLimit;
    private final WorkerStats stats = new WorkerStats();
    private final LocalAgentRunner[] runners;

    /**
     * A worker.
     *
     * @param worker  its number, 0 and up; part of the role's name.
     * @param agents  that it runs; see {@link LocalAgents#assignedTo}.
     * @param context shared by the workers.
     */
    public WorkerRole(final int worker, final List<LocalAgent> agents, final WorkerContext context) {
        roleName = "worker-" + worker;
        mailboxLimit = context.mailboxLimit();
        runners = new LocalAgentRunner[agents.size()];
        for (int i = 0; i < runners.length; i++) {
            runners[i] = new LocalAgentRunner(agents.get(i), context, stats);
        }
    }

    @Override
    public int doWork(final long nowNs) {
        int workCount = 0;
        for (final LocalAgentRunner runner : runners) {
            workCount += runner.doWork(nowNs, mailboxLimit);
        }
        return workCount;
    }

    @Override
    public String roleName() {
        return roleName;
    }

    /** Closes the handlers. What they still hold is not answered. */
    @Override
    public void onClose() {
        CloseHelper.closeAll(runners);
    }

    /**
     * Figures of this worker.
     *
     * @return figures; the same object for the worker's life.
     */
    public WorkerStats stats() {
        return stats;
    }

    /**
     * Tasks that the handlers of this worker hold now. Only on the worker's thread.
     *
     * @return count.
     */
    public int heldTasks() {
        int held = 0;
        for (final LocalAgentRunner runner : runners) {
            held += runner.held();
        }
        return held;
    }
}
