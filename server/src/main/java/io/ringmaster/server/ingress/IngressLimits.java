package io.ringmaster.server.ingress;

/**
 * Bounds of what clients may ask for.
 * <p>
 * Threading: immutable.
 *
 * @param maxPayloadLength  of a task's payload or result.
 * @param maxMetadataLength of a record.
 * @param maxBatchTasks     tasks of one batch.
 * @param maxKeys           names of one batch of lookups.
 * @param leaseDefaultNs    of a registration that names none.
 * @param leaseMinNs        shortest lease.
 * @param leaseMaxNs        longest lease.
 */
public record IngressLimits(
    int maxPayloadLength,
    int maxMetadataLength,
    int maxBatchTasks,
    int maxKeys,
    long leaseDefaultNs,
    long leaseMinNs,
    long leaseMaxNs) {
    /** Most offers that an agent takes at a time. */
    public static final int MAX_AGENT_CAPACITY = 4096;
}
