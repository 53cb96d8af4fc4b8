package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says in which slot the record of a key stands, with one byte for each slot. Eight slots are a bucket. The hash of a key chooses a
 * bucket, and its record stands in a slot of that bucket or, when all eight were taken, in the next bucket that had a free one; it keeps
 * the slot for life.
 * <pre>
 *   tags, 8 bytes for each bucket b at 8b, the byte of slot 8b + i at bits 8i:  0: free; else 0x80 | 7 bits of the key hash
 *   overflow, 4 bytes for each bucket b at 4b:  int32, records that stand behind b because b was full when they came
 * </pre>
 * A look at a bucket is one load and a few instructions that compare all eight tags at the same time (the test for a zero byte of
 * A. Mycroft, 1987; see H. S. Warren, Hacker's Delight, 6-1). A search goes on behind a bucket only while that one's overflow is not 0.
 * That is the scheme of the F14 tables (N. Bronson, X. Shi, "Open-sourcing F14 for faster, more memory-efficient hash tables", 2019), with
 * the next bucket in place of their second hash: there are no tombstones, and nothing moves.
 * <p>
 * All tags of a million records take 1.25 MB and stay in the CPU's cache, where an index of 8-byte cells waits for memory once more on
 * each lookup (docs/decisions.md, 38).
 * <p>
 * <b>Readers.</b> A record's tag and the overflow of the buckets before it stay what they are for as long as it is there, so a search
 * that began after a record was entered and that does not find it has not overlooked it: it was taken out meanwhile. The writer
 * raises the overflow before it shows the tag, and lowers it after the tag is gone.
 * <p>
 * Threading: single writer = the partition's writer; {@link #find(long)} and {@link #findNext(long, int)} any thread.
 */
public final class TagIndex {
    /** Slots of a bucket. */
    public static final int BUCKET_SLOTS = 8;
    /** Highest share of the slots that should be in use: some 5 % of the records then stand behind their first bucket. */
    public static final double MAX_LOAD = 0.8;
    /** What {@link #find(long)} returns when no slot can have the key. */
    public static final int NONE = -1;

    private static final int BUCKET_SHIFT = 3;
    private static final int TAG_SHIFT = 32;
    private static final long LOW_HALF = 0xFFFF_FFFFL;
    private static final long EACH_BYTE = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int TAG_BITS = 0x7F;
    private static final int IN_USE = 0x80;
    /** Every search goes to a random page of it, so that even a small share of the records touches all pages. */
    private static final int MIN_HUGE_LENGTH = 1 << 20;

    private final UnsafeBuffer tags;
    private final UnsafeBuffer overflow;
    /** Of {@link #tags}, which keeps the memory. */
    private final long tagsAddress;
    private final long overflowAddress;
    private final int buckets;
    private long displacement;
    private int displaced;
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
        tags = OffHeapMemory.allocate(slots, MIN_HUGE_LENGTH);
        overflow = OffHeapMemory.allocate(buckets * BitUtil.SIZE_OF_INT);
        tagsAddress = tags.addressOffset();
        overflowAddress = overflow.addressOffset();
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
        return (long) tags.capacity() + overflow.capacity();
    }

    /**
     * Looks for the first slot that can have a key.
     *
     * @param keyHash of the key.
     * @return slot, whose key has the last word, or {@link #NONE}: the key has no record.
     */
    public int find(final long keyHash) {
        final int bucket = bucket(keyHash);
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
        final int bucket = slot >>> BUCKET_SHIFT;
        final long matches = matches(bucket, keyHash) & -(0x100L << shiftOf(slot));
        return matches != 0 ? slotOf(bucket, matches) : findBehind(bucket, keyHash);
    }

    private int findBehind(final int passed, final long keyHash) {
        int bucket = passed;
        while (UnsafeApi.getIntAcquire(null, overflowAddress + ((long) bucket << 2)) != 0) {
            bucket = next(bucket);
            if (bucket == bucket(keyHash)) {
                break;
            }
            final long matches = matches(bucket, keyHash);
            if (matches != 0) {
                return slotOf(bucket, matches);
            }
        }
        return NONE;
    }

    private int bucket(final long keyHash) {
        return (int) ((keyHash & LOW_HALF) * buckets >>> 32);
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
        int bucket = bucket(keyHash);
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
        maxProbeLength = Math.max(maxProbeLength, 1 + addToOverflow(keyHash, slot, 1));
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
        addToOverflow(keyHash, slot, -1);
    }

    /** Returns the number of buckets that were full. */
    private int addToOverflow(final long keyHash, final int slot, final int delta) {
        final int last = slot >>> BUCKET_SHIFT;
        int passed = 0;
        for (int bucket = bucket(keyHash); bucket != last; bucket = next(bucket)) {
            final int index = bucket << 2;
            overflow.putIntRelease(index, overflow.getInt(index) + delta);
            passed++;
        }
        displacement += (long) passed * delta;
        displaced += passed == 0 ? 0 : delta;
        return passed;
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
        return displaced;
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
