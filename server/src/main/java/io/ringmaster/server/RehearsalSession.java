package io.ringmaster.server;

import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.ClientListener;
import io.ringmaster.client.WatchFilter;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;

/**
 * One session of a rehearsal: counts the answers it waits for and the leases it has lost, and acknowledges the events of its watch.
 * What the answers say does not matter.
 * <p>
 * Threading: confined to the thread of the rehearsal.
 */
final class RehearsalSession implements ClientListener, AutoCloseable {
    private static final int FRAGMENTS = 64;
    private static final int ACK_BYTES = 16 * 1024;

    private final ClientChannel channel;
    private long watchId;
    private int underWay;
    private long sent;
    private long leasesLost;
    private long sequence;
    private long ackedSequence;
    private int unackedBytes;

    RehearsalSession(final ClientChannel.Context context) {
        channel = ClientChannel.connect(context, this);
    }

    ClientChannel channel() {
        return channel;
    }

    /** Takes note of what a {@code send} of the channel returned; negative: it was not sent. */
    void sent(final long correlationId) {
        if (correlationId > 0) {
            underWay++;
            sent++;
        }
    }

    /** Watches a namespace, instead of what was watched before. */
    void watch(final String namespace) {
        if (watchId > 0) {
            sent(channel.sendUnwatch(watchId));
        }
        watchId++;
        sequence = 0;
        ackedSequence = 0;
        unackedBytes = 0;
        sent(channel.sendWatch(watchId, new WatchFilter().namespace(namespace)));
    }

    int poll() {
        final int work = channel.poll(FRAGMENTS);
        if (sequence > ackedSequence && (unackedBytes > ACK_BYTES || work == 0) && channel.sendWatchAck(watchId, sequence) > 0) {
            ackedSequence = sequence;
            unackedBytes = 0;
        }
        return work;
    }

    /** Requests without an answer. */
    int underWay() {
        return underWay;
    }

    /** Requests since the session was opened. */
    long sent() {
        return sent;
    }

    /** Leases of records of this session that ran out. */
    long leasesLost() {
        return leasesLost;
    }

    boolean isClosed() {
        return channel.isClosed();
    }

    private void onAnswer() {
        underWay--;
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onRegisterBatchReply(final long correlationId, final RegisterBatchReplyDecoder reply, final boolean isLast) {
        if (isLast) {
            onAnswer();
        }
    }

    @Override
    public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onLookupBatchReply(final long correlationId, final LookupBatchReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onRegistryStatsReply(final long correlationId, final RegistryStatsReplyDecoder reply) {
        onAnswer();
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        onAnswer();
    }

    @Override
    public void onRequestLost(final long correlationId) {
        onAnswer();
    }

    @Override
    public void onAgentLost(final AgentLostDecoder lost) {
        leasesLost += lost.agentId() == 0 ? lost.leftOut() : 1;
    }

    @Override
    public void onWatchEvent(final WatchEventDecoder event, final int frameLength) {
        if (event.watchId() == watchId) {
            sequence = event.sequence();
            unackedBytes += frameLength;
        }
    }

    @Override
    public void close() {
        channel.close();
    }
}
