package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A writer changes entries at full speed between others that stay; readers must see each of those exactly once and in order,
 * and must get on. Slot {@code s} below {@code stable} stays, with the number {@code s * STEP}; all others come and go with random
 * numbers. A number is the value of an attribute, or the start of a name.
 */
class OrderedIndexConcurrencyTest {
    private static final long FAST_NS = 300_000_000L;
    private static final long SLOW_NS = 20_000_000_000L;
    private static final int STEP = 100;
    private static final int READERS = 2;
    private static final int DIGITS = 6;
    private static final int NONE = -1;

    private final long seed = System.nanoTime();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong scans = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private long changes;

    /** An index with its entries that stay. */
    private abstract static class Subject {
        final int stable;
        final int churning;

        Subject(final int stable, final int churning) {
            this.stable = stable;
            this.churning = churning;
        }

        abstract OrderedIndex index();

        abstract void add(int slot, int number);

        abstract void remove(int slot, int number);

        /** Something that happens to a record, but is none of the index's business. */
        abstract void touch(int slot);

        abstract Reader newReader(Random random);

        Subject fill() {
            for (int slot = 0; slot < stable; slot++) {
                add(slot, slot * STEP);
            }
            return this;
        }
    }

    /** Walks a random range and checks it. */
    private abstract static class Reader {
        final Random random;
        final int stable;
        private int nextStable;

        Reader(final Subject subject, final Random random) {
            this.stable = subject.stable;
            this.random = random;
        }

        abstract void scan();

        abstract long retries();

        final void begin(final int least) {
            nextStable = (least + STEP - 1) / STEP;
        }

        final void hit(final int slot) {
            if (slot < stable) {
                assertEquals(nextStable, slot, "entry that stays");
                nextStable++;
            }
        }

        final void end(final int greatest) {
            assertEquals(Math.min(stable, greatest / STEP + 1), nextStable, "end of what stays");
        }
    }

    private static final class Attributes extends Subject {
        private final AttributeIndex index;

        Attributes(final int stable, final int churning) {
            super(stable, churning);
            index = new AttributeIndex(stable + churning);
        }

        @Override
        OrderedIndex index() {
            return index;
        }

        @Override
        void add(final int slot, final int number) {
            assertTrue(index.add(slot, number));
        }

        @Override
        void remove(final int slot, final int number) {
            assertTrue(index.remove(slot, number));
        }

        @Override
        void touch(final int slot) {
            assertFalse(index.add(slot, slot * STEP));
        }

        @Override
        Reader newReader(final Random random) {
            return new Reader(this, random) {
                private final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();

                @Override
                void scan() {
                    final int min = random.nextInt(4) == 0 ? 0 : random.nextInt(stable * STEP);
                    final int max = random.nextInt(4) == 0 ? stable * STEP : min + random.nextInt(stable * STEP - min);
                    final int page = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(50);
                    long lastValue = min;
                    int lastSlot = NONE;
                    begin(min);
                    cursor.seek(index, min, max);
                    int taken = 0;
                    for (int slot = cursor.next(); slot != NONE; slot = cursor.next()) {
                        final long value = cursor.value();
                        assertTrue(value > lastValue || value == lastValue && slot > lastSlot, "order");
                        assertTrue(value <= max, "range");
                        assertTrue(slot < index.slots(), "slot");
                        assertTrue(slot >= stable || value == slot * STEP, "value of another slot");
                        hit(slot);
                        lastValue = value;
                        lastSlot = slot;
                        if (++taken % page == 0) {
                            cursor.seekAfter(index, lastValue, lastSlot, max);
                        }
                    }
                    end(max);
                }

                @Override
                long retries() {
                    return cursor.retries();
                }
            };
        }
    }

    private static final class Names extends Subject {
        private final NamedSlots slots;
        private final UnsafeBuffer key = new UnsafeBuffer(new byte[1 + 2 * DIGITS]);

        Names(final int stable, final int churning) {
            super(stable, churning);
            slots = new NamedSlots(stable + churning);
        }

        private static void key(final UnsafeBuffer key, final int number, final int slot) {
            key.putByte(0, (byte) 'n');
            key.putNaturalPaddedIntAscii(1, DIGITS, number);
            key.putNaturalPaddedIntAscii(1 + DIGITS, DIGITS, slot);
        }

        @Override
        OrderedIndex index() {
            return slots.index;
        }

        @Override
        void add(final int slot, final int number) {
            key(key, number, slot);
            assertTrue(slots.add(slot, key, 1, 2 * DIGITS));
        }

        @Override
        void remove(final int slot, final int number) {
            assertTrue(slots.remove(slot));
        }

        @Override
        void touch(final int slot) {
            slots.move(slot);
        }

        @Override
        Reader newReader(final Random random) {
            return new Reader(this, random) {
                private final NameIndex.Cursor cursor = new NameIndex.Cursor(NamedSlots.MAX_NAME_LENGTH);
                private final UnsafeBuffer prefix = new UnsafeBuffer(new byte[1 + 2 * DIGITS]);
                private final UnsafeBuffer last = new UnsafeBuffer(new byte[1 + 2 * DIGITS]);

                @Override
                void scan() {
                    final int length = random.nextInt(DIGITS + 1);
                    final int number = random.nextInt(stable * STEP);
                    final int width = (int) Math.pow(10, DIGITS - length);
                    final int least = number / width * width;
                    final int page = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(50);
                    key(prefix, number, 0);
                    begin(least);
                    cursor.seek(slots.index, prefix, 0, 1, prefix, 1, length);
                    int taken = 0;
                    for (int slot = cursor.next(); slot != NONE; slot = cursor.next()) {
                        assertTrue(slot < slots.index.slots(), "slot");
                        hit(slot);
                        if (slot < stable && ++taken % page == 0) {
                            key(last, slot * STEP, slot);
                            cursor.seek(slots.index, prefix, 0, 1, prefix, 1, length).after(last, 1, 2 * DIGITS);
                        }
                    }
                    end(least + width - 1);
                }

                @Override
                long retries() {
                    return cursor.retries();
                }
            };
        }
    }

    private void churnRandomly(final Subject subject, final Random random) {
        final int[] numbers = new int[subject.churning];
        Arrays.fill(numbers, NONE);
        while (running.get()) {
            final int i = random.nextInt(subject.churning);
            if (numbers[i] == NONE) {
                numbers[i] = random.nextInt(subject.stable * STEP);
                subject.add(subject.stable + i, numbers[i]);
            } else {
                subject.remove(subject.stable + i, numbers[i]);
                numbers[i] = NONE;
            }
            subject.touch(random.nextInt(subject.stable));
            changes++;
        }
    }

    /** Fills and empties the index, each time at another place, so that nodes and levels come and go. */
    private void churnInWaves(final Subject subject, final Random random) {
        final int[] numbers = new int[subject.churning];
        final int range = subject.stable * STEP;
        while (running.get()) {
            final int first = random.nextInt(range);
            final int width = 1 + random.nextInt(range);
            for (int i = 0; i < subject.churning; i++) {
                numbers[i] = (first + random.nextInt(width)) % range;
                subject.add(subject.stable + i, numbers[i]);
                changes++;
            }
            final int start = random.nextInt(subject.churning);
            for (int i = 0; i < subject.churning; i++) {
                final int at = (start + i) % subject.churning;
                subject.remove(subject.stable + at, numbers[at]);
                changes++;
            }
        }
    }

    private void hunt(final long nanoseconds, final Subject subject, final boolean waves) throws InterruptedException {
        subject.fill();
        final List<Thread> threads = new ArrayList<>();
        final Random random = new Random(seed);
        threads.add(new Thread(() -> {
            if (waves) {
                churnInWaves(subject, random);
            } else {
                churnRandomly(subject, random);
            }
        }, "writer"));
        for (int i = 0; i < READERS; i++) {
            final Reader reader = subject.newReader(new Random(seed + i + 1));
            threads.add(new Thread(() -> {
                while (running.get()) {
                    reader.scan();
                    scans.incrementAndGet();
                }
                retries.addAndGet(reader.retries());
            }, "reader-" + i));
        }
        for (final Thread thread : threads) {
            thread.setUncaughtExceptionHandler((failed, throwable) -> {
                failure.compareAndSet(null, throwable);
                running.set(false);
            });
            thread.start();
        }
        threads.get(0).join(nanoseconds / 1_000_000);
        running.set(false);
        for (final Thread thread : threads) {
            thread.join(10_000);
            assertFalse(thread.isAlive(), thread.getName() + " does not get on");
        }
        System.out.println("ordered index hunt, seed " + seed + ": " + changes + " changes, " + scans + " scans, " + retries + " retries");
        if (failure.get() != null) {
            failure.get().printStackTrace(System.out);
        }
        assertNull(failure.get());
        OrderedIndexCheck.check(subject.index());
        assertTrue(changes > 1000, "changes " + changes);
        assertTrue(scans.get() > 20, "scans " + scans);
    }

    @Test
    void shouldReturnEveryValueThatStaysWhenOthersChange() throws InterruptedException {
        hunt(FAST_NS, new Attributes(1000, 1000), false);
    }

    @Test
    void shouldReturnEveryValueThatStaysWhenOneLeafChanges() throws InterruptedException {
        hunt(FAST_NS, new Attributes(10, 12), false);
    }

    @Test
    void shouldReturnEveryValueThatStaysWhenNodesComeAndGo() throws InterruptedException {
        hunt(FAST_NS, new Attributes(60, 3000), true);
    }

    @Test
    void shouldReturnEveryNameThatStaysWhenOthersChange() throws InterruptedException {
        hunt(FAST_NS, new Names(1000, 1000), false);
    }

    @Test
    void shouldReturnEveryNameThatStaysWhenOneLeafChanges() throws InterruptedException {
        hunt(FAST_NS, new Names(10, 12), false);
    }

    @Test
    void shouldReturnEveryNameThatStaysWhenNodesComeAndGo() throws InterruptedException {
        hunt(FAST_NS, new Names(60, 3000), true);
    }

    @Test
    @Tag("slow")
    void shouldReturnEveryValueThatStaysForLong() throws InterruptedException {
        hunt(SLOW_NS, new Attributes(100, 3000), true);
    }

    @Test
    @Tag("slow")
    void shouldReturnEveryNameThatStaysForLong() throws InterruptedException {
        hunt(SLOW_NS, new Names(100, 3000), true);
    }
}
