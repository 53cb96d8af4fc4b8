package io.ringmaster.server.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * The sessions that are there, bounded; a session leaves it when it closes. Buffers of closed sessions are used again.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionTable {
    private final int maxSessions;
    private final int pendingLength;
    private final int maxMessageLength;
    private final Long2ObjectHashMap<Session> byId = new Long2ObjectHashMap<>();
    private final ArrayList<Session> sessions = new ArrayList<>();
    private final ArrayDeque<OneToOneRingBuffer> freeBuffers = new ArrayDeque<>();

    /**
     * An empty table.
     *
     * @param maxSessions      bound.
     * @param pendingLength    bytes that may wait for one slow session; a power of two.
     * @param maxMessageLength longest message to a client.
     */
    public SessionTable(final int maxSessions, final int pendingLength, final int maxMessageLength) {
        this.maxSessions = maxSessions;
        this.pendingLength = pendingLength;
        this.maxMessageLength = maxMessageLength;
    }

    /**
     * Finds a session.
     *
     * @param sessionId of it.
     * @return null: there is none, or it has closed.
     */
    public Session find(final long sessionId) {
        return byId.get(sessionId);
    }

    /**
     * Number of sessions, detached ones included.
     *
     * @return from 0 to {@link #maxSessions()}.
     */
    public int size() {
        return sessions.size();
    }

    /**
     * Bound of the table.
     *
     * @return number of sessions.
     */
    public int maxSessions() {
        return maxSessions;
    }

    Session get(final int index) {
        return sessions.get(index);
    }

    Session add(final long sessionId, final long token, final String clientName) {
        if (sessions.size() >= maxSessions) {
            throw new IllegalStateException("sessions=" + sessions.size() + " must be below maxSessions=" + maxSessions);
        }
        final OneToOneRingBuffer free = freeBuffers.poll();
        final OneToOneRingBuffer pending = free == null ? Session.newPendingBuffer(pendingLength, maxMessageLength) : free;
        final Session session = new Session(sessionId, token, clientName, pending);
        session.tableIndex = sessions.size();
        sessions.add(session);
        byId.put(sessionId, session);
        return session;
    }

    /** Swaps the last one into its place: iterate from the end to remove while iterating. */
    void remove(final Session session) {
        byId.remove(session.sessionId);
        final Session last = sessions.remove(sessions.size() - 1);
        if (last != session) {
            sessions.set(session.tableIndex, last);
            last.tableIndex = session.tableIndex;
        }
        session.tableIndex = -1;
        freeBuffers.push(session.pending);
    }
}
