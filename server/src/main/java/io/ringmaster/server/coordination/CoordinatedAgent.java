package io.ringmaster.server.coordination;

import io.ringmaster.registry.index.CapabilitySet;

/**
 * What the coordinator knows of one live agent: its credits, its queue, its load. One object per agent slot, reused.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class CoordinatedAgent {
    static final int PRIORITIES = 4;
    static final int REMOTE = -1;
    /**
     * Bytes of payload that a remote agent holds at a time; one offer is always allowed. More than that waits planned, so that a
     * burst of offers never fills the session's pending buffer.
     */
    static final int OFFER_WINDOW_LENGTH = 32 * 1024;

    final int slot;
    final TaskHeap planned;
    final TaskList offered;
    final CapabilitySet capabilities = new CapabilitySet();
    final long[] plannedNsByPriority = new long[PRIORITIES];

    long agentId;
    long sessionId;
    int localAgent;
    int capacity;
    int parallelism;
    boolean live;
    boolean draining;
    /** The registry drains it: its heartbeats do not change that. */
    boolean drainedByRegistry;
    /** Its session is detached: no offers until it is back or its lease runs out. */
    boolean suspended;
    boolean queuedForPump;
    /** What it holds has to be offered once more: its connection was gone for a while. */
    boolean offersToRepeat;
    int namespaceId;
    /** No new work before this time: it refused. */
    long excludedUntilNs;
    long offeredNs;
    int offeredLength;
    /** Since when the oldest offer is believed to be running. */
    long runningSinceNs;
    /** Neighbours in the list of agents with planned tasks. */
    CoordinatedAgent nextBacklogged;
    CoordinatedAgent previousBacklogged;
    boolean backlogged;

    CoordinatedAgent(final int slot, final TaskTable tasks) {
        this.slot = slot;
        planned = new UrgencyHeap(tasks);
        offered = new TaskList(tasks, TaskTable.LINK_PLACE);
    }

    boolean isLocal() {
        return localAgent != REMOTE;
    }

    /** Offers that it may get now: its credits, and for a remote agent a bound of the bytes that are under way to it. */
    boolean takesOffer() {
        return offered.size() < capacity && (isLocal() || offered.isEmpty() || offeredLength < OFFER_WINDOW_LENGTH);
    }

    /**
     * When a task of a priority that is assigned now would start, in nanoseconds from now: work it holds, less what the
     * oldest of it has run already, and what is planned before it, shared by the tasks that run at a time.
     */
    long startsInNs(final int priority, final long nowNs) {
        final long ran = offered.isEmpty() ? 0 : Math.max(0, nowNs - runningSinceNs);
        long ahead = Math.max(0, offeredNs - Math.min(ran * Math.min(parallelism, offered.size()), offeredNs));
        for (int band = priority; band < PRIORITIES; band++) {
            ahead += plannedNsByPriority[band];
        }
        final boolean idleLane = offered.size() + planned.size() < parallelism;
        return Math.max(idleLane ? 0 : ahead / parallelism, Math.max(0, excludedUntilNs - nowNs));
    }

    void reset() {
        live = false;
        draining = false;
        drainedByRegistry = false;
        suspended = false;
        offersToRepeat = false;
        excludedUntilNs = 0;
        offeredNs = 0;
        offeredLength = 0;
        runningSinceNs = 0;
        java.util.Arrays.fill(plannedNsByPriority, 0);
    }
}
