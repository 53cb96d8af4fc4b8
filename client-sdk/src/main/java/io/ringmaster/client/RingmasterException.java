package io.ringmaster.client;

/**
 * Root of what the client throws: each subclass is one thing that a caller may want to treat differently.
 * <p>
 * Threading: immutable.
 */
public class RingmasterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a text for the user.
     *
     * @param message what was expected and what happened.
     */
    public RingmasterException(final String message) {
        super(message);
    }

    /**
     * An exception with a text for the user and a cause.
     *
     * @param message what was expected and what happened.
     * @param cause   what it followed from; may be null.
     */
    public RingmasterException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
