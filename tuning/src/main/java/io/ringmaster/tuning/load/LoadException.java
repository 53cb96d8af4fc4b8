package io.ringmaster.tuning.load;

/** A run that could not be done; the message says why and what to do. */
final class LoadException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadException(final String message) {
        super(message);
    }

    LoadException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
