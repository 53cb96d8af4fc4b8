package io.ringmaster.server.session;

import io.aeron.ExclusivePublication;
import io.aeron.logbuffer.BufferClaim;
import org.agrona.DirectBuffer;

/**
 * A {@link SessionPublication} of Aeron.
 * <p>
 * Threading: confined to the network thread.
 */
final class AeronPublication implements SessionPublication {
    private final ExclusivePublication publication;

    AeronPublication(final ExclusivePublication publication) {
        this.publication = publication;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        return publication.offer(buffer, offset, length);
    }

    @Override
    public long tryClaim(final int length, final BufferClaim claim) {
        return publication.tryClaim(length, claim);
    }

    @Override
    public int maxPayloadLength() {
        return publication.maxPayloadLength();
    }

    @Override
    public int maxMessageLength() {
        return publication.maxMessageLength();
    }

    @Override
    public boolean isConnected() {
        return publication.isConnected();
    }

    @Override
    public void close() {
        publication.close();
    }
}
