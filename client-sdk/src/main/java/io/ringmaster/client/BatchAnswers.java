package io.ringmaster.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Waits for the answers of all messages of a batch registration.
 * <p>
 * Threading: thread-safe (a lock).
 */
final class BatchAnswers {
    private final BatchPlan plan;
    private final CompletableFuture<BatchRegistration> result = new CompletableFuture<>();
    private int missing;
    private Throwable failure;

    BatchAnswers(final BatchPlan plan) {
        this.plan = plan;
        missing = plan.messages.size();
        if (missing == 0) {
            result.complete(plan.result());
        }
    }

    /** A message was answered, refused, or has failed. */
    void onAnswer(final List<Integer> message, final WriteCalls.RegisterBatch call, final Throwable cause) {
        synchronized (this) {
            if (cause instanceof RefusedException refusal) {
                call.refuseAll(refusal.code(), refusal.retryAfterMs(), refusal.getMessage());
            }
            if (cause == null || cause instanceof RefusedException) {
                plan.take(message, call);
            } else if (failure == null) {
                failure = cause;
            }
            if (--missing > 0) {
                return;
            }
        }
        if (failure != null) {
            result.completeExceptionally(failure);
        } else {
            result.complete(plan.result());
        }
    }

    CompletableFuture<BatchRegistration> result() {
        return result;
    }
}
