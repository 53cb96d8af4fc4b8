package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TagIndexTest {
    private static final int SLOTS = 64;
    private static final long TAG = 1L << 32;
    /** With 8 buckets the three highest bits of the low half choose one. */
    private static final long BUCKET = 1L << 29;
    /** Three bits choose the likely slot of the bucket. */
    private static final long LIKELY = 1L << 61;

    private final TagIndex index = new TagIndex(SLOTS);

    private int put(final long hash) {
        final int slot = index.vacantSlot(hash);
        index.put(hash, slot);
        return slot;
    }

    private static boolean isFound(final TagIndex index, final long hash, final int slot) {
        final BitSet seen = new BitSet();
        for (int found = index.find(hash); found != TagIndex.NONE; found = index.findNext(hash, found)) {
            assertFalse(seen.get(found), "slot " + found + " comes twice");
            seen.set(found);
        }
        return seen.get(slot);
    }

    @Test
    void shouldPutAKeyIntoItsBucketAndThenBehindIt() {
        for (int i = 0; i < 8; i++) {
            assertEquals(16 + i, put(2 * BUCKET + i * TAG));
        }
        assertEquals(24, put(2 * BUCKET + 8 * TAG), "the next bucket");
        assertEquals(25, put(3 * BUCKET));
        assertEquals(1, index.displacement());
        assertEquals(1, index.displaced());
        assertEquals(2, index.maxProbeLength());
        assertEquals(24, index.find(2 * BUCKET + 8 * TAG));
        assertEquals(TagIndex.NONE, index.find(2 * BUCKET + 9 * TAG));
        index.remove(2 * BUCKET + 3 * TAG, 19);
        assertEquals(TagIndex.NONE, index.find(2 * BUCKET + 3 * TAG));
        assertEquals(24, index.find(2 * BUCKET + 8 * TAG), "stays where it is");
        assertEquals(19, index.vacantSlot(2 * BUCKET + 8 * TAG));
        index.remove(2 * BUCKET + 8 * TAG, 24);
        assertEquals(0, index.displacement());
        assertEquals(0, index.displaced());
        assertEquals(2, index.maxProbeLength(), "since the start");
    }

    @Test
    void shouldGiveAKeyItsLikelySlotOrElseTheLowestFreeOne() {
        assertEquals(21, put(2 * BUCKET + 5 * LIKELY));
        assertEquals(16, put(2 * BUCKET + 5 * LIKELY + TAG));
        assertEquals(23, put(2 * BUCKET + 7 * LIKELY + TAG));
        assertEquals(17, put(2 * BUCKET));
        assertEquals(21, index.find(2 * BUCKET + 5 * LIKELY));
        assertEquals(16, index.find(2 * BUCKET + 5 * LIKELY + TAG));
        assertEquals(23, index.find(2 * BUCKET + 7 * LIKELY + TAG));
        index.remove(2 * BUCKET + 5 * LIKELY, 21);
        assertEquals(21, index.vacantSlot(2 * BUCKET + 5 * LIKELY + TAG));
    }

    @Test
    void shouldSearchTheLikelySlotFirstAndThenTheOthersInTheirOrder() {
        final long hash = 2 * BUCKET + 3 * LIKELY;
        for (int i = 0; i < 10; i++) {
            put(hash);
        }
        final int[] order = {19, 16, 17, 18, 20, 21, 22, 23, 24, 25, TagIndex.NONE};
        int slot = index.find(hash);
        for (int i = 0; i < order.length; i++) {
            assertEquals(order[i], slot, "number " + i);
            slot = slot == TagIndex.NONE ? slot : index.findNext(hash, slot);
        }
    }

    @Test
    void shouldGiveThreeInFiveTheirLikelySlotInATableThatIsFilled() {
        final int records = 100_000;
        final TagIndex large = new TagIndex((int) TagIndex.slotsFor(records));
        final SplittableRandom random = new SplittableRandom(11);
        int likely = 0;
        for (int i = 0; i < records; i++) {
            final long hash = random.nextLong();
            final int slot = large.vacantSlot(hash);
            large.put(hash, slot);
            likely += slot % 8 == hash >>> 61 && slot >>> 3 == ((hash & 0xFFFF_FFFFL) * (records * 10 / 64)) >>> 32 ? 1 : 0;
        }
        System.out.println(likely + " of " + records + " records in their likely slot");
        assertEquals(0.6, (double) likely / records, 0.01);
    }

    @Test
    void shouldGoOnWithTheFirstBucketAfterTheLast() {
        for (int i = 0; i < 8; i++) {
            put(7 * BUCKET + i * TAG);
        }
        assertEquals(0, put(7 * BUCKET + 8 * TAG));
        assertEquals(0, index.find(7 * BUCKET + 8 * TAG));
        index.remove(7 * BUCKET + 8 * TAG, 0);
        assertEquals(TagIndex.NONE, index.find(7 * BUCKET + 8 * TAG));
    }

    @Test
    void shouldFindAllSlotsOfEqualHashes() {
        for (int slot = 0; slot < SLOTS; slot++) {
            assertEquals((slot + 40) % SLOTS, put(5 * BUCKET));
        }
        for (int slot = 0; slot < SLOTS; slot++) {
            assertTrue(isFound(index, 5 * BUCKET, slot));
        }
        assertThrows(IllegalStateException.class, () -> index.vacantSlot(5 * BUCKET));
    }

    @Test
    void shouldFindSlotsThatStandFartherBehindThanABucketCanSay() {
        final int buckets = 300;
        final TagIndex large = new TagIndex(8 * buckets);
        for (int i = 0; i < 8 * buckets - 3; i++) {
            assertEquals(i, large.vacantSlot(0));
            large.put(0, i);
        }
        final long other = TAG;
        large.put(other, large.vacantSlot(other));
        assertEquals(8 * buckets - 3, large.find(other));
        assertEquals(TagIndex.NONE, large.find(2 * TAG));
        large.remove(other, 8 * buckets - 3);
        assertEquals(TagIndex.NONE, large.find(other));
        for (int i = 8 * buckets - 4; i >= 0; i--) {
            assertTrue(isFound(large, 0, i));
            large.remove(0, i);
        }
        assertEquals(0, large.displaced());
        assertEquals(TagIndex.NONE, large.find(0));
    }

    @Test
    void shouldEndASearchWhenRecordsStandBehindAllBuckets() {
        for (int bucket = 0; bucket < 8; bucket++) {
            // What makes the bucket full goes when one stands behind it, so that its neighbour has room for the same.
            final int[] filling = new int[8];
            int count = 0;
            while (index.vacantSlot(bucket * BUCKET) >>> 3 == bucket) {
                filling[count++] = put(bucket * BUCKET);
            }
            assertEquals((bucket + 1) % 8, put(bucket * BUCKET + (32 + bucket) * TAG) >>> 3);
            for (int i = 0; i < count; i++) {
                index.remove(bucket * BUCKET, filling[i]);
            }
        }
        assertEquals(8, index.displaced());
        assertEquals(8, index.displacement());
        for (int bucket = 0; bucket < 8; bucket++) {
            assertEquals((bucket + 1) % 8, index.find(bucket * BUCKET + (32 + bucket) * TAG) >>> 3);
            assertEquals(TagIndex.NONE, index.find(bucket * BUCKET + 77 * TAG));
        }
    }

    @Test
    void shouldBeAsAMapAfterAnyOrderOfChanges() {
        final Map<Integer, Long> hashBySlot = new HashMap<>();
        final long seed = System.nanoTime();
        System.out.println("TagIndexTest seed " + seed);
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200_000; round++) {
            // Few buckets and few tags, so that tags are equal or differ in one bit, and buckets overflow.
            final long hash = random.nextInt(3) * 2 * BUCKET + random.nextInt(4) * TAG + random.nextInt(3) * LIKELY;
            if (hashBySlot.size() < SLOTS && random.nextInt(100) < 55) {
                final int slot = put(hash);
                assertEquals(null, hashBySlot.put(slot, hash), "slot " + slot + " was taken");
            } else {
                final int slot = random.nextInt(SLOTS);
                final Long known = hashBySlot.remove(slot);
                if (known != null) {
                    index.remove(known, slot);
                }
            }
            if (round % 20 == 0) {
                hashBySlot.forEach((slot, each) -> assertTrue(isFound(index, each, slot), "slot " + slot));
                for (int found = index.find(hash); found != TagIndex.NONE; found = index.findNext(hash, found)) {
                    assertTrue(hashBySlot.containsKey(found), "slot " + found + " is free");
                }
            }
        }
        hashBySlot.forEach((slot, hash) -> index.remove(hash, slot));
        assertEquals(0, index.displacement());
        assertEquals(0, index.displaced());
        for (long bucket = 0; bucket < 8; bucket++) {
            for (long tag = 0; tag < 128; tag++) {
                assertEquals(TagIndex.NONE, index.find(bucket * BUCKET + tag * TAG));
            }
        }
    }

    @Test
    void shouldKeepProbesShortAtTheHighestLoadHoweverManyRecordsComeAndGo() {
        final int records = 100_000;
        final TagIndex large = new TagIndex((int) TagIndex.slotsFor(records));
        final Random random = new Random(5);
        final long[] hashes = new long[records];
        final int[] slots = new int[records];
        for (int i = 0; i < 10 * records; i++) {
            final int victim = i % records;
            if (i >= records) {
                large.remove(hashes[victim], slots[victim]);
            }
            hashes[victim] = random.nextLong();
            slots[victim] = large.vacantSlot(hashes[victim]);
            large.put(hashes[victim], slots[victim]);
        }
        System.out.printf("%d of %d records behind their bucket, mean probe %.3f, longest %d%n",
            large.displaced(), records, 1 + (double) large.displacement() / records, large.maxProbeLength());
        // With random victims a simulation gives 0.31 and 0.65 for good; the oldest as victims, as here, 0.36 and 0.84.
        assertEquals(0.36, (double) large.displaced() / records, 0.03);
        assertEquals(0.84, (double) large.displacement() / records, 0.1);
        assertTrue(large.maxProbeLength() < 80, "longest " + large.maxProbeLength());
    }

    @Test
    void shouldRefuseWhatIsNotThereAndSizesOutOfBounds() {
        put(TAG);
        assertThrows(IllegalStateException.class, () -> index.remove(2 * TAG, 0));
        assertThrows(IllegalStateException.class, () -> index.remove(TAG, 1));
        assertThrows(IllegalArgumentException.class, () -> new TagIndex(0));
        assertThrows(IllegalArgumentException.class, () -> new TagIndex(12));
    }
}
