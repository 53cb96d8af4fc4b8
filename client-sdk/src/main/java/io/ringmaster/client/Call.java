package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.DropNamespaceReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.RegistryStatsReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.concurrent.CompletableFuture;

/**
 * One request of a {@link RingmasterClient}: its frame, so that it can be sent again, what its answers mean, and its future,
 * which is completed outside of the poll that delivered the answer.
 * <p>
 * Threading: guarded by the client's lock; the future is thread-safe.
 *
 * @param <T> of the answer.
 */
abstract class Call<T> {
    final String what;
    final boolean isRepeatable;
    final CompletableFuture<T> future = new CompletableFuture<>();
    UnsafeBuffer frame;
    /** 0: the client's. */
    long timeoutNs;
    long deadlineNs;
    /** Of the calls of a client. */
    long order;
    long correlationId;
    /** The answer has come, or will not come any more. */
    boolean isAnswered;
    /** It is not waited for any longer. */
    boolean isDone;
    Call<?> previous;
    Call<?> next;
    private T value;
    private RuntimeException failure;

    Call(final String what, final boolean isRepeatable) {
        this.what = what;
        this.isRepeatable = isRepeatable;
    }

    final void answer(final T result) {
        value = result;
        isAnswered = true;
    }

    final void fail(final RuntimeException cause) {
        failure = cause;
        isAnswered = true;
    }

    final void refuse(final int code, final int retryAfterMs, final String text) {
        fail(new RefusedException(ResultCode.of(code), retryAfterMs, text == null || text.isEmpty() ? what
            : what + ": " + text));
    }

    final T value() {
        return value;
    }

    final RuntimeException failure() {
        return failure;
    }

    /** Completes the future. Outside of a poll. */
    final void publish() {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else {
            future.complete(value);
        }
    }

    // Answers: each call knows the ones that it can get. Inside a poll.

    void onReply(final ReplyDecoder reply) {
        if (reply.code() == ResultCode.OK.value()) {
            unexpected();
        } else {
            refuse(reply.code(), reply.retryAfterMs(), reply.text());
        }
    }

    void onRegisterReply(final RegisterReplyDecoder reply, final long sessionId) {
        unexpected();
    }

    void onRegisterBatchReply(final RegisterBatchReplyDecoder reply, final boolean isLast) {
        unexpected();
    }

    void onDropNamespaceReply(final DropNamespaceReplyDecoder reply, final boolean isLast) {
        unexpected();
    }

    void onLookupReply(final LookupReplyDecoder reply) {
        unexpected();
    }

    void onLookupBatchReply(final LookupBatchReplyDecoder reply) {
        unexpected();
    }

    void onQueryReply(final QueryReplyDecoder reply) {
        unexpected();
    }

    void onRegistryStatsReply(final RegistryStatsReplyDecoder reply) {
        unexpected();
    }

    void onBatchReply(final BatchReplyDecoder reply) {
        unexpected();
    }

    private void unexpected() {
        refuse(ResultCode.INTERNAL.value(), 0, "the server answered with a message of another kind");
    }

    /** It will be sent again: parts of an answer are void. */
    void onLost() {
    }

    /** It is given to the client. {@link #onDone} follows, once. Under the client's lock. */
    void onOpened(final CallDesk desk) {
    }

    /** It has ended, well or not. Still under the client's lock. */
    void onDone(final CallDesk desk) {
    }

    /** What is known of a call that ends without its answer, for messages; empty: nothing. */
    String progress() {
        return "";
    }

    /** Key of a record, for look-ups. */
    record Key(String namespace, String name) {
    }
}
