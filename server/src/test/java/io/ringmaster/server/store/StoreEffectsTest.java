package io.ringmaster.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.AttributeDictionary;
import io.ringmaster.registry.AttributeSchema;
import io.ringmaster.registry.RecordUpdate;
import io.ringmaster.registry.RecordView;
import io.ringmaster.registry.Registration;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryReader;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.index.CapabilityDictionary;
import io.ringmaster.registry.index.LeaseWheel;
import io.ringmaster.registry.store.DurableStore;
import io.ringmaster.registry.store.HeapStore;
import io.ringmaster.registry.store.StoreSettings;
import io.ringmaster.server.egress.EgressProxy;
import io.ringmaster.server.registry.WriteGate;
import io.ringmaster.server.session.NetworkCounters;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class StoreEffectsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long GRACE = 10 * SECOND;
    private static final int MAX_RECORD = 4560;
    private static final RegistrySettings SETTINGS = RegistrySettings.of(1, 256, 0).withAttributes(AttributeSchema.of(List.of(
        new AttributeSchema.Attribute("zone", AttributeSchema.Type.KEYWORD),
        new AttributeSchema.Attribute("memory-mb", AttributeSchema.Type.INTEGER))));

    private final List<Throwable> errors = new ArrayList<>();
    private final TreeSet<Long> deadlines = new TreeSet<>();
    private long nowNs = 1000 * SECOND;

    /** One life of a server. */
    private final class Life {
        final CapabilityDictionary capabilities = new CapabilityDictionary();
        final AttributeDictionary attributes = new AttributeDictionary(SETTINGS.attributes(), 16);
        final StoreCounters counters = StoreCounters.unmanaged();
        final StoreState state = new StoreState();
        final StoreRing ring = new StoreRing(512 * 1024, MAX_RECORD, counters);
        final StoreEffects effects = new StoreEffects(ring, MAX_RECORD, capabilities, attributes, state, counters, errors::add);
        final RegistryPartition partition = new RegistryPartition(0, SETTINGS, effects);
        final StoreRole role;
        final RegistryRestorer restorer;

        Life(final DurableStore store) {
            role = new StoreRole(ring, store, new EgressProxy(64 * 1024, 1024, NetworkCounters.unmanaged()), state, counters, errors::add);
            restorer = new RegistryRestorer(store);
            restorer.scan();
            deadlines.add(nowNs + GRACE);
            restorer.restore(new RegistryPartition[] {partition}, capabilities, attributes, GRACE, nowNs, 10);
            restorer.removeDropped();
        }

        int register(final long session, final String name, final String capabilityNames, final String attributeText,
            final String metadata, final long leaseNs) {
            final Registration registration = new Registration().reset().kind((byte)2).ownerSession(session).leaseNs(leaseNs)
                .namespace(bytes("ns"), 0, 2).name(bytes(name), 0, name.length())
                .metadata(bytes(metadata), 0, metadata.length());
            assertTrue(capabilities.parse(
                bytes(capabilityNames), 0, capabilityNames.length(), registration.capabilities(), true) >= 0);
            assertTrue(attributes.parse(
                bytes(attributeText), 0, attributeText.length(), registration.attributes(), null, true) >= 0);
            deadlines.add(nowNs + leaseNs);
            return partition.register(registration, nowNs);
        }

        int register(final long session, final String name) {
            return register(session, name, "gpu", "", "m", 0);
        }

        int update(final long session, final String name, final String metadata) {
            return partition.update(new RecordUpdate().reset().sessionId(session).flags(RecordUpdate.METADATA)
                .namespace(bytes("ns"), 0, 2).name(bytes(name), 0, name.length())
                .metadata(bytes(metadata), 0, metadata.length()), nowNs);
        }

        int unregister(final long session, final String name) {
            return partition.unregister(bytes("ns"), 0, 2, bytes(name), 0, name.length(), session, false, nowNs);
        }

        void endCycle() {
            // The wheel advances by so much only in a cycle.
            for (int cycle = 0; cycle < 100; cycle++) {
                partition.doWork(nowNs);
            }
            effects.flush();
            while (role.doWork(nowNs) > 0) {
                Thread.onSpinWait();
            }
            assertEquals(List.of(), errors);
        }

        String find(final String name) {
            final RecordView view = new RecordView(SETTINGS);
            final RegistryReader reader = RegistryReader.of(new RegistryPartition[] {partition});
            if (!reader.lookup(bytes("ns"), 0, 2, bytes(name), 0, name.length(), nowNs, view)) {
                return null;
            }
            final UnsafeBuffer text = new UnsafeBuffer(new byte[256]);
            final String capabilityNames = text.getStringWithoutLengthAscii(0, capabilities.encode(view.capabilities(), text, 0));
            final String attributeText = text.getStringWithoutLengthAscii(0, attributes.encode(view.attributes(), text, 0));
            return view.incarnation() + " v" + view.version() + " of " + view.ownerSession() + " kind " + view.kind() + " [" +
                capabilityNames + "] [" + attributeText + "] " +
                view.buffer().getStringWithoutLengthAscii(view.metadataOffset(), view.metadataLength());
        }
    }

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static HeapStore heapStore() {
        return new HeapStore(new StoreSettings(Path.of("unused"), 257, MAX_RECORD, MAX_RECORD));
    }

    private static List<String> shortCalls(final FakeStore store) {
        return store.calls.stream().map(call -> call.split(" ")[0] + " " + call.split(" ")[1]).collect(Collectors.toList());
    }

    @Test
    void shouldRestoreEveryRecordAsItWasWhenOperationsAreRandom() {
        final long seed = new Random().nextLong();
        System.out.println("StoreEffectsTest seed " + seed);
        final Random random = new Random(seed);
        final HeapStore store = heapStore();
        Life life = new Life(store);
        for (int restart = 0; restart < 20; restart++) {
            for (int i = 0; i < 2_000; i++) {
                final String name = "n" + random.nextInt(60);
                final long session = 1 + restart * 10L + random.nextInt(4);
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> life.register(session, name, random.nextBoolean() ? "gpu,llm" : "", random.nextBoolean() ?
                        "zone=z" + random.nextInt(5) + ",memory-mb=" + random.nextInt() : "", "m".repeat(random.nextInt(900)),
                        random.nextInt(3) * SECOND);
                    case 3, 4 -> life.update(session, name, "u" + i);
                    case 5 -> life.unregister(session, name);
                    case 6 -> nowNs += SECOND / 10;
                    default -> {
                        if (random.nextInt(50) == 0) {
                            life.partition.releaseSession(session);
                        }
                    }
                }
                if (random.nextInt(10) == 0) {
                    life.endCycle();
                }
            }
            // A lease that has just run out is noticed a tick later only: no deadline may be as near as that.
            while (!deadlines.subSet(nowNs - 2 * LeaseWheel.TICK_NS, true, nowNs, true).isEmpty()) {
                nowNs += LeaseWheel.TICK_NS;
            }
            life.endCycle();
            final TreeMap<String, String> before = new TreeMap<>();
            for (int i = 0; i < 60; i++) {
                before.put("n" + i, String.valueOf(life.find("n" + i)));
            }
            life = new Life(store);
            for (int i = 0; i < 60; i++) {
                assertEquals(before.get("n" + i), String.valueOf(life.find("n" + i)), "seed " + seed);
            }
            assertEquals(0, life.restorer.dropped());
            assertEquals(store.size(), life.restorer.restored());
        }
    }

    @Test
    void shouldStoreTheSuccessorBeforeItsPredecessorIsRemoved() {
        final FakeStore store = new FakeStore();
        final Life life = new Life(store);
        life.register(1, "a");
        life.endCycle();
        life.partition.releaseSession(1);
        life.register(2, "a");
        life.endCycle();
        assertEquals(List.of("put 1", "put 2", "remove 1"), shortCalls(store));
    }

    @Test
    void shouldRemoveARecordThatEndedBeforeOneOfAnotherNameIsStored() {
        final FakeStore store = new FakeStore();
        final Life life = new Life(store);
        life.register(1, "a");
        life.endCycle();
        life.partition.releaseSession(1);
        life.partition.doWork(nowNs);
        life.register(2, "b");
        life.endCycle();
        assertEquals(List.of("put 1", "remove 1", "put 2"), shortCalls(store));
    }

    @Test
    void shouldTakeTheSuccessorWhenTheProcessDiedBeforeThePredecessorWasRemoved() {
        final HeapStore store = heapStore();
        final HeapStore copy = heapStore();
        final Life life = new Life(store);
        life.register(1, "a");
        life.register(1, "b");
        life.endCycle();
        store.forEach(copy::put);
        life.partition.releaseSession(1);
        life.register(2, "a", "llm", "", "successor", 0);
        life.endCycle();
        store.forEach(copy::put);
        assertEquals(3, copy.size());
        final Life next = new Life(copy);
        assertEquals("3 v1 of 2 kind 2 [llm] [] successor", next.find("a"));
        assertEquals(1, next.restorer.dropped());
        assertEquals(2, copy.size());
        assertTrue(next.restorer.notes().get(0).contains("ns/a: ALREADY_REGISTERED"), next.restorer.notes().toString());
    }

    @Test
    void shouldTakeTheSuccessorOfALaterLifeWhateverTheirPartitions() {
        final HeapStore copy = heapStore();
        final HeapStore store = heapStore();
        final Life life = new Life(store);
        life.register(1, "a");
        life.endCycle();
        store.forEach((incarnation, buffer, offset, length) -> copy.put(5, buffer, offset, length));
        life.partition.releaseSession(1);
        life.register(2, "a", "llm", "", "successor", 0);
        life.endCycle();
        final long successor = 2L << RegistrySettings.INCARNATION_COUNTER_BITS | 9;
        store.forEach((incarnation, buffer, offset, length) -> copy.put(successor, buffer, offset, length));
        final Life next = new Life(copy);
        assertEquals(successor + " v1 of 2 kind 2 [llm] [] successor", next.find("a"));
        assertEquals(1, copy.size());
    }

    @Test
    void shouldStoreNeitherTheServersOwnRecordsNorHeartbeats() {
        final FakeStore store = new FakeStore();
        final Life life = new Life(store);
        life.register(0, "own");
        life.register(1, "a");
        life.register(1, "b");
        assertEquals(RegistryResult.OK, life.partition.renew(2, 1, (byte)2, 1, 1, nowNs));
        life.endCycle();
        assertEquals(List.of("put 2", "put 3"), shortCalls(store));
        assertEquals(RegistryResult.OK, life.unregister(0, "own"));
        assertEquals(RegistryResult.OK, life.unregister(1, "b"));
        life.endCycle();
        assertEquals(List.of("put 2", "put 3", "remove 3"), shortCalls(store));
    }

    @Test
    void shouldCountIncarnationsOnWhenRecordsAreRestored() {
        final HeapStore store = heapStore();
        final Life life = new Life(store);
        for (int i = 0; i < 5; i++) {
            life.register(1, "a" + i);
        }
        life.endCycle();
        assertEquals(5, new RegistryRestorer(store).scan());
        final Life next = new Life(store);
        assertEquals(5, next.restorer.warmUpLookups());
        next.register(2, "new");
        assertTrue(next.find("new").startsWith("6 v1"), next.find("new"));
        nowNs += GRACE + SECOND;
        next.endCycle();
        assertEquals(1, store.size());
    }

    @Test
    void shouldDropAndNameARecordWhenItIsDamagedOrHasNoPlace() {
        final HeapStore store = heapStore();
        final Life life = new Life(store);
        life.register(1, "a", "gpu", "memory-mb=5", "m", 0);
        life.endCycle();
        final List<String> notes = new ArrayList<>();
        final RegistryRestorer restorer = new RegistryRestorer(store);
        restorer.scan();
        final RegistrySettings without = RegistrySettings.of(1, 256, 0);
        restorer.restore(new RegistryPartition[] {new RegistryPartition(0, without, life.effects)}, new CapabilityDictionary(),
            new AttributeDictionary(AttributeSchema.NONE, 1), GRACE, nowNs, 0);
        assertEquals(1, restorer.unfit());
        assertEquals("ns/a: attribute memory-mb=5 is not declared", restorer.firstUnfit());
        assertEquals(1, store.size(), "who restores has not decided yet");
        restorer.removeDropped();
        notes.addAll(restorer.notes());
        assertEquals(List.of("registry: dropped record 1 ns/a: attribute memory-mb=5 is not declared"), notes);
        assertEquals(0, store.size());
    }

    @Test
    void shouldFailTheStoreWhenAChangeFindsNoRoom() {
        final FakeStore store = new FakeStore();
        final Life life = new Life(store);
        final String metadata = "m".repeat(900);
        int registered = 0;
        while (life.state.isWritable()) {
            assertEquals(RegistryResult.OK, life.register(1, "n" + registered % 50, "", "", metadata, 0));
            registered++;
        }
        assertTrue(registered > 400, registered + " registrations");
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("found no room in the store ring"), errors.get(0).getMessage());
        assertFalse(life.effects.canAccept());
    }

    @Test
    void shouldRefuseWritesBeforeTheStoreIsFullAndAfterItFailed() {
        final FakeStore store = new FakeStore();
        final Life life = new Life(store);
        final StoreSettings tight = new StoreSettings(Path.of("unused"), 100, 10 * StoreSizes.PIECE, StoreSizes.PIECE);
        final WriteGate gate = new StoreRoom(store, life.ring, life.state, new StoreSizes(tight));
        store.pieces = 90;
        assertEquals(RegistryResult.OK, gate.check());
        life.register(1, "under-way");
        assertEquals(RegistryResult.SLAB_FULL, gate.check());
        // As it is stored while the gate looks, it must not be missed in both places.
        store.afterPieces = life::endCycle;
        assertEquals(RegistryResult.SLAB_FULL, gate.check());
        store.afterPieces = () -> { };
        life.endCycle();
        assertEquals(RegistryResult.OK, gate.check());
        store.pieces = 91;
        assertEquals(RegistryResult.SLAB_FULL, gate.check());
        life.state.fail();
        assertEquals(WriteGate.STORE_FAILED, gate.check());
    }
}
