package io.ringmaster.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.registry.RegistryResult;
import io.ringmaster.server.config.WatchSettings;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WatchDeskTest {
    private static final long MS = WatchRig.MS;
    private static final int WINDOW = 16 * 1024;
    private static final long LEASE_NS = 10_000 * MS;

    private final WatchRig rig = new WatchRig(2, 8192, new WatchSettings(4, 4, WINDOW, 64 * 1024, 256 * 1024));

    @Test
    void shouldSendAnEmptySnapshotWhenNothingIsRegistered() {
        final ModelWatcher watcher = rig.watch(7, 1, WINDOW);
        rig.settle();
        assertEquals(List.of("7#101 OK 16384 0 ''"), rig.replies);
        assertEquals(2, watcher.sequence);
        assertTrue(watcher.events.get(0).startsWith("1 "));
        assertTrue(watcher.events.get(1).startsWith("3 "));
        assertTrue(watcher.isLive());
        assertEquals(1, rig.counters.watches());
        assertEquals(1, rig.counters.snapshots());
        assertEquals(2, rig.counters.events());
    }

    @Test
    void shouldSendEveryFieldOfARecordInTheSnapshotAndOfItsChanges() {
        register(7, 1, "ml", "a", "gpu,cpu", "meta");
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.settle();
        assertEquals("2 v1 kind 1 readiness 1 owner 7 capacity 3/2 ml/a [gpu,cpu] {} 'meta'", watcher.events.get(1));

        register(9, 2, "ml", "b", "", "");
        assertEquals(RegistryResult.OK, rig.update(9, "ml", "b", "gpu", "new"));
        final long id = rig.live(2, "ml", "b", "", "", "").keySet().iterator().next();
        assertEquals(RegistryResult.OK, rig.renew(9, id, Protocol.DRAINING));
        assertEquals(RegistryResult.OK, rig.renew(9, id, Protocol.DRAINING));
        register(9, 1, "ml", "b", "cpu", "odd");
        assertEquals(RegistryResult.OK, rig.unregister(9, "ml", "b"));
        rig.settle();
        assertEquals(List.of(
            "4 v1 kind 2 readiness 1 owner 9 capacity 3/2 ml/b [] {} ''",
            "5 v2 kind 2 readiness 1 owner 9 capacity 3/2 ml/b [gpu] {} 'new'",
            "5 v2 kind 2 readiness 3 owner 9 capacity 3/2 ml/b [gpu] {} 'new'",
            "5 v3 kind 1 readiness 1 owner 9 capacity 3/2 ml/b [cpu] {zone=z3,memory=3} 'odd'",
            "6.1 v3 kind 1 readiness 1 owner 9 capacity 3/2 ml/b [] {} ''"), watcher.events.subList(3, 8));
        assertEquals(8, watcher.sequence);
    }

    @Test
    void shouldTellWhyARecordIsGone() {
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        register(7, 1, "ml", "a", "", "");
        rig.register(9, 1, "ml", "b", "", "", 100 * MS);
        rig.settle();
        rig.endSession(7);
        rig.nowNs += 200 * MS;
        rig.settle();
        assertTrue(watcher.events.stream().anyMatch(e -> e.startsWith("6.3 ") && e.contains("ml/a")), watcher.events::toString);
        assertTrue(watcher.events.stream().anyMatch(e -> e.startsWith("6.2 ") && e.contains("ml/b")), watcher.events::toString);
        assertTrue(watcher.records.isEmpty());
    }

    @Test
    void shouldTellOfADroppedNamespaceFirstThatItsAgentsDrainAndThenThatTheyAreGone() {
        register(7, 1, "ml", "agent", "gpu", "");
        register(7, 2, "ml", "service", "gpu", "");
        register(7, 1, "other", "agent", "gpu", "");
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW, 0, "", "", "gpu", "", "");
        rig.settle();
        final int before = watcher.events.size();
        final UnsafeBuffer namespace = WatchRig.ascii("ml");
        for (final RegistryPartition partition : rig.partitions) {
            partition.dropNamespace(namespace, 0, namespace.capacity(), 50 * MS, rig.nowNs);
        }
        rig.settle();
        for (int i = 0; i < 200; i++) {
            rig.nowNs += MS;
            rig.settle();
        }
        final List<String> events = watcher.events.subList(before, watcher.events.size());
        assertEquals(3, events.size(), events::toString);
        assertTrue(events.stream().anyMatch(e -> e.startsWith("5 v1 kind 1 readiness 3 ") && e.contains("ml/agent")), events::toString);
        assertTrue(events.stream().anyMatch(e -> e.startsWith("6.4 ") && e.contains("ml/service")), events::toString);
        assertTrue(events.get(2).startsWith("6.4 ") && events.get(2).contains("ml/agent"), events::toString);
        assertEquals(1, watcher.records.size());
    }

    @Test
    void shouldSendOnlyWhatTheFilterLetsThrough() {
        final ModelWatcher byNamespace = rig.watch(8, 1, WINDOW, 0, "ml", "", "", "", "");
        final ModelWatcher byPrefix = rig.watch(8, 2, WINDOW, 0, "", "a/", "", "", "");
        final ModelWatcher byKind = rig.watch(8, 3, WINDOW, 2, "ml", "a/", "", "", "");
        final ModelWatcher bySets = rig.watch(9, 1, WINDOW, 1, "", "", "gpu", "x,y", "old");
        rig.settle();
        register(7, 1, "ml", "a/1", "gpu,x", "");
        register(7, 2, "ml", "a/2", "gpu,y,old", "");
        register(7, 1, "ml2", "a/3", "gpu", "");
        register(7, 1, "m", "b/4", "gpu,y", "");
        rig.settle();
        assertEquals(rig.live(0, "ml", "", "", "", ""), byNamespace.records);
        assertEquals(rig.live(0, "", "a/", "", "", ""), byPrefix.records);
        assertEquals(rig.live(2, "ml", "a/", "", "", ""), byKind.records);
        assertEquals(rig.live(1, "", "", "gpu", "x,y", "old"), bySets.records);
        assertEquals(2, byNamespace.records.size());
        assertEquals(3, byPrefix.records.size());
        assertEquals(1, byKind.records.size());
        assertEquals(2, bySets.records.size());
    }

    @Test
    void shouldSendAChangeAcrossTheFilterAsRegisteredOrRemoved() {
        register(7, 1, "ml", "a", "cpu", "");
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW, 1, "", "", "gpu", "", "");
        rig.settle();
        assertEquals(2, watcher.sequence);
        rig.update(7, "ml", "a", "cpu,gpu", "");
        rig.update(7, "ml", "a", "gpu", "");
        rig.update(7, "ml", "a", "cpu", "");
        rig.update(7, "ml", "a", "cpu,x", "");
        register(7, 1, "ml", "a", "gpu", "");
        register(7, 2, "ml", "a", "gpu", "");
        rig.unregister(7, "ml", "a");
        rig.settle();
        assertEquals(List.of("4", "5", "6.5", "4", "6.5"),
            watcher.events.subList(2, watcher.events.size()).stream().map(e -> e.split(" ")[0]).toList());
        assertTrue(watcher.records.isEmpty());
    }

    @Test
    void shouldSendTheSnapshotInPiecesWithChangesAmongThem() {
        for (int i = 0; i < 2000; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
        }
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        int round = 0;
        while (!watcher.isLive()) {
            rig.work();
            rig.drain(Integer.MAX_VALUE);
            watcher.ackAll();
            register(7, 1, "ml", "new-" + round, "gpu", "");
            rig.update(7, "ml", "agent-" + round, "cpu", "changed");
            rig.unregister(7, "ml", "agent-" + (1999 - round));
            round++;
        }
        assertTrue(round > 10, round + " rounds");
        rig.settle();
        assertEquals(rig.live(0, "", "", "", "", ""), watcher.records);
        assertEquals(0, watcher.losses);
    }

    @Test
    void shouldSendNoMoreThanTheWindowUntilAcknowledged() {
        final ModelWatcher watcher = rig.watch(8, 1, 4096);
        rig.work();
        for (int i = 0; i < 100; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
        }
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        final long sent = watcher.sequence;
        assertTrue(watcher.underWayLength <= 4096 && watcher.underWayLength > 3900, watcher.underWayLength + " bytes");
        assertEquals(0, rig.work(), "waiting for an acknowledgement is no work");
        watcher.ack(2);
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        assertTrue(watcher.sequence > sent && watcher.sequence <= sent + 2);
        rig.settle();
        assertEquals(102, watcher.sequence);
        assertEquals(0, watcher.losses, "the backlog kept what the window did not let through");
    }

    @Test
    void shouldLoseAndSendANewSnapshotWhenTheWatcherFallsTooFarBehind() {
        final ModelWatcher slow = rig.watch(8, 1, 4096);
        final ModelWatcher good = rig.watch(9, 1, WINDOW);
        rig.settle();
        for (int i = 0; i < 4000; i++) {
            assertEquals(RegistryResult.OK, register(7, 1, "ml", "agent-" + i % 1000, "gpu", "version " + i));
            rig.work();
            rig.drain(Integer.MAX_VALUE);
            good.ackAll();
        }
        assertEquals(0, good.losses);
        final long before = slow.sequence;
        assertTrue(before < 100);
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        assertEquals(before, slow.sequence, "nothing more until all is acknowledged");
        slow.ack(before - 1);
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        assertEquals(before, slow.sequence);
        rig.settle();
        assertEquals(1, slow.losses);
        assertEquals(2, slow.snapshots);
        assertEquals(rig.live(0, "", "", "", "", ""), slow.records);
        assertEquals(4000 - (before - 2), slow.lost, "every change was sent or counted as lost");
        assertEquals(slow.lost, rig.counters.lost());
        assertEquals(3, rig.counters.snapshots());
    }

    @Test
    void shouldNotLoseWhatTheFilterWouldNotLetThrough() {
        final ModelWatcher watcher = rig.watch(8, 1, 4096, 0, "other", "", "", "", "");
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        for (int i = 0; i < 4000; i++) {
            register(7, 1, "ml", "agent", "gpu", "version " + i);
        }
        rig.settle();
        assertEquals(0, watcher.losses);
        assertEquals(2, watcher.sequence);
    }

    @Test
    void shouldSendEveryExpiryWhenManyLeasesRunOutAtOnceAndTheWatcherAcknowledges() {
        for (int i = 0; i < 8000; i++) {
            rig.register(7, 1, "ml", "agent-" + i, "gpu", "", 100 * MS);
        }
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.settle();
        assertEquals(8000, watcher.records.size());
        rig.nowNs += 200 * MS;
        int held = 0;
        int cycles = 0;
        while (watcher.removals < 8000) {
            rig.nowNs += 50_000;
            rig.work();
            held += rig.desk.canAccept() ? 0 : 1;
            if (++cycles % 8 == 0) {
                rig.drain(Integer.MAX_VALUE);
                watcher.ackAll();
            }
            assertTrue(cycles < 100_000, watcher.removals + " removals");
        }
        assertTrue(held > 0, "the backlog of 256 KiB does not hold 8,000 removals");
        assertEquals(0, watcher.losses);
        assertEquals(0, rig.counters.lost());
        assertTrue(watcher.records.isEmpty());
    }

    @Test
    void shouldHoldRemovalsNoLongerThan100MsForAWatcherThatDoesNotGetOn() {
        for (int i = 0; i < 8000; i++) {
            rig.register(7, 1, "ml", "agent-" + i, "gpu", "", 100 * MS);
        }
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.settle();
        rig.nowNs += 200 * MS;
        final long startNs = rig.nowNs;
        while (rig.partitions[0].size() + rig.partitions[1].size() > 0) {
            rig.nowNs += 100_000;
            rig.work();
            rig.drain(Integer.MAX_VALUE);
        }
        final long tookNs = rig.nowNs - startNs;
        assertTrue(tookNs > 100 * MS && tookNs < 120 * MS, tookNs / MS + " ms");
        rig.settle();
        assertEquals(1, watcher.losses);
        assertTrue(watcher.records.isEmpty());
    }

    @Test
    void shouldHoldRemovalsNoLongerThanASecondForAWatcherThatGetsOnWhileOthersFillTheLog() {
        final int length = 256 * 1024;
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.settle();
        final int room = 256;
        long heldNs = 0;
        long longestNs = 0;
        long freeNs = 0;
        for (int i = 0; i < 3000; i++) {
            rig.nowNs += MS;
            rig.desk.nowNs(rig.nowNs);
            for (long filled = rig.counters.backlog(); filled + room < length / 4 * 3; filled += room) {
                register(7, 1, "ml", "agent-" + i % 100, "gpu", "");
            }
            rig.desk.doWork();
            rig.drain(Integer.MAX_VALUE);
            watcher.ackAll();
            final boolean isHeld = !rig.desk.canAccept();
            heldNs = isHeld ? heldNs + MS : 0;
            freeNs += isHeld ? 0 : MS;
            longestNs = Math.max(longestNs, heldNs);
        }
        assertEquals(0, watcher.losses, "it gets on all the time");
        assertTrue(longestNs > 900 * MS && longestNs <= 1000 * MS, longestNs / MS + " ms");
        assertTrue(freeNs > 1900 * MS, freeNs / MS + " ms");
    }

    @Test
    void shouldNotTakeMoreThanItsPartOfTheEgressRing() {
        final ModelWatcher[] watchers = new ModelWatcher[4];
        for (int i = 0; i < watchers.length; i++) {
            watchers[i] = rig.watch(20 + i, 1, 64 * 1024);
        }
        rig.settle();
        for (int i = 0; i < 1000; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
            rig.work();
            assertTrue(rig.egress.size() <= WatchRig.EGRESS_LENGTH / 2 + 256, rig.egress.size() + " bytes");
        }
        assertTrue(rig.egress.size() > WatchRig.EGRESS_LENGTH / 3);
        rig.settle();
        for (final ModelWatcher watcher : watchers) {
            assertEquals(1002, watcher.sequence);
            assertEquals(0, watcher.losses);
        }
    }

    @Test
    void shouldBoundWhatIsUnderWayToOneSessionFromAllOfItsWatches() {
        final ModelWatcher[] watchers = new ModelWatcher[4];
        for (int i = 0; i < watchers.length; i++) {
            watchers[i] = rig.watch(8, i, 64 * 1024);
        }
        rig.settle();
        for (int i = 0; i < 1000; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
            rig.work();
            rig.drain(Integer.MAX_VALUE);
            int underWay = 0;
            for (final ModelWatcher watcher : watchers) {
                underWay += watcher.underWayLength;
            }
            assertTrue(underWay <= WatchRig.SESSION_WINDOW, underWay + " bytes");
        }
        rig.settle();
        for (final ModelWatcher watcher : watchers) {
            assertEquals(rig.live(0, "", "", "", "", ""), watcher.records);
        }
    }

    @Test
    void shouldRefuseAWatchWhenItsSessionHasItsShare() {
        final WatchRig shared = new WatchRig(1, 64, new WatchSettings(9, 0, WINDOW, 64 * 1024, 256 * 1024));
        shared.watch(8, 1, WINDOW);
        shared.watch(8, 2, WINDOW);
        shared.watch(8, 3, WINDOW);
        shared.watch(8, 2, WINDOW);
        shared.watch(9, 1, WINDOW);
        shared.settle();
        assertEquals(List.of("8#101 OK 16384 0 ''", "8#102 OK 16384 0 ''",
            "8#103 OVERLOADED 0 0 'watches of the session = 2 is the bound, ringmaster.watch.max-per-session'",
            "8#102 OK 16384 0 ''", "9#101 OK 16384 0 ''"), shared.replies);
        assertEquals(3, shared.desk.size());
        shared.unwatch(8, 1);
        shared.watch(8, 3, WINDOW);
        shared.settle();
        assertEquals("8#103 OK 16384 0 ''", shared.replies.get(6));
    }

    @Test
    void shouldRefuseAWatchWhenAllAreTaken() {
        for (int i = 0; i < 4; i++) {
            rig.watch(8, i, WINDOW);
        }
        rig.watch(9, 77, WINDOW);
        rig.settle();
        assertEquals("9#177 OVERLOADED 0 1000 'watches = 4 is the bound, ringmaster.watch.max'", rig.replies.get(4));
        assertEquals(4, rig.desk.size());
        rig.unwatch(8, 2);
        rig.watch(9, 77, WINDOW);
        rig.settle();
        assertEquals("9#177 OK 16384 0 ''", rig.replies.get(6));
    }

    @Test
    void shouldStartAWatchAnewWhenItsSessionAsksAgain() {
        register(7, 1, "ml", "a", "", "");
        final ModelWatcher first = rig.watch(8, 1, WINDOW);
        rig.settle();
        assertEquals(3, first.sequence);
        final ModelWatcher second = rig.watch(8, 1, WINDOW);
        rig.settle();
        assertEquals(3, second.sequence);
        assertEquals(first.records, second.records);
        assertEquals(1, rig.desk.size());
    }

    @Test
    void shouldEndAWatchWhenAsked() {
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.settle();
        rig.unwatch(8, 1);
        rig.unwatch(8, 1);
        register(7, 1, "ml", "a", "", "");
        rig.settle();
        assertEquals(2, watcher.sequence);
        assertEquals("8#201 OK 2 0 ''", rig.replies.get(1));
        assertEquals("8#201 NOT_FOUND 0 0 'the session has no watch of this id'", rig.replies.get(2));
        assertEquals(0, rig.counters.watches());
    }

    @Test
    void shouldEndAllWatchesOfASessionThatEnds() {
        rig.watch(8, 1, WINDOW);
        rig.watch(8, 2, WINDOW);
        final ModelWatcher other = rig.watch(9, 1, WINDOW);
        rig.settle();
        rig.endSession(8);
        final long events = rig.eventsRead;
        register(7, 1, "ml", "a", "", "");
        rig.settle();
        assertEquals(1, rig.eventsRead - events);
        assertEquals(1, other.records.size());
        assertEquals(1, rig.desk.size());
    }

    @Test
    void shouldIgnoreAcknowledgementsOfWhatWasNotSent() {
        final ModelWatcher watcher = rig.watch(8, 1, 4096);
        rig.work();
        rig.drain(Integer.MAX_VALUE);
        rig.ack(8, 1, 1_000_000);
        rig.ack(8, 1, -5);
        rig.ack(8, 99, 1);
        rig.ack(99, 1, 1);
        for (int i = 0; i < 100; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
        }
        rig.settle();
        assertEquals(102, watcher.sequence);
    }

    @Test
    void shouldKeepAnswersInOrderWhenTheEgressRingIsFull() {
        for (int i = 0; rig.egress.write(1, WatchRig.ascii("12345678"), 0, 8); i++) {
            assertTrue(i < 100_000);
        }
        final ModelWatcher watcher = rig.watch(8, 1, WINDOW);
        rig.unwatch(8, 2);
        register(7, 1, "ml", "a", "", "");
        rig.work();
        assertEquals(62, rig.desk.commandRoom());
        rig.egress.read((type, buffer, index, length) -> { });
        rig.egress.read((type, buffer, index, length) -> { });
        rig.settle();
        assertEquals(64, rig.desk.commandRoom());
        assertEquals(List.of("8#101 OK 16384 0 ''", "8#202 NOT_FOUND 0 0 'the session has no watch of this id'"), rig.replies);
        assertEquals(rig.live(0, "", "", "", "", ""), watcher.records);
    }

    @Test
    void shouldDoNoWorkWhenThereIsNoWatch() {
        for (int i = 0; i < 100; i++) {
            register(7, 1, "ml", "agent-" + i, "gpu", "");
            assertEquals(0, rig.work());
        }
        assertEquals(0, rig.egress.size());
        assertFalse(rig.counters.events() > 0);
    }

    private int register(
        final long sessionId, final int kind, final String namespace, final String name, final String capabilities,
        final String metadata) {
        return rig.register(sessionId, kind, namespace, name, capabilities, metadata, LEASE_NS);
    }
}
