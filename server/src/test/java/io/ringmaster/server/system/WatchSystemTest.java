package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RemovalReason;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.Watch;
import io.ringmaster.client.WatchFilter;
import io.ringmaster.client.WatchListener;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.metrics.ServerCounter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Watches through the public client over a real driver. */
@Timeout(120)
class WatchSystemTest {
    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFollowTheRegistryWhenRecordsComeChangeAndGo(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, "ringmaster.registry.partitions=2")) {
            final RingmasterClient owner = fixture.client();
            final RingmasterClient watcher = fixture.client();
            for (int i = 0; i < 500; i++) {
                owner.register(service("ml", "early-" + i, "gpu"));
            }
            final Follower all = new Follower();
            final Watch watch = watcher.watch(new WatchFilter(), all);
            final Follower gpu = new Follower();
            watcher.watch(new WatchFilter().namespace("ml").allOf(List.of("gpu")), gpu);
            ServerFixture.await("snapshots", () -> all.isComplete && gpu.isComplete);
            for (int i = 0; i < 200; i++) {
                owner.register(service("ml", "late-" + i, i % 2 == 0 ? "gpu" : "cpu"));
                owner.register(service("ml", "early-" + i, "cpu"));
                assertTrue(owner.unregister("ml", "early-" + (499 - i)));
            }
            ServerFixture.await("all changes", () -> all.names().equals(names(owner, new RegistryQuery())));
            ServerFixture.await("changes of the filter",
                () -> gpu.names().equals(names(owner, new RegistryQuery().namespace("ml").allOf(List.of("gpu")))));
            assertEquals(500, all.names().size());
            assertEquals(200, gpu.names().size());
            assertEquals(200, all.removed.get());
            assertEquals(0, all.losses.get() + gpu.losses.get());
            assertEquals(2, fixture.counter(ServerCounter.WATCHES));
            owner.close();
            ServerFixture.await("the owner's records go", () -> all.names().isEmpty() && gpu.names().isEmpty());
            watch.close();
            ServerFixture.await("the watch ends", () -> fixture.counter(ServerCounter.WATCHES) == 1);
            watcher.close();
            ServerFixture.await("watches end with their session", () -> fixture.counter(ServerCounter.WATCHES) == 0);
        }
    }

    @Test
    void shouldTellALossAndSendANewSnapshotWhenTheWatcherIsSlow() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, "ringmaster.watch.backlog-bytes=64KiB")) {
            final RingmasterClient owner = fixture.client();
            final Follower slow = new Follower();
            slow.pauseNs = 2_000_000L;
            final Follower quick = new Follower();
            fixture.client().watch(new WatchFilter().windowBytes(4096), slow);
            fixture.client().watch(new WatchFilter(), quick);
            for (int i = 0; i < 3000; i++) {
                owner.register(service("ml", "s-" + i % 700, "gpu"));
            }
            final Set<String> names = names(owner, new RegistryQuery());
            assertEquals(700, names.size());
            ServerFixture.await("the quick one has all", () -> quick.names().equals(names));
            assertEquals(0, quick.losses.get(), "the slow one does not hold the quick one up");
            ServerFixture.await("the slow one lost", () -> slow.losses.get() > 0);
            slow.pauseNs = 0;
            ServerFixture.await("the slow one has all", () -> slow.isComplete && slow.names().equals(names));
            assertTrue(fixture.counter(ServerCounter.WATCH_EVENTS_LOST) > 0);
            assertTrue(fixture.counter(ServerCounter.WATCH_SNAPSHOTS) >= 3);
            assertEquals(0, fixture.counter(ServerCounter.SESSIONS_SLOW_DISCONNECTED));
        }
    }

    @Test
    void shouldRefuseWatchesBeyondTheBound() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, "ringmaster.watch.max=3", "ringmaster.watch.max-per-session=3")) {
            final RingmasterClient client = fixture.client();
            final List<Watch> watches = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                watches.add(client.watch(new WatchFilter(), new Follower()));
            }
            final RefusedException refused =
                assertThrows(RefusedException.class, () -> client.watch(new WatchFilter(), new Follower()));
            assertEquals(ResultCode.OVERLOADED, refused.code());
            assertTrue(refused.getMessage().contains("ringmaster.watch.max"), refused.getMessage());
            watches.get(1).close();
            ServerFixture.await("room", () -> fixture.counter(ServerCounter.WATCHES) == 2);
            assertFalse(client.watch(new WatchFilter(), new Follower()).isClosed());
        }
    }

    @Test
    void shouldDeliverEveryExpiryWhenManyLeasesRunOutAtOnce() throws Exception {
        expire(20_000, 65_536);
    }

    @Test
    @Tag("slow")
    void shouldDeliverEveryExpiryWhen100000LeasesRunOutWithinOneSecond() throws Exception {
        expire(100_000, 131_072);
    }

    private void expire(final int leases, final int entries) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, "ringmaster.registry.entries=" + entries,
            "ringmaster.registry.slab-bytes=64MiB", "ringmaster.session.timeout=30s",
            "ringmaster.session.slow-client-timeout=20s")) {
            final RingmasterClient owner = fixture.client();
            final Follower follower = new Follower();
            fixture.client().watch(new WatchFilter().namespace("mass"), follower);
            final int lease = 20_000;
            final long startNs = System.nanoTime();
            final List<RegistrationRequest> items = new ArrayList<>();
            for (int i = 0; i < leases; i++) {
                items.add(new RegistrationRequest().namespace("mass").name("lease-" + i).kind(Protocol.KIND_SERVICE).renew(false));
                if (items.size() == 100) {
                    // All end at about the same time, however long registering takes.
                    for (final RegistrationRequest item : items) {
                        item.leaseMs(Math.max(100, lease - (int) ((System.nanoTime() - startNs) / 1_000_000)));
                    }
                    assertEquals(items.size(), owner.registerBatch("mass", items).registered());
                    items.clear();
                }
            }
            ServerFixture.await("all are there", () -> follower.records.size() == leases);
            final RingmasterClient reader = fixture.client();
            ServerFixture.await("the first one goes", () -> follower.removed.get() > 0, 60);
            final long firstNs = System.nanoTime();
            final List<Long> lookupsNs = new ArrayList<>();
            while (follower.removed.get() < leases) {
                final long lookupNs = System.nanoTime();
                reader.lookup("mass", "lease-1");
                lookupsNs.add(System.nanoTime() - lookupNs);
                assertTrue(System.nanoTime() - firstNs < 30_000_000_000L, follower.removed.get() + " removals");
            }
            Collections.sort(lookupsNs);
            System.out.println(leases + " expiries delivered within " + (System.nanoTime() - firstNs) / 1_000_000 +
                " ms after the first; " + lookupsNs.size() + " lookups meanwhile, us: p50 " +
                lookupsNs.get(lookupsNs.size() / 2) / 1000 + ", p99 " + lookupsNs.get(lookupsNs.size() * 99 / 100) / 1000 +
                ", max " + lookupsNs.get(lookupsNs.size() - 1) / 1000);
            assertEquals(leases, follower.removed.get());
            assertEquals(leases, follower.expired.get());
            // The owner is told of each one too, and that has no window.
            assertEquals(0, fixture.counter(ServerCounter.SESSIONS_SLOW_DISCONNECTED));
            assertEquals(0, follower.losses.get());
            assertEquals(0, fixture.counter(ServerCounter.WATCH_EVENTS_LOST));
            ServerFixture.await("nothing is left", () -> follower.records.isEmpty());
        }
    }

    private static RegistrationRequest service(final String namespace, final String name, final String capability) {
        return new RegistrationRequest().namespace(namespace).name(name).kind(Protocol.KIND_SERVICE).leaseMs(60_000)
            .capabilities(List.of(capability)).renew(false);
    }

    private static Set<String> names(final RingmasterClient client, final RegistryQuery query) {
        final Set<String> names = new HashSet<>();
        client.query(query).forEach(record -> names.add(record.namespace() + "/" + record.name() + " v" + record.recordVersion()));
        return names;
    }

    /** Rebuilds the registry from what it is told. */
    private static final class Follower implements WatchListener {
        private final Map<Long, AgentRecord> records = new ConcurrentHashMap<>();
        private final Set<Long> seen = new HashSet<>();
        private final AtomicInteger losses = new AtomicInteger();
        private final AtomicLong removed = new AtomicLong();
        private final AtomicLong expired = new AtomicLong();
        private volatile boolean isComplete;
        private volatile long pauseNs;

        @Override
        public void onSnapshotBegin() {
            seen.clear();
            isComplete = false;
        }

        @Override
        public void onRecord(final AgentRecord record) {
            put(record);
        }

        @Override
        public void onSnapshotEnd() {
            records.keySet().retainAll(seen);
            isComplete = true;
        }

        @Override
        public void onRegistered(final AgentRecord record) {
            put(record);
        }

        @Override
        public void onChanged(final AgentRecord record) {
            put(record);
        }

        @Override
        public void onRemoved(final AgentRecord record, final RemovalReason reason) {
            records.remove(record.agentId());
            expired.addAndGet(reason == RemovalReason.LEASE_EXPIRED ? 1 : 0);
            removed.incrementAndGet();
        }

        @Override
        public void onLost(final long count) {
            losses.incrementAndGet();
            isComplete = false;
        }

        private void put(final AgentRecord record) {
            seen.add(record.agentId());
            records.put(record.agentId(), record);
            if (pauseNs > 0) {
                LockSupport.parkNanos(pauseNs);
            }
        }

        private Set<String> names() {
            final Set<String> names = new HashSet<>();
            records.values().forEach(record -> names.add(record.namespace() + "/" + record.name() + " v" + record.recordVersion()));
            return names;
        }
    }
}
