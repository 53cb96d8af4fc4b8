package io.ringmaster.server.session;

/**
 * What a client is told when it connects.
 * <p>
 * Threading: immutable.
 *
 * @param serverName          for people.
 * @param keepAliveIntervalMs both sides send at least this often.
 * @param sessionTimeoutMs    a session that was silent for this long is closed.
 * @param maxMessageLength    longest message of the server, either way; a session's own may be shorter.
 * @param maxPayloadLength    of a task's payload or result.
 * @param maxMetadataLength   of a record.
 * @param maxBatchTasks       tasks of one batch.
 * @param maxKeys             names of one batch of lookups.
 */
public record Advertisement(
    String serverName,
    int keepAliveIntervalMs,
    int sessionTimeoutMs,
    int maxMessageLength,
    int maxPayloadLength,
    int maxMetadataLength,
    int maxBatchTasks,
    int maxKeys) {
}
