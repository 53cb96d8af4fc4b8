package io.ringmaster.client;

/**
 * No session could be had within the connect timeout. The text names the directory or endpoint, the file that was
 * expected there, who owns it, how old its heartbeat is, and the command that starts a server.
 * <p>
 * Threading: immutable.
 */
public final class ConnectFailedException extends RingmasterException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a text for the user and a cause.
     *
     * @param message what was expected and what happened.
     * @param cause   what it followed from; may be null.
     */
    public ConnectFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
