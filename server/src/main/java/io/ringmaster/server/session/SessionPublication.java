package io.ringmaster.server.session;

import io.aeron.logbuffer.BufferClaim;
import org.agrona.DirectBuffer;

/**
 * The stream to one client; results are those of {@link io.aeron.Publication}.
 * <p>
 * Threading: confined to the network thread.
 */
public interface SessionPublication {
    /**
     * Sends a message.
     *
     * @param buffer with the message.
     * @param offset where it starts.
     * @param length in bytes, up to {@link #maxMessageLength()}.
     * @return the new position, or a negative result of {@link io.aeron.Publication}.
     */
    long offer(DirectBuffer buffer, int offset, int length);

    /**
     * Claims room for a message that is then encoded in place.
     *
     * @param length in bytes, up to {@link #maxPayloadLength()}.
     * @param claim  gets the place; has to be committed or aborted.
     * @return the new position, or a negative result of {@link io.aeron.Publication}.
     */
    long tryClaim(int length, BufferClaim claim);

    /**
     * Longest message that can be claimed.
     *
     * @return in bytes.
     */
    int maxPayloadLength();

    /**
     * Longest message that can be sent.
     *
     * @return in bytes.
     */
    int maxMessageLength();

    /**
     * Whether the client listens.
     *
     * @return true if so.
     */
    boolean isConnected();

    /** Ends the stream; the client still gets what was sent. */
    void close();
}
