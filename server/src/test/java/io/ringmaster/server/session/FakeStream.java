package io.ringmaster.server.session;

/**
 * A client's stream into the server without Aeron.
 * <p>
 * Threading: confined to the test's thread.
 */
public final class FakeStream extends ClientStream {
    private boolean closed;

    @Override
    public boolean isClosed() {
        return closed;
    }

    /** Ends it. */
    public void close() {
        closed = true;
    }
}
