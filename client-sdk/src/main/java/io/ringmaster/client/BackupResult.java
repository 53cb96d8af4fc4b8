package io.ringmaster.client;

/**
 * A backup that is complete.
 * <p>
 * Threading: immutable.
 *
 * @param records in the copy.
 * @param bytes   of the copy.
 */
public record BackupResult(long records, long bytes) {
}
