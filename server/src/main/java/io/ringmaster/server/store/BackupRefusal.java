package io.ringmaster.server.store;

import io.ringmaster.protocol.ResultCode;

/**
 * Why a backup was not started.
 * <p>
 * Threading: immutable.
 *
 * @param code         for the client.
 * @param retryAfterMs when to come back; 0: it does not help.
 * @param text         for the user.
 */
public record BackupRefusal(ResultCode code, int retryAfterMs, String text) {
}
