package io.ringmaster.server.registry;

import org.agrona.collections.LongHashSet;

/**
 * The last records that an administrator took away from their owners. An owner whose {@code AgentLost} was lost with its
 * connection, or dropped while it was detached, sends a heartbeat when it is back: from here it is told that it must not
 * register the record again. Bounded: of more than {@link #MAX} the oldest are forgotten.
 * <p>
 * Threading: confined to the registry's role.
 */
final class RemovedAgents {
    /** Most records that are remembered. */
    static final int MAX = 65_536;
    private static final long NONE = -1;
    private static final float LOAD_FACTOR = 0.6f;

    private final LongHashSet agentIds = new LongHashSet(2 * MAX, LOAD_FACTOR, true);
    private final long[] order = new long[MAX];
    private long added;

    void add(final long agentId) {
        final int index = (int) (added % MAX);
        if (added >= MAX) {
            agentIds.remove(order[index]);
        }
        order[index] = agentId;
        agentIds.add(agentId);
        added++;
    }

    boolean contains(final long agentId) {
        return agentId != NONE && agentIds.contains(agentId);
    }
}
