package io.ringmaster.server.agents;

import io.ringmaster.client.Task;
import io.ringmaster.server.codec.LocalOfferDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import org.agrona.DirectBuffer;

/**
 * A task as a view over a LocalOffer in the mailbox; one per agent, reused.
 * <p>
 * Threading: confined to the worker.
 */
final class OfferedTask implements Task {
    private final LocalOfferDecoder offer = new LocalOfferDecoder();
    private final KindNames kinds;
    private int payloadOffset;
    private int payloadLength;

    OfferedTask(final KindNames kinds) {
        this.kinds = kinds;
    }

    /**
     * Wraps an offer.
     *
     * @return false when the message is shorter than it says.
     */
    boolean wrap(final DirectBuffer buffer, final int offset, final int length, final MessageHeaderDecoder header) {
        final int blockLength = header.blockLength();
        final int bodyOffset = offset + MessageHeaderDecoder.ENCODED_LENGTH;
        final int fixedLength =
            MessageHeaderDecoder.ENCODED_LENGTH + blockLength + LocalOfferDecoder.payloadHeaderLength();
        if (length < fixedLength) {
            return false;
        }
        offer.wrap(buffer, bodyOffset, blockLength, header.version());
        payloadOffset = offer.limit() + LocalOfferDecoder.payloadHeaderLength();
        payloadLength = offer.payloadLength();
        return payloadLength >= 0 && payloadLength <= length - fixedLength;
    }

    long agentId() {
        return offer.agentId();
    }

    @Override
    public long taskId() {
        return offer.taskId();
    }

    @Override
    public int attempt() {
        return offer.attempt();
    }

    @Override
    public int priority() {
        return offer.priority();
    }

    @Override
    public long costNs() {
        return offer.costNs();
    }

    @Override
    public long deadlineNs() {
        final long deadlineNs = offer.deadlineNs();
        return deadlineNs == 0 ? Long.MAX_VALUE : deadlineNs;
    }

    @Override
    public String kind() {
        return kinds.name(offer.kindId());
    }

    @Override
    public DirectBuffer payloadBuffer() {
        return offer.buffer();
    }

    @Override
    public int payloadOffset() {
        return payloadOffset;
    }

    @Override
    public int payloadLength() {
        return payloadLength;
    }
}
