package io.ringmaster.registry.store;

/** The store cannot be opened, written, closed or backed up. The message names what, the values, and what to do. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Kinds of failure. */
    public enum Reason {
        /** Another process, or another store in this one, has it open. */
        LOCKED,
        /** Written by a version with another format. */
        OTHER_FORMAT,
        /** Made for another configuration. */
        OTHER_CONFIGURATION,
        /** The header cannot be read, or is missing beside a store. */
        DAMAGED_HEADER,
        /** The map cannot be opened or mended. */
        DAMAGED_MAP,
        /** Not enough room on the disk. */
        NO_SPACE,
        /** The directory for a backup or a restore has something in it. */
        NOT_EMPTY,
        /** There is no store to restore from, or it was not closed. */
        NOT_A_BACKUP,
        /** A library that this needs does not work on this JVM. */
        UNSUPPORTED_JVM,
        /** The operating system refused. */
        IO
    }

    private final Reason reason;

    /**
     * A failure.
     *
     * @param reason  kind of failure.
     * @param message names the file, the values, and what to do.
     * @param cause   or null.
     */
    public StoreException(final Reason reason, final String message, final Throwable cause) {
        super(reason + ": " + message, cause);
        this.reason = reason;
    }

    /**
     * A failure without a cause.
     *
     * @param reason  kind of failure.
     * @param message names the file, the values, and what to do.
     */
    public StoreException(final Reason reason, final String message) {
        this(reason, message, null);
    }

    /**
     * Kind of failure.
     *
     * @return reason.
     */
    public Reason reason() {
        return reason;
    }
}
