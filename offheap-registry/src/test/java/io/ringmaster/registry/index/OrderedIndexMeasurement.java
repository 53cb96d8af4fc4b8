package io.ringmaster.registry.index;

import java.util.Arrays;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Prints what a change and a short walk cost, by number of entries: a random entry is removed and another one added, and a walk
 * starts at a random place and takes ten hits. One thread, no other work; the figures are medians of rounds.
 */
final class OrderedIndexMeasurement {
    private static final int[] SIZES = {1000, 100_000, 1_000_000};
    private static final int HITS = 10;
    private static final int ROUNDS = 9;
    private static final int OPERATIONS = 100_000;
    private static final int NAME_LENGTH = 16;

    private long sink;

    private OrderedIndexMeasurement() {
    }

    /** One operation of a round. */
    private interface Operation {
        void run(int number);
    }

    /**
     * Runs all.
     *
     * @param args not used.
     */
    public static void main(final String[] args) {
        final OrderedIndexMeasurement measurement = new OrderedIndexMeasurement();
        System.out.println("index      entries   remove+add ns   " + HITS + "-hit walk ns   bytes/entry used   height");
        for (final int size : SIZES) {
            measurement.attributes(size);
        }
        for (final int size : SIZES) {
            measurement.names(size);
        }
        System.out.println("(" + measurement.sink + ")");
    }

    private static long median(final Operation operation) {
        final long[] rounds = new long[ROUNDS];
        for (int round = -ROUNDS; round < ROUNDS; round++) {
            final long start = System.nanoTime();
            for (int i = 0; i < OPERATIONS; i++) {
                operation.run(i);
            }
            if (round >= 0) {
                rounds[round] = (System.nanoTime() - start) / OPERATIONS;
            }
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    private static void print(final String name, final OrderedIndex index, final int nodeLength, final long change, final long walk) {
        System.out.printf("%-9s %8d %15d %15d %18.1f %8d%n", name, index.size(), change, walk,
            (double) index.usedNodes() * nodeLength / index.size(), index.height());
    }

    private void attributes(final int size) {
        final AttributeIndex index = new AttributeIndex(size);
        final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();
        final Random random = new Random(1);
        final long[] values = new long[size];
        for (int slot = 0; slot < size; slot++) {
            values[slot] = random.nextLong();
            index.add(slot, values[slot]);
        }
        final long change = median(i -> {
            final int slot = random.nextInt(size);
            index.remove(slot, values[slot]);
            values[slot] = random.nextLong();
            index.add(slot, values[slot]);
        });
        final long walk = median(i -> {
            cursor.seek(index, random.nextLong(), Long.MAX_VALUE);
            for (int hit = 0; hit < HITS; hit++) {
                sink += cursor.next();
            }
        });
        print("attribute", index, OrderedIndexDescriptor.ATTRIBUTE.nodeLength(), change, walk);
    }

    private void names(final int size) {
        final NamedSlots slots = new NamedSlots(size);
        final NameIndex.Cursor cursor = new NameIndex.Cursor(NamedSlots.MAX_NAME_LENGTH);
        final UnsafeBuffer key = new UnsafeBuffer(NamedSlots.bytes("default" + "x".repeat(NAME_LENGTH)));
        final Random random = new Random(1);
        for (int slot = 0; slot < size; slot++) {
            name(key, random);
            slots.add(slot, key, 7, NAME_LENGTH);
        }
        final long change = median(i -> {
            final int slot = random.nextInt(size);
            name(key, random);
            slots.remove(slot);
            slots.add(slot, key, 7, NAME_LENGTH);
        });
        final long walk = median(i -> {
            name(key, random);
            cursor.seek(slots.index(), key, 0, 7, key, 7, 6).after(key, 7, NAME_LENGTH);
            for (int hit = 0; hit < HITS; hit++) {
                sink += cursor.next();
            }
        });
        print("name", slots.index(), OrderedIndexDescriptor.NAME.nodeLength(), change, walk);
    }

    /** A name like agent-1a2b3c4d5e, all of which have the first six bytes in common. */
    private static void name(final UnsafeBuffer key, final Random random) {
        key.putStringWithoutLengthAscii(7, "agent-");
        long bits = random.nextLong();
        for (int i = 6; i < NAME_LENGTH; i++) {
            key.putByte(7 + i, (byte) "0123456789abcdef".charAt((int) bits & 15));
            bits >>>= 4;
        }
    }
}
