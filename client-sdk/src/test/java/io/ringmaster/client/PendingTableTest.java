package io.ringmaster.client;

import org.agrona.collections.LongArrayList;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The table of open requests against a map. */
class PendingTableTest {
    @Test
    void shouldAgreeWithMapWhenOperationsAreRandom() {
        final long seed = System.nanoTime();
        System.out.println("PendingTableTest seed " + seed);
        final Random random = new Random(seed);
        final PendingTable table = new PendingTable(16);
        final Map<Long, Long> oracle = new HashMap<>();
        long nowNs = Long.MAX_VALUE - 10_000;
        long lastId = 0;
        for (int i = 0; i < 200_000; i++) {
            nowNs++;
            final int choice = random.nextInt(100);
            if (choice < 50) {
                final long id = table.nextId();
                assertEquals(oracle.size() == 16, id == -1);
                if (id > 0) {
                    assertTrue(id > lastId);
                    lastId = id;
                    final long deadlineNs = nowNs + random.nextInt(300);
                    table.add(id, deadlineNs);
                    oracle.put(id, deadlineNs);
                }
            } else if (choice < 95) {
                final long id = Math.max(0, lastId - random.nextInt(20));
                assertEquals(oracle.remove(id) != null, table.remove(id));
            } else {
                final Set<Long> expired = new HashSet<>();
                table.expire(nowNs, expired::add);
                final long at = nowNs;
                final Set<Long> expected = new HashSet<>();
                oracle.forEach((id, deadlineNs) -> {
                    if (at - deadlineNs >= 0) {
                        expected.add(id);
                    }
                });
                assertEquals(expected, expired);
                oracle.keySet().removeAll(expired);
            }
            assertEquals(oracle.size(), table.count());
        }
        assertTrue(table.wasIssued(lastId));
        assertFalse(table.wasIssued(lastId + 1));
        final LongArrayList left = new LongArrayList();
        table.clear(left::addLong);
        assertEquals(oracle.keySet(), new HashSet<>(left));
        assertEquals(0, table.count());
    }
}
