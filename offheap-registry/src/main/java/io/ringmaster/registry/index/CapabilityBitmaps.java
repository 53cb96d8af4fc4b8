package io.ringmaster.registry.index;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One bitmap over the slots of a partition for each capability, for each record kind, and one for all records: bit
 * {@code s & 63} of word {@code s / 64} is set while the record in slot {@code s} has the property. Above the words lies a
 * summary with one bit for each word that is not 0, so that a search skips 4,096 slots with one look.
 * <pre>
 *   bitmap b at b * stride:  [words: slots / 64 x int64][summary: words / 64 x int64, rounded up][padding to 64 bytes]
 * </pre>
 * A query is the AND of some bitmaps; {@link Cursor} walks it.
 * <p>
 * Words are stored with release and loaded with acquire order, and nothing more: a reader can find a bit whose record has changed
 * already, and has to look at the record itself under its version. It never misses a record that had the property before the
 * search began and keeps it: the writer sets a word before its summary and clears the summary only after the word has become
 * 0, and it does not touch the bits of properties that a change of a record leaves alone.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread.
 */
public final class CapabilityBitmaps {
    /** Highest record kind; kinds count from 1. */
    public static final int MAX_KIND = 8;
    /** Bitmap of all records. */
    public static final int ALL = CapabilitySet.MAX_CAPABILITIES;
    /** Number of bitmaps. */
    public static final int BITMAPS = ALL + 1 + MAX_KIND;

    private final UnsafeBuffer buffer;
    private final int words;
    private final int stride;

    /**
     * Allocates the bitmaps; no bit is set.
     *
     * @param slots of the partition, a multiple of 64.
     */
    public CapabilityBitmaps(final int slots) {
        words = slots >>> 6;
        stride = BitUtil.align((words + (words + 63 >>> 6)) * BitUtil.SIZE_OF_LONG, BitUtil.CACHE_LINE_LENGTH);
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(BITMAPS * stride, BitUtil.CACHE_LINE_LENGTH));
    }

    /**
     * Bitmap of a kind.
     *
     * @param kind 1 to {@link #MAX_KIND}.
     * @return index of the bitmap. The bitmap of capability {@code id} has the index {@code id}.
     */
    public static int ofKind(final byte kind) {
        return ALL + kind;
    }

    /**
     * Size of all bitmaps.
     *
     * @return bytes of direct memory.
     */
    public long bytes() {
        return buffer.capacity();
    }

    /**
     * Writer: enters a new record.
     *
     * @param slot         of the record.
     * @param kind         of the record.
     * @param capabilities of the record.
     */
    public void add(final int slot, final byte kind, final CapabilitySet capabilities) {
        set(ALL, slot);
        set(ofKind(kind), slot);
        for (int id = capabilities.nextId(0); id >= 0; id = capabilities.nextId(id + 1)) {
            set(id, slot);
        }
    }

    /**
     * Writer: takes a record out.
     *
     * @param slot         of the record.
     * @param kind         that it was entered with.
     * @param capabilities that it was entered with.
     */
    public void remove(final int slot, final byte kind, final CapabilitySet capabilities) {
        clear(ALL, slot);
        clear(ofKind(kind), slot);
        for (int id = capabilities.nextId(0); id >= 0; id = capabilities.nextId(id + 1)) {
            clear(id, slot);
        }
    }

    /**
     * Writer: changes a record; bits of what stays are not touched.
     *
     * @param slot    of the record.
     * @param oldKind that it has had.
     * @param oldSet  that it has had.
     * @param newKind that it has now.
     * @param newSet  that it has now.
     */
    public void replace(
        final int slot, final byte oldKind, final CapabilitySet oldSet, final byte newKind, final CapabilitySet newSet) {
        if (oldKind != newKind) {
            set(ofKind(newKind), slot);
            clear(ofKind(oldKind), slot);
        }
        for (int index = 0; index < CapabilitySet.WORDS; index++) {
            final long oldWord = oldSet.word(index);
            final long newWord = newSet.word(index);
            for (long bits = newWord & ~oldWord; bits != 0; bits &= bits - 1) {
                set((index << 6) + Long.numberOfTrailingZeros(bits), slot);
            }
            for (long bits = oldWord & ~newWord; bits != 0; bits &= bits - 1) {
                clear((index << 6) + Long.numberOfTrailingZeros(bits), slot);
            }
        }
    }

    private void set(final int bitmap, final int slot) {
        final int word = slot >>> 6;
        final int wordIndex = wordIndex(bitmap, word);
        final long before = buffer.getLong(wordIndex);
        buffer.putLongRelease(wordIndex, before | 1L << slot);
        if (before == 0) {
            final int summaryIndex = wordIndex(bitmap, words + (word >>> 6));
            buffer.putLongRelease(summaryIndex, buffer.getLong(summaryIndex) | 1L << word);
        }
    }

    private void clear(final int bitmap, final int slot) {
        final int word = slot >>> 6;
        final int wordIndex = wordIndex(bitmap, word);
        final long after = buffer.getLong(wordIndex) & ~(1L << slot);
        buffer.putLongRelease(wordIndex, after);
        if (after == 0) {
            final int summaryIndex = wordIndex(bitmap, words + (word >>> 6));
            buffer.putLongRelease(summaryIndex, buffer.getLong(summaryIndex) & ~(1L << word));
        }
    }

    private int wordIndex(final int bitmap, final int word) {
        return bitmap * stride + (word << 3);
    }

    private long and(final Cursor cursor, final int word) {
        long result = -1L;
        for (int i = 0; i < cursor.selectedCount && result != 0; i++) {
            result &= buffer.getLongAcquire(wordIndex(cursor.selected[i], word));
        }
        return result;
    }

    /**
     * Walks the slots that are set in all of the selected bitmaps, in ascending order. Reusable.
     * <p>
     * Threading: confined to the thread that uses it.
     */
    public static final class Cursor {
        private final int[] selected = new int[CapabilitySet.MAX_CAPABILITIES + 1];
        private int selectedCount;
        private CapabilityBitmaps bitmaps;
        private int word;
        private long bits;

        /**
         * Chooses what to look for.
         *
         * @param allOf capabilities that all must be there.
         * @param kind  1 to {@link #MAX_KIND}; 0: any.
         * @return this.
         */
        public Cursor select(final CapabilitySet allOf, final byte kind) {
            selectedCount = 0;
            for (int id = allOf.nextId(0); id >= 0; id = allOf.nextId(id + 1)) {
                selected[selectedCount++] = id;
            }
            if (kind != 0) {
                selected[selectedCount++] = ofKind(kind);
            } else if (selectedCount == 0) {
                selected[selectedCount++] = ALL;
            }
            return this;
        }

        /**
         * Starts, or goes on, in a partition.
         *
         * @param bitmaps  of the partition.
         * @param fromSlot first slot to be looked at, from 0; the number of slots and more finds nothing.
         * @return this.
         */
        public Cursor start(final CapabilityBitmaps bitmaps, final int fromSlot) {
            this.bitmaps = bitmaps;
            word = fromSlot >>> 6;
            bits = word < bitmaps.words ? bitmaps.and(this, word) & -1L << fromSlot : 0;
            return this;
        }

        /**
         * Next slot.
         *
         * @return slot, or -1 when there is none.
         */
        public int next() {
            while (bits == 0) {
                word = nextWord(word + 1);
                if (word < 0) {
                    word = bitmaps.words;
                    return -1;
                }
                bits = bitmaps.and(this, word);
            }
            final int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
            return slot;
        }

        private int nextWord(final int fromWord) {
            int from = fromWord;
            while (from < bitmaps.words) {
                final long summary = bitmaps.and(this, bitmaps.words + (from >>> 6)) & -1L << from;
                if (summary != 0) {
                    return (from & ~63) + Long.numberOfTrailingZeros(summary);
                }
                from = (from | 63) + 1;
            }
            return -1;
        }
    }
}
