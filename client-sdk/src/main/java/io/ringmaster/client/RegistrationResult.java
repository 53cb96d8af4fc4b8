package io.ringmaster.client;

/**
 * A registration that was carried out.
 * <p>
 * Threading: immutable.
 *
 * @param agentId       incarnation of the record: unique for as long as the server lives.
 * @param recordVersion of the record.
 * @param leaseMs       the lease that the server granted, in milliseconds; renewed by heartbeats.
 */
public record RegistrationResult(long agentId, long recordVersion, int leaseMs) {
}
