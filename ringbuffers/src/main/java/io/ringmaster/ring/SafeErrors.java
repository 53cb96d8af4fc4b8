package io.ringmaster.ring;

import org.agrona.ErrorHandler;
import org.slf4j.LoggerFactory;

/**
 * Reports to an error handler that may itself fail: a queue goes on in any case.
 * <p>
 * Threading: thread-safe (no state).
 */
final class SafeErrors {
    private SafeErrors() {
    }

    static void report(final ErrorHandler errorHandler, final Throwable error) {
        try {
            errorHandler.onError(error);
        } catch (final Throwable t) {
            LoggerFactory.getLogger(SafeErrors.class).error("the error handler failed: {}; it was called for", t, error);
        }
    }
}
