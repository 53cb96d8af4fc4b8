package io.ringmaster.server.coordination;

import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;

/**
 * Publishes the coordinator's counts as counters of the server.
 * <p>
 * Threading: confined to the coordinator's role, which is the only writer of these counters.
 */
public final class CoordinationCounters {
    private final ServerCounters counters;

    /**
     * A publisher.
     *
     * @param counters of the server.
     */
    public CoordinationCounters(final ServerCounters counters) {
        this.counters = counters;
    }

    void publish(final Coordinator coordinator) {
        final CoordinationStats stats = coordinator.stats();
        set(ServerCounter.BATCHES_SUBMITTED, stats.batches + stats.batchesRepeated + stats.batchesRefused);
        set(ServerCounter.BATCHES_REPEATED, stats.batchesRepeated);
        set(ServerCounter.TASKS_ACCEPTED, stats.tasksAccepted);
        set(ServerCounter.TASKS_REJECTED_OVERLOADED, stats.tasksRejectedOverloaded);
        set(ServerCounter.TASKS_REJECTED_DEADLINE, stats.tasksRejectedDeadline);
        set(ServerCounter.TASKS_REJECTED_NO_AGENT, stats.tasksRejectedNoAgent);
        set(ServerCounter.TASKS_COMPLETED, stats.tasksCompleted);
        set(ServerCounter.TASKS_FAILED, stats.tasksFailed);
        set(ServerCounter.TASKS_CANCELLED, stats.tasksCancelled);
        set(ServerCounter.TASKS_DEADLINE_EXCEEDED, stats.tasksDeadlineExceeded);
        set(ServerCounter.TASKS_EXHAUSTED, stats.tasksExhausted);
        set(ServerCounter.TASKS_GIVEN_UP, stats.tasksGivenUp);
        set(ServerCounter.TASKS_REASSIGNED, stats.tasksReassigned);
        set(ServerCounter.TASKS_STOLEN, stats.tasksStolen);
        set(ServerCounter.TASK_LEASES_EXPIRED, stats.leasesExpired);
        set(ServerCounter.TASKS_LIVE, coordinator.taskCount());
        set(ServerCounter.TASKS_WAITING, coordinator.waitingTasks());
        set(ServerCounter.OFFERS, stats.offers);
        set(ServerCounter.OFFERS_REFUSED, stats.refusals);
        set(ServerCounter.LATE_ANSWERS_FENCED, stats.lateAnswers);
        set(ServerCounter.RESULTS_RESENT, stats.resultsResent);
        set(ServerCounter.RESULTS_NOT_KEPT, stats.resultsNotKept);
        set(ServerCounter.AGENTS_LIVE, coordinator.agentCount());
        set(ServerCounter.AGENTS_REFUSED, stats.agentsRefused);
        set(ServerCounter.PAYLOAD_BLOCKS_USED, coordinator.payloadBlocksUsed());
    }

    private void set(final ServerCounter counter, final long value) {
        counters.of(counter).setRelease(value);
    }
}
