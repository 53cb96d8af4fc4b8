package io.ringmaster.client;

/**
 * The client, channel or agent host was closed before or during the call.
 * <p>
 * Threading: immutable.
 */
public final class ClientClosedException extends RingmasterException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a text for the user.
     *
     * @param message what was closed and why.
     */
    public ClientClosedException(final String message) {
        super(message);
    }
}
