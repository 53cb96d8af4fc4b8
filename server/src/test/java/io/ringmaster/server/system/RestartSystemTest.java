package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.RingmasterException;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.store.StoreException;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.store.RegistryRestore;
import io.ringmaster.server.store.StoreLocation;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What survives a server that is killed, stopped and started again. */
@Timeout(120)
@SuppressWarnings("try") // the server is closed before its clients: closing a client would withdraw its records
class RestartSystemTest {
    private static final String ATTRIBUTES =
        "ringmaster.registry.attributes=[{name=zone,type=keyword},{name=memory-mb,type=integer}]";

    @TempDir
    private Path dir;

    private static RegistrationRequest service(final String name) {
        return new RegistrationRequest().namespace("shop").name(name).kind(Protocol.KIND_SERVICE)
            .capabilities(List.of("gpu", "llm")).metadata(("about " + name).getBytes());
    }

    private static String[] small(final String... sets) {
        return Stream.concat(Stream.of(ServerMain.SMALL), Stream.of(sets)).toArray(String[]::new);
    }

    private static RingmasterServer launch(final Path dir, final List<String> report, final String... sets) {
        return RingmasterServer.launch(new RingmasterServer.Context()
            .settings(ServerFixture.settings(dir, "localhost:0", small(sets))).report(report::add));
    }

    @Test
    void shouldWriteTheWholeStoreBackAfterARecovery() throws Exception {
        try (KillableServer server = new KillableServer(dir).start()) {
            try (RingmasterClient client = server.client()) {
                client.register(service("svc").renew(false));
                server.kill();
            }
            server.start();
            assertTrue(server.opened().contains("recovered"), server.opened());
            ServerFixture.await("portions of a store in which nothing has changed since",
                () -> ServerFixture.counter(server.dir(), ServerCounter.STORE_WRITE_BACKS) > 1);
        }
    }

    @Test
    void shouldFindAcknowledgedRecordsAsStaleWhenTheServerWasKilled() throws Exception {
        try (KillableServer server = new KillableServer(dir, ATTRIBUTES).start()) {
            assertTrue(server.opened().contains("created, 0 records restored"), server.opened());
            final long[] agentIds = new long[10];
            try (RingmasterClient client = server.client()) {
                for (int i = 0; i < 10; i++) {
                    agentIds[i] = client.register(service("svc-" + i).renew(false).attribute("zone", "a").attribute("memory-mb", i))
                        .agentId();
                }
                assertTrue(client.update(new UpdateRequest().namespace("shop").name("svc-1").metadata(new byte[] {7})).updated());
                assertTrue(client.unregister("shop", "svc-2"));
                assertTrue(client.unregister("shop", "svc-3"));
                server.kill();
            }
            server.start();
            assertTrue(server.opened().contains("recovered, 8 records restored, 0 dropped"), server.opened());
            try (RingmasterClient client = server.client()) {
                assertTrue(client.lookup("shop", "svc-2").isEmpty());
                assertTrue(client.lookup("shop", "svc-3").isEmpty());
                final AgentRecord record = client.lookup("shop", "svc-0").orElseThrow();
                assertEquals(Protocol.STALE, record.readiness());
                assertEquals(agentIds[0], record.agentId());
                assertEquals(1, record.recordVersion());
                assertEquals(List.of("gpu", "llm"), record.capabilities());
                assertEquals(Map.of("zone", "a", "memory-mb", "0"), record.attributes());
                assertArrayEquals("about svc-0".getBytes(), record.metadata());
                assertTrue(record.leaseRemainingMs() > 10_000 && record.leaseRemainingMs() <= 30_000, record.toString());
                final AgentRecord updated = client.lookup("shop", "svc-1").orElseThrow();
                assertEquals(2, updated.recordVersion());
                assertArrayEquals(new byte[] {7}, updated.metadata());
                assertThrows(RingmasterException.class, () -> client.unregister("shop", "svc-4"), "an orphan of another session");
                final long agentId = client.register(service("svc-4").renew(false)).agentId();
                assertTrue(agentId > agentIds[9], agentId + " must be above " + agentIds[9]);
                assertEquals(Protocol.READY, client.lookup("shop", "svc-4").orElseThrow().readiness());
            }
        }
    }

    @Test
    void shouldBringNothingBackOfADroppedNamespaceWhenTheServerWasKilledRightAfterTheAnswer() throws Exception {
        try (KillableServer server = new KillableServer(dir).start()) {
            try (RingmasterClient client = server.client(); RingmasterClient admin = RingmasterClient.connect(
                new RingmasterClient.Context().dir(server.dir().toString()).clientName("admin").reconnect(false)
                    .adminToken(server.dir().resolve("admin.token")))) {
                for (int batch = 0; batch < 60; batch++) {
                    final List<RegistrationRequest> items = new ArrayList<>();
                    for (int i = 0; i < 50; i++) {
                        items.add(service("svc-" + batch + "-" + i).renew(false));
                    }
                    client.registerBatch("shop", items);
                }
                client.register(service("agent").kind(Protocol.KIND_AGENT).renew(false));
                client.register(service("elsewhere").namespace("other").renew(false));
                assertEquals(3001, admin.dropNamespace("shop", 60_000));
                server.kill();
            }
            server.start();
            assertTrue(server.opened().contains("recovered, 1 records restored, 0 dropped"), server.opened());
        }
    }

    @Test
    void shouldGiveRecordsBackToTheirOwnersWhenTheServerWasKilled() throws Exception {
        try (KillableServer server = new KillableServer(dir).start(); RingmasterClient owner = server.patientClient()) {
            final long before = owner.register(service("svc")).agentId();
            server.kill();
            server.start();
            assertTrue(server.opened().contains("1 records restored"), server.opened());
            try (RingmasterClient other = server.client()) {
                ServerFixture.await("the owner has registered again", () ->
                    other.lookup("shop", "svc").filter(record -> record.readiness() == Protocol.READY).isPresent());
                final AgentRecord record = other.lookup("shop", "svc").orElseThrow();
                assertTrue(record.agentId() > before, record.agentId() + " must be above " + before);
                assertArrayEquals("about svc".getBytes(), record.metadata());
            }
        }
    }

    @Test
    void shouldRemoveOrphansFromTheStoreWhenTheirOwnersDoNotComeBack() throws Exception {
        final List<String> report = new ArrayList<>();
        try (RingmasterServer server = launch(dir, report); RingmasterClient client = client(server)) {
            client.register(service("svc").renew(false));
            server.close();
        }
        try (RingmasterServer server = launch(dir, report, "ringmaster.registry.restart-grace=300ms");
            RingmasterClient client = client(server)) {
            assertTrue(report.get(1).contains("clean, 1 records restored"), report.toString());
            ServerFixture.await("the orphan is gone", () -> client.lookup("shop", "svc").isEmpty());
            ServerFixture.await("and gone from the store", () -> counter(server, ServerCounter.STORE_RECORDS) == 0);
        }
        try (RingmasterServer server = launch(dir, report)) {
            assertTrue(report.get(2).contains("clean, 0 records restored"), report.toString());
            assertEquals(0, counter(server, ServerCounter.STORE_RECOVERED));
        }
    }

    @Test
    void shouldKeepNothingWhenDurabilityIsNone() throws Exception {
        final List<String> report = new ArrayList<>();
        try (RingmasterServer server = launch(dir, report, "ringmaster.registry.durability=none");
            RingmasterClient client = client(server)) {
            client.register(service("svc").renew(false));
            assertTrue(client.lookup("shop", "svc").isPresent());
        }
        assertEquals(List.of(), report);
        assertFalse(Files.exists(StoreLocation.of(dir)));
    }

    @Test
    void shouldRefuseToStartWhenTheStoreIsOfAnotherConfigurationOrCannotBeMade() throws Exception {
        launch(dir, new ArrayList<>()).close();
        final StoreException other = assertThrows(StoreException.class,
            () -> launch(dir, new ArrayList<>(), "ringmaster.registry.entries=8192"));
        assertEquals(StoreException.Reason.OTHER_CONFIGURATION, other.reason());
        assertTrue(other.getMessage().contains("restore"), other.getMessage());
        final Path file = dir.resolve("file");
        Files.createFile(file);
        assertThrows(UncheckedIOException.class, () -> launch(file, new ArrayList<>()));
        final Path blocked = dir.resolve("blocked");
        Files.createDirectories(blocked);
        Files.createFile(StoreLocation.of(blocked));
        final StoreException ex = assertThrows(StoreException.class, () -> launch(blocked, new ArrayList<>()));
        assertEquals(StoreException.Reason.IO, ex.reason());
    }

    @Test
    void shouldRefuseToStartWithoutRecordsThatTheConfigurationHasNoPlaceForUnlessToldTo() throws Exception {
        final List<String> report = new ArrayList<>();
        try (RingmasterServer server = launch(dir, report, ATTRIBUTES); RingmasterClient client = client(server)) {
            client.register(service("plain").renew(false));
            client.register(service("zoned").renew(false).attribute("zone", "a"));
            server.close();
        }
        for (int i = 0; i < 2; i++) {
            final StoreException refused = assertThrows(StoreException.class, () -> launch(dir, new ArrayList<>()));
            assertEquals(StoreException.Reason.OTHER_CONFIGURATION, refused.reason());
            assertTrue(refused.getMessage().contains("1 of 2 records"), refused.getMessage());
            assertTrue(refused.getMessage().contains("shop/zoned: attribute zone"), refused.getMessage());
            assertTrue(refused.getMessage().contains("ringmaster.registry.store.discard-unfit"), refused.getMessage());
        }
        try (RingmasterServer server = launch(dir, report, ATTRIBUTES); RingmasterClient client = client(server)) {
            assertTrue(client.lookup("shop", "zoned").isPresent(), "a refused start must not change anything");
            assertTrue(report.get(report.size() - 1).contains("clean, 2 records restored, 0 dropped"), report.toString());
        }
        report.clear();
        try (RingmasterServer server = launch(dir, report, "ringmaster.registry.store.discard-unfit=true");
            RingmasterClient client = client(server)) {
            assertEquals(2, report.size(), report.toString());
            assertTrue(report.get(0).contains("shop/zoned: attribute zone"), report.toString());
            assertTrue(report.get(0).contains("is not declared"), report.toString());
            assertTrue(report.get(1).contains("1 records restored, 1 dropped"), report.toString());
            assertTrue(client.lookup("shop", "zoned").isEmpty());
            assertTrue(client.lookup("shop", "plain").isPresent());
            assertEquals(1, counter(server, ServerCounter.STORE_RECORDS));
        }
    }

    @Test
    void shouldKeepRecordsThatASmallerInlinePartHasNoRoomFor() throws Exception {
        final String entries = "ringmaster.registry.entries=1024";
        final String slab = "ringmaster.registry.slab-bytes=64KiB";
        final String[] wide = {entries, slab, "ringmaster.registry.inline-bytes=512"};
        try (RingmasterServer server = launch(dir, new ArrayList<>(), wide); RingmasterClient client = client(server)) {
            for (int i = 0; i < 500; i++) {
                client.register(service("svc-" + i).renew(false).metadata(new byte[300]));
            }
            server.close();
        }
        final StoreException refused = assertThrows(StoreException.class, () -> launch(dir, new ArrayList<>(), entries, slab));
        assertTrue(refused.getMessage().contains("SLAB_FULL"), refused.getMessage());
        final List<String> report = new ArrayList<>();
        try (RingmasterServer server = launch(dir, report, wide); RingmasterClient client = client(server)) {
            assertTrue(report.get(0).contains("clean, 500 records restored, 0 dropped"), report.toString());
            assertTrue(client.lookup("shop", "svc-499").isPresent());
        }
    }

    @Test
    void shouldRestoreABackupThatWasMadeBesideWritesIntoAnotherDirectory() throws Exception {
        final Path backup = dir.resolve("backup");
        final List<String> report = new ArrayList<>();
        final Path first = dir.resolve("first");
        try (RingmasterServer server = launch(first, report); RingmasterClient client = client(server)) {
            for (int i = 0; i < 100; i++) {
                client.register(service("svc-" + i).renew(false));
            }
            assertThrows(RingmasterException.class, () -> client.backup(backup, TimeUnit.SECONDS.toNanos(20)), "no administrator");
            try (RingmasterClient admin = RingmasterClient.connect(
                new RingmasterClient.Context().dir(first.toString()).clientName("admin")
                    .adminToken(first.resolve("admin.token")))) {
                assertEquals(100, admin.backup(backup, TimeUnit.SECONDS.toNanos(20)).records());
                final RingmasterException again = assertThrows(
                    RingmasterException.class, () -> admin.backup(backup, TimeUnit.SECONDS.toNanos(20)));
                assertTrue(again.getMessage().contains("exists already"), again.getMessage());
            }
            assertThrows(io.ringmaster.protocol.ServerAlreadyRunningException.class,
                () -> RegistryRestore.run(backup, server.settings()));
            client.register(service("after").renew(false));
            server.close();
        }
        final Path second = dir.resolve("second");
        final var target = ServerFixture.settings(second, "localhost:0", small("ringmaster.registry.entries=8192"));
        assertEquals(100, RegistryRestore.run(backup, target).entries());
        assertEquals(StoreException.Reason.NOT_EMPTY,
            assertThrows(StoreException.class, () -> RegistryRestore.run(backup, target)).reason());
        report.clear();
        try (RingmasterServer server = launch(second, report, "ringmaster.registry.entries=8192");
            RingmasterClient client = client(server)) {
            assertTrue(report.get(0).contains("clean, 100 records restored, 0 dropped"), report.toString());
            assertEquals(Protocol.STALE, client.lookup("shop", "svc-99").orElseThrow().readiness());
            assertTrue(client.lookup("shop", "after").isEmpty());
        }
    }

    @Test
    void shouldHaveEveryAcknowledgedStateWhenKilledUnderWrites() throws Exception {
        killUnderWrites(3);
    }

    @Test
    @Tag("slow")
    @Timeout(1200)
    void shouldHaveEveryAcknowledgedStateWhenKilledAHundredTimesUnderWrites() throws Exception {
        killUnderWrites(100);
    }

    private void killUnderWrites(final int kills) throws Exception {
        final long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("RestartSystemTest seed " + seed);
        final WriteLoad load = new WriteLoad(seed);
        long recovered = 0;
        try (KillableServer server = new KillableServer(dir, "ringmaster.registry.restart-grace=10m").start()) {
            for (int i = 0; i < kills; i++) {
                final AtomicBoolean killed = new AtomicBoolean();
                try (RingmasterClient client = server.client()) {
                    final Thread killer = killer(server, killed);
                    load.run(client, killed::get);
                    killer.join();
                }
                server.start();
                try (RingmasterClient client = server.client()) {
                    final int found = load.verify(client);
                    assertTrue(server.opened().contains(" " + found + " records restored, 0 dropped"), found + ": " + server.opened());
                }
                recovered += server.opened().contains("recovered") ? 1 : 0;
            }
        }
        System.out.println("RestartSystemTest: " + load.acknowledged() + " writes acknowledged, " + recovered + " of " + kills +
            " starts recovered");
        assertEquals(kills, recovered);
        assertTrue(load.acknowledged() > 100L * kills, load.acknowledged() + " writes");
    }

    private static Thread killer(final KillableServer server, final AtomicBoolean killed) {
        final long delayNs = TimeUnit.MILLISECONDS.toNanos(200 + ThreadLocalRandom.current().nextInt(600));
        final Thread killer = new Thread(() -> {
            LockSupport.parkNanos(delayNs);
            try {
                server.kill();
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            } finally {
                killed.set(true);
            }
        });
        killer.start();
        return killer;
    }

    private static RingmasterClient client(final RingmasterServer server) {
        return RingmasterClient.connect(
            new RingmasterClient.Context().dir(server.settings().dir().toString()).clientName("test"));
    }

    private static long counter(final RingmasterServer server, final ServerCounter counter) {
        return ServerFixture.counter(server.settings().dir(), counter);
    }
}
