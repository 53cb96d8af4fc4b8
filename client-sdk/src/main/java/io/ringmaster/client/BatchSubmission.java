package io.ringmaster.client;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A batch on its way, as {@link RingmasterClient#submitAsync} returns it.
 * <p>
 * Threading: immutable; the futures are completed on the thread that drives the client.
 *
 * @param batchId    of the batch.
 * @param acceptance completed with the handle once the server has answered for every task; exceptionally with a
 *                   {@link RefusedException} where the whole batch was refused, or a {@link RequestTimeoutException}.
 * @param results    completed with the outcome of every accepted task, ordered by task index; exceptionally where
 *                   {@code acceptance} is.
 */
public record BatchSubmission(long batchId, CompletableFuture<BatchHandle> acceptance,
                              CompletableFuture<List<TaskOutcome>> results) {
}
