package io.ringmaster.server.ingress;

import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.UnwatchRequestDecoder;
import io.ringmaster.protocol.codec.WatchAckDecoder;
import io.ringmaster.protocol.codec.WatchRequestDecoder;
import io.ringmaster.server.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/** Notes the messages of watchers. */
final class RecordingWatches implements WatchRequests {
    final List<String> messages = new ArrayList<>();
    boolean hasRoom = true;

    @Override
    public boolean onWatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        final WatchRequestDecoder watch = new WatchRequestDecoder().wrapAndApplyHeader(frame, 0, header);
        return note("watch " + watch.watchId() + " of " + session.sessionId() + " " + watch.namespaceName() + "/" +
            watch.namePrefix() + " " + watch.allOf() + " " + watch.anyOf() + " " + watch.noneOf());
    }

    @Override
    public boolean onUnwatch(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        return note("unwatch " + new UnwatchRequestDecoder().wrapAndApplyHeader(frame, 0, header).watchId());
    }

    @Override
    public boolean onWatchAck(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder header, final long nowNs) {
        final WatchAckDecoder ack = new WatchAckDecoder().wrapAndApplyHeader(frame, 0, header);
        return note("ack " + ack.watchId() + " up to " + ack.ackedSequence());
    }

    private boolean note(final String message) {
        if (hasRoom) {
            messages.add(message);
        }
        return hasRoom;
    }
}
