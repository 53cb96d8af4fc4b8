package io.ringmaster.server.session;

import io.aeron.Publication;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.protocol.DataHeaderFlyweight;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A client's stream without Aeron: keeps what was sent, and answers as it is told to.
 * <p>
 * Threading: confined to the test's thread.
 */
public final class FakePublication implements SessionPublication {
    private static final int HEADER_LENGTH = DataHeaderFlyweight.HEADER_LENGTH;
    private static final int MAX_PAYLOAD_LENGTH = 1376;

    private final List<UnsafeBuffer> messages = new ArrayList<>();
    private final int maxMessageLength;
    private final UnsafeBuffer reused = new UnsafeBuffer(new byte[64 * 1024]);
    private boolean recording = true;
    private long refusal;
    private int room = Integer.MAX_VALUE;
    private boolean connected = true;
    private boolean closed;
    private long sent;

    /**
     * A stream that takes everything.
     *
     * @param maxMessageLength longest message.
     */
    public FakePublication(final int maxMessageLength) {
        this.maxMessageLength = maxMessageLength;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (closed) {
            return Publication.CLOSED;
        }
        if (refusal != 0) {
            return refusal;
        }
        if (room == 0) {
            return Publication.BACK_PRESSURED;
        }
        if (length > maxMessageLength) {
            throw new IllegalArgumentException("message of " + length + " bytes is longer than " + maxMessageLength);
        }
        room--;
        sent++;
        if (recording) {
            final byte[] copy = new byte[length];
            buffer.getBytes(offset, copy);
            messages.add(new UnsafeBuffer(copy));
        } else {
            reused.putBytes(0, buffer, offset, length);
        }
        return sent;
    }

    @Override
    public long tryClaim(final int length, final BufferClaim claim) {
        if (closed) {
            return Publication.CLOSED;
        }
        if (refusal != 0) {
            return refusal;
        }
        if (room == 0) {
            return Publication.BACK_PRESSURED;
        }
        if (length > MAX_PAYLOAD_LENGTH) {
            throw new IllegalArgumentException("claim of " + length + " bytes is longer than " + MAX_PAYLOAD_LENGTH);
        }
        room--;
        sent++;
        if (recording) {
            final UnsafeBuffer frame = new UnsafeBuffer(new byte[HEADER_LENGTH + length]);
            claim.wrap(frame, 0, HEADER_LENGTH + length);
            messages.add(new UnsafeBuffer(frame, HEADER_LENGTH, length));
        } else {
            claim.wrap(reused, 0, HEADER_LENGTH + length);
        }
        return sent;
    }

    @Override
    public int maxPayloadLength() {
        return MAX_PAYLOAD_LENGTH;
    }

    @Override
    public int maxMessageLength() {
        return maxMessageLength;
    }

    @Override
    public boolean isConnected() {
        return connected && !closed;
    }

    @Override
    public void close() {
        closed = true;
    }

    /**
     * Whether the server closed it.
     *
     * @return true if so.
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * What was sent since the last {@link #clear()}.
     *
     * @return the messages.
     */
    public List<UnsafeBuffer> messages() {
        return messages;
    }

    /**
     * Number of messages sent.
     *
     * @return since the start.
     */
    public long sent() {
        return sent;
    }

    /** Forgets the messages. */
    public void clear() {
        messages.clear();
    }

    /**
     * Keeps messages or not.
     *
     * @param value false: they are counted only, without allocation.
     */
    public void recording(final boolean value) {
        recording = value;
    }

    /**
     * Sets the answer to offers and claims.
     *
     * @param value a negative result of {@link Publication}; 0: they are taken.
     */
    public void refusal(final long value) {
        refusal = value;
    }

    /**
     * Sets how many messages are taken before back pressure.
     *
     * @param value number of messages.
     */
    public void room(final int value) {
        room = value;
    }

    /**
     * Sets whether the client listens.
     *
     * @param value true if so.
     */
    public void connected(final boolean value) {
        connected = value;
    }
}
