package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;

/**
 * What became of an update.
 * <p>
 * Threading: immutable.
 *
 * @param code          OK, or VERSION_CONFLICT: the record has another version, or is another incarnation, than was expected, and was not
 *                      changed.
 * @param agentId       incarnation of the record.
 * @param recordVersion the record's version now: the new one, or the one that was not expected.
 */
public record UpdateResult(ResultCode code, long agentId, long recordVersion) {
    /**
     * Whether the change was carried out.
     *
     * @return false: VERSION_CONFLICT.
     */
    public boolean updated() {
        return code == ResultCode.OK;
    }
}
