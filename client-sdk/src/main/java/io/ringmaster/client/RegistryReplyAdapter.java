package io.ringmaster.client;

import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Decodes what the registry answers, and events of watches.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class RegistryReplyAdapter {
    /** Root block of a QueryReply of version 1, which has no count. */
    private static final int QUERY_REPLY_BLOCK_V1 = QueryReplyDecoder.countEncodingOffset();

    private final RequestTracker requests;
    private final ClientListener listener;
    private final ChannelCounts counts;
    private final RegisterReplyDecoder registerReply = new RegisterReplyDecoder();
    private final RegisterBatchReplyDecoder registerBatchReply = new RegisterBatchReplyDecoder();
    private final DropNamespaceReplyDecoder dropNamespaceReply = new DropNamespaceReplyDecoder();
    private final LookupReplyDecoder lookupReply = new LookupReplyDecoder();
    private final LookupBatchReplyDecoder lookupBatchReply = new LookupBatchReplyDecoder();
    private final QueryReplyDecoder queryReply = new QueryReplyDecoder();
    private final RegistryStatsReplyDecoder statsReply = new RegistryStatsReplyDecoder();
    private final WatchEventDecoder watchEvent = new WatchEventDecoder();

    RegistryReplyAdapter(final RequestTracker requests, final ClientListener listener, final ChannelCounts counts) {
        this.requests = requests;
        this.listener = listener;
        this.counts = counts;
    }

    /** False: the frame could not be decoded. */
    boolean onFrame(final UnsafeBuffer frame, final MessageHeaderDecoder header, final int length) {
        switch (header.templateId()) {
            case LookupReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, LookupReplyDecoder.BLOCK_LENGTH) && onLookup(frame, header);
            case WatchEventDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, WatchEventDecoder.BLOCK_LENGTH) && onWatch(frame, header, length);
            case LookupBatchReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, LookupBatchReplyDecoder.BLOCK_LENGTH) && onLookupBatch(frame, header);
            case QueryReplyDecoder.TEMPLATE_ID:
                final int block = header.version() < QueryReplyDecoder.countSinceVersion() ? QUERY_REPLY_BLOCK_V1
                    : QueryReplyDecoder.BLOCK_LENGTH;
                return FrameAdapter.holds(header, length, block) && onQuery(frame, header);
            case RegisterReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, RegisterReplyDecoder.BLOCK_LENGTH) && onRegister(frame, header);
            case RegisterBatchReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, RegisterBatchReplyDecoder.BLOCK_LENGTH)
                    && onRegisterBatch(frame, header);
            case DropNamespaceReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, DropNamespaceReplyDecoder.BLOCK_LENGTH)
                    && onDropNamespace(frame, header);
            case RegistryStatsReplyDecoder.TEMPLATE_ID:
                return FrameAdapter.holds(header, length, RegistryStatsReplyDecoder.BLOCK_LENGTH) && onStats(frame, header);
            default:
                return false;
        }
    }

    private boolean onLookup(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        lookupReply.wrapAndApplyHeader(frame, 0, header);
        final long id = lookupReply.correlationId();
        if (requests.take(id)) {
            listener.onLookupReply(id, lookupReply);
        }
        return true;
    }

    private boolean onLookupBatch(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        lookupBatchReply.wrapAndApplyHeader(frame, 0, header);
        final long id = lookupBatchReply.correlationId();
        if (requests.take(id)) {
            listener.onLookupBatchReply(id, lookupBatchReply);
        }
        return true;
    }

    private boolean onQuery(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        queryReply.wrapAndApplyHeader(frame, 0, header);
        final long id = queryReply.correlationId();
        if (requests.take(id)) {
            listener.onQueryReply(id, queryReply);
        }
        return true;
    }

    private boolean onRegister(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        registerReply.wrapAndApplyHeader(frame, 0, header);
        final long id = registerReply.correlationId();
        if (requests.take(id)) {
            listener.onRegisterReply(id, registerReply);
        }
        return true;
    }

    private boolean onRegisterBatch(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        registerBatchReply.wrapAndApplyHeader(frame, 0, header);
        final long id = registerBatchReply.correlationId();
        if (requests.expects(id)) {
            final int total = registerBatchReply.total();
            boolean isLast = false;
            try {
                final RegisterBatchReplyDecoder.ResultsDecoder results = registerBatchReply.results();
                while (results.hasNext()) {
                    isLast = requests.mark(id, total, results.next().index());
                }
            } catch (final IndexOutOfBoundsException ex) {
                // The receiver comes to it as well, and ends the request.
                isLast = true;
            }
            if (isLast) {
                requests.take(id);
            }
            listener.onRegisterBatchReply(id, registerBatchReply.sbeRewind(), isLast);
        }
        return true;
    }

    private boolean onDropNamespace(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        dropNamespaceReply.wrapAndApplyHeader(frame, 0, header);
        final long id = dropNamespaceReply.correlationId();
        if (requests.expects(id)) {
            final boolean isLast = requests.mark(id, dropNamespaceReply.partitions(), dropNamespaceReply.partition());
            if (isLast) {
                requests.take(id);
            }
            listener.onDropNamespaceReply(id, dropNamespaceReply, isLast);
        }
        return true;
    }

    private boolean onStats(final UnsafeBuffer frame, final MessageHeaderDecoder header) {
        statsReply.wrapAndApplyHeader(frame, 0, header);
        final long id = statsReply.correlationId();
        if (requests.take(id)) {
            listener.onRegistryStatsReply(id, statsReply);
        }
        return true;
    }

    private boolean onWatch(final UnsafeBuffer frame, final MessageHeaderDecoder header, final int length) {
        counts.watchEvents++;
        listener.onWatchEvent(watchEvent.wrapAndApplyHeader(frame, 0, header), length);
        return true;
    }
}
