package io.ringmaster.tuning.load;

import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.ClientListener;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import org.agrona.BitUtil;

/**
 * One client session: finds the operation of each answer. An answer to no operation, or a second one, is a fault.
 * <p>
 * Threading: confined to the generator.
 */
final class SessionPort implements ClientListener {
    private static final int NONE = -1;

    private final int session;
    private final ChannelWorkload workload;
    private final long[] correlationIds;
    private final int[] slots;
    private ClientChannel channel;

    SessionPort(final int session, final int maxPending, final ChannelWorkload workload) {
        this.session = session;
        this.workload = workload;
        // As the channel's own table: ids that wait at the same time have places of their own.
        final int capacity = BitUtil.findNextPositivePowerOfTwo(2 * maxPending);
        this.correlationIds = new long[capacity];
        this.slots = new int[capacity];
    }

    void channel(final ClientChannel clientChannel) {
        channel = clientChannel;
    }

    ClientChannel channel() {
        return channel;
    }

    int session() {
        return session;
    }

    /** The answer with this id belongs to that operation. */
    void expect(final long correlationId, final int slot) {
        final int place = place(correlationId);
        if (correlationIds[place] != 0) {
            throw new IllegalStateException("request " + correlationId + " has the place of " + correlationIds[place]);
        }
        correlationIds[place] = correlationId;
        slots[place] = slot;
    }

    @Override
    public void onDisconnected(final String reason) {
        workload.onDisconnected(session, reason);
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onReply(slot, decoder);
        }
    }

    @Override
    public void onRegisterReply(final long correlationId, final RegisterReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onRegisterReply(slot, decoder);
        }
    }

    @Override
    public void onLookupReply(final long correlationId, final LookupReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onLookupReply(slot, decoder);
        }
    }

    @Override
    public void onLookupBatchReply(final long correlationId, final LookupBatchReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onLookupBatchReply(slot, decoder);
        }
    }

    @Override
    public void onQueryReply(final long correlationId, final QueryReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onQueryReply(slot, decoder);
        }
    }

    @Override
    public void onBatchReply(final long correlationId, final BatchReplyDecoder decoder) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onBatchReply(slot, decoder);
        }
    }

    @Override
    public void onTaskResult(final TaskResultDecoder decoder) {
        workload.onTaskResult(this, decoder);
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onNoAnswer(slot, "no answer within the client's deadline");
        }
    }

    @Override
    public void onRequestLost(final long correlationId) {
        final int slot = take(correlationId);
        if (slot >= 0) {
            workload.onNoAnswer(slot, "the answer was lost with the connection");
        }
    }

    private int take(final long correlationId) {
        final int place = place(correlationId);
        if (correlationId == 0 || correlationIds[place] != correlationId) {
            workload.fault("an answer came that was not asked for, or came twice");
            return NONE;
        }
        correlationIds[place] = 0;
        return slots[place];
    }

    private int place(final long correlationId) {
        return (int) correlationId & correlationIds.length - 1;
    }
}
