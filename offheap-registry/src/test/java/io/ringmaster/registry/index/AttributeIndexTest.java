package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.Iterator;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AttributeIndexTest {
    private record Entry(long value, int slot) implements Comparable<Entry> {
        private static final Comparator<Entry> ORDER = Comparator.comparingLong(Entry::value).thenComparingInt(Entry::slot);

        @Override
        public int compareTo(final Entry other) {
            return ORDER.compare(this, other);
        }
    }

    private static final int SLOTS = 5000;

    private final AttributeIndex index = new AttributeIndex(SLOTS);
    private final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();
    private final TreeSet<Entry> model = new TreeSet<>();

    private void add(final int slot, final long value) {
        assertEquals(model.add(new Entry(value, slot)), index.add(slot, value), () -> "slot " + slot + ", value " + value);
    }

    private void remove(final int slot, final long value) {
        assertEquals(model.remove(new Entry(value, slot)), index.remove(slot, value), () -> "slot " + slot + ", value " + value);
    }

    private void checkRange(final Entry after, final long max, final long limit) {
        final Iterator<Entry> expected = model.tailSet(after, false).iterator();
        cursor.seekAfter(index, after.value, after.slot, max);
        for (int i = 0; i < limit; i++) {
            final Entry entry = expected.hasNext() ? expected.next() : null;
            final int slot = cursor.next();
            if (entry == null || entry.value > max) {
                assertEquals(-1, slot);
                assertEquals(-1, cursor.next(), "stays at the end");
                return;
            }
            assertEquals(entry, new Entry(cursor.value(), slot));
        }
    }

    private void checkAll() {
        checkRange(new Entry(Long.MIN_VALUE, -1), Long.MAX_VALUE, Long.MAX_VALUE);
        assertEquals(model.size(), index.size());
        OrderedIndexCheck.check(index);
    }

    private void churn(final long seed, final int operations, final int values, final int checks) {
        System.out.println("attribute index against a tree set: seed " + seed);
        final Random random = new Random(seed);
        int target = SLOTS / 2;
        for (int i = 0; i < operations; i++) {
            if (i % 10_000 == 0) {
                target = random.nextInt(SLOTS);
            }
            final long value = random.nextInt(values) - values / 2;
            final int slot = random.nextInt(SLOTS);
            final boolean grow = random.nextInt(100) < (index.size() < target ? 70 : 30);
            if (grow && index.size() < index.capacity()) {
                add(slot, value);
            } else {
                final Entry next = model.ceiling(new Entry(value, slot));
                remove(next == null ? slot : next.slot, next == null ? value : next.value);
            }
            if (i % 100 == 0) {
                final long min = random.nextInt(values) - values / 2;
                checkRange(new Entry(min, random.nextInt(SLOTS + 1) - 1), min + random.nextInt(values), 1 + random.nextInt(200));
            }
            if (i % (operations / checks) == 0) {
                checkAll();
            }
        }
        checkAll();
        model.stream().toList().forEach(entry -> remove(entry.slot, entry.value));
        checkAll();
        assertEquals(1, index.usedNodes());
    }

    @Test
    void shouldHaveWhatATreeSetHasWhenOperationsAreRandom() {
        churn(System.nanoTime(), 100_000, 100_000, 20);
    }

    @Test
    void shouldHaveWhatATreeSetHasWhenValuesRepeat() {
        churn(System.nanoTime(), 100_000, 10, 20);
    }

    @Test
    @Tag("slow")
    void shouldHaveWhatATreeSetHasAfterAMillionOperations() {
        churn(System.nanoTime(), 1_000_000, 1_000_000, 1000);
        churn(System.nanoTime(), 1_000_000, 100, 1000);
    }
}
