package io.ringmaster.server.session;

import org.agrona.DirectBuffer;

/**
 * Decides whether a client may connect. Must not block: it is called on the network thread.
 * <p>
 * Threading: called on the network thread.
 */
@FunctionalInterface
public interface Authenticator {
    /** Lets everybody in. */
    Authenticator ACCEPT_ALL = (clientName, credentials, offset, length) -> true;

    /**
     * Checks the credentials of a connect request.
     *
     * @param clientName  as the client calls itself.
     * @param credentials buffer with the credentials, valid during the call.
     * @param offset      where they start.
     * @param length      in bytes; 0: none were sent.
     * @return true to let the client in; false refuses it with {@code UNAUTHENTICATED}.
     */
    boolean authenticate(String clientName, DirectBuffer credentials, int offset, int length);
}
