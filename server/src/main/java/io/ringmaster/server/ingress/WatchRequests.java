package io.ringmaster.server.ingress;

import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.server.session.Session;
import org.agrona.DirectBuffer;

/**
 * Takes the messages of watchers. A frame comes with its header wrapped; its shape was checked, so all of its parts can be
 * decoded, and its session is the one of its stream. Values are the implementation's to check: a refusal goes to
 * {@link io.ringmaster.server.session.SessionManager#proxy()}.
 * <p>
 * Threading: called on the network thread; must not block.
 */
public interface WatchRequests {
    /**
     * A WatchRequest.
     *
     * @param session of the client.
     * @param frame   from its header on, at offset 0.
     * @param header  of the frame.
     * @param nowNs   the clock.
     * @return false: a ring has no room, the frame has to come again.
     */
    boolean onWatch(Session session, DirectBuffer frame, MessageHeaderDecoder header, long nowNs);

    /**
     * An UnwatchRequest.
     *
     * @param session of the client.
     * @param frame   from its header on, at offset 0.
     * @param header  of the frame.
     * @param nowNs   the clock.
     * @return false: a ring has no room, the frame has to come again.
     */
    boolean onUnwatch(Session session, DirectBuffer frame, MessageHeaderDecoder header, long nowNs);

    /**
     * A WatchAck.
     *
     * @param session of the client.
     * @param frame   from its header on, at offset 0.
     * @param header  of the frame.
     * @param nowNs   the clock.
     * @return false: a ring has no room, the frame has to come again.
     */
    boolean onWatchAck(Session session, DirectBuffer frame, MessageHeaderDecoder header, long nowNs);
}
