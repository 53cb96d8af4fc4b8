package io.ringmaster.server.coordination;

/**
 * What happened, as plain counts: the role publishes them as counters on its slow tick.
 * <p>
 * Threading: written by the coordinator's role only.
 */
final class CoordinationStats {
    long batches;
    long batchesRepeated;
    long batchesRefused;
    long tasksAccepted;
    long tasksRejectedOverloaded;
    long tasksRejectedDeadline;
    long tasksRejectedNoAgent;
    long tasksCompleted;
    long tasksFailed;
    long tasksCancelled;
    long tasksDeadlineExceeded;
    long tasksExhausted;
    long tasksGivenUp;
    long tasksReassigned;
    long tasksStolen;
    long offers;
    long refusals;
    long lateAnswers;
    long leasesExpired;
    long resultsResent;
    long resultsNotKept;
    long agentsRefused;
}
