package io.ringmaster.tuning.load;

/** A process of the run did not start, or ended when it should not: the message holds the end of its log. */
final class ChildProcessException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ChildProcessException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
