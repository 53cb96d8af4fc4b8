package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.index.LeaseWheel;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Leases that were renewed come due all the same, in front of dead ones. */
class RenewedLeasesTest {
    private static final long NOW = 1_000_000_000L;
    private static final long LEASE_NS = 100 * LeaseWheel.TICK_NS;
    private static final long SESSION = 7;
    private static final int RENEWED = 200;

    private final RegistryPartition partition =
        new RegistryPartition(0, RegistrySettings.of(1, RENEWED + 1, 0), new RecordedEffects());
    private final Registration registration = new Registration();
    private final UnsafeBuffer name = new UnsafeBuffer(new byte[16]);

    private int register(final int number, final long nowNs) {
        final int length = name.putStringWithoutLengthAscii(0, "agent-" + number);
        return partition.register(registration.reset().kind(RegistryPartition.KIND_AGENT).ownerSession(SESSION).leaseNs(LEASE_NS)
            .namespace(name, 0, 5).name(name, 0, length), nowNs);
    }

    /** Fills the partition; all but the last are renewed, so the due list has them all, the dead one last. */
    private long fill() {
        final long[] incarnations = new long[RENEWED];
        for (int i = 0; i < RENEWED; i++) {
            assertEquals(RegistryResult.OK, register(i, NOW));
            incarnations[i] = partition.lastRecord().incarnation();
        }
        assertEquals(RegistryResult.OK, register(RENEWED, NOW + 2 * LeaseWheel.TICK_NS));
        for (final long incarnation : incarnations) {
            assertEquals(RegistryResult.OK, partition.renew(incarnation, SESSION, (byte) 1, 0, 0, NOW + LEASE_NS / 2));
        }
        return NOW + LEASE_NS + 10 * LeaseWheel.TICK_NS;
    }

    @Test
    void shouldComeToTheDeadRecordInOneCycleWhenTheThreadIsBusy() {
        final long nowNs = fill();
        assertTrue(partition.doWork(nowNs) > 0);
        assertEquals(RENEWED, partition.size());
    }

    @Test
    void shouldFindRoomBehindRenewedLeasesWhenFull() {
        final long nowNs = fill();
        assertEquals(RegistryResult.OK, register(RENEWED + 1, nowNs));
        assertEquals(RENEWED + 1, partition.size());
    }
}
