package io.ringmaster.server.session;

import org.agrona.DirectBuffer;

/**
 * Decides whether a client may connect, and as what. Must not block: it is called on the network thread.
 * <p>
 * Threading: called on the network thread.
 */
@FunctionalInterface
public interface Authenticator {
    /** What a client may do. */
    enum Access {
        /** It is refused with {@code UNAUTHENTICATED}. */
        REFUSED,
        /** What concerns its own records and tasks, and what only reads. */
        ORDINARY,
        /** Everything. */
        ADMINISTRATOR
    }

    /** Lets everybody in. */
    Authenticator ACCEPT_ALL = (clientName, credentials, offset, length) -> Access.ORDINARY;

    /**
     * Checks the credentials of a connect request.
     *
     * @param clientName  as the client calls itself.
     * @param credentials buffer with the credentials, valid during the call.
     * @param offset      where they start.
     * @param length      in bytes; 0: none were sent.
     * @return what the client may do.
     */
    Access authenticate(String clientName, DirectBuffer credentials, int offset, int length);
}
