package io.ringmaster.server.session;

import io.ringmaster.server.metrics.ServerCounter;

/**
 * Counters that the network thread writes: those of {@link ServerCounter}, and some of its own. Type ids are stable.
 * <p>
 * Threading: immutable.
 */
public enum NetworkCounter {
    /** Frames that came, good or bad. */
    FRAMES(ServerCounter.FRAMES_RECEIVED),
    /** Their bytes. */
    BYTES(ServerCounter.BYTES_RECEIVED),
    /** Frames that could not be decoded, and connect requests inside a session. */
    MALFORMED_FRAMES(ServerCounter.FRAMES_MALFORMED),
    /** Frames of a stream without a session, or with the id of another one. */
    UNKNOWN_SESSION_FRAMES(ServerCounter.FRAMES_UNKNOWN_SESSION),
    /** Frames put back because not even the reserve of a ring had room. */
    ABORTED_FRAMES(ServerCounter.FRAMES_ABORTED),
    /** Frames that were longer than the server takes. */
    TOO_LONG_FRAMES(1301, "frames-too-long"),
    /** Frames that decoded well but failed inside the server. */
    FAILED_FRAMES(1302, "frames-failed"),
    /** Requests refused because a ring was full. */
    OVERLOADED_REQUESTS(ServerCounter.REQUESTS_OVERLOADED),
    /** Requests with a value out of its bounds. */
    INVALID_REQUESTS(1303, "requests-invalid"),
    /** Requests that only an administrator may make, from an ordinary session. */
    FORBIDDEN_REQUESTS(1304, "requests-forbidden"),
    /** Requests for lookups, a batch counting once. */
    LOOKUPS(ServerCounter.LOOKUPS),
    /** Names that were found. */
    LOOKUP_HITS(ServerCounter.LOOKUP_HITS),
    /** Names that were not found. */
    LOOKUP_MISSES(ServerCounter.LOOKUP_MISSES),
    /** Queries. */
    QUERIES(ServerCounter.QUERIES),

    /** Sessions that are there now, detached ones included. */
    SESSIONS(ServerCounter.SESSIONS_ACTIVE),
    /** Sessions opened. */
    SESSIONS_OPENED(ServerCounter.SESSIONS_CONNECTED),
    /** Sessions that came back. */
    SESSIONS_RESUMED(ServerCounter.SESSIONS_RESUMED),
    /** Times that a session lost its connection. */
    SESSIONS_DETACHED(1311, "sessions-detached"),
    /** Sessions closed by the client. */
    SESSIONS_CLOSED(ServerCounter.SESSIONS_CLOSED),
    /** Sessions closed because nothing came from them. */
    SESSIONS_TIMED_OUT(ServerCounter.SESSIONS_TIMED_OUT),
    /** Sessions closed because the client did not read. */
    SLOW_CLIENTS(ServerCounter.SESSIONS_SLOW_DISCONNECTED),
    /** Connect requests refused with an answer. */
    CONNECTS_REFUSED(ServerCounter.SESSIONS_REFUSED),
    /** Connect requests that got no answer: no usable response channel, or too many at a time. */
    CONNECTS_DROPPED(1312, "connects-dropped"),
    /** Clients that asked for a connection and then did not listen. */
    CONNECTS_TIMED_OUT(1313, "connects-timed-out"),

    /** Messages sent to clients. */
    MESSAGES_SENT(ServerCounter.EGRESS_SENT),
    /** Their bytes. */
    BYTES_SENT(ServerCounter.EGRESS_BYTES),
    /** Messages that had to wait for a slow client. */
    MESSAGES_PENDED(ServerCounter.EGRESS_BACK_PRESSURED),
    /** Messages for a session that was gone. */
    MESSAGES_DROPPED(ServerCounter.EGRESS_DROPPED_DETACHED),
    /** Claims in the egress ring that found no room. */
    EGRESS_RING_FULL(1321, "egress-ring-full"),
    /** Messages that an agent is lost which were left out and told of by their number. */
    LOSSES_LEFT_OUT(1322, "agent-losses-left-out");

    private final ServerCounter serverCounter;
    private final int typeId;
    private final String label;

    NetworkCounter(final ServerCounter serverCounter) {
        this.serverCounter = serverCounter;
        this.typeId = serverCounter.typeId();
        this.label = serverCounter.label();
    }

    NetworkCounter(final int typeId, final String label) {
        this.serverCounter = null;
        this.typeId = typeId;
        this.label = label;
    }

    /** The server's counter that this one is; null: one of the network's own. */
    ServerCounter serverCounter() {
        return serverCounter;
    }

    /**
     * Type id of the counter.
     *
     * @return the id.
     */
    public int typeId() {
        return typeId;
    }

    /**
     * Label of the counter.
     *
     * @return the label.
     */
    public String label() {
        return label;
    }
}
