package io.ringmaster.server.session;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import java.util.Objects;

/**
 * Adds exclusive publications, one for each session. Term length and MTU are ours: of the client's channel only the transport
 * and the endpoint are used.
 * <p>
 * Threading: confined to the network thread.
 */
public final class AeronPublications implements PublicationSource {
    private final Aeron aeron;
    private final int ipcTermLength;
    private final int udpTermLength;
    private final int udpMtu;
    private final boolean sparseTerms;

    /**
     * A source over an Aeron client.
     *
     * @param aeron         the client.
     * @param ipcTermLength bytes of a term of an IPC stream.
     * @param udpTermLength bytes of a term of a UDP stream.
     * @param udpMtu        bytes of a datagram's payload.
     * @param sparseTerms   whether term files are paged in when first used.
     */
    public AeronPublications(
        final Aeron aeron, final int ipcTermLength, final int udpTermLength, final int udpMtu, final boolean sparseTerms) {
        this.aeron = Objects.requireNonNull(aeron, "aeron");
        this.ipcTermLength = ipcTermLength;
        this.udpTermLength = udpTermLength;
        this.udpMtu = udpMtu;
        this.sparseTerms = sparseTerms;
    }

    @Override
    public long add(final ResponseChannel channel, final int streamId) {
        return aeron.asyncAddExclusivePublication(uri(channel), streamId);
    }

    /** The channel as the driver gets it. */
    String uri(final ResponseChannel channel) {
        return channel.isIpc() ?
            "aeron:ipc?term-length=" + ipcTermLength + "|sparse=" + sparseTerms :
            "aeron:udp?endpoint=" + channel.endpoint() + "|term-length=" + udpTermLength + "|mtu=" + udpMtu +
                "|sparse=" + sparseTerms;
    }

    @Override
    public SessionPublication poll(final long id) {
        final ExclusivePublication publication = aeron.getExclusivePublication(id);
        return publication == null ? null : new AeronPublication(publication);
    }

    @Override
    public void abandon(final long id) {
        aeron.asyncRemovePublication(id);
    }
}
