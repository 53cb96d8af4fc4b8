package io.ringmaster.client;

import java.util.List;
import java.util.Map;

/**
 * One record of the registry, as an answer of a look-up or a query, or an event of a watch, carried it.
 * <p>
 * Threading: immutable, provided that nobody writes to {@code metadata}.
 *
 * @param namespace        of the record.
 * @param name             of the record.
 * @param kind             {@code Protocol.KIND_AGENT} or {@code KIND_SERVICE}.
 * @param readiness        {@code Protocol.READY}, {@code READINESS_OVERLOADED}, {@code DRAINING} or {@code STALE}.
 * @param ownerSessionId   session that registered it; 0: the server itself.
 * @param agentId          incarnation of the record: unique for as long as the server lives.
 * @param recordVersion    grows with every change.
 * @param leaseRemainingMs milliseconds left of the lease; -1 where the answer did not carry it (queries, watches).
 * @param capacity         offers that it takes at a time.
 * @param parallelism      tasks that it runs at a time.
 * @param inFlight         tasks that it holds; -1 where the answer did not carry it (watches).
 * @param estimatedWaitNs  its own estimate of the wait of a new task, in nanoseconds; -1 where the answer did not
 *                         carry it (watches).
 * @param capabilities     names.
 * @param metadata         opaque bytes; empty where the answer did not carry them (queries).
 * @param attributes       values by key; empty where the answer did not carry them (queries).
 */
public record AgentRecord(String namespace, String name, byte kind, byte readiness, long ownerSessionId, long agentId,
                          long recordVersion, int leaseRemainingMs, int capacity, int parallelism, int inFlight,
                          long estimatedWaitNs, List<String> capabilities, byte[] metadata, Map<String, String> attributes) {
}
