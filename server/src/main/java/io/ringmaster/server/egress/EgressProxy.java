package io.ringmaster.server.egress;

import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import java.util.Objects;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * The producers' side of the egress ring: messages to sessions, encoded in place. A record is
 * {@code [int64 session id][message as on the wire]}.
 * <p>
 * Threading: thread-safe (lock-free) for producers.
 */
public final class EgressProxy implements ReplySink {
    /** Bytes before a message in its record. */
    static final int SESSION_ID_LENGTH = Long.BYTES;
    private static final int MESSAGE_TYPE = 1;
    /** Part of the ring that {@link #hasRoom} leaves to the other producers. */
    private static final int RESERVE_DIVISOR = 8;

    private final NetworkCounters counters;
    private final ManyToOneRingBuffer ring;

    /**
     * Allocates the ring.
     *
     * @param ringLength       bytes; a power of two.
     * @param maxMessageLength longest message that has to fit.
     * @param counters         to count claims that find no room.
     * @throws IllegalArgumentException if the longest message is longer than an eighth of the ring.
     */
    public EgressProxy(final int ringLength, final int maxMessageLength, final NetworkCounters counters) {
        this.counters = Objects.requireNonNull(counters, "counters");
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            ringLength + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
        if (maxMessageLength + SESSION_ID_LENGTH > ring.maxMsgLength()) {
            throw new IllegalArgumentException("ringmaster.egress.ring-bytes = " + ringLength + " takes messages of " +
                (ring.maxMsgLength() - SESSION_ID_LENGTH) + " bytes, but the longest message has " + maxMessageLength);
        }
    }

    @Override
    public int tryClaim(final long sessionId, final int messageLength) {
        final int index = ring.tryClaim(MESSAGE_TYPE, SESSION_ID_LENGTH + messageLength);
        if (index < 0) {
            counters.incrementShared(NetworkCounter.EGRESS_RING_FULL);
            return -1;
        }
        ring.buffer().putLong(index, sessionId);
        return index + SESSION_ID_LENGTH;
    }

    /**
     * Puts a mark into the ring: what a session's stream carried before its re-attach was written before it.
     *
     * @param sessionId of the session.
     */
    public void markResumed(final long sessionId) {
        final int index = tryClaim(sessionId, 0);
        if (index >= 0) {
            commit(index);
        }
    }

    @Override
    public MutableDirectBuffer buffer() {
        return ring.buffer();
    }

    @Override
    public void commit(final int index) {
        ring.commit(index - SESSION_ID_LENGTH);
    }

    @Override
    public void abort(final int index) {
        ring.abort(index - SESSION_ID_LENGTH);
    }

    /**
     * {@inheritDoc}
     * <p>
     * An eighth of the ring is left for the headers, for the wrap and for other producers that asked at the same moment.
     */
    @Override
    public boolean hasRoom(final int messageLength) {
        final int capacity = ring.capacity();
        final long needed = (long) messageLength + RecordDescriptor.HEADER_LENGTH + SESSION_ID_LENGTH + capacity / RESERVE_DIVISOR;
        return capacity - (long) ring.size() >= Math.min(needed, capacity);
    }

    /**
     * Bytes that wait.
     *
     * @return with headers.
     */
    public int size() {
        return ring.size();
    }

    ManyToOneRingBuffer ring() {
        return ring;
    }
}
