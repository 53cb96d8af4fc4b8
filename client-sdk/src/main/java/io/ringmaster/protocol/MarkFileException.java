package io.ringmaster.protocol;

/**
 * A mark file could not be read. The text names the path, what is wrong with it and who owns it.
 * <p>
 * Threading: immutable.
 */
public final class MarkFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. Immutable. */
    public enum Reason {
        /** There is no such directory. */
        NO_DIRECTORY,
        /** The directory has no mark file: no server ever ran there. */
        NO_FILE,
        /** The file may not be read by this user. */
        NOT_READABLE,
        /** The file is no mark file, or of another layout version. */
        INCOMPATIBLE,
        /** A server is writing the file at this moment. */
        INCOMPLETE
    }

    private final Reason reason;

    /**
     * An exception with its reason and a text for the user.
     *
     * @param reason  what is wrong.
     * @param message for the user.
     * @param cause   what it followed from; may be null.
     */
    public MarkFileException(final Reason reason, final String message, final Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /**
     * What is wrong.
     *
     * @return the reason.
     */
    public Reason reason() {
        return reason;
    }
}
