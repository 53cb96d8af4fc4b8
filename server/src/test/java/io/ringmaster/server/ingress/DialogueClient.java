package io.ringmaster.server.ingress;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Frames;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A client with a publication and a subscription of its own; polled by the test. */
final class DialogueClient implements AutoCloseable {
    private static final int FRAGMENT_LIMIT = 64;

    final List<UnsafeBuffer> messages = new ArrayList<>();
    final ExclusivePublication publication;
    final Subscription subscription;
    final int streamId;
    private final String responseChannel;
    private final FragmentAssembler assembler = new FragmentAssembler((buffer, offset, length, header) -> {
        final byte[] copy = new byte[length];
        buffer.getBytes(offset, copy);
        messages.add(new UnsafeBuffer(copy));
    });
    boolean reading = true;

    private DialogueClient(
        final Aeron aeron, final String channel, final String listenChannel, final int streamId) {
        this.streamId = streamId;
        publication = aeron.addExclusivePublication(channel, Protocol.INGRESS_STREAM_ID);
        subscription = aeron.addSubscription(listenChannel, streamId);
        responseChannel = listenChannel.equals("aeron:ipc") ? listenChannel : null;
    }

    static DialogueClient ipc(final Aeron aeron, final int streamId) {
        return new DialogueClient(aeron, "aeron:ipc?term-length=64k", "aeron:ipc", streamId);
    }

    static DialogueClient udp(final Aeron aeron, final String endpoint, final int streamId) {
        return new DialogueClient(aeron, "aeron:udp?endpoint=" + endpoint + "|term-length=64k",
            "aeron:udp?endpoint=localhost:0", streamId);
    }

    /** Null: the driver has not bound the port yet. */
    String responseChannel() {
        if (responseChannel != null) {
            return responseChannel;
        }
        final String endpoint = subscription.resolvedEndpoint();
        return endpoint == null ? null : "aeron:udp?endpoint=" + endpoint;
    }

    boolean offer(final DirectBuffer frame) {
        final long result = publication.offer(frame, 0, frame.capacity());
        if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
            throw new AssertionError(Publication.errorString(result));
        }
        return result > 0;
    }

    UnsafeBuffer connectFrame(final long resumeId, final long token) {
        return Frames.connect(1, Protocol.VERSION, responseChannel(), streamId, resumeId, token, "client-" + streamId);
    }

    int poll() {
        return reading ? subscription.poll(assembler, FRAGMENT_LIMIT) : 0;
    }

    boolean has(final int templateId) {
        for (final UnsafeBuffer message : messages) {
            if (Answers.template(message) == templateId) {
                return true;
            }
        }
        return false;
    }

    ConnectedDecoder connected() {
        return Answers.connected(messages);
    }

    long sessionId() {
        return connected().sessionId();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(publication, subscription);
    }
}
