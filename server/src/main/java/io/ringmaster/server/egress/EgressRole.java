package io.ringmaster.server.egress;

import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionManager;
import io.ringmaster.server.session.SessionSender;
import io.ringmaster.thread.Role;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;

/**
 * Drains the egress ring into the sessions' streams. A message is never left in the ring for a slow session: it goes to that
 * session's pending buffer, or the session is disconnected. Messages for sessions that are detached or gone are dropped; the
 * coordinator sends results again after a re-attach.
 * <p>
 * Threading: confined to the network thread.
 */
public final class EgressRole implements Role {
    private static final int MESSAGE_LIMIT = 256;

    private final SessionManager sessions;
    private final SessionSender sender;
    private final ManyToOneRingBuffer ring;
    private final NetworkCounters counters;
    private final MessageHandler handler = this::onMessage;

    /**
     * A role that is not started.
     *
     * @param proxy    whose ring it drains.
     * @param sessions to send to.
     * @param counters to update.
     */
    public EgressRole(final EgressProxy proxy, final SessionManager sessions, final NetworkCounters counters) {
        this.ring = proxy.ring();
        this.sessions = sessions;
        this.sender = sessions.sender();
        this.counters = counters;
    }

    @Override
    public String roleName() {
        return "egress";
    }

    @Override
    public int doWork(final long nowNs) {
        sender.nowNs(nowNs);
        final int work = sender.flush() + ring.read(handler, MESSAGE_LIMIT);
        // One read ends where the ring wraps.
        return work + ring.read(handler, MESSAGE_LIMIT);
    }

    /** What the coordinator sends once more after a re-attach; in front of the mark it would come out of order. */
    private static boolean isSentAgain(final DirectBuffer buffer, final int message) {
        final int templateId = buffer.getShort(message + MessageHeaderDecoder.templateIdEncodingOffset(), ByteOrder.LITTLE_ENDIAN);
        return templateId == TaskResultDecoder.TEMPLATE_ID || templateId == TaskOfferDecoder.TEMPLATE_ID
            || templateId == TaskCancelDecoder.TEMPLATE_ID;
    }

    private void onMessage(final int messageType, final MutableDirectBuffer buffer, final int index, final int length) {
        final Session session = sessions.table().find(buffer.getLong(index));
        if (session == null) {
            counters.increment(NetworkCounter.MESSAGES_DROPPED);
            return;
        }
        if (length == EgressProxy.SESSION_ID_LENGTH) {
            session.onResumeMark();
            return;
        }
        if (session.awaitsResumeMark() && isSentAgain(buffer, index + EgressProxy.SESSION_ID_LENGTH)) {
            counters.increment(NetworkCounter.MESSAGES_DROPPED);
            return;
        }
        sender.sendOrLeaveOut(session, buffer, index + EgressProxy.SESSION_ID_LENGTH, length - EgressProxy.SESSION_ID_LENGTH);
    }
}
