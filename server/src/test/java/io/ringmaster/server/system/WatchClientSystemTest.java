package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryMirror;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RemovalReason;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.client.Watch;
import io.ringmaster.client.WatchFilter;
import io.ringmaster.client.WatchListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches through the SDK and a real driver. */
@Timeout(120)
class WatchClientSystemTest {
    private static final String ENTRIES = "ringmaster.registry.entries=16384";
    private static final String LEASE = "ringmaster.registry.lease.default=30s";

    @TempDir
    private Path dir;

    private static RegistrationRequest service(final String name) {
        return new RegistrationRequest().namespace("shop").name(name);
    }

    private static Map<String, Long> content(final Iterable<AgentRecord> records) {
        final Map<String, Long> content = new HashMap<>();
        records.forEach(record -> content.put(record.namespace() + '/' + record.name(),
            record.agentId() * 31 + record.recordVersion()));
        return content;
    }

    private static final class Names implements WatchListener {
        private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();

        @Override
        public void onRecord(final AgentRecord record) {
            events.add("record " + record.name());
        }

        @Override
        public void onSnapshotEnd() {
            events.add("end");
        }

        @Override
        public void onRegistered(final AgentRecord record) {
            events.add("registered " + record.name());
        }

        @Override
        public void onChanged(final AgentRecord record) {
            events.add("changed " + record.name() + ' ' + record.recordVersion());
        }

        @Override
        public void onRemoved(final AgentRecord record, final RemovalReason reason) {
            events.add("removed " + record.name() + ' ' + reason);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellSnapshotThenChangesInOrder(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp)) {
            final RingmasterClient owner = fixture.client();
            owner.register(service("a").capabilities(List.of("x")));
            owner.register(service("hidden"));
            final Names names = new Names();
            final RingmasterClient watcher = fixture.client();
            try (Watch watch = watcher.watch(new WatchFilter().namespace("shop").allOf(List.of("x")), names)) {
                ServerFixture.await("snapshot", watch::isCurrent);
                owner.register(service("b").capabilities(List.of("x")));
                owner.update(new UpdateRequest().namespace("shop").name("b").metadata(new byte[] {1}));
                owner.update(new UpdateRequest().namespace("shop").name("a").capabilities(List.of("y")));
                owner.unregister("shop", "b");
                final RingmasterClient leaving = fixture.client();
                leaving.register(service("c").capabilities(List.of("x")));
                leaving.close();
                ServerFixture.await("all told: " + names.events, () -> names.events.contains("removed c SESSION_ENDED"));
                assertEquals(List.of("record a", "end", "registered b", "changed b 2", "removed a NO_LONGER_MATCHES",
                    "removed b UNREGISTERED", "registered c", "removed c SESSION_ENDED"), new ArrayList<>(names.events));
                assertEquals(0, watch.losses());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldEqualRegistryAtTheEndWhenRecordsChurn(final boolean udp) throws Exception {
        final long seed = System.nanoTime();
        System.out.println("WatchClientSystemTest seed " + seed);
        final Random random = new Random(seed);
        try (ServerFixture fixture = new ServerFixture(dir, udp, ENTRIES, LEASE)) {
            final RingmasterClient owner = fixture.client();
            final List<RegistrationRequest> first = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                first.add(new RegistrationRequest().name("n" + i));
            }
            assertEquals(500, owner.registerBatch("shop", first).registered());
            final RegistryMirror mirror = fixture.track(RegistryMirror.open(fixture.client(), new WatchFilter().namespace("shop")));
            for (int i = 0; i < 3_000; i++) {
                final String name = "n" + random.nextInt(1_000);
                switch (random.nextInt(3)) {
                    case 0 -> owner.unregisterAsync("shop", name);
                    case 1 -> owner.updateAsync(new UpdateRequest().namespace("shop").name(name).metadata(new byte[] {(byte) i}));
                    default -> owner.registerAsync(service(name));
                }
                if (i % 50 == 0) {
                    owner.lookup("shop", name);
                }
            }
            owner.register(service("the-last"));
            ServerFixture.await("last change", () -> mirror.isCurrent() && mirror.get("shop", "the-last").isPresent());
            assertEquals(content(owner.query(new RegistryQuery().namespace("shop").pageSize(200))), content(mirror.records()));
            assertTrue(mirror.size() > 100);
        }
    }

    @Test
    void shouldTellSlowWatcherThatItLostAndDelayNobodyElse() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ENTRIES, LEASE, "ringmaster.watch.backlog-bytes=256KiB")) {
            final RingmasterClient owner = fixture.client();
            final AtomicBoolean isSlow = new AtomicBoolean(true);
            final AtomicLong lost = new AtomicLong();
            final AtomicLong changes = new AtomicLong();
            final RegistryMirror quick = fixture.track(RegistryMirror.open(fixture.client(), new WatchFilter().windowBytes(1 << 18)));
            final Watch slow = fixture.client().watch(new WatchFilter().windowBytes(4096), new WatchListener() {
                @Override
                public void onChanged(final AgentRecord record) {
                    changes.incrementAndGet();
                    if (isSlow.get()) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                    }
                }

                @Override
                public void onLost(final long count) {
                    lost.addAndGet(count);
                }
            });
            ServerFixture.await("current", slow::isCurrent);
            for (int i = 0; i < 100; i++) {
                owner.register(service("n" + i));
            }
            for (int i = 0; lost.get() == 0 && i < 100_000; i++) {
                owner.updateAsync(new UpdateRequest().namespace("shop").name("n" + i % 100).metadata(new byte[900]));
                if (i % 50 == 0) {
                    owner.lookup("shop", "n0");
                    ServerFixture.await("quick one follows", quick::isCurrent);
                }
            }
            isSlow.set(false);
            assertTrue(lost.get() > 0, changes + " changes and none lost");
            owner.register(service("the-last"));
            ServerFixture.await("both have all", () -> slow.isCurrent() && quick.isCurrent()
                && quick.get("shop", "the-last").isPresent());
            assertEquals(101, quick.size());
            assertEquals(content(owner.query(new RegistryQuery().pageSize(200))), content(quick.records()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRestoreWatchWhenServerIsStartedAgain(final boolean durable) throws Exception {
        final String durability = "ringmaster.registry.durability=" + (durable ? "process" : "none");
        final RingmasterClient client;
        final RegistryMirror mirror;
        try (ServerFixture fixture = new ServerFixture(dir, durability)) {
            client = RingmasterClient.connect(fixture.clientContext().reconnectDelayNs(
                TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.MILLISECONDS.toNanos(200)));
            mirror = RegistryMirror.open(client, new WatchFilter());
            assertTrue(mirror.awaitCurrent(10_000));
            client.register(service("a"));
            fixture.client().register(service("b"));
            ServerFixture.await("both", () -> mirror.size() == 2);
        }
        ServerFixture.await("noticed", () -> !mirror.isCurrent());
        assertTrue(mirror.get("shop", "a").isPresent());
        try (ServerFixture fixture = new ServerFixture(dir, durability)) {
            ServerFixture.await("again", () -> mirror.isCurrent() && mirror.get("shop", "a")
                .filter(record -> record.ownerSessionId() == client.sessionId()).isPresent());
            assertTrue(mirror.watch().losses() >= 1);
            fixture.client().register(service("c"));
            ServerFixture.await("goes on", () -> mirror.get("shop", "c").isPresent());
            mirror.close();
            client.close();
        }
    }
}
