package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilitySet;
import java.util.List;

/** A registry of any make, as tests use it: the off-heap one and its twin on the heap have to behave alike. */
interface RegistryModel {
    /** What is registered. */
    record Spec(
        String namespace, String name, byte kind, long owner, long leaseNs, int capacity, int localAgent,
        List<Integer> capabilities, String metadata) {
        static Spec of(final String name, final long owner) {
            return new Spec("default", name, (byte) 1, owner, 0, 4, -1, List.of(), "");
        }

        Spec lease(final long value) {
            return new Spec(namespace, name, kind, owner, value, capacity, localAgent, capabilities, metadata);
        }

        Spec namespace(final String value) {
            return new Spec(value, name, kind, owner, leaseNs, capacity, localAgent, capabilities, metadata);
        }

        Spec kind(final int value) {
            return new Spec(namespace, name, (byte) value, owner, leaseNs, capacity, localAgent, capabilities, metadata);
        }

        Spec capabilities(final Integer... values) {
            return new Spec(namespace, name, kind, owner, leaseNs, capacity, localAgent, List.of(values), metadata);
        }

        Spec metadata(final String value) {
            return new Spec(namespace, name, kind, owner, leaseNs, capacity, localAgent, capabilities, value);
        }

        Spec capacity(final int value) {
            return new Spec(namespace, name, kind, owner, leaseNs, value, localAgent, capabilities, metadata);
        }

        CapabilitySet set() {
            final CapabilitySet set = new CapabilitySet();
            capabilities.forEach(set::add);
            return set;
        }
    }

    /** Answer to a command; the last three are 0 where the result does not define them. */
    record Answer(int result, long incarnation, long version, long owner) {
        static Answer of(final int result) {
            return new Answer(result, 0, 0, 0);
        }
    }

    /** A record as a reader sees it. */
    record Found(
        String namespace, String name, byte kind, long owner, long incarnation, long version, long leaseDeadlineNs, int capacity,
        int localAgent, byte readiness, int inFlight, long estimatedWaitNs, CapabilitySet capabilities, String metadata) {
    }

    Answer register(Spec spec, long nowNs);

    Answer unregister(String namespace, String name, long session, long nowNs);

    int renew(long incarnation, long session, byte readiness, int inFlight, long estimatedWaitNs, long nowNs);

    void releaseSession(long session);

    /** Takes out all that is dead. */
    void drain(long nowNs);

    /** The record, or null. */
    Found lookup(String namespace, String name, long nowNs);

    /** Matching records by ascending incarnation. */
    List<Found> query(CapabilitySet allOf, byte kind, String namespace, int pageLength, long nowNs);

    /** Records in the structure, dead ones too. */
    int size();

    RecordedEffects effects();
}
