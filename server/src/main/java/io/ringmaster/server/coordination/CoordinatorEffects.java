package io.ringmaster.server.coordination;

import org.agrona.DirectBuffer;

/**
 * What the coordinator wants done outside itself.
 * <p>
 * Threading: called by the coordinator's role only.
 */
public interface CoordinatorEffects {
    /**
     * Sends a wire message to a session.
     *
     * @param sessionId to whom.
     * @param message   buffer with the encoded message; copied before this returns.
     * @param offset    of the message.
     * @param length    of the message in bytes.
     * @return false when there is no room now; the caller keeps what it wanted to send and tries again later.
     */
    boolean send(long sessionId, DirectBuffer message, int offset, int length);

    /**
     * Puts an internal message (LocalOffer, LocalCancel) into the mailbox of an in-server agent.
     *
     * @param localAgent index of the agent.
     * @param message    buffer with the encoded message; copied before this returns.
     * @param offset     of the message.
     * @param length     of the message in bytes.
     * @return false when the mailbox is full.
     */
    boolean deliver(int localAgent, DirectBuffer message, int offset, int length);
}
