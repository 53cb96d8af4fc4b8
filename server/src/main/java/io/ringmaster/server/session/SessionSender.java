package io.ringmaster.server.session;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import java.util.ArrayList;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;

/**
 * Sends messages to sessions. What a client does not take at once waits in its session's pending buffer, and then everything
 * goes behind it, so that the order holds. A session whose buffer is full, or whose oldest message has waited for too long, is
 * handed to {@link Failures}; it never delays another session.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionSender {
    private static final int MESSAGE_TYPE = 1;
    private static final int ENQUEUED_NS_LENGTH = Long.BYTES;
    private static final int FLUSH_LIMIT = 64;
    /** A term is rotated at most once within a message; more rotations in a row are left to the next cycle. */
    private static final int MAX_ADMIN_ACTIONS = 3;

    private final long slowClientTimeoutNs;
    private final NetworkCounters counters;
    private final Failures failures;
    private final BufferClaim bufferClaim = new BufferClaim();
    private final UnsafeBuffer scratch;
    private final LostAgents lostAgents;
    private final ArrayList<Session> backlog = new ArrayList<>();
    private final ControlledMessageHandler pendingHandler = this::onPending;
    private long nowNs;
    private Session claimed;
    private int claimedLength;
    private boolean inPublication;
    private Session flushed;
    private long flushResult;

    /** What ends a connection. */
    interface Failures {
        /** The client does not listen any more. */
        void onDisconnected(Session session);

        /** The client does not read fast enough. */
        void onSlowClient(Session session, String reason);
    }

    SessionSender(
        final long slowClientTimeoutNs, final int maxMessageLength, final NetworkCounters counters, final Failures failures) {
        this.slowClientTimeoutNs = slowClientTimeoutNs;
        this.counters = counters;
        this.failures = failures;
        lostAgents = new LostAgents(counters);
        scratch = new UnsafeBuffer(BufferUtil.allocateDirectAligned(maxMessageLength, Long.BYTES));
    }

    /**
     * Sets the clock of the duty cycle.
     *
     * @param value the clock.
     */
    public void nowNs(final long value) {
        nowNs = value;
    }

    /**
     * Sends a message, or keeps it until the client reads.
     *
     * @param session to send to.
     * @param buffer  with the message.
     * @param offset  where it starts.
     * @param length  in bytes.
     * @return false: it was dropped, since the session has no connection, has just lost it, or takes no message that long.
     */
    public boolean send(final Session session, final DirectBuffer buffer, final int offset, final int length) {
        if (!session.isActive() || length > session.maxMessageLength) {
            counters.increment(NetworkCounter.MESSAGES_DROPPED);
            return false;
        }
        if (session.pendingCount > 0) {
            return pend(session, buffer, offset, length);
        }
        final long result = offer(session.publication, buffer, offset, length);
        if (result > 0) {
            onSent(session, length);
            return true;
        }
        if (isBackPressure(result)) {
            return pend(session, buffer, offset, length);
        }
        counters.increment(NetworkCounter.MESSAGES_DROPPED);
        failures.onDisconnected(session);
        return false;
    }

    /**
     * Sends a message of the egress ring as {@link #send} does, but for one of a mass of lost agents, which may be left out and
     * told of by its number later ({@link LostAgents}).
     *
     * @param session to send to.
     * @param buffer  with the message.
     * @param offset  where it starts.
     * @param length  in bytes, at least of a message header.
     */
    public void sendOrLeaveOut(final Session session, final DirectBuffer buffer, final int offset, final int length) {
        if (!lostAgents.leavesOut(session, buffer, offset, nowNs)) {
            send(session, buffer, offset, length);
        }
    }

    /** Tells a session of lost agents that it was not told of, if there are any and it is time. Returns messages sent. */
    int tellLeftOut(final Session session) {
        if (!lostAgents.isDue(session, nowNs)) {
            return 0;
        }
        final DirectBuffer message = lostAgents.message(session);
        if (!send(session, message, 0, message.capacity())) {
            return 0;
        }
        session.lossesLeftOut = 0;
        return 1;
    }

    /**
     * Finds a place to encode a message of known length in: in the client's stream if that has room, else in a scratch buffer.
     * {@link #commitClaim()} or {@link #abortClaim()} has to follow.
     *
     * @param session to send to.
     * @param length  of the message, up to the longest of the server.
     */
    public void claim(final Session session, final int length) {
        claimed = session;
        claimedLength = length;
        inPublication = session.isActive() && session.pendingCount == 0 && length <= session.maxPayloadLength &&
            tryClaim(session.publication, length) > 0;
    }

    /**
     * Takes the scratch buffer for a message whose length is not known yet. {@link #commitScratch} or {@link #abortClaim()}
     * has to follow.
     *
     * @param session to send to.
     */
    public void claimScratch(final Session session) {
        claimed = session;
        inPublication = false;
    }

    /**
     * Sends what was encoded in the scratch buffer.
     *
     * @param length of the message.
     */
    public void commitScratch(final int length) {
        claimedLength = length;
        commitClaim();
    }

    /**
     * Where the claimed message goes.
     *
     * @return the buffer.
     */
    public MutableDirectBuffer claimBuffer() {
        return inPublication ? bufferClaim.buffer() : scratch;
    }

    /**
     * Where in {@link #claimBuffer()} the claimed message starts.
     *
     * @return the offset.
     */
    public int claimOffset() {
        return inPublication ? bufferClaim.offset() : 0;
    }

    /** Sends the claimed message. */
    public void commitClaim() {
        final Session session = claimed;
        claimed = null;
        if (inPublication) {
            bufferClaim.commit();
            onSent(session, claimedLength);
        } else {
            send(session, scratch, 0, claimedLength);
        }
    }

    /** Gives a claim up; without one it does nothing. */
    public void abortClaim() {
        if (claimed != null) {
            claimed = null;
            if (inPublication) {
                bufferClaim.abort();
            }
        }
    }

    /**
     * Sends what waits, as far as the clients read.
     *
     * @return messages sent.
     */
    public int flush() {
        int work = 0;
        for (int i = backlog.size() - 1; i >= 0; i--) {
            final Session session = backlog.get(i);
            if (session.isActive() && session.pendingCount > 0) {
                work += flush(session) + tellLeftOut(session);
            }
            if (!session.isActive() || session.pendingCount == 0) {
                session.inBacklog = false;
                final Session last = backlog.remove(backlog.size() - 1);
                if (last != session) {
                    backlog.set(i, last);
                }
            }
        }
        return work;
    }

    private int flush(final Session session) {
        flushed = session;
        flushResult = 1;
        final int before = session.pendingCount;
        session.pending.controlledRead(pendingHandler, FLUSH_LIMIT);
        flushed = null;
        final int sent = before - session.pendingCount;
        if (flushResult <= 0 && !isBackPressure(flushResult)) {
            failures.onDisconnected(session);
        } else if (session.pendingCount > 0 && nowNs - session.oldestPendingNs > slowClientTimeoutNs) {
            failures.onSlowClient(session, "the oldest of " + session.pendingCount + " unread messages waited for " +
                (nowNs - session.oldestPendingNs) / 1_000_000 + " ms, the bound is " + slowClientTimeoutNs / 1_000_000 + " ms");
        }
        return sent;
    }

    private ControlledMessageHandler.Action onPending(
        final int messageType, final MutableDirectBuffer buffer, final int index, final int length) {
        flushed.oldestPendingNs = buffer.getLong(index);
        flushResult = offer(
            flushed.publication, buffer, index + ENQUEUED_NS_LENGTH, length - ENQUEUED_NS_LENGTH);
        if (flushResult <= 0) {
            return ControlledMessageHandler.Action.ABORT;
        }
        flushed.pendingCount--;
        onSent(flushed, length - ENQUEUED_NS_LENGTH);
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private boolean pend(final Session session, final DirectBuffer buffer, final int offset, final int length) {
        final OneToOneRingBuffer pending = session.pending;
        final int index = pending.tryClaim(MESSAGE_TYPE, ENQUEUED_NS_LENGTH + length);
        if (index < 0) {
            counters.increment(NetworkCounter.MESSAGES_DROPPED);
            failures.onSlowClient(session, session.pendingCount + " unread messages fill the pending buffer of " +
                pending.capacity() + " bytes");
            return false;
        }
        pending.buffer().putLong(index, nowNs);
        pending.buffer().putBytes(index + ENQUEUED_NS_LENGTH, buffer, offset, length);
        pending.commit(index);
        counters.increment(NetworkCounter.MESSAGES_PENDED);
        if (session.pendingCount++ == 0) {
            session.oldestPendingNs = nowNs;
        }
        if (!session.inBacklog) {
            session.inBacklog = true;
            backlog.add(session);
        }
        return true;
    }

    private void onSent(final Session session, final int length) {
        session.lastSentNs = nowNs;
        counters.increment(NetworkCounter.MESSAGES_SENT);
        counters.add(NetworkCounter.BYTES_SENT, length);
    }

    private long tryClaim(final SessionPublication publication, final int length) {
        long result = publication.tryClaim(length, bufferClaim);
        for (int i = 0; result == Publication.ADMIN_ACTION && i < MAX_ADMIN_ACTIONS; i++) {
            result = publication.tryClaim(length, bufferClaim);
        }
        return result;
    }

    static long offer(final SessionPublication publication, final DirectBuffer buffer, final int offset, final int length) {
        long result = publication.offer(buffer, offset, length);
        for (int i = 0; result == Publication.ADMIN_ACTION && i < MAX_ADMIN_ACTIONS; i++) {
            result = publication.offer(buffer, offset, length);
        }
        return result;
    }

    private static boolean isBackPressure(final long result) {
        return result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION;
    }
}
