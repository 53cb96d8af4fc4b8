package io.ringmaster.client;

import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes the server's frames and hands each to the adapter of its family, which decodes it in place. A frame of another
 * schema, with an unknown template, or with a root block shorter than its version's is not decoded. A longer block (fields
 * appended by a newer server) is fine, and so is the shorter block of an older version.
 * <p>
 * Each frame is wrapped on its own, so that no length field can lead outside of it.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class FrameAdapter implements FragmentHandler {
    private static final int SESSION_FAMILY = 10;
    private static final int REGISTRY_FAMILY = 11;
    private static final int TASK_FAMILY = 12;
    private static final int AGENT_FAMILY = 13;

    private final Connection connection;
    private final ChannelCounts counts;
    private final RegistryReplyAdapter registryReplies;
    private final TaskFrameAdapter tasks;
    private final SessionFrameAdapter session;
    private final UnsafeBuffer frame = new UnsafeBuffer(0, 0);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    FrameAdapter(final Connection connection, final RequestTracker requests, final ClientListener listener,
                 final ChannelCounts counts) {
        this.connection = connection;
        this.counts = counts;
        registryReplies = new RegistryReplyAdapter(requests, listener, counts);
        tasks = new TaskFrameAdapter(connection, requests, listener);
        session = new SessionFrameAdapter(connection, requests, listener);
    }

    @Override
    public void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        if (connection.isDropping()) {
            return;
        }
        connection.onFrame();
        frame.wrap(buffer, offset, length);
        if (length < MessageHeaderDecoder.ENCODED_LENGTH) {
            counts.malformed++;
            return;
        }
        header.wrap(frame, 0);
        if (header.schemaId() != MessageHeaderDecoder.SCHEMA_ID || !dispatch(length)) {
            counts.malformed++;
        }
    }

    /** False: the frame could not be decoded. */
    private boolean dispatch(final int length) {
        switch (header.templateId() / 10) {
            case REGISTRY_FAMILY:
                return registryReplies.onFrame(frame, header, length);
            case TASK_FAMILY:
            case AGENT_FAMILY:
                return tasks.onFrame(frame, header, length);
            case SESSION_FAMILY:
            case 0:
                return session.onFrame(frame, header, length);
            default:
                return false;
        }
    }

    /** Whether the frame's root block is there and has the fields that are read. */
    static boolean holds(final MessageHeaderDecoder header, final int length, final int blockLength) {
        return header.blockLength() >= blockLength && header.blockLength() + MessageHeaderDecoder.ENCODED_LENGTH <= length;
    }
}
