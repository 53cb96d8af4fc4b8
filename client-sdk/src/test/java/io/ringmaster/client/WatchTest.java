package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Watches: order, acknowledgement, gaps, losses of the connection, bad listeners. */
@Timeout(60)
class WatchTest {
    @TempDir
    File dir;
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private FakeServer server;
    private RingmasterClient client;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
        client = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath()).threading(ThreadingMode.CALLER)
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(5))
            .reconnectDelayNs(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.MILLISECONDS.toNanos(100)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private class Recorder implements WatchListener {
        @Override
        public void onSnapshotBegin() {
            events.add("begin");
        }

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

        @Override
        public void onLost(final long count) {
            events.add("lost " + count);
        }

        @Override
        public void onFailed(final RingmasterException failure) {
            events.add("failed " + failure.getClass().getSimpleName());
        }
    }

    private FakeRegistry.FakeWatch fake() {
        Await.until("watch at the server", () -> server.replies.registry.watch() != null, client::poll);
        return server.replies.registry.watch();
    }

    private void await(final String last) {
        Await.until(last + " after " + events, () -> events.contains(last), client::poll);
    }

    @Test
    void shouldTellSnapshotAndChangesInOrderWhenWatching() {
        try (Watch watch = client.watch(new WatchFilter().namespace("ns"), new Recorder())) {
            assertEquals("watch ns 65536", server.replies.registry.requests.poll());
            assertFalse(watch.isCurrent());
            final FakeRegistry.FakeWatch fake = fake();
            server.execute(() -> {
                fake.snapshot("a", "b");
                fake.send(4, "c", 11, 1, 0);
                fake.send(5, "c", 11, 2, 0);
                fake.send(6, "c", 11, 2, 4);
                fake.send(6, "a", 10, 1, 5);
            });
            await("removed a NO_LONGER_MATCHES");
            assertEquals(List.of("begin", "record a", "record b", "end", "registered c", "changed c 2",
                "removed c NAMESPACE_DROPPED", "removed a NO_LONGER_MATCHES"), List.copyOf(events));
            assertTrue(watch.isCurrent());
            assertEquals(8, watch.events());
            assertEquals(0, watch.losses());
            Await.until("acknowledged", () -> fake.acked == 8, client::poll);
        }
        Await.until("unwatched", () -> server.replies.registry.watches.isEmpty(), client::poll);
    }

    @Test
    void shouldAcknowledgeByHalfWindowsWhenEventsAreMany() {
        try (Watch watch = client.watch(new WatchFilter().windowBytes(4096), new Recorder())) {
            final FakeRegistry.FakeWatch fake = fake();
            server.execute(() -> {
                for (int i = 0; i < 200; i++) {
                    fake.send(4, "a-name-that-is-so-long-that-windows-fill-" + i, 100 + i, 1, 0);
                }
            });
            Await.until("acknowledged", () -> fake.acked == 200, client::poll);
            assertEquals(200, watch.events());
        }
    }

    @Test
    void shouldAskForNewSnapshotWhenSequenceHasGap() {
        try (Watch watch = client.watch(new WatchFilter(), new Recorder())) {
            final FakeRegistry.FakeWatch first = fake();
            server.execute(() -> {
                first.snapshot("a");
                first.sequence++;
                first.send(4, "unseen", 12, 1, 0);
                first.send(4, "unseen too", 12, 1, 0);
            });
            await("lost -1");
            assertFalse(watch.isCurrent());
            Await.until("watched anew", () -> server.replies.registry.watch() != null
                && server.replies.registry.watch().id != first.id, client::poll);
            final FakeRegistry.FakeWatch second = fake();
            server.execute(() -> {
                first.send(4, "late", 12, 1, 0);
                second.snapshot("b");
            });
            await("record b");
            Await.until("current", watch::isCurrent, client::poll);
            assertEquals(List.of("begin", "record a", "end", "lost -1", "begin", "record b", "end"), List.copyOf(events));
            assertEquals(1, watch.losses());
        }
    }

    @Test
    void shouldTellCountWhenServerSaysThatEventsWereLost() {
        try (Watch watch = client.watch(new WatchFilter(), new Recorder())) {
            final FakeRegistry.FakeWatch fake = fake();
            server.execute(() -> {
                fake.snapshot("a");
                fake.send(7, "", 0, 0, 0);
                fake.snapshot("a", "b");
            });
            await("record b");
            assertEquals(1, watch.losses());
            assertTrue(events.contains("lost 12"));
            assertEquals(1, server.replies.registry.watches.size());
        }
    }

    @Test
    void shouldWatchAgainWhenSessionIsResumedOrNew() {
        try (Watch watch = client.watch(new WatchFilter().namespace("ns"), new Recorder())) {
            for (final boolean canResume : new boolean[] {true, false}) {
                events.clear();
                final FakeRegistry.FakeWatch before = fake();
                server.execute(() -> before.snapshot("a"));
                await("end");
                Await.until("current", watch::isCurrent, client::poll);
                server.canResume = canResume;
                server.execute(() -> {
                    if (!canResume) {
                        server.replies.registry.watches.clear();
                    }
                    server.cut(server.session(client.sessionId()));
                });
                await("lost -1");
                assertFalse(watch.isCurrent());
                Await.until("watched anew", () -> server.replies.registry.watch() != null
                    && server.replies.registry.watch().id != before.id, client::poll);
            }
            assertEquals(2, watch.losses());
        }
    }

    @Test
    void shouldGoOnWhenListenerThrows() {
        try (Watch watch = client.watch(new WatchFilter(), new Recorder() {
            @Override
            public void onRecord(final AgentRecord record) {
                throw new IllegalStateException("no " + record.name());
            }
        })) {
            final FakeRegistry.FakeWatch fake = fake();
            server.execute(() -> fake.snapshot("a", "b"));
            await("end");
            assertEquals(2, client.stats().errors());
            assertEquals(4, watch.events());
            assertTrue(client.lookup("", "x").isPresent());
        }
    }

    @Test
    void shouldRefuseSynchronousCallsWhenInsideListener() {
        try (Watch watch = client.watch(new WatchFilter(), new Recorder() {
            @Override
            public void onSnapshotEnd() {
                assertThrows(IllegalStateException.class, () -> client.lookup("", "a"));
                client.lookupAsync("", "a").thenAccept(found -> events.add("found " + found.isPresent()));
            }
        })) {
            final FakeRegistry.FakeWatch fake = fake();
            server.execute(() -> fake.snapshot());
            await("found true");
            assertTrue(watch.isCurrent());
        }
    }

    @Test
    void shouldEndWhenClosedInsideListener() {
        final Watch[] watch = new Watch[1];
        watch[0] = client.watch(new WatchFilter(), new Recorder() {
            @Override
            public void onRecord(final AgentRecord record) {
                super.onRecord(record);
                watch[0].close();
            }
        });
        final FakeRegistry.FakeWatch fake = fake();
        server.execute(() -> fake.snapshot("a", "b"));
        await("record a");
        Await.until("unwatched", () -> server.replies.registry.watches.isEmpty(), client::poll);
        client.lookup("", "x");
        assertEquals(List.of("begin", "record a"), List.copyOf(events));
        assertTrue(watch[0].isClosed());
    }

    @Test
    void shouldUnwatchAgainWhenConnectionBreaksBeforeTheServerReadsIt() {
        final FakeRegistry registry = server.replies.registry;
        final Watch watch = client.watch(new WatchFilter(), new Recorder());
        fake();
        registry.losesUnwatches = true;
        watch.close();
        Await.until("sent", () -> registry.requests.contains("unwatch"), client::poll);
        registry.losesUnwatches = false;
        assertEquals(1, registry.watches.size());
        server.execute(() -> server.cut(server.session(client.sessionId())));
        Await.until("unwatched", registry.watches::isEmpty, client::poll);
        assertEquals(1, client.stats().resumes());
        client.lookup("", "x");
        assertEquals(2, registry.requests.stream().filter("unwatch"::equals).count());
    }

    @Test
    void shouldUnwatchAgainWhenThereIsNoAnswerInTime() {
        final FakeRegistry registry = server.replies.registry;
        try (RingmasterClient hasty = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500)))) {
            final Watch watch = hasty.watch(new WatchFilter(), new Recorder());
            fake();
            registry.losesUnwatches = true;
            watch.close();
            Await.until("sent", () -> registry.requests.contains("unwatch"));
            registry.losesUnwatches = false;
            Await.until("unwatched", registry.watches::isEmpty);
        }
    }

    @Test
    void shouldFailWhenServerRefuses() {
        server.replies.registry.refuseWatchWith = ResultCode.OVERLOADED;
        assertEquals(ResultCode.OVERLOADED, assertThrows(RefusedException.class,
            () -> client.watch(new WatchFilter(), new Recorder())).code());
        server.replies.registry.ignoresWatches = true;
        try (RingmasterClient hasty = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200)))) {
            assertThrows(RequestTimeoutException.class, () -> hasty.watch(new WatchFilter(), new Recorder()));
        }
        assertTrue(events.isEmpty());
    }

    @Test
    void shouldTellListenerWhenWatchIsRefusedLaterOrClientCloses() {
        client.watch(new WatchFilter(), new Recorder());
        final FakeRegistry.FakeWatch fake = fake();
        server.replies.registry.refuseWatchWith = ResultCode.FORBIDDEN;
        server.execute(() -> {
            fake.sequence++;
            fake.send(4, "a", 1, 1, 0);
        });
        await("failed RefusedException");
        server.replies.registry.refuseWatchWith = ResultCode.OK;
        final Watch open = client.watch(new WatchFilter(), new Recorder());
        client.close();
        assertTrue(events.contains("failed ClientClosedException"), events.toString());
        assertTrue(open.isClosed());
        assertThrows(ClientClosedException.class, () -> client.watch(new WatchFilter(), new Recorder()));
    }
}
