package io.ringmaster.client;

/**
 * A request had no answer within its deadline. It may or may not have been carried out; a late answer is ignored and
 * counted in {@link ClientStats#lateReplies()}.
 * <p>
 * Threading: immutable.
 */
public final class RequestTimeoutException extends RingmasterException {
    private static final long serialVersionUID = 1L;

    /**
     * An exception with a text for the user.
     *
     * @param message what was waited for, and how long.
     */
    public RequestTimeoutException(final String message) {
        super(message);
    }
}
