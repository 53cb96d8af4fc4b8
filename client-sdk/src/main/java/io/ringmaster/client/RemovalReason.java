package io.ringmaster.client;

/** Why a record is not seen by a watch any more. Immutable. */
public enum RemovalReason {
    /** A reason that this version does not know. */
    UNKNOWN,
    /** Its owner, or an administrator, unregistered it. */
    UNREGISTERED,
    /** Its lease ran out. */
    LEASE_EXPIRED,
    /** The session of its owner ended. */
    SESSION_ENDED,
    /** Its namespace was dropped. */
    NAMESPACE_DROPPED,
    /** It is still registered, but does not match the watch's filter any more. */
    NO_LONGER_MATCHES;

    private static final RemovalReason[] BY_VALUE = values();

    /**
     * The reason of a number.
     *
     * @param value as on the wire.
     * @return its reason; {@link #UNKNOWN} for a number that this version does not know.
     */
    public static RemovalReason of(final int value) {
        return value >= 0 && value < BY_VALUE.length ? BY_VALUE[value] : UNKNOWN;
    }
}
