package io.ringmaster.client;

/**
 * Counts of an {@link AgentHost} since it was launched.
 * <p>
 * Threading: immutable snapshot.
 *
 * @param offers           task offers taken.
 * @param duplicateOffers  offers of an attempt that the host already holds or has answered; ignored.
 * @param completions      answers sent, failures included.
 * @param failures         tasks that failed, by the handler's word or by an exception.
 * @param refusals         offers given back.
 * @param cancels          cancellations passed on.
 * @param staleCompletions answers to attempts that had been taken away; dropped.
 * @param registrations    successful registrations, repeated ones included.
 * @param agentsLost       leases that ran out.
 * @param held             tasks held now: queued and running.
 * @param channel          of the host's session.
 */
public record AgentHostStats(long offers, long duplicateOffers, long completions, long failures, long refusals,
                             long cancels, long staleCompletions, long registrations, long agentsLost, long held,
                             ClientStats channel) {
}
