package io.ringmaster.server.session;

import org.agrona.DirectBuffer;

/**
 * A decoded connect request.
 * <p>
 * Threading: confined to the network thread.
 *
 * @param correlationId      of the request.
 * @param protocolVersion    of the client.
 * @param responseChannel    where it listens, as it was sent.
 * @param responseStreamId   on which stream.
 * @param resumeSessionId    session to come back to; 0: none.
 * @param resumeToken        of that session.
 * @param lastResultSequence up to which it has all results of that session.
 * @param clientName         as the client calls itself.
 * @param credentials        copied; empty: none.
 */
public record ConnectRequest(
    long correlationId,
    int protocolVersion,
    String responseChannel,
    int responseStreamId,
    long resumeSessionId,
    long resumeToken,
    long lastResultSequence,
    String clientName,
    DirectBuffer credentials) {
}
