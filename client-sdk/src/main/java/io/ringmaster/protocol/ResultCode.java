package io.ringmaster.protocol;

/**
 * Result of a request or a task. Numbers are stable: they are never reused and never change their meaning.
 * Immutable.
 */
public enum ResultCode {
    /** Done. */
    OK(0),
    /** No such record, batch or task. */
    NOT_FOUND(1),
    /** The name belongs to another live session. */
    ALREADY_REGISTERED(2),
    /** Only the owner's session may do this. */
    NOT_OWNER(3),
    /** The record has another version than the caller expected. */
    VERSION_CONFLICT(4),
    /** A value is out of its bounds; the text names the value and the bound. */
    INVALID_ARGUMENT(5),
    /** A message, payload, name or metadata is longer than the server takes; the text names the bound. */
    TOO_LARGE(6),
    /** The registry has no room for another record. */
    REGISTRY_FULL(7),
    /** A queue is full; come back after {@code retryAfter}. */
    OVERLOADED(8),
    /** The predicted finish misses the deadline; the estimate comes with it. */
    CANNOT_MEET_DEADLINE(9),
    /** No live agent has all required capabilities. */
    NO_CAPABLE_AGENT(10),
    /** The deadline passed before an answer. */
    DEADLINE_EXCEEDED(11),
    /** Cancelled by a request. */
    CANCELLED(12),
    /** Credentials are missing or wrong. */
    UNAUTHENTICATED(13),
    /** The session may not do this. */
    FORBIDDEN(14),
    /** Another major version of the protocol. */
    UNSUPPORTED_VERSION(15),
    /** A defect of the server; its error log has more. */
    INTERNAL(16),
    /** The task's handler failed; the result is its message. */
    TASK_FAILED(17),
    /** Every attempt was lost with its agent (killed, stalled, lease ran out). */
    ATTEMPTS_EXHAUSTED(18),
    /** The frame could not be decoded. */
    MALFORMED(19),
    /** The session is unknown, closed or timed out. */
    SESSION_CLOSED(20),
    /** The client did not read what was sent to it for longer than the server's slow-client timeout. */
    SLOW_CLIENT(21);

    private static final ResultCode[] BY_VALUE = values();

    private final int value;

    ResultCode(final int value) {
        this.value = value;
    }

    /**
     * The number on the wire.
     *
     * @return 0 to 65,535.
     */
    public int value() {
        return value;
    }

    /**
     * The code of a number.
     *
     * @param value as on the wire.
     * @return its code; {@link #INTERNAL} for a number that this version does not know.
     */
    public static ResultCode of(final int value) {
        return value >= 0 && value < BY_VALUE.length ? BY_VALUE[value] : INTERNAL;
    }
}
