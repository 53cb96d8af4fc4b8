package io.ringmaster.server.ingress;

import io.aeron.Image;
import io.aeron.Subscription;
import io.aeron.logbuffer.ControlledFragmentHandler;
import io.aeron.logbuffer.FrameDescriptor;
import io.aeron.logbuffer.Header;
import java.util.Iterator;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Polls one subscription, fair over its images, and puts messages together from fragments. As Aeron's
 * {@link io.aeron.ControlledFragmentAssembler}, but a message is bounded, and state ends with its image.
 * <p>
 * Threading: confined to the network thread.
 */
final class FrameAssembler implements ControlledFragmentHandler {
    private final Subscription subscription;
    private final IngressAdapter adapter;
    private final Long2ObjectHashMap<ImageStream> streams = new Long2ObjectHashMap<>();
    private Image lastImage;
    private ImageStream lastStream;

    FrameAssembler(final Subscription subscription, final IngressAdapter adapter) {
        this.subscription = subscription;
        this.adapter = adapter;
    }

    /** Clients' streams. */
    int imageCount() {
        return subscription.imageCount();
    }

    /** Returns the number of fragments that were taken. */
    int poll(final int limit) {
        return subscription.controlledPoll(this, limit);
    }

    /** Forgets images that have ended. */
    void sweep() {
        if (streams.isEmpty()) {
            return;
        }
        final Iterator<ImageStream> iterator = streams.values().iterator();
        while (iterator.hasNext()) {
            if (iterator.next().isClosed()) {
                iterator.remove();
                lastImage = null;
                lastStream = null;
            }
        }
    }

    @Override
    public Action onFragment(final DirectBuffer buffer, final int offset, final int length, final Header header) {
        final ImageStream stream = streamOf((Image) header.context());
        final byte flags = header.flags();
        if ((flags & FrameDescriptor.UNFRAGMENTED) == FrameDescriptor.UNFRAGMENTED) {
            stream.end();
            if (length > adapter.maxMessageLength()) {
                stream.begin(buffer, offset, length);
                return tooLong(stream);
            }
            return adapter.onFrame(buffer, offset, length, stream);
        }
        if ((flags & FrameDescriptor.BEGIN_FRAG_FLAG) == FrameDescriptor.BEGIN_FRAG_FLAG) {
            stream.begin(buffer, offset, length);
            return Action.CONTINUE;
        }
        if (!stream.isAssembling()) {
            return Action.CONTINUE;
        }
        stream.append(buffer, offset, length);
        if ((flags & FrameDescriptor.END_FRAG_FLAG) != FrameDescriptor.END_FRAG_FLAG) {
            return Action.CONTINUE;
        }
        if (stream.isTooLong()) {
            return tooLong(stream);
        }
        final Action action = adapter.onFrame(stream.message(), 0, stream.kept(), stream);
        if (action == Action.ABORT) {
            stream.takeBack(length);
        } else {
            stream.end();
        }
        return action;
    }

    private Action tooLong(final ImageStream stream) {
        adapter.onTooLong(stream.message(), stream.kept(), stream.totalLength(), stream);
        stream.end();
        return Action.CONTINUE;
    }

    private ImageStream streamOf(final Image image) {
        if (image != lastImage) {
            ImageStream stream = streams.get(image.correlationId());
            if (stream == null) {
                stream = new ImageStream(image, adapter.maxMessageLength());
                streams.put(image.correlationId(), stream);
            }
            lastImage = image;
            lastStream = stream;
        }
        return lastStream;
    }
}
