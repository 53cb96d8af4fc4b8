package io.ringmaster.client;

/**
 * Told about the life of the session. Methods must return soon and must not call back into the client.
 * <p>
 * Threading: called on the thread that drives the client (see {@link ThreadingMode}).
 */
public interface SessionListener {
    /**
     * A new session was opened: the first one, or a later one that could not take up the one before it.
     *
     * @param sessionId of the session.
     */
    default void onConnected(final long sessionId) {
    }

    /**
     * The session was taken up again after a loss of the connection: registrations and tasks are as before.
     *
     * @param sessionId of the session.
     */
    default void onResumed(final long sessionId) {
    }

    /**
     * The connection is lost. With {@code reconnect} the client tries again until it is closed.
     *
     * @param reason for the user.
     */
    default void onDisconnected(final String reason) {
    }

    /**
     * One attempt to connect again failed.
     *
     * @param attempt   1 for the first after a loss.
     * @param reason    for the user.
     * @param nextTryMs milliseconds until the next attempt; -1: there is none.
     */
    default void onReconnectFailed(final int attempt, final String reason, final long nextTryMs) {
    }

    /**
     * An administrator removed a record that this client had registered, or dropped its namespace: the client does not
     * register it again.
     *
     * @param namespace of the record; empty: the default one.
     * @param name      of the record.
     * @param reason    for the user.
     */
    default void onRegistrationDropped(final String namespace, final String name, final String reason) {
    }
}
