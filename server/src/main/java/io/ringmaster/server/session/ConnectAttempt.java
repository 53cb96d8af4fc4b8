package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;

/**
 * A connect request that waits for the stream to its client: to be accepted, or to be told why not.
 * <p>
 * Threading: confined to the network thread.
 */
final class ConnectAttempt {
    final ClientStream stream;
    final long correlationId;
    final long deadlineNs;
    final long publicationId;

    /** Not null: it is refused with this. */
    ResultCode refusal;
    String refusalText;
    int retryAfterMs;

    String clientName;
    long resumeSessionId;
    long resumeToken;
    long lastResultSequence;
    boolean administrator;

    SessionPublication publication;

    ConnectAttempt(
        final ClientStream stream, final long correlationId, final long publicationId, final long deadlineNs) {
        this.stream = stream;
        this.correlationId = correlationId;
        this.publicationId = publicationId;
        this.deadlineNs = deadlineNs;
    }

    boolean isRefused() {
        return refusal != null;
    }
}
