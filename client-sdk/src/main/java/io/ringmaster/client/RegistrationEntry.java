package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * What became of one item of a batch registration.
 * <p>
 * Threading: immutable.
 *
 * @param name           of the item.
 * @param code           OK, or why it was not registered.
 * @param retryAfterMs   when it is worth trying again, in milliseconds; 0 where that is not known.
 * @param agentId        incarnation of the record; 0: not registered.
 * @param recordVersion  of the record.
 * @param ownerSessionId whose the record is; ALREADY_REGISTERED: the other session.
 * @param leaseMs        the lease that was granted, in milliseconds.
 */
public record RegistrationEntry(String name, ResultCode code, int retryAfterMs, long agentId, long recordVersion,
                                long ownerSessionId, int leaseMs) {
    /**
     * Whether the item was registered.
     *
     * @return true for code OK.
     */
    public boolean registered() {
        return code == ResultCode.OK;
    }
}
