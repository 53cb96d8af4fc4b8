package io.ringmaster.registry;

import static io.ringmaster.registry.RegistryResult.ALREADY_REGISTERED;
import static io.ringmaster.registry.RegistryResult.FULL;
import static io.ringmaster.registry.RegistryResult.INVALID_CAPACITY;
import static io.ringmaster.registry.RegistryResult.INVALID_KIND;
import static io.ringmaster.registry.RegistryResult.INVALID_LEASE;
import static io.ringmaster.registry.RegistryResult.INVALID_NAME;
import static io.ringmaster.registry.RegistryResult.INVALID_NAMESPACE;
import static io.ringmaster.registry.RegistryResult.METADATA_TOO_LONG;
import static io.ringmaster.registry.RegistryResult.NOT_FOUND;
import static io.ringmaster.registry.RegistryResult.NOT_OWNER;
import static io.ringmaster.registry.RegistryResult.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Answer;
import io.ringmaster.registry.RegistryModel.Found;
import io.ringmaster.registry.RegistryModel.Spec;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.LeaseWheel;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every registry has to do, by the rows G1 to G7 of the requirements; run for the off-heap one and for its heap twin. */
abstract class RegistryContractTest {
    private static final long NOW = 5_000_000_000L;
    private static final long LEASE = 1_000_000_000L;
    private static final long A = 101;
    private static final long B = 202;

    private final RegistrySettings settings = new RegistrySettings(2, 1000, 64, 1 << 18, 16, 700, 64);
    private RegistryModel registry;

    abstract RegistryModel create(RegistrySettings settings);

    @BeforeEach
    void setUp() {
        registry = create(settings);
    }

    private Answer register(final Spec spec) {
        return registry.register(spec, NOW);
    }

    private Found lookup(final String name, final long nowNs) {
        return registry.lookup("default", name, nowNs);
    }

    @Test
    void shouldFindWhatWasRegistered() {
        final Spec spec = new Spec("ns-1", "agent", (byte) 2, A, LEASE, 7, 3, List.of(0, 64, 255), "some metadata");
        final Answer answer = register(spec);
        assertEquals(OK, answer.result());
        assertEquals(1, answer.version());
        assertEquals(A, answer.owner());
        assertEquals(701, answer.incarnation() & 0xFFFF_FFFF_FFFFL);
        final Found expected = new Found("ns-1", "agent", (byte) 2, A, answer.incarnation(), 1, NOW + LEASE, 7, 3,
            RegistryPartition.INITIAL_READINESS, 0, 0, spec.set(), "some metadata");
        assertEquals(expected, registry.lookup("ns-1", "agent", NOW));
        assertNull(registry.lookup("ns-2", "agent", NOW));
        assertNull(registry.lookup("ns-1", "agen", NOW));
        assertNull(registry.lookup("ns-1a", "gent", NOW));
        assertEquals(List.of(new RecordedEffects.Up(answer.incarnation(), 1)), registry.effects().ups);
    }

    @Test
    void shouldKeepTheSameNameInManyNamespacesApart() {
        assertEquals(OK, register(Spec.of("x", A)).result());
        assertEquals(OK, register(Spec.of("x", B).namespace("other")).result());
        assertEquals(A, registry.lookup("default", "x", NOW).owner());
        assertEquals(B, registry.lookup("other", "x", NOW).owner());
    }

    @Test
    void shouldReplaceTheRecordWhenItsOwnerRegistersAgain() {
        final Answer first = register(Spec.of("x", A).capabilities(1, 2).metadata("old").capacity(1));
        registry.renew(first.incarnation(), A, (byte) 3, 5, 99, NOW);
        final Answer second = register(
            Spec.of("x", A).capabilities(2, 3).metadata("something much longer, 33 bytes").capacity(2).kind(4));
        assertEquals(OK, second.result());
        assertEquals(first.incarnation(), second.incarnation());
        assertEquals(2, second.version());
        final Found found = lookup("x", NOW);
        assertEquals("something much longer, 33 bytes", found.metadata());
        assertEquals(2, found.capacity());
        assertEquals(4, found.kind());
        assertEquals(RegistryPartition.INITIAL_READINESS, found.readiness());
        assertEquals(0, found.inFlight());
        assertEquals(0, registry.query(new CapabilitySet().add(1), (byte) 0, "", 10, NOW).size());
        assertEquals(1, registry.query(new CapabilitySet().add(3), (byte) 0, "", 10, NOW).size());
        assertEquals(0, registry.query(new CapabilitySet(), (byte) 1, "", 10, NOW).size());
        assertEquals(1, registry.query(new CapabilitySet(), (byte) 4, "", 10, NOW).size());
        assertEquals(1, registry.size());
        assertTrue(registry.effects().downs.isEmpty());
        assertEquals(new RecordedEffects.Up(first.incarnation(), 2), registry.effects().ups.get(1));
        assertEquals(3, register(Spec.of("x", A)).version());
        assertEquals("", lookup("x", NOW).metadata());
    }

    @Test
    void shouldHaveOneWinnerWhenTwoSessionsRegisterTheSameName() {
        final Answer winner = register(Spec.of("x", A).metadata("a"));
        final Answer loser = register(Spec.of("x", B).metadata("b"));
        assertEquals(new Answer(ALREADY_REGISTERED, winner.incarnation(), 1, A), loser);
        assertEquals("a", lookup("x", NOW).metadata());
        assertEquals(1, registry.effects().ups.size());
    }

    @Test
    void shouldRefuseArgumentsOutOfBounds() {
        final String tooLong = "n".repeat(17);
        final Spec good = Spec.of("x", A);
        assertEquals(INVALID_NAMESPACE, register(good.namespace("")).result());
        assertEquals(INVALID_NAMESPACE, register(good.namespace(tooLong)).result());
        assertEquals(INVALID_NAME, register(Spec.of("", A)).result());
        assertEquals(INVALID_NAME, register(Spec.of(tooLong, A)).result());
        assertEquals(INVALID_KIND, register(good.kind(0)).result());
        assertEquals(INVALID_KIND, register(good.kind(9)).result());
        assertEquals(INVALID_KIND, register(good.kind(-1)).result());
        assertEquals(INVALID_LEASE, register(good.lease(-1)).result());
        assertEquals(INVALID_LEASE, register(good.lease(Registration.MAX_LEASE_NS + 1)).result());
        assertEquals(METADATA_TOO_LONG, register(good.metadata("m".repeat(65))).result());
        assertEquals(INVALID_CAPACITY, register(good.capacity(-1)).result());
        assertEquals(0, registry.size());
        assertEquals(OK, register(Spec.of("n".repeat(16), A).namespace("s".repeat(16)).metadata("m".repeat(64))
            .lease(Registration.MAX_LEASE_NS).kind(8)).result());
        assertNotNull(registry.lookup("s".repeat(16), "n".repeat(16), NOW));
        assertNull(registry.lookup("", "", NOW));
    }

    @Test
    void shouldLetOnlyTheOwnerOrTheServerUnregister() {
        final Answer x = register(Spec.of("x", A));
        register(Spec.of("y", A));
        assertEquals(NOT_FOUND, registry.unregister("default", "z", A, NOW).result());
        assertEquals(new Answer(NOT_OWNER, x.incarnation(), 1, A), registry.unregister("default", "x", B, NOW));
        assertNotNull(lookup("x", NOW));
        assertEquals(new Answer(OK, x.incarnation(), 1, A), registry.unregister("default", "x", A, NOW));
        assertEquals(OK, registry.unregister("default", "y", 0, NOW).result());
        assertNull(lookup("x", NOW));
        assertNull(lookup("y", NOW));
        assertEquals(NOT_FOUND, registry.unregister("default", "x", A, NOW).result());
        assertEquals(0, registry.size());
        assertEquals(2, registry.effects().downs.size());
        assertEquals(new RecordedEffects.Down(x.incarnation(), (byte) 1, A, -1, RegistryEffects.UNREGISTERED),
            registry.effects().downs.get(0));
        final Answer again = register(Spec.of("x", B));
        assertEquals(OK, again.result());
        assertEquals(1, again.version());
        assertNotEquals(x.incarnation(), again.incarnation());
    }

    @Test
    void shouldTakeLoadWithARenewal() {
        final Answer x = register(Spec.of("x", A));
        assertEquals(OK, registry.renew(x.incarnation(), A, (byte) 2, 17, 123_456, NOW));
        final Found found = lookup("x", NOW);
        assertEquals(2, found.readiness());
        assertEquals(17, found.inFlight());
        assertEquals(123_456, found.estimatedWaitNs());
        assertEquals(1, found.version());
        assertEquals(NOT_OWNER, registry.renew(x.incarnation(), B, (byte) 1, 0, 0, NOW));
        assertEquals(NOT_FOUND, registry.renew(x.incarnation() + 1, A, (byte) 1, 0, 0, NOW));
        registry.unregister("default", "x", A, NOW);
        register(Spec.of("x", A));
        assertEquals(NOT_FOUND, registry.renew(x.incarnation(), A, (byte) 1, 0, 0, NOW), "of an old incarnation");
    }

    @Test
    void shouldNotShowAnExpiredRecordBeforeItIsRemoved() {
        final Answer x = register(Spec.of("x", A).lease(LEASE).capabilities(5));
        assertNotNull(lookup("x", NOW + LEASE - 1));
        assertNull(lookup("x", NOW + LEASE));
        assertEquals(0, registry.query(new CapabilitySet().add(5), (byte) 0, "", 10, NOW + LEASE).size());
        assertEquals(1, registry.size(), "not removed yet");
        assertTrue(registry.effects().downs.isEmpty());
        assertEquals(NOT_FOUND, registry.renew(x.incarnation(), A, (byte) 1, 0, 0, NOW + LEASE));
        assertEquals(NOT_FOUND, registry.unregister("default", "x", A, NOW + LEASE).result());
        registry.drain(NOW + LEASE + LeaseWheel.TICK_NS);
        assertEquals(0, registry.size());
        assertEquals(List.of(new RecordedEffects.Down(x.incarnation(), (byte) 1, A, -1, RegistryEffects.LEASE_EXPIRED)),
            registry.effects().downs);
    }

    @Test
    void shouldProlongALeaseWithEachRenewal() {
        final Answer x = register(Spec.of("x", A).lease(LEASE));
        long now = NOW;
        for (int i = 0; i < 20; i++) {
            now += LEASE - 1;
            registry.drain(now);
            assertEquals(OK, registry.renew(x.incarnation(), A, (byte) 1, 0, 0, now));
        }
        assertEquals(now + LEASE, lookup("x", now).leaseDeadlineNs());
        registry.drain(now + LEASE + LeaseWheel.TICK_NS);
        assertEquals(0, registry.size());
    }

    @Test
    void shouldReplaceALeaseByAShorterOneOrByNone() {
        register(Spec.of("short", A).lease(100 * LEASE));
        register(Spec.of("short", A).lease(LEASE));
        register(Spec.of("none", A).lease(LEASE));
        register(Spec.of("none", A));
        registry.drain(NOW + 2 * LEASE);
        assertEquals(1, registry.size());
        assertNotNull(lookup("none", NOW + 1000 * LEASE));
    }

    @Test
    void shouldGiveAnExpiredNameToTheNextWhoAsksWithANewIncarnation() {
        final Answer x = register(Spec.of("x", A).lease(LEASE));
        final Answer next = registry.register(Spec.of("x", B), NOW + LEASE);
        assertEquals(OK, next.result());
        assertEquals(1, next.version());
        assertNotEquals(x.incarnation(), next.incarnation());
        assertEquals(B, lookup("x", NOW + LEASE).owner());
        assertEquals(RegistryEffects.LEASE_EXPIRED, registry.effects().downs.get(0).reason());
        assertEquals(1, registry.size());
    }

    @Test
    void shouldFreeTheNamesOfAReleasedSessionAtOnce() {
        for (int i = 0; i < 200; i++) {
            register(Spec.of("a" + i, A).capabilities(1));
            register(Spec.of("b" + i, B).capabilities(1));
        }
        registry.releaseSession(A);
        assertTrue(registry.effects().downs.isEmpty(), "removal is for later");
        for (int i = 0; i < 200; i++) {
            assertNull(lookup("a" + i, NOW));
            assertNotNull(lookup("b" + i, NOW));
        }
        assertEquals(200, registry.query(new CapabilitySet().add(1), (byte) 0, "", 50, NOW).size());
        final Answer taken = register(Spec.of("a0", B));
        assertEquals(OK, taken.result());
        assertEquals(RegistryEffects.SESSION_ENDED, registry.effects().downs.get(0).reason());
        assertEquals(OK, register(Spec.of("a1", A)).result(), "the same id may come again");
        registry.drain(NOW);
        assertEquals(200, registry.effects().downs.size());
        assertTrue(registry.effects().downs.stream().allMatch(down -> down.reason() == RegistryEffects.SESSION_ENDED
            && down.ownerSession() == A));
        assertEquals(202, registry.size());
        assertNotNull(lookup("a0", NOW));
        assertNotNull(lookup("a1", NOW));
    }

    @Test
    void shouldReleaseASessionThatOwnsNothing() {
        registry.releaseSession(A);
        register(Spec.of("x", A));
        assertNotNull(lookup("x", NOW));
        registry.unregister("default", "x", A, NOW);
        registry.releaseSession(A);
        registry.drain(NOW);
        assertEquals(1, registry.effects().downs.size());
    }

    @Test
    void shouldKeepDeadRecordsUntilTheirEffectsAreAccepted() {
        register(Spec.of("x", A).lease(LEASE));
        register(Spec.of("y", B));
        registry.releaseSession(B);
        registry.effects().accepting = false;
        registry.drain(NOW + 2 * LEASE);
        assertEquals(2, registry.size());
        assertNull(lookup("y", NOW));
        registry.effects().accepting = true;
        registry.drain(NOW + 2 * LEASE);
        assertEquals(0, registry.size());
        assertEquals(2, registry.effects().downs.size());
    }

    @Test
    void shouldSayFullAndHaveRoomAgainAfterARemoval() {
        registry = create(new RegistrySettings(1, 10, 64, 1 << 16, 16, 0, 64));
        for (int i = 0; i < 10; i++) {
            assertEquals(OK, register(Spec.of("x" + i, A)).result());
        }
        assertEquals(FULL, register(Spec.of("more", A)).result());
        assertNull(lookup("more", NOW));
        assertEquals(OK, register(Spec.of("x3", A)).result(), "a replacement needs no room");
        assertEquals(ALREADY_REGISTERED, register(Spec.of("x3", B)).result());
        registry.unregister("default", "x4", A, NOW);
        assertEquals(OK, register(Spec.of("more", A)).result());
        assertEquals(FULL, register(Spec.of("again", B)).result());
        registry.releaseSession(A);
        assertEquals(OK, register(Spec.of("again", B)).result(), "dead records make room");
    }

    @Test
    void shouldFindByAllCapabilitiesKindAndNamespace() {
        for (int i = 0; i < 300; i++) {
            final Integer[] capabilities = IntStream.of(1, 70, 200).filter(id -> id * 7 % 5 != 0).boxed().toArray(Integer[]::new);
            register(Spec.of("n" + i, A).namespace("ns" + i % 3).kind(1 + i % 2)
                .capabilities(i % 4 == 0 ? capabilities : new Integer[] {1}));
        }
        assertEquals(300, registry.query(new CapabilitySet(), (byte) 0, "", 7, NOW).size());
        assertEquals(150, registry.query(new CapabilitySet(), (byte) 1, "", 1000, NOW).size());
        assertEquals(100, registry.query(new CapabilitySet(), (byte) 0, "ns1", 7, NOW).size());
        assertEquals(300, registry.query(new CapabilitySet().add(1), (byte) 0, "", 100, NOW).size());
        assertEquals(0, registry.query(new CapabilitySet().add(1).add(200), (byte) 0, "", 100, NOW).size());
        assertEquals(0, registry.query(new CapabilitySet(), (byte) 7, "", 100, NOW).size());
        assertEquals(0, registry.query(new CapabilitySet(), (byte) 0, "ns", 100, NOW).size());
        final List<Found> some = registry.query(new CapabilitySet(), (byte) 2, "ns2", 1, NOW);
        assertEquals(50, some.size());
        assertTrue(some.stream().allMatch(found -> found.kind() == 2 && found.namespace().equals("ns2")));
    }
}
