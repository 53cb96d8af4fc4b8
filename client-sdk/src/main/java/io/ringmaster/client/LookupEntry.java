package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * The answer for one key of a batch look-up.
 * <p>
 * Threading: immutable, provided that nobody writes to {@code metadata}.
 *
 * @param name           that was asked for.
 * @param code           OK; TOO_LARGE: there is a record, but its metadata had no room beside the others' and is left out; or NOT_FOUND or
 *                       INVALID_ARGUMENT, and then the rest is 0 and empty.
 * @param kind           {@code Protocol.KIND_AGENT} or {@code KIND_SERVICE}.
 * @param readiness      as in {@link AgentRecord}.
 * @param ownerSessionId session that registered it; 0: the server itself.
 * @param agentId        incarnation of the record.
 * @param recordVersion  grows with every change.
 * @param metadata       opaque bytes.
 */
public record LookupEntry(String name, ResultCode code, byte kind, byte readiness, long ownerSessionId, long agentId,
                          long recordVersion, byte[] metadata) {
    /**
     * Whether there is such a record and all of it is here.
     *
     * @return true for code OK.
     */
    public boolean found() {
        return code == ResultCode.OK;
    }

    /**
     * Whether there is such a record, here with its metadata or not.
     *
     * @return true for the codes OK and TOO_LARGE.
     */
    public boolean exists() {
        return code == ResultCode.OK || code == ResultCode.TOO_LARGE;
    }
}
