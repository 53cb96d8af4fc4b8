package io.ringmaster.server.store;

/**
 * The durable store did not take a change of the registry.
 * <p>
 * Threading: immutable.
 */
public final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoreFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
