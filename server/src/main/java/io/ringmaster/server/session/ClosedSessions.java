package io.ringmaster.server.session;

import org.agrona.collections.Long2ObjectHashMap;

/**
 * Why the last sessions were closed, to tell a client that comes back. Bounded: the oldest is forgotten.
 * <p>
 * Threading: confined to the network thread.
 */
final class ClosedSessions {
    private final Long2ObjectHashMap<String> reasons = new Long2ObjectHashMap<>();
    private final long[] order;
    private int next;

    ClosedSessions(final int capacity) {
        order = new long[capacity];
    }

    void add(final long sessionId, final String reason) {
        reasons.remove(order[next]);
        order[next] = sessionId;
        next = (next + 1) % order.length;
        reasons.put(sessionId, reason);
    }

    /** Null: not known. */
    String reason(final long sessionId) {
        return reasons.get(sessionId);
    }
}
