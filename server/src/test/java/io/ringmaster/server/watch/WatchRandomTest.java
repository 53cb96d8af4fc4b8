package io.ringmaster.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.registry.RegistryPartition;
import io.ringmaster.server.config.WatchSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random operations on the registry, watchers that acknowledge as they like, egress that comes and goes: in the end every watcher
 * has exactly the records that its filter lets through. {@link ModelWatcher} checks each event on the way.
 */
class WatchRandomTest {
    private static final long MS = WatchRig.MS;
    private static final int OPERATIONS = 40_000;
    private static final int SESSIONS = 6;
    private static final String[] NAMESPACES = {"ml", "ml2", "web"};
    private static final String[] SETS = {"", "gpu", "cpu", "gpu,cpu", "x", "gpu,x", "y,cpu"};
    private static final byte[] READINESS = {Protocol.READY, Protocol.READINESS_OVERLOADED, Protocol.DRAINING};

    private WatchRig rig;
    private Random random;
    private final List<Follower> followers = new ArrayList<>();
    private long nextWatchId = 1;
    private long losses;
    private long ended;

    /** A watcher with what it watches for and how it behaves. */
    private record Follower(
        ModelWatcher watcher, int kind, String namespace, String prefix, String allOf, String anyOf, String noneOf, int laziness) {
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldHaveWhatTheRegistryHasWhenEverythingHappensAtRandom(final long seed) {
        random = new Random(seed);
        final int partitions = 1 << random.nextInt(3);
        rig = new WatchRig(partitions, 600, new WatchSettings(8, 8, 4096, 16 * 1024, 64 * 1024));
        for (int i = 0; i < OPERATIONS; i++) {
            operate();
            if (random.nextInt(4) == 0) {
                rig.nowNs += random.nextInt(2_000_000);
                rig.work();
            }
            if (random.nextInt(8) == 0) {
                rig.drain(random.nextInt(300));
            }
        }
        rig.settle();
        removeAllDead();
        int records = 0;
        for (final Follower follower : followers) {
            final Map<Long, String> expected = rig.live(
                follower.kind, follower.namespace, follower.prefix, follower.allOf, follower.anyOf, follower.noneOf);
            assertEquals(differences(expected, follower.watcher.records), Map.of(), () -> "seed " + seed + ", " + follower);
            assertTrue(follower.watcher.isLive(), "seed " + seed);
            losses += follower.watcher.losses;
            records += expected.size();
        }
        assertEquals(followers.size(), rig.desk.size());
        assertTrue(losses > 0 && ended > 0 && records > 0 && rig.counters.events() > OPERATIONS / 4,
            "seed " + seed + ": " + losses + " losses, " + ended + " ended, " + records + " records, " + rig.counters.events() +
                " events: too tame to prove anything");
    }

    /** A lease is noticed a moment after its end; what is compared must be a moment at which none is due. */
    private void removeAllDead() {
        for (int i = 0; size() != rig.live(0, "", "", "", "", "").size(); i++) {
            assertTrue(i < 10_000, "dead records stay");
            rig.nowNs += MS;
            rig.settle();
        }
    }

    private int size() {
        int size = 0;
        for (final RegistryPartition partition : rig.partitions) {
            size += partition.size();
        }
        return size;
    }

    private static Map<Long, String> differences(final Map<Long, String> expected, final Map<Long, String> actual) {
        final Map<Long, String> differences = new TreeMap<>();
        expected.forEach((id, text) -> {
            if (!text.equals(actual.get(id))) {
                differences.put(id, "expected " + text + ", was " + actual.get(id));
            }
        });
        actual.forEach((id, text) -> {
            if (!expected.containsKey(id)) {
                differences.put(id, "not expected " + text);
            }
        });
        return differences;
    }

    private void operate() {
        final int choice = random.nextInt(1000);
        if (choice < 350) {
            rig.register(session(), 1 + random.nextInt(2), namespace(), name(), pick(SETS), metadata(), leaseNs());
        } else if (choice < 550) {
            rig.update(session(), namespace(), name(), pick(SETS), metadata());
        } else if (choice < 650) {
            rig.unregister(session(), namespace(), name());
        } else if (choice < 800) {
            renew();
        } else if (choice < 980) {
            acknowledge();
        } else if (choice < 981) {
            endSession();
        } else if (choice < 982) {
            unwatch();
        } else {
            watch();
        }
    }

    private void renew() {
        final int shift = 48;
        final long incarnation = (long) random.nextInt(rig.partitions.length) << shift | 1 + random.nextInt(40_000);
        rig.renew(session(), incarnation, READINESS[random.nextInt(READINESS.length)]);
        // Most guesses miss; a session's own records are known to itself.
        if (random.nextInt(20) == 0) {
            final long session = session();
            rig.live(0, "", "", "", "", "").forEach((id, text) -> {
                if (text.contains("owner " + session + " ") && random.nextInt(10) == 0) {
                    rig.renew(session, id, READINESS[random.nextInt(READINESS.length)]);
                }
            });
        }
    }

    private void acknowledge() {
        for (final Follower follower : followers) {
            final ModelWatcher watcher = follower.watcher;
            if (watcher.sequence > watcher.acked && random.nextInt(follower.laziness) == 0) {
                final long behind = watcher.sequence - watcher.acked;
                watcher.ack(watcher.acked + (random.nextBoolean() ? behind : 1 + random.nextInt((int) behind)));
            }
        }
    }

    private void endSession() {
        final long session = session();
        rig.endSession(session);
        followers.removeIf(follower -> {
            final boolean isGone = follower.watcher.sessionId == session;
            ended += isGone ? 1 : 0;
            if (isGone) {
                forget(follower);
            }
            return isGone;
        });
    }

    private void unwatch() {
        if (!followers.isEmpty()) {
            final Follower follower = followers.remove(random.nextInt(followers.size()));
            forget(follower);
            rig.unwatch(follower.watcher.sessionId, follower.watcher.watchId);
            ended++;
        }
    }

    private void forget(final Follower follower) {
        losses += follower.watcher.losses;
        rig.watchers.remove(WatchRig.key(follower.watcher.sessionId, follower.watcher.watchId));
    }

    private void watch() {
        if (followers.size() == 8) {
            return;
        }
        final String[] names = {"", "", "a", "a1", "b"};
        final int kind = random.nextInt(3);
        final String namespace = random.nextBoolean() ? "" : namespace();
        final String prefix = pick(names);
        final String allOf = random.nextBoolean() ? "" : pick(SETS);
        final String anyOf = random.nextInt(3) > 0 ? "" : pick(SETS);
        final String noneOf = random.nextInt(3) > 0 ? "" : pick(SETS);
        final int[] windows = {4096, 8192, 16 * 1024};
        final ModelWatcher watcher = rig.watch(session(), nextWatchId++, windows[random.nextInt(windows.length)], kind, namespace,
            prefix, allOf, anyOf, noneOf);
        final int[] laziness = {1, 3, 50, 3000};
        followers.add(new Follower(
            watcher, kind, namespace, prefix, allOf, anyOf, noneOf, laziness[random.nextInt(laziness.length)]));
    }

    private long session() {
        return 1 + random.nextInt(SESSIONS);
    }

    private String namespace() {
        return pick(NAMESPACES);
    }

    private String name() {
        return (random.nextBoolean() ? "a" : "b") + random.nextInt(150);
    }

    private String metadata() {
        return "m".repeat(random.nextInt(4) == 0 ? random.nextInt(500) : random.nextInt(20));
    }

    private long leaseNs() {
        return random.nextInt(4) == 0 ? 0 : (1 + random.nextInt(2000)) * MS;
    }

    private String pick(final String[] from) {
        return from[random.nextInt(from.length)];
    }
}
