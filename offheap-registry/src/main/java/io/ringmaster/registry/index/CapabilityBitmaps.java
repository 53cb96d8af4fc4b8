package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.OffHeapMemory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One bitmap over the slots of a partition for each capability, for each record kind, and one for all records: bit
 * {@code s & 63} of word {@code s / 64} is set while the record in slot {@code s} has the property. Above the words lies a
 * summary with one bit for each word that is not 0, so that a search skips 4,096 slots with one look.
 * <pre>
 *   bitmap b at b * stride:  [words: slots / 64 x int64][summary: words / 64 x int64, rounded up][padding to 64 bytes]
 * </pre>
 * A query is the AND of some bitmaps, and of the OR of others, AND NOT the OR of others again; {@link Cursor} walks it. A word
 * that is not 0 says nothing about the single slot, so a summary can only rule words out for AND and OR; for NOT the words
 * themselves are looked at.
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

    private static final VarHandle POPULATIONS = MethodHandles.arrayElementVarHandle(int[].class);

    private final UnsafeBuffer buffer;
    private final int[] populations = new int[BITMAPS];
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
        buffer = OffHeapMemory.allocate(BITMAPS * stride);
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
        addToPopulation(bitmap, 1);
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
        addToPopulation(bitmap, -1);
        buffer.putLongRelease(wordIndex, after);
        if (after == 0) {
            final int summaryIndex = wordIndex(bitmap, words + (word >>> 6));
            buffer.putLongRelease(summaryIndex, buffer.getLong(summaryIndex) & ~(1L << word));
        }
    }

    private int wordIndex(final int bitmap, final int word) {
        return bitmap * stride + (word << 3);
    }

    private void addToPopulation(final int bitmap, final int change) {
        POPULATIONS.setOpaque(populations, bitmap, populations[bitmap] + change);
    }

    /**
     * Number of slots that are set in a bitmap, as an estimate for other threads.
     *
     * @param bitmap its index.
     * @return from 0.
     */
    public int population(final int bitmap) {
        return (int) POPULATIONS.getOpaque(populations, bitmap);
    }

    private boolean isSet(final int bitmap, final int slot) {
        return (buffer.getLongAcquire(wordIndex(bitmap, slot >>> 6)) & 1L << slot) != 0;
    }

    /** Candidates of a word of slots. */
    private long select(final Cursor cursor, final int word) {
        long result = selectSummary(cursor, word);
        for (int i = 0; i < cursor.noneCount && result != 0; i++) {
            result &= ~buffer.getLongAcquire(wordIndex(cursor.none[i], word));
        }
        return result;
    }

    /** AND and OR of a word of slots, or of summaries. */
    private long selectSummary(final Cursor cursor, final int word) {
        long result = -1L;
        for (int i = 0; i < cursor.allCount && result != 0; i++) {
            result &= buffer.getLongAcquire(wordIndex(cursor.all[i], word));
        }
        if (cursor.anyCount > 0 && result != 0) {
            long any = 0;
            for (int i = 0; i < cursor.anyCount; i++) {
                any |= buffer.getLongAcquire(wordIndex(cursor.any[i], word));
            }
            result &= any;
        }
        return result;
    }

    /**
     * Walks the slots that are set in all of some bitmaps, in at least one of others, and in none of others again, in ascending order.
     * Reusable.
     * <p>
     * Threading: confined to the thread that uses it.
     */
    public static final class Cursor {
        private static final CapabilitySet NO_CAPABILITIES = new CapabilitySet();

        private final int[] all = new int[CapabilitySet.MAX_CAPABILITIES + 1];
        private final int[] any = new int[CapabilitySet.MAX_CAPABILITIES];
        private final int[] none = new int[CapabilitySet.MAX_CAPABILITIES];
        private int allCount;
        private int anyCount;
        private int noneCount;
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
            return select(allOf, NO_CAPABILITIES, NO_CAPABILITIES, kind);
        }

        /**
         * Chooses what to look for.
         *
         * @param allOf  capabilities that all must be there.
         * @param anyOf  capabilities of which one must be there; empty: no matter.
         * @param noneOf capabilities that must not be there.
         * @param kind   1 to {@link #MAX_KIND}; 0: any.
         * @return this.
         */
        public Cursor select(
            final CapabilitySet allOf, final CapabilitySet anyOf, final CapabilitySet noneOf, final byte kind) {
            allCount = list(allOf, all);
            anyCount = list(anyOf, any);
            noneCount = list(noneOf, none);
            if (kind != 0) {
                all[allCount++] = ofKind(kind);
            } else if (allCount == 0 && anyCount == 0) {
                all[allCount++] = ALL;
            }
            return this;
        }

        private static int list(final CapabilitySet set, final int[] out) {
            int count = 0;
            for (int id = set.nextId(0); id >= 0; id = set.nextId(id + 1)) {
                out[count++] = id;
            }
            return count;
        }

        /**
         * Most slots that there can be, estimated.
         *
         * @param of bitmaps of a partition.
         * @return from 0.
         */
        public int estimate(final CapabilityBitmaps of) {
            int least = Integer.MAX_VALUE;
            for (int i = 0; i < allCount; i++) {
                least = Math.min(least, of.population(all[i]));
            }
            if (anyCount > 0) {
                long sum = 0;
                for (int i = 0; i < anyCount; i++) {
                    sum += of.population(any[i]);
                }
                least = (int) Math.min(least, sum);
            }
            return least;
        }

        /**
         * Whether a slot is one of those that the cursor walks.
         *
         * @param of   bitmaps of a partition.
         * @param slot of the partition.
         * @return true if it is.
         */
        public boolean contains(final CapabilityBitmaps of, final int slot) {
            for (int i = 0; i < allCount; i++) {
                if (!of.isSet(all[i], slot)) {
                    return false;
                }
            }
            boolean found = anyCount == 0;
            for (int i = 0; i < anyCount && !found; i++) {
                found = of.isSet(any[i], slot);
            }
            for (int i = 0; i < noneCount && found; i++) {
                found = !of.isSet(none[i], slot);
            }
            return found;
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
            bits = word < bitmaps.words ? bitmaps.select(this, word) & -1L << fromSlot : 0;
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
                bits = bitmaps.select(this, word);
            }
            final int slot = (word << 6) + Long.numberOfTrailingZeros(bits);
            bits &= bits - 1;
            return slot;
        }

        private int nextWord(final int fromWord) {
            int from = fromWord;
            while (from < bitmaps.words) {
                final long summary = bitmaps.selectSummary(this, bitmaps.words + (from >>> 6)) & -1L << from;
                if (summary != 0) {
                    return (from & ~63) + Long.numberOfTrailingZeros(summary);
                }
                from = (from | 63) + 1;
            }
            return -1;
        }
    }
}
