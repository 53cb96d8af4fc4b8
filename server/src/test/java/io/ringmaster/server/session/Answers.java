package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads what the server sent.
 * <p>
 * Threading: immutable.
 */
public final class Answers {
    private Answers() {
    }

    /** Template of a message. */
    public static int template(final DirectBuffer message) {
        return new MessageHeaderDecoder().wrap(message, 0).templateId();
    }

    /** Load state of a KeepAlive. */
    public static int loadState(final DirectBuffer message) {
        return new KeepAliveDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder()).loadState();
    }

    /** The last message of a kind. */
    public static UnsafeBuffer last(final List<UnsafeBuffer> messages, final int templateId) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (template(messages.get(i)) == templateId) {
                return messages.get(i);
            }
        }
        throw new AssertionError("no message of template " + templateId + " among " + messages.size());
    }

    /** The last Connected. */
    public static ConnectedDecoder connected(final List<UnsafeBuffer> messages) {
        return new ConnectedDecoder().wrapAndApplyHeader(
            last(messages, ConnectedDecoder.TEMPLATE_ID), 0, new MessageHeaderDecoder());
    }

    /** The last Refused. */
    public static RefusedDecoder refused(final List<UnsafeBuffer> messages) {
        return new RefusedDecoder().wrapAndApplyHeader(
            last(messages, RefusedDecoder.TEMPLATE_ID), 0, new MessageHeaderDecoder());
    }

    /** The last SessionClosed. */
    public static SessionClosedDecoder sessionClosed(final List<UnsafeBuffer> messages) {
        return new SessionClosedDecoder().wrapAndApplyHeader(
            last(messages, SessionClosedDecoder.TEMPLATE_ID), 0, new MessageHeaderDecoder());
    }

    /** The last Reply as {@code CODE correlationId text}. */
    public static String reply(final List<UnsafeBuffer> messages) {
        final ReplyDecoder reply = new ReplyDecoder().wrapAndApplyHeader(
            last(messages, ReplyDecoder.TEMPLATE_ID), 0, new MessageHeaderDecoder());
        return ResultCode.of(reply.code()) + " " + reply.correlationId() + " " + reply.text();
    }
}
