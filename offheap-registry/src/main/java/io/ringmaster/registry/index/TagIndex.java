package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says in which slot the record of a key stands, with one byte for each slot. Eight slots are a bucket. The hash of a key chooses a
 * bucket, and its record stands in a slot of that bucket or, when all eight were taken, in the next bucket that had a free one; it keeps
 * the slot for life. Three bits of the hash say which of the eight it takes if it can, its likely slot; three in five do in a table at the
 * highest load that was only filled.
 * <pre>
 *   tags, 8 bytes for each bucket b at 8b, the byte of slot 8b + i at bits 8i:  0: free; else 0x80 | 7 bits of the key hash
 *   displaced, 4 bytes for each bucket b at 4b:  [24 bits: records of b that stand behind it][8 bits: how far the farthest one does, in
 *                                                 buckets, since there was none; 255: anywhere]
 * </pre>
 * A search looks at the likely slot first, with a branch of its own: a CPU that expects the tag to be there begins to load the slot while
 * the tag is still on its way from memory (docs/decisions.md, 43). Then it looks at the bucket: one load and a few instructions that
 * compare all eight tags at the same time (the test for a zero byte of A. Mycroft, 1987; see H. S. Warren, Hacker's Delight, 6-1). It goes
 * on behind the bucket of its key as far as records of that bucket stand there. That is the scheme of the F14 tables (N. Bronson, X. Shi,
 * "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019) without their second hash, and with counts at the bucket that a
 * record belongs to instead of at those that it passed: in a table that is full and has seen many records come and go, a search for a key
 * that is not there then looks at 5 buckets instead of 16.
 * There are no tombstones, and nothing moves.
 * <p>
 * All tags of a million records take 1.25 MB, which stay in the CPU's cache if it is large enough (not on every machine: decision 43),
 * where an index of 8-byte cells waits for memory once more on each lookup (docs/decisions.md, 38).
 * <p>
 * <b>Readers.</b> For as long as a record is there its tag stays what it is, and its bucket says that one stands at least that far behind.
 * So a search that began after a record was entered and that does not find it has not overlooked it: it was taken out meanwhile. The writer
 * raises the bucket's count and distance before it shows the tag, and lowers the count after the tag is gone.
 * <p>
 * Threading: single writer = the partition's writer; {@link #find(long)} and {@link #findNext(long, int)} any thread.
 */
public final class TagIndex {
    /** Slots of a bucket. */
    public static final int BUCKET_SLOTS = 8;
    /** Highest share of the slots in use: 8 % of the records then stand behind their bucket, 31 % once many have come and gone. */
    public static final double MAX_LOAD = 0.8;
    /** What {@link #find(long)} returns when no slot can have the key. */
    public static final int NONE = -1;

    private static final int BUCKET_SHIFT = 3;
    private static final int TAG_SHIFT = 32;
    private static final int LIKELY_SHIFT = Long.SIZE - BUCKET_SHIFT;
    private static final long LOW_HALF = 0xFFFF_FFFFL;
    private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int TAG_BITS = 0x7F;
    private static final long IN_USE = 0x80;
    private static final int ONE_DISPLACED = 0x100;
    private static final int MAX_DISTANCE = 0xFF;
    /** Every search goes to a random page of it, so that even a small share of the records touches all pages. */
    private static final int MIN_HUGE_LENGTH = 1 << 20;

    private final UnsafeBuffer tags;
    private final UnsafeBuffer displaced;
    /** Of {@link #tags}, which keeps the memory. */
    private final long tagsAddress;
    private final long displacedAddress;
    private final int buckets;
    private long displacement;
    private int displacedRecords;
    private int maxProbeLength;

    /**
     * An empty index.
     *
     * @param slots a multiple of {@link #BUCKET_SLOTS}.
     */
    public TagIndex(final int slots) {
        if (slots < BUCKET_SLOTS || slots % BUCKET_SLOTS != 0) {
            throw new IllegalArgumentException("slots=" + slots + " must be a multiple of " + BUCKET_SLOTS + " above 0");
        }
        buckets = slots >>> BUCKET_SHIFT;
        tags = OffHeapMemory.allocateResident(slots, MIN_HUGE_LENGTH);
        displaced = OffHeapMemory.allocateResident(buckets * BitUtil.SIZE_OF_INT);
        tagsAddress = tags.addressOffset();
        displacedAddress = displaced.addressOffset();
    }

    /**
     * Slots that an index needs for a number of records.
     *
     * @param records from 1.
     * @return at least as many, so that no more than {@link #MAX_LOAD} of them are in use.
     */
    public static long slotsFor(final int records) {
        return (long) Math.ceil(records / MAX_LOAD);
    }

    /**
     * Size of the index.
     *
     * @return bytes of direct memory.
     */
    public long bytes() {
        return (long) tags.capacity() + displaced.capacity();
    }

    /**
     * Looks for the first slot that can have a key.
     *
     * @param keyHash of the key.
     * @return slot, whose key has the last word, or {@link #NONE}: the key has no record.
     */
    public int find(final long keyHash) {
        final int likely = likelySlot(keyHash);
        if (UnsafeApi.getByteAcquire(null, tagsAddress + likely) == (byte) tagOf(keyHash)) {
            return likely;
        }
        final int bucket = likely >>> BUCKET_SHIFT;
        final long matches = matches(bucket, keyHash);
        return matches != 0 ? slotOf(bucket, matches) : findBehind(bucket, keyHash);
    }

    /**
     * Looks for the next slot that can have a key.
     *
     * @param keyHash of the key.
     * @param slot    that was found before and had another key.
     * @return slot, whose key has the last word, or {@link #NONE}: the key has no record.
     */
    public int findNext(final long keyHash, final int slot) {
        final int likely = likelySlot(keyHash);
        final int bucket = slot >>> BUCKET_SHIFT;
        long matches = matches(bucket, keyHash);
        // The likely slot came first, the others come in their order.
        if (bucket == likely >>> BUCKET_SHIFT) {
            matches &= ~(IN_USE << shiftOf(likely));
        }
        if (slot != likely) {
            matches &= -(0x100L << shiftOf(slot));
        }
        return matches != 0 ? slotOf(bucket, matches) : findBehind(bucket, keyHash);
    }

    private int findBehind(final int passed, final long keyHash) {
        final int first = bucket(keyHash);
        final int farthest = UnsafeApi.getIntAcquire(null, displacedAddress + ((long) first << 2)) & MAX_DISTANCE;
        if (farthest == 0) {
            return NONE;
        }
        int bucket = passed;
        for (int distance = distance(first, passed); distance < farthest || farthest == MAX_DISTANCE; distance++) {
            bucket = next(bucket);
            if (bucket == first) {
                break;
            }
            final long matches = matches(bucket, keyHash);
            if (matches != 0) {
                return slotOf(bucket, matches);
            }
        }
        return NONE;
    }

    private int distance(final int first, final int bucket) {
        return bucket >= first ? bucket - first : bucket - first + buckets;
    }

    private int bucket(final long keyHash) {
        return (int) ((keyHash & LOW_HALF) * buckets >>> 32);
    }

    private int likelySlot(final long keyHash) {
        return (bucket(keyHash) << BUCKET_SHIFT) + (int) (keyHash >>> LIKELY_SHIFT);
    }

    private int next(final int bucket) {
        return bucket + 1 == buckets ? 0 : bucket + 1;
    }

    /** The high bit of each byte of a bucket's tags that is the one of a key; beside the lowest also, seldom, of another tag in use. */
    private long matches(final int bucket, final long keyHash) {
        final long different = UnsafeApi.getLongAcquire(null, tagsAddress + ((long) bucket << BUCKET_SHIFT)) ^ tagOf(keyHash) * EACH_BYTE;
        return different - EACH_BYTE & ~different & HIGH_BITS;
    }

    private static int slotOf(final int bucket, final long matches) {
        return (bucket << BUCKET_SHIFT) + (Long.numberOfTrailingZeros(matches) >>> BUCKET_SHIFT);
    }

    /**
     * Writer: the slot that a new record of a key would take. Changes nothing.
     *
     * @param keyHash of the key.
     * @return slot that is free.
     * @throws IllegalStateException when there is none.
     */
    public int vacantSlot(final long keyHash) {
        final int likely = likelySlot(keyHash);
        int bucket = likely >>> BUCKET_SHIFT;
        if ((tagWord(bucket) & IN_USE << shiftOf(likely)) == 0) {
            return likely;
        }
        for (int i = 0; i < buckets; i++) {
            final long vacant = ~tagWord(bucket) & HIGH_BITS;
            if (vacant != 0) {
                return slotOf(bucket, vacant);
            }
            bucket = next(bucket);
        }
        throw new IllegalStateException("none of " + buckets * BUCKET_SLOTS + " slots is free");
    }

    /**
     * Writer: enters a record that is complete in its slot.
     *
     * @param keyHash of its key, which is not in the index yet.
     * @param slot    that {@link #vacantSlot(long)} returned for it.
     */
    public void put(final long keyHash, final int slot) {
        final int first = bucket(keyHash);
        final int distance = distance(first, slot >>> BUCKET_SHIFT);
        if (distance > 0) {
            final int known = displaced.getInt(first << 2);
            final int farthest = Math.min(Math.max(known & MAX_DISTANCE, distance), MAX_DISTANCE);
            displaced.putIntRelease(first << 2, (known & -ONE_DISPLACED) + ONE_DISPLACED | farthest);
            displacedRecords++;
            displacement += distance;
        }
        maxProbeLength = Math.max(maxProbeLength, 1 + distance);
        setTag(slot, tagOf(keyHash));
    }

    /**
     * Writer: takes a record out. Its slot may be used for another record afterwards.
     *
     * @param keyHash of its key.
     * @param slot    of the record, which is in the index.
     */
    public void remove(final long keyHash, final int slot) {
        if ((tagWord(slot >>> BUCKET_SHIFT) >>> shiftOf(slot) & 0xFF) != tagOf(keyHash)) {
            throw new IllegalStateException("slot=" + slot + " is not in the index with this key");
        }
        setTag(slot, 0);
        final int first = bucket(keyHash);
        final int distance = distance(first, slot >>> BUCKET_SHIFT);
        if (distance > 0) {
            final int left = displaced.getInt(first << 2) - ONE_DISPLACED;
            displaced.putIntRelease(first << 2, (left & -ONE_DISPLACED) == 0 ? 0 : left);
            displacedRecords--;
            displacement -= distance;
        }
    }

    /**
     * Writer: sum, over all records, of the buckets between the first one of their key and their own. By the number of records, and one
     * more, it is the mean length of a search that finds its record.
     *
     * @return buckets.
     */
    public long displacement() {
        return displacement;
    }

    /**
     * Writer: records that do not stand in the first bucket of their key.
     *
     * @return from 0.
     */
    public int displaced() {
        return displacedRecords;
    }

    /**
     * Writer: most buckets that a search for a record had to look at, of all that were entered since the start.
     *
     * @return from 0.
     */
    public int maxProbeLength() {
        return maxProbeLength;
    }

    private static long tagOf(final long keyHash) {
        return keyHash >>> TAG_SHIFT & TAG_BITS | IN_USE;
    }

    private long tagWord(final int bucket) {
        return tags.getLong(bucket << BUCKET_SHIFT);
    }

    /** Writes the whole word, as readers load it. */
    private void setTag(final int slot, final long tag) {
        final int bucket = slot >>> BUCKET_SHIFT;
        final int shift = shiftOf(slot);
        tags.putLongRelease(bucket << BUCKET_SHIFT, tagWord(bucket) & ~(0xFFL << shift) | tag << shift);
    }

    private static int shiftOf(final int slot) {
        return (slot & BUCKET_SLOTS - 1) << BUCKET_SHIFT;
    }
}
