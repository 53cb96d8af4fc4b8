package io.ringmaster.server.ingress;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.RegistryCensus;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.metrics.LookupTimes;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.NetworkCounters;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionManager;

/**
 * What ingress works with.
 * <p>
 * Threading: immutable; its parts are used on the network thread.
 *
 * @param sessions         the sessions.
 * @param coordination     ring of the coordinator.
 * @param partitions       rings of the registry partitions, in their order.
 * @param reader           of the registry, for the network thread alone.
 * @param census           of the registry, for the network thread alone.
 * @param registrySettings of that registry.
 * @param capabilities     the server's only dictionary of capability names.
 * @param attributes       the server's only dictionary of attributes.
 * @param kinds            the server's only dictionary of task kinds.
 * @param limits           of requests.
 * @param lookupTimes      to update.
 * @param counters         to update.
 */
public record IngressContext(
    SessionManager sessions,
    CommandRing coordination,
    CommandRing[] partitions,
    RegistryReader reader,
    RegistryCensus census,
    RegistrySettings registrySettings,
    CapabilityDictionary capabilities,
    AttributeDictionary attributes,
    KindDictionary kinds,
    IngressLimits limits,
    LookupTimes lookupTimes,
    NetworkCounters counters) {

    private static final long MS = 1_000_000L;

    /** Refuses a request with the check that failed. */
    void refuse(final Session session, final long correlationId, final RequestChecks checks) {
        counters.increment(NetworkCounter.INVALID_REQUESTS);
        sessions.proxy().reply(session, correlationId, checks.code(), 0, checks.text());
    }

    /** When a producer that was refused by a ring should come back. */
    static int retryAfterMs(final CommandRing ring) {
        return (int) ((ring.retryAfterHintNs() + MS - 1) / MS);
    }
}
