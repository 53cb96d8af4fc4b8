package io.ringmaster.server.coordination;

/**
 * A session as the coordinator sees it: its unfinished tasks, and its results until they are acknowledged.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class CoordinatedSession {
    final long sessionId;
    /** Every task that is not done. */
    final TaskList unfinished;
    /** Done and not acknowledged, by result sequence. */
    final TaskList results;
    /** First of {@link #results} that is not sent yet. */
    int nextToSend = TaskTable.NULL;
    long lastSequence;
    /** Highest sequence that was ever sent: more cannot be acknowledged. */
    long sentSequence;
    /** Bytes of results that were sent on this connection and are not acknowledged. */
    long underWayLength;
    boolean attached = true;
    boolean queuedForPump;

    CoordinatedSession(final long sessionId, final TaskTable tasks) {
        this.sessionId = sessionId;
        unfinished = new TaskList(tasks, TaskTable.LINK_SESSION);
        results = new TaskList(tasks, TaskTable.LINK_RESULT);
    }
}
