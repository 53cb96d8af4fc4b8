package io.ringmaster.server.coordination;

import io.ringmaster.registry.index.CapabilitySet;

/**
 * Chooses the agent with the earliest predicted finish: start (what it holds and what is planned ahead of the task's
 * priority) plus learned service time. Agents that finish at the same time are taken in turn, so that idle agents share
 * the work. Load counts from the moment of the assignment.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class Planner {
    private final AgentTable agents;
    private final TaskTable tasks;
    private final ServiceTimeModel model;
    private final long[] candidates;
    private final long[] cachedCapabilities = new long[CapabilitySet.WORDS];
    private int cachedNamespaceId;
    private boolean cacheValid;
    private boolean cachedAny;
    private int turn;
    private long finishNs;
    private long serviceNs;

    Planner(final AgentTable agents, final TaskTable tasks, final ServiceTimeModel model) {
        this.agents = agents;
        this.tasks = tasks;
        this.model = model;
        candidates = new long[agents.words()];
    }

    /** Forgets the candidates of the last task: agents came or went. */
    void invalidate() {
        cacheValid = false;
    }

    /** Predicted finish of the last choice, in nanoseconds from its now. */
    long finishNs() {
        return finishNs;
    }

    /** Predicted service time of the last choice. */
    long serviceNs() {
        return serviceNs;
    }

    /** Whether any live agent has the capabilities of a task. */
    boolean discover(final int task) {
        if (cacheValid && sameCapabilities(task)) {
            return cachedAny;
        }
        for (int w = 0; w < CapabilitySet.WORDS; w++) {
            cachedCapabilities[w] = tasks.capabilityWord(task, w);
        }
        cachedNamespaceId = tasks.namespaceId(task);
        cachedAny = agents.candidates(tasks, task, candidates);
        cacheValid = true;
        return cachedAny;
    }

    /**
     * The best agent for a task now.
     *
     * @return it, or null when no agent that takes work is capable.
     */
    CoordinatedAgent choose(final int task, final long nowNs) {
        if (!discover(task)) {
            return null;
        }
        CoordinatedAgent best = scan(task, nowNs, false);
        if (best == null) {
            best = scan(task, nowNs, true);
        }
        if (best != null) {
            turn = best.slot + 1;
        }
        return best;
    }

    private CoordinatedAgent scan(final int task, final long nowNs, final boolean suspended) {
        final int priority = tasks.priority(task);
        final int kindId = tasks.kindId(task);
        final long costNs = tasks.costNs(task);
        final int limit = agents.slotLimit();
        CoordinatedAgent best = null;
        int bestTurn = 0;
        finishNs = Long.MAX_VALUE;
        for (int w = 0; w < candidates.length; w++) {
            long bits = candidates[w];
            while (bits != 0) {
                final int slot = w * Long.SIZE + Long.numberOfTrailingZeros(bits);
                bits &= bits - 1;
                final CoordinatedAgent agent = agents.get(slot);
                if (agent.draining || agent.suspended != suspended) {
                    continue;
                }
                final long service = model.predictNs(slot, kindId, costNs);
                final long finish = agent.startsInNs(priority, nowNs) + service;
                final int inTurn = slot >= turn ? slot - turn : slot - turn + limit;
                if (best == null || finish < finishNs || finish == finishNs && inTurn < bestTurn) {
                    best = agent;
                    bestTurn = inTurn;
                    finishNs = finish;
                    serviceNs = service;
                }
            }
        }
        return best;
    }

    private boolean sameCapabilities(final int task) {
        if (cachedNamespaceId != tasks.namespaceId(task)) {
            return false;
        }
        for (int w = 0; w < CapabilitySet.WORDS; w++) {
            if (cachedCapabilities[w] != tasks.capabilityWord(task, w)) {
                return false;
            }
        }
        return true;
    }
}
