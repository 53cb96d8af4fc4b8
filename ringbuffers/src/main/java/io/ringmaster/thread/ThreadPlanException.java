package io.ringmaster.thread;

/**
 * A thread plan that is refused, or that could not be started. The message names the value, the bound and the key.
 * <p>
 * Threading: confined to the thread that catches it.
 */
public final class ThreadPlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A refusal.
     *
     * @param message with the value, the bound and the key.
     */
    public ThreadPlanException(final String message) {
        super(message);
    }

    /**
     * A refusal or failure that something else caused.
     *
     * @param message with the value, the bound and the key.
     * @param cause   of it.
     */
    public ThreadPlanException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
