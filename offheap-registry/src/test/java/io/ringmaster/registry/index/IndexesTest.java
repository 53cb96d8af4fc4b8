package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IndexesTest {
    private record Entry(byte kind, CapabilitySet capabilities) {
    }

    @Test
    void shouldFindWhatAScanOfAllRecordsFinds() {
        final int slots = 16_384 - 64 * 7;
        final Random random = new Random(7);
        final CapabilityBitmaps bitmaps = new CapabilityBitmaps(slots);
        final TreeMap<Integer, Entry> model = new TreeMap<>();
        for (int round = 0; round < 20_000; round++) {
            final int slot = random.nextInt(4) == 0 ? random.nextInt(64) : random.nextInt(slots);
            final Entry entry = new Entry((byte) (1 + random.nextInt(CapabilityBitmaps.MAX_KIND)), randomSet(random, 20));
            final Entry old = model.get(slot);
            if (old == null) {
                bitmaps.add(slot, entry.kind, entry.capabilities);
                model.put(slot, entry);
            } else if (random.nextInt(3) == 0) {
                bitmaps.replace(slot, old.kind, old.capabilities, entry.kind, entry.capabilities);
                model.put(slot, entry);
            } else {
                bitmaps.remove(slot, old.kind, old.capabilities);
                model.remove(slot);
            }
            if (round % 200 == 0) {
                checkQuery(bitmaps, model, randomSet(random, 2), (byte) random.nextInt(3), random.nextInt(slots));
                checkQuery(bitmaps, model, new CapabilitySet(), (byte) 0, 0);
                checkQuery(bitmaps, model, new CapabilitySet(), (byte) 1, random.nextInt(slots));
            }
        }
    }

    private static CapabilitySet randomSet(final Random random, final int max) {
        final CapabilitySet set = new CapabilitySet();
        for (int i = random.nextInt(max + 1); i > 0; i--) {
            set.add(random.nextInt(16) * 17);
        }
        return set;
    }

    private static void checkQuery(
        final CapabilityBitmaps bitmaps, final TreeMap<Integer, Entry> model, final CapabilitySet allOf, final byte kind,
        final int from) {
        final List<Integer> expected = new ArrayList<>();
        model.tailMap(from, true).forEach((slot, entry) -> {
            if (entry.capabilities.containsAll(allOf) && (kind == 0 || entry.kind == kind)) {
                expected.add(slot);
            }
        });
        final CapabilityBitmaps.Cursor cursor = new CapabilityBitmaps.Cursor().select(allOf, kind).start(bitmaps, from);
        final List<Integer> found = new ArrayList<>();
        for (int slot = cursor.next(); slot >= 0; slot = cursor.next()) {
            found.add(slot);
        }
        assertEquals(expected, found, allOf + " kind " + kind + " from " + from);
        assertEquals(-1, cursor.next(), "a cursor that has ended stays ended");
    }

    @Test
    void shouldFindNothingBehindTheLastSlot() {
        final CapabilityBitmaps bitmaps = new CapabilityBitmaps(64);
        bitmaps.add(63, (byte) 1, new CapabilitySet());
        final CapabilityBitmaps.Cursor cursor = new CapabilityBitmaps.Cursor().select(new CapabilitySet(), (byte) 0);
        assertEquals(63, cursor.start(bitmaps, 63).next());
        assertEquals(-1, cursor.start(bitmaps, 64).next());
        assertEquals(-1, cursor.start(bitmaps, Integer.MAX_VALUE).next());
    }

    @Test
    void shouldFindIncarnationsAfterAnyOrderOfRemovals() {
        final int slots = 256;
        final SlotTable table = new SlotTable(slots);
        final IncarnationIndex index = new IncarnationIndex(table, slots);
        final Map<Long, Integer> model = new HashMap<>();
        final Random random = new Random(11);
        final boolean[] used = new boolean[slots];
        for (int round = 0; round < 50_000; round++) {
            final int slot = random.nextInt(slots);
            final int incarnationOffset = table.offset(slot) + SlotDescriptor.INCARNATION_OFFSET;
            if (used[slot]) {
                final long incarnation = table.incarnation(slot);
                index.remove(incarnation);
                model.remove(incarnation);
                used[slot] = false;
            } else if (model.size() < 179) {
                final long incarnation = ((long) random.nextInt(3) << 48) + random.nextInt(4000);
                if (!model.containsKey(incarnation)) {
                    table.buffer().putLong(incarnationOffset, incarnation);
                    index.put(incarnation, slot);
                    model.put(incarnation, slot);
                    used[slot] = true;
                }
            }
            final long probe = random.nextInt(4000);
            assertEquals(model.getOrDefault(probe, -1), index.find(probe));
        }
        model.forEach((incarnation, slot) -> assertEquals(slot, index.find(incarnation)));
        index.remove(987_654_321L);
        model.forEach((incarnation, slot) -> assertEquals(slot, index.find(incarnation)));
    }

    @Test
    void shouldHandOutEachLeaseAfterItsDeadlineAndWithinATick() {
        final int slots = 1024;
        final LeaseWheel wheel = new LeaseWheel(slots);
        final Random random = new Random(3);
        final TreeMap<Integer, Long> deadlines = new TreeMap<>();
        long now = 123_456_789_123L;
        for (int round = 0; round < 20_000; round++) {
            final int slot = random.nextInt(slots);
            if (random.nextInt(3) == 0) {
                wheel.cancel(slot);
                deadlines.remove(slot);
            } else {
                final boolean isLong = random.nextInt(10) == 0;
                final long deadline = now + (isLong ? random.nextLong(200_000_000_000L) : random.nextInt(1 << 26));
                wheel.schedule(slot, deadline, now);
                deadlines.put(slot, deadline);
            }
            assertEquals(deadlines.size(), wheel.size());
            if (random.nextInt(5) == 0) {
                now += random.nextInt(50) == 0 ? random.nextLong(60_000_000_000L) : random.nextInt(1 << 24);
                takeDue(wheel, deadlines, now);
            }
        }
    }

    private static void takeDue(final LeaseWheel wheel, final TreeMap<Integer, Long> deadlines, final long now) {
        wheel.advance(now, LeaseWheel.TICKS_PER_WHEEL + 1);
        final TreeSet<Integer> taken = new TreeSet<>();
        for (int slot = wheel.pollDue(); slot >= 0; slot = wheel.pollDue()) {
            final long deadline = deadlines.get(slot);
            if (deadline > now) {
                wheel.schedule(slot, deadline, now);
            } else {
                wheel.cancel(slot);
                deadlines.remove(slot);
                assertTrue(taken.add(slot));
            }
        }
        deadlines.forEach((slot, deadline) -> assertTrue(
            deadline >> LeaseWheel.TICK_SHIFT >= now >> LeaseWheel.TICK_SHIFT, "slot " + slot + " is overdue"));
    }

    @Test
    void shouldKeepEqualDeadlinesInOrderAndInConstantMemory() {
        final int slots = 1 << 17;
        final LeaseWheel wheel = new LeaseWheel(slots);
        final long bytes = wheel.bytes();
        for (int slot = 0; slot < slots; slot++) {
            wheel.schedule(slot, 1_000_000_000L, 0);
        }
        assertEquals(bytes, wheel.bytes());
        wheel.advance(999_999_999L, 10_000);
        assertEquals(-1, wheel.pollDue());
        assertEquals(1, wheel.advance(1_000_000_000L + LeaseWheel.TICK_NS, 10_000));
        for (int slot = 0; slot < slots; slot++) {
            assertEquals(slot, wheel.pollDue());
            wheel.cancel(slot);
        }
        assertEquals(0, wheel.size());
    }

    @Test
    void shouldNotGoBackwardsWithTheClock() {
        final LeaseWheel wheel = new LeaseWheel(64);
        wheel.schedule(1, 2_000_000_000L, 1_000_000_000L);
        wheel.advance(1_500_000_000L, 1000);
        wheel.advance(100, 1000);
        assertEquals(-1, wheel.pollDue());
        wheel.advance(2_100_000_000L, 1000);
        assertEquals(1, wheel.pollDue());
    }
}
