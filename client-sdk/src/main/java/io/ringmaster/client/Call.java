package io.ringmaster.client;

import org.agrona.concurrent.UnsafeBuffer;

import java.util.concurrent.CompletableFuture;

/**
 * One request of a {@link RingmasterClient}: its frame, so that it can be sent again, and its future, which is completed
 * outside of the poll that delivered the answer.
 * <p>
 * Threading: guarded by the client's lock; the future is thread-safe.
 */
final class Call {
    final String what;
    final UnsafeBuffer frame;
    final boolean isRepeatable;
    final long deadlineNs;
    final CompletableFuture<Object> future = new CompletableFuture<>();
    /** What the answer is decoded with: the names of a batch look-up, a registration, a batch handle, or the key. */
    final Object subject;
    long correlationId;
    Object value;
    RuntimeException failure;
    boolean isDone;
    Call previous;
    Call next;

    Call(final String what, final UnsafeBuffer frame, final boolean isRepeatable, final long deadlineNs,
         final Object subject) {
        this.what = what;
        this.frame = frame;
        this.isRepeatable = isRepeatable;
        this.deadlineNs = deadlineNs;
        this.subject = subject;
    }

    /** Completes the future. Outside of a poll. */
    void publish() {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else {
            future.complete(value);
        }
    }

    /** Key of a record, for look-ups. */
    record Key(String namespace, String name) {
    }
}
