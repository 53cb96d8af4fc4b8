package io.ringmaster.client;

/**
 * What the server advertised when the session was opened.
 * <p>
 * Threading: immutable.
 *
 * @param protocolVersion     {@code major << 16 | minor}.
 * @param keepAliveIntervalMs at least one keep-alive per this many milliseconds, both ways.
 * @param sessionTimeoutMs    silence after which a session is given up, in milliseconds.
 * @param maxMessageLength    longest encoded message in bytes.
 * @param maxPayloadLength    longest payload or result of a task in bytes.
 * @param maxMetadataLength   longest metadata of a record in bytes.
 * @param maxBatchTasks       most tasks of one batch.
 * @param maxKeys             most keys of one batch look-up, and items of one message of a batch registration.
 * @param serverName          for the user.
 */
public record ServerLimits(int protocolVersion, int keepAliveIntervalMs, int sessionTimeoutMs, int maxMessageLength,
                           int maxPayloadLength, int maxMetadataLength, int maxBatchTasks, int maxKeys,
                           String serverName) {
}
