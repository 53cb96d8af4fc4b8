package io.ringmaster.client;

/**
 * What a cancel request did.
 * <p>
 * Threading: immutable.
 *
 * @param cancelled tasks that were cancelled at once.
 * @param flagged   running tasks whose agent was told.
 */
public record CancelResult(long cancelled, long flagged) {
}
