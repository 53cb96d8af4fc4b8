package io.ringmaster.server.session;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * One client's session. It outlives its connection until its time-out: while it is detached its registrations and tasks stay,
 * and what is sent to it is dropped.
 * <p>
 * Threading: confined to the network thread.
 */
public final class Session {
    /** Whether there is a connection. */
    enum State {
        ACTIVE,
        DETACHED,
        CLOSED
    }

    final long sessionId;
    final long token;
    final String clientName;
    final OneToOneRingBuffer pending;

    State state = State.DETACHED;
    ClientStream stream;
    SessionPublication publication;
    int maxPayloadLength;
    int maxMessageLength;
    int pendingCount;
    long oldestPendingNs;
    /** Messages that an agent is lost which were not sent, see {@link LostAgents}. */
    long lossesLeftOut;
    /** When the first of these was left out. */
    long firstLeftOutNs;
    boolean inBacklog;
    long lastReceivedNs;
    long lastSentNs;
    /** Load state of the last keep-alive on this connection; 0: none was sent. */
    int toldLoadState;
    long ackedResultSequence;
    long forwardedResultSequence;
    int resumeMarksDue;
    boolean detachedCommandDue;
    int tableIndex = -1;
    boolean administrator;

    Session(final long sessionId, final long token, final String clientName, final OneToOneRingBuffer pending) {
        this.sessionId = sessionId;
        this.token = token;
        this.clientName = clientName;
        this.pending = pending;
    }

    /**
     * A pending buffer that takes at least one message of the greatest length.
     *
     * @param pendingLength    bytes wanted; a power of two.
     * @param maxMessageLength longest message; the ring takes messages up to an eighth of its length.
     * @return an empty buffer.
     */
    static OneToOneRingBuffer newPendingBuffer(final int pendingLength, final int maxMessageLength) {
        final int length = Math.max(
            pendingLength, BitUtil.findNextPositivePowerOfTwo((maxMessageLength + Long.BYTES) * 8));
        return new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(length + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    }

    /**
     * Id of the session.
     *
     * @return unique for the server's life.
     */
    public long sessionId() {
        return sessionId;
    }

    /**
     * Whether it has a connection.
     *
     * @return false: detached or closed.
     */
    public boolean isActive() {
        return state == State.ACTIVE;
    }

    /**
     * Whether it has ended.
     *
     * @return true if so.
     */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /**
     * Whether its client showed the administrator's credentials, when it connected or at a later re-attach.
     *
     * @return false: an ordinary session.
     */
    public boolean isAdministrator() {
        return administrator;
    }

    /**
     * As the client calls itself.
     *
     * @return the name; may be empty.
     */
    public String clientName() {
        return clientName;
    }

    /**
     * Longest message that can be sent to it over its present connection.
     *
     * @return in bytes.
     */
    public int maxMessageLength() {
        return maxMessageLength;
    }

    /**
     * A frame came from it.
     *
     * @param nowNs the clock.
     */
    public void onReceived(final long nowNs) {
        lastReceivedNs = nowNs;
    }

    /**
     * The client has all results up to here.
     *
     * @param sequence as the client says; an older one changes nothing.
     */
    public void onResultAck(final long sequence) {
        ackedResultSequence = Math.max(ackedResultSequence, sequence);
    }

    /** The coordinator has heard of the re-attach: what follows was sent after it. */
    public void onResumeMark() {
        if (resumeMarksDue > 0) {
            resumeMarksDue--;
        }
    }

    /**
     * Whether messages of the time before a re-attach may still be in the egress ring.
     *
     * @return true until the coordinator's mark has come out of the ring.
     */
    public boolean awaitsResumeMark() {
        return resumeMarksDue > 0;
    }

    void attach(
        final ClientStream newStream, final SessionPublication newPublication, final int messageLimit, final long nowNs) {
        stream = newStream;
        newStream.session(this);
        publication = newPublication;
        maxPayloadLength = newPublication.maxPayloadLength();
        maxMessageLength = Math.min(newPublication.maxMessageLength(), messageLimit);
        toldLoadState = 0;
        state = State.ACTIVE;
        lastReceivedNs = nowNs;
        lastSentNs = nowNs;
        detachedCommandDue = false;
    }

    /** Ends the connection; returns the number of messages that waited for it. */
    int dropConnection(final State newState) {
        state = newState;
        if (stream != null) {
            stream.session(null);
            stream = null;
        }
        if (publication != null) {
            publication.close();
            publication = null;
        }
        final int dropped = pendingCount;
        while (pendingCount > 0) {
            pendingCount -= pending.read((messageType, buffer, index, length) -> { });
        }
        return dropped;
    }

    @Override
    public String toString() {
        return "session " + sessionId + (clientName.isEmpty() ? "" : " (" + clientName + ")") + " " + state;
    }
}
