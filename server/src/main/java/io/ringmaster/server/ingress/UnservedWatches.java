package io.ringmaster.server.ingress;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.UnwatchRequestDecoder;
import io.ringmaster.protocol.codec.WatchRequestDecoder;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionManager;
import org.agrona.DirectBuffer;

/**
 * Refuses every watch, for a server that serves none.
 * <p>
 * Threading: confined to the network thread.
 */
public final class UnservedWatches implements WatchRequests {
    private static final String TEXT = "this server serves no watches";

    private final SessionManager sessions;
    private final WatchRequestDecoder watch = new WatchRequestDecoder();
    private final UnwatchRequestDecoder unwatch = new UnwatchRequestDecoder();

    /**
     * For the clients of a server.
     *
     * @param sessions of it.
     */
    public UnservedWatches(final SessionManager sessions) {
        this.sessions = sessions;
    }

    @Override
    public boolean onWatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        sessions.proxy().reply(
            session, watch.wrapAndApplyHeader(frame, 0, header).correlationId(), ResultCode.FORBIDDEN, 0, TEXT);
        return true;
    }

    @Override
    public boolean onUnwatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        sessions.proxy().reply(
            session, unwatch.wrapAndApplyHeader(frame, 0, header).correlationId(), ResultCode.FORBIDDEN, 0, TEXT);
        return true;
    }

    @Override
    public boolean onWatchAck(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        return true;
    }
}
