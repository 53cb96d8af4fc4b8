package io.ringmaster.server.coordination;

import org.agrona.DirectBuffer;

/**
 * What the coordinator wants done outside itself.
 * <p>
 * Threading: called by the coordinator's role only.
 */
public interface CoordinatorEffects {
    /**
     * Sends an answer to a session. The caller of the coordinator has made sure that there is room for one.
     *
     * @param sessionId to whom.
     * @param message   buffer with the encoded message; copied before this returns.
     * @param offset    of the message.
     * @param length    of the message in bytes.
     * @return false when there is no room against all care: the answer is lost, the client's request runs into its time-out.
     */
    boolean send(long sessionId, DirectBuffer message, int offset, int length);

    /**
     * Sends what can wait (an offer, a cancel, a result) to a session, unless that would take the room of answers.
     *
     * @param sessionId to whom.
     * @param message   buffer with the encoded message; copied before this returns.
     * @param offset    of the message.
     * @param length    of the message in bytes.
     * @return false when there is no room now; the caller keeps what it wanted to send and tries again later.
     */
    boolean trySend(long sessionId, DirectBuffer message, int offset, int length);

    /**
     * Marks the place in a session's stream behind which everything was sent after its re-attach.
     *
     * @param sessionId of the session.
     */
    void markResumed(long sessionId);

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
