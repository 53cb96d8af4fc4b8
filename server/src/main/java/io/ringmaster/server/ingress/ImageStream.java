package io.ringmaster.server.ingress;

import io.aeron.Image;
import io.ringmaster.server.session.ClientStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The stream of an Aeron image, and the message that is put together from its fragments. At most one message is kept, up to
 * the longest that the server takes; of a longer one only the start.
 * <p>
 * Threading: confined to the network thread.
 */
final class ImageStream extends ClientStream {
    private final Image image;
    private final int maxMessageLength;
    private UnsafeBuffer message;
    private boolean assembling;
    private int kept;
    private long totalLength;

    ImageStream(final Image image, final int maxMessageLength) {
        this.image = image;
        this.maxMessageLength = maxMessageLength;
    }

    @Override
    public boolean isClosed() {
        return image.isClosed();
    }

    void begin(final DirectBuffer buffer, final int offset, final int length) {
        if (message == null) {
            message = new UnsafeBuffer(new byte[maxMessageLength]);
        }
        assembling = true;
        kept = 0;
        totalLength = 0;
        append(buffer, offset, length);
    }

    void append(final DirectBuffer buffer, final int offset, final int length) {
        final int taken = Math.min(length, maxMessageLength - kept);
        message.putBytes(kept, buffer, offset, taken);
        kept += taken;
        totalLength += length;
    }

    /** Takes the last fragment back: it will come again. */
    void takeBack(final int length) {
        totalLength -= length;
        kept = (int) totalLength;
    }

    void end() {
        assembling = false;
    }

    boolean isAssembling() {
        return assembling;
    }

    boolean isTooLong() {
        return totalLength > maxMessageLength;
    }

    DirectBuffer message() {
        return message;
    }

    int kept() {
        return kept;
    }

    long totalLength() {
        return totalLength;
    }
}
