package io.ringmaster.protocol;

/**
 * How busy the server says that it is, from occupancy and wait of its rings. Numbers are stable. Immutable.
 */
public enum LoadState {
    /** Not told yet, or by a server that does not tell. */
    UNKNOWN(0),
    /** Room everywhere. */
    NORMAL(1),
    /** Queues are longer than usual. */
    DEGRADED(2),
    /** New work may be refused. */
    OVERLOADED(3),
    /** New work is refused most of the time. */
    CRITICAL(4);

    private static final LoadState[] BY_VALUE = values();

    private final int value;

    LoadState(final int value) {
        this.value = value;
    }

    /**
     * The number on the wire.
     *
     * @return 0 to 4.
     */
    public int value() {
        return value;
    }

    /**
     * The state of a number.
     *
     * @param value as on the wire.
     * @return its state; {@link #UNKNOWN} for a number that this version does not know.
     */
    public static LoadState of(final int value) {
        return value >= 0 && value < BY_VALUE.length ? BY_VALUE[value] : UNKNOWN;
    }
}
