package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What owners do to records while a drop of their namespace is on its way to them. */
class NamespaceDropTest {
    private static final byte SERVICE = 2;
    private static final long GRACE_NS = 1_000_000_000L;
    private static final long NOW_NS = 5_000_000_000L;

    private final RecordedEffects effects = new RecordedEffects();
    private final RegistrySettings settings = new RegistrySettings(1, 100, 64, 1 << 20, 24, 1000, 1);
    private final RegistryPartition partition = new RegistryPartition(0, settings, effects);
    private final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
    private final RecordView view = new RecordView(settings);
    private final Registration registration = new Registration();
    private final UnsafeBuffer namespace = OffHeapRegistry.bytes("ns");

    private int register(final String name, final byte kind) {
        return register(name, kind, 0);
    }

    private int register(final String name, final byte kind, final long leaseNs) {
        return partition.register(registration.reset().kind(kind).ownerSession(7).leaseNs(leaseNs)
            .namespace(namespace, 0, namespace.capacity()).name(OffHeapRegistry.bytes(name), 0, name.length()), NOW_NS);
    }

    private boolean find(final String name, final long nowNs) {
        return reader.lookup(
            namespace, 0, namespace.capacity(), OffHeapRegistry.bytes(name), 0, name.length(), nowNs, view);
    }

    private void drop(final long graceNs) {
        partition.dropNamespace(namespace, 0, namespace.capacity(), graceNs, NOW_NS);
    }

    private void drain(final long nowNs) {
        for (int i = 0; i < 100; i++) {
            partition.doWork(nowNs);
        }
    }

    @Test
    void shouldLeaveAServiceItsGraceThatWasAnAgentWhenTheDropBegan() {
        assertEquals(RegistryResult.OK, register("first", RegistryPartition.KIND_AGENT));
        assertEquals(RegistryResult.OK, register("second", RegistryPartition.KIND_AGENT));
        drop(GRACE_NS);
        // The drop has not come to it yet; it is told to drain now, and is a service when the drop comes.
        assertEquals(RegistryResult.OK, register("second", SERVICE));
        drain(NOW_NS);
        assertTrue(find("second", NOW_NS + GRACE_NS - 1));
        assertEquals(RegistryPartition.DRAINING, view.readiness());
        assertFalse(find("second", NOW_NS + GRACE_NS));
        drop(GRACE_NS);
        drain(NOW_NS);
        assertFalse(find("second", NOW_NS));
        assertTrue(find("first", NOW_NS));
    }

    @Test
    void shouldKeepTheSoonerEndOfTwoDropsAndTellOfItOnce() {
        assertEquals(RegistryResult.OK, register("first", RegistryPartition.KIND_AGENT));
        drop(GRACE_NS);
        drain(NOW_NS);
        drop(2 * GRACE_NS);
        drain(NOW_NS);
        assertEquals(1, effects.changes.size());
        assertFalse(find("first", NOW_NS + GRACE_NS));
        drop(GRACE_NS / 2);
        drain(NOW_NS);
        assertEquals(2, effects.changes.size());
        assertFalse(find("first", NOW_NS + GRACE_NS / 2));
    }

    @Test
    void shouldGoByTheDropWhenTheLeaseEndsBeforeTheGrace() {
        assertEquals(RegistryResult.OK, register("first", RegistryPartition.KIND_AGENT, GRACE_NS / 2));
        drop(GRACE_NS);
        drain(NOW_NS);
        assertEquals(1, effects.changes.size());
        drain(NOW_NS + GRACE_NS * 3 / 4);
        assertEquals(1, effects.downs.size());
        assertEquals(RegistryEffects.NAMESPACE_DROPPED, effects.downs.get(0).reason());
        assertEquals(0, partition.counters().get(RegistryCounters.LEASE_EXPIRED_TYPE_ID));
    }
}
