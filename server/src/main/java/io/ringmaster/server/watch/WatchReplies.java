package io.ringmaster.server.watch;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.server.egress.ReplySink;
import java.util.ArrayDeque;
import org.agrona.MutableDirectBuffer;

/**
 * Answers to watch requests. They go the same way as the events, so that the answer to a new watch is always before its first
 * event; those that find no room wait, and while one waits no event is sent.
 * <p>
 * Threading: confined to the registry's role. Requests for watches are rare; one that has to wait allocates its answer.
 */
final class WatchReplies {
    private final ReplySink sink;
    private final int limit;
    private final ArrayDeque<Waiting> waiting;
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ReplyEncoder encoder = new ReplyEncoder();

    /**
     * Answers.
     *
     * @param sink  where they go.
     * @param limit most that may wait.
     */
    WatchReplies(final ReplySink sink, final int limit) {
        this.sink = sink;
        this.limit = limit;
        waiting = new ArrayDeque<>(limit);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Answers that may still be made to wait. */
    int room() {
        return limit - waiting.size();
    }

    void reply(
        final long sessionId, final long correlationId, final ResultCode code, final int retryAfterMs, final long value,
        final byte[] text) {
        final boolean sent =
            waiting.isEmpty() && send(sessionId, correlationId, code, retryAfterMs, value, text);
        if (!sent) {
            if (waiting.size() == limit) {
                throw new IllegalStateException(limit + " answers to watch requests wait already; the next has no room");
            }
            waiting.add(new Waiting(sessionId, correlationId, code, retryAfterMs, value, text));
        }
    }

    /** Sends what waits, as far as there is room; returns the number of answers sent. */
    int flush() {
        int sent = 0;
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            if (!send(next.sessionId, next.correlationId, next.code, next.retryAfterMs, next.value, next.text)) {
                break;
            }
            waiting.poll();
            sent++;
        }
        return sent;
    }

    private boolean send(
        final long sessionId, final long correlationId, final ResultCode code, final int retryAfterMs, final long value,
        final byte[] text) {
        final int length =
            MessageHeaderEncoder.ENCODED_LENGTH + ReplyEncoder.BLOCK_LENGTH + ReplyEncoder.textHeaderLength() + text.length;
        final int index = sink.hasRoom(length) ? sink.tryClaim(sessionId, length) : -1;
        if (index < 0) {
            return false;
        }
        final MutableDirectBuffer buffer = sink.buffer();
        encoder.wrapAndApplyHeader(buffer, index, header)
            .correlationId(correlationId)
            .code(code.value())
            .retryAfterMs(retryAfterMs)
            .value(value)
            .value2(0)
            .putText(text, 0, text.length);
        sink.commit(index);
        return true;
    }

    private record Waiting(
        long sessionId, long correlationId, ResultCode code, int retryAfterMs, long value, byte[] text) {
    }
}
