package io.ringmaster.client;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How snapshots and changes are merged. */
class RegistryMirrorTest {
    private final RegistryMirror mirror = new RegistryMirror();
    private final WatchListener feeder = mirror.listener();

    private static AgentRecord record(final String name, final long agentId, final long version) {
        return new AgentRecord("ns", name, (byte) 1, (byte) 1, 1, agentId, version, -1, 1, 1, -1, -1, List.of(), new byte[0],
            Map.of());
    }

    private Map<String, Long> content() {
        final Map<String, Long> content = new HashMap<>();
        mirror.records().forEach(record -> content.put(record.name(), record.agentId() * 100 + record.recordVersion()));
        return content;
    }

    @Test
    void shouldKeepNewestWhenChangesComeAmongSnapshot() {
        feeder.onSnapshotBegin();
        feeder.onChanged(record("a", 5, 4));
        feeder.onRecord(record("a", 5, 3));
        feeder.onRecord(record("b", 6, 1));
        feeder.onRegistered(record("b", 9, 1));
        feeder.onRecord(record("b", 6, 2));
        feeder.onRemoved(record("c", 7, 2), RemovalReason.UNREGISTERED);
        feeder.onRecord(record("c", 7, 1));
        feeder.onRegistered(record("d", 8, 1));
        feeder.onRemoved(record("d", 8, 1), RemovalReason.LEASE_EXPIRED);
        assertEquals(0, mirror.size());
        assertFalse(mirror.isCurrent());
        feeder.onSnapshotEnd();
        assertTrue(mirror.isCurrent());
        assertEquals(Map.of("a", 504L, "b", 901L), content());
        feeder.onRemoved(record("b", 6, 2), RemovalReason.SESSION_ENDED);
        feeder.onRemoved(record("a", 5, 4), RemovalReason.UNREGISTERED);
        assertEquals(Map.of("b", 901L), content());
    }

    @Test
    void shouldServeOldRecordsUntilNewSnapshotIsCompleteWhenEventsWereLost() {
        feeder.onSnapshotBegin();
        feeder.onRecord(record("old", 50, 1));
        feeder.onSnapshotEnd();
        feeder.onLost(WatchListener.UNKNOWN_COUNT);
        assertFalse(mirror.isCurrent());
        feeder.onSnapshotBegin();
        feeder.onRecord(record("new", 1, 1));
        assertTrue(mirror.get("ns", "old").isPresent());
        assertTrue(mirror.get("ns", "new").isEmpty());
        feeder.onSnapshotEnd();
        assertEquals(Map.of("new", 101L), content());
        assertTrue(mirror.isCurrent());
    }

    @Test
    void shouldThrowWhenWatchHasFailed() {
        feeder.onFailed(new ClientClosedException("closed"));
        assertThrows(ClientClosedException.class, () -> mirror.awaitCurrent(10));
    }

    @Test
    void shouldEqualRegistryWhenSnapshotsAndRandomChangesAreMixed() {
        final long seed = System.nanoTime();
        System.out.println("RegistryMirrorTest seed " + seed);
        final Random random = new Random(seed);
        final Map<String, AgentRecord> registry = new HashMap<>();
        long incarnation = 0;
        for (int round = 0; round < 50; round++) {
            feeder.onSnapshotBegin();
            final Set<String> unseen = new HashSet<>(registry.keySet());
            for (int step = 0; step < 400; step++) {
                if (!unseen.isEmpty() && (random.nextInt(3) == 0 || step > 350)) {
                    final String name = unseen.iterator().next();
                    unseen.remove(name);
                    if (registry.containsKey(name)) {
                        feeder.onRecord(registry.get(name));
                    }
                }
                final String name = "n" + random.nextInt(40);
                final AgentRecord known = registry.get(name);
                if (known == null) {
                    registry.put(name, record(name, ++incarnation, 1));
                    feeder.onRegistered(registry.get(name));
                } else if (random.nextBoolean()) {
                    registry.put(name, record(name, known.agentId(), known.recordVersion() + 1));
                    feeder.onChanged(registry.get(name));
                } else {
                    feeder.onRemoved(registry.remove(name), RemovalReason.UNREGISTERED);
                }
            }
            unseen.stream().filter(registry::containsKey).forEach(name -> feeder.onRecord(registry.get(name)));
            feeder.onSnapshotEnd();
            final Map<String, Long> expected = new HashMap<>();
            registry.values().forEach(record -> expected.put(record.name(), record.agentId() * 100 + record.recordVersion()));
            assertEquals(expected, content());
        }
    }
}
