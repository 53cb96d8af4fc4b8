package io.ringmaster.server.session;

/**
 * One client's stream into the server (an Aeron image), and the session that it is bound to. A frame belongs to the session
 * of the stream that it came from, whatever id it carries.
 * <p>
 * Threading: confined to the network thread.
 */
public abstract class ClientStream {
    private Session session;
    private ConnectAttempt attempt;
    private int progress;

    /**
     * Whether the stream has ended: nothing will come from it any more.
     *
     * @return true if it has.
     */
    public abstract boolean isClosed();

    /**
     * The session that is bound to this stream.
     *
     * @return null: none, or no more.
     */
    public final Session session() {
        return session;
    }

    /**
     * How much of the frame that was put back has been done already; the same frame is the next one that comes.
     *
     * @return number of parts done; 0 for a frame that was not put back.
     */
    public final int progress() {
        return progress;
    }

    /**
     * Notes how much of a frame is done before it is put back, and 0 when it is done.
     *
     * @param parts number of parts done.
     */
    public final void progress(final int parts) {
        progress = parts;
    }

    /** Binds a session, or null. */
    final void session(final Session value) {
        session = value;
    }

    final ConnectAttempt attempt() {
        return attempt;
    }

    final void attempt(final ConnectAttempt value) {
        attempt = value;
    }
}
