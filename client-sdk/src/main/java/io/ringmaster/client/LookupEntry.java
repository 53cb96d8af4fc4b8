package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * The answer for one key of a batch look-up.
 * <p>
 * Threading: immutable, provided that nobody writes to {@code metadata}.
 *
 * @param name           that was asked for.
 * @param code           OK, or NOT_FOUND, and then the rest is 0 and empty.
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
     * Whether there is such a record.
     *
     * @return true for code OK.
     */
    public boolean found() {
        return code == ResultCode.OK;
    }
}
