package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.layout.SlotTable;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Patterns that make a tree lopsided, full or empty; after each, {@link OrderedIndexCheck} looks at every node. */
class OrderedIndexShapeTest {
    private static final int SLOTS = 10_000;
    private static final IntUnaryOperator ASCENDING = i -> i;
    private static final IntUnaryOperator DESCENDING = i -> SLOTS - 1 - i;
    /** From both ends to the middle. */
    private static final IntUnaryOperator INWARD = i -> (i & 1) == 0 ? i / 2 : SLOTS - 1 - i / 2;
    /** 7919 is a prime that does not divide the number of slots. */
    private static final IntUnaryOperator SCATTERED = i -> (int) (i * 7919L % SLOTS);

    private final AttributeIndex index = new AttributeIndex(SLOTS);
    private final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();

    private void fill(final IntUnaryOperator slot, final IntUnaryOperator value) {
        for (int i = 0; i < SLOTS; i++) {
            final int next = slot.applyAsInt(i);
            assertTrue(index.add(next, value.applyAsInt(next)));
        }
        OrderedIndexCheck.check(index);
        assertEquals(SLOTS, index.size());
        cursor.seek(index, Long.MIN_VALUE, Long.MAX_VALUE);
        int found = 0;
        long last = Long.MIN_VALUE;
        while (cursor.next() >= 0) {
            assertTrue(cursor.value() >= last);
            last = cursor.value();
            found++;
        }
        assertEquals(SLOTS, found);
    }

    private void drain(final IntUnaryOperator slot, final IntUnaryOperator value) {
        for (int i = 0; i < SLOTS; i++) {
            final int next = slot.applyAsInt(i);
            assertTrue(index.remove(next, value.applyAsInt(next)));
            if (i % 1000 == 0) {
                OrderedIndexCheck.check(index);
            }
        }
        OrderedIndexCheck.check(index);
        assertEquals(0, index.size());
        assertEquals(1, index.height());
        assertEquals(1, index.usedNodes());
        assertEquals(-1, cursor.seek(index, Long.MIN_VALUE, Long.MAX_VALUE).next());
    }

    private void fillAndDrain(final IntUnaryOperator value) {
        for (final IntUnaryOperator in : new IntUnaryOperator[] {ASCENDING, DESCENDING, INWARD, SCATTERED}) {
            for (final IntUnaryOperator out : new IntUnaryOperator[] {ASCENDING, DESCENDING, INWARD, SCATTERED}) {
                fill(in, value);
                drain(out, value);
            }
        }
    }

    @Test
    void shouldStayInShapeWhenItIsFilledAndDrainedInAnyOrder() {
        fillAndDrain(slot -> slot);
    }

    @Test
    void shouldStayInShapeWhenAllValuesAreEqual() {
        fillAndDrain(slot -> 42);
    }

    @Test
    void shouldNeedNoMoreNodesThanItHasWhenEveryNodeIsAsEmptyAsItCanBe() {
        fill(ASCENDING, ASCENDING);
        // Removes from each leaf what it can do without, one after the other, so that few mergers come about.
        for (int round = 0; round < 40; round++) {
            for (int i = round; i < SLOTS; i += 40) {
                assertTrue(index.remove(i, i));
                assertTrue(index.usedNodes() <= OrderedIndexDescriptor.ATTRIBUTE.nodesFor(index.size()));
            }
            OrderedIndexCheck.check(index);
        }
        assertEquals(1, index.usedNodes());
    }

    @Test
    void shouldHoldOneEntryMoreThanThereAreSlotsAndRefuseTheNext() {
        for (final int slots : new int[] {1, 2, 39, 40, 41, 80, 81, 1000}) {
            final AttributeIndex small = new AttributeIndex(slots);
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i <= slots; i++) {
                    assertTrue(small.add(i % slots, i));
                }
                OrderedIndexCheck.check(small);
                assertEquals(small.capacity(), small.size());
                assertEquals(slots + 1, small.size());
                final IllegalStateException full = assertThrows(IllegalStateException.class, () -> small.add(0, -1));
                assertTrue(full.getMessage().contains("capacity=" + (slots + 1)), full.getMessage());
                for (int i = slots; i >= 0; i--) {
                    assertTrue(small.remove(i % slots, i));
                }
                OrderedIndexCheck.check(small);
            }
        }
    }

    @Test
    void shouldStayFlatWhenAMillionValuesAreReplaced() {
        final long seed = System.nanoTime();
        System.out.println("ordered index, replaced values: seed " + seed);
        final Random random = new Random(seed);
        final long[] values = new long[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            values[slot] = random.nextLong();
            assertTrue(index.add(slot, values[slot]));
        }
        final int height = index.height();
        final long bytes = index.bytes();
        int fewest = Integer.MAX_VALUE;
        int most = 0;
        for (int i = 0; i < 1_000_000; i++) {
            final int slot = random.nextInt(SLOTS);
            assertTrue(index.remove(slot, values[slot]));
            values[slot] = random.nextLong();
            assertTrue(index.add(slot, values[slot]));
            if (i >= 100_000) {
                fewest = Math.min(fewest, index.usedNodes());
                most = Math.max(most, index.usedNodes());
            }
        }
        OrderedIndexCheck.check(index);
        System.out.println("nodes: " + fewest + " to " + most + " of " + index.maxNodes() + ", height " + index.height());
        assertEquals(height, index.height());
        assertEquals(bytes, index.bytes());
        assertTrue(most - fewest < most / 10, "from " + fewest + " to " + most + " nodes");
    }

    @Test
    void shouldStayFlatWhenAWindowOfValuesMovesUp() {
        for (int i = 0; i < 300_000; i++) {
            assertTrue(index.add(i % SLOTS, i));
            if (i >= 5000) {
                assertTrue(index.remove((i - 5000) % SLOTS, i - 5000));
                assertTrue(index.usedNodes() <= OrderedIndexDescriptor.ATTRIBUTE.nodesFor(5001), "nodes " + index.usedNodes());
            }
        }
        OrderedIndexCheck.check(index);
        assertEquals(3, index.height());
    }

    @Test
    void shouldNotBeBrokenByChangesThatChangeNothing() {
        assertFalse(index.remove(0, 0));
        for (int i = 0; i < SLOTS; i += 2) {
            assertTrue(index.add(i, i));
        }
        for (int i = 0; i < SLOTS; i += 2) {
            assertFalse(index.add(i, i));
            assertFalse(index.remove(i + 1, i));
            assertFalse(index.remove(i, i + 1));
        }
        OrderedIndexCheck.check(index);
        assertEquals(SLOTS / 2, index.size());
    }

    @Test
    void shouldFindTheExtremesOfValues() {
        final long[] values = {Long.MAX_VALUE, Long.MIN_VALUE, 0, -1, 1, Long.MAX_VALUE - 1, Long.MIN_VALUE + 1};
        for (int slot = 0; slot < values.length; slot++) {
            index.add(slot, values[slot]);
        }
        Arrays.sort(values);
        cursor.seek(index, Long.MIN_VALUE, Long.MAX_VALUE);
        for (final long value : values) {
            assertTrue(cursor.next() >= 0);
            assertEquals(value, cursor.value());
        }
        assertEquals(-1, cursor.next());
        assertEquals(0, cursor.seek(index, Long.MAX_VALUE, Long.MAX_VALUE).next());
        assertEquals(-1, cursor.next());
        assertEquals(1, cursor.seek(index, Long.MIN_VALUE, Long.MIN_VALUE).next());
        assertEquals(-1, cursor.next());
        assertEquals(-1, cursor.seek(index, 1, -1).next());
        assertEquals(-1, cursor.seekAfter(index, Long.MAX_VALUE, 0, Long.MAX_VALUE).next());
    }

    @Test
    void shouldUseOneCursorForSeveralIndexes() {
        final AttributeIndex other = new AttributeIndex(1);
        other.add(0, 7);
        index.add(5, 8);
        assertEquals(-1, new AttributeIndex.Cursor().next(), "no range yet");
        assertEquals(0, cursor.seek(other, 0, 10).next());
        assertEquals(5, cursor.seek(index, 0, 10).next());
        assertEquals(8, cursor.value());
        assertEquals(-1, cursor.next());
    }

    @Test
    void shouldRefuseWhatIsOutOfBounds() {
        assertThrows(IllegalArgumentException.class, () -> new AttributeIndex(0));
        assertThrows(IllegalArgumentException.class, () -> new AttributeIndex(SlotTable.MAX_SLOTS + 1));
        assertThrows(IllegalArgumentException.class, () -> index.add(-1, 0));
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> index.add(SLOTS, 0));
        assertTrue(e.getMessage().contains("slot=10000") && e.getMessage().contains("9999"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> index.remove(-1, 0));
        assertThrows(IllegalArgumentException.class, () -> index.remove(SLOTS, 0));
    }
}
