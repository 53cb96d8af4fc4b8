package io.ringmaster.registry.index;

import java.lang.invoke.VarHandle;
import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Way from the hash of a key to the slot of its record: open addressing with linear probing over 8-byte cells in direct memory.
 * <pre>
 *   header, 64 bytes:  [int64 moves (odd: cells are being moved)][unused]
 *   cell c at 64 + 8c: [high 32 bits: low half of the key hash][low 32 bits: slot + 1], all 0: empty
 * </pre>
 * The low half of the hash in the cell gives the cell's home without a look at the slot, and tells almost all other keys apart.
 * <p>
 * <b>Deletion.</b> A removal closes its gap at once (backward shift; D. E. Knuth, The Art of Computer Programming 3, 6.4,
 * algorithm R), so there are no tombstones, and probes stay as short as they are in a table that only those records were
 * ever put in. Tombstones that inserts use again, and that vanish only in front of an empty cell, were tried first: at 67 %
 * load 100,000 changes of records left no empty cell, and each probe went through the whole table. What a shift costs is
 * that a reader can pass a cell just before another cell's entry comes there, and so miss it. Therefore the writer makes
 * {@code moves} odd before it moves the first entry of a removal, and even after the last; a reader that has found nothing
 * believes that only if {@code moves} was even and is the same as before its probe, and otherwise probes again. A reader
 * that has found its record does not look at it. Only cells move; a record keeps its slot for life, so bitmaps, lists and
 * queries know nothing of this.
 * <p>
 * Memory order is that of a seqlock, as described in {@link io.ringmaster.registry.layout.SlotTable}.
 * <p>
 * Threading: single writer = the partition's writer; {@link #moves()}, {@link #isUnmoved(long)}, {@link #home(long)},
 * {@link #next(int)}, {@link #cell(int)} and {@link #find(long)} any thread.
 */
public final class KeyIndex {
    /** Offset of the number of moves, int64. */
    public static final int MOVES_OFFSET = 0;
    /** Length of the header; the cells follow it. */
    public static final int HEADER_LENGTH = BitUtil.CACHE_LINE_LENGTH;
    /** Content of a cell without an entry. */
    public static final long EMPTY = 0;

    /** Every probe goes to a random page of it, so that even a small share of the records touches all pages. */
    private static final int MIN_HUGE_LENGTH = 2 << 20;

    private final UnsafeBuffer buffer;
    /** In {@link #buffer}, which keeps the memory. */
    private final long cellsAddress;
    private final int mask;
    private long displacement;

    /**
     * An empty index.
     *
     * @param cells a power of two, more than there can be records.
     */
    public KeyIndex(final int cells) {
        if (!BitUtil.isPowerOfTwo(cells)) {
            throw new IllegalArgumentException("cells=" + cells + " must be a power of two");
        }
        mask = cells - 1;
        buffer = OffHeapMemory.allocate(HEADER_LENGTH + cells * BitUtil.SIZE_OF_LONG, MIN_HUGE_LENGTH);
        cellsAddress = buffer.addressOffset() + HEADER_LENGTH;
    }

    /**
     * Size of the index.
     *
     * @return bytes of direct memory.
     */
    public long bytes() {
        return buffer.capacity();
    }

    /**
     * Number of cells.
     *
     * @return a power of two.
     */
    public int cells() {
        return mask + 1;
    }

    /**
     * Reader: number of moves before a probe.
     *
     * @return for {@link #isUnmoved(long)}.
     */
    public long moves() {
        return UnsafeApi.getLongAcquire(null, movesAddress());
    }

    private long movesAddress() {
        return cellsAddress - HEADER_LENGTH + MOVES_OFFSET;
    }

    /**
     * Reader: whether a probe that found nothing can be believed.
     *
     * @param moves that {@link #moves()} returned before the probe.
     * @return false: probe again.
     */
    public boolean isUnmoved(final long moves) {
        VarHandle.acquireFence();
        return (moves & 1) == 0 && UnsafeApi.getLongOpaque(null, movesAddress()) == moves;
    }

    /**
     * Cell where the probe for a key starts.
     *
     * @param keyHash of the key.
     * @return index of a cell.
     */
    public int home(final long keyHash) {
        return (int) keyHash & mask;
    }

    /**
     * Cell that a probe looks at next.
     *
     * @param cell index of a cell.
     * @return index of the next one.
     */
    public int next(final int cell) {
        return cell + 1 & mask;
    }

    /**
     * Content of a cell, as an acquire load.
     *
     * @param cell index.
     * @return {@link #EMPTY}, or an entry for {@link #isOf(long, long)} and {@link #slotOf(long)}.
     */
    public long cell(final int cell) {
        return UnsafeApi.getLongAcquire(null, cellsAddress + ((long) (cell & mask) << 3));
    }

    /**
     * Looks for the entry of a key at one moment, without a second look at {@link #moves()}: a hint.
     *
     * @param keyHash of the key.
     * @return the first entry that can belong to it, or {@link #EMPTY}.
     */
    public long find(final long keyHash) {
        // Copies of the fields, which need not be loaded again after each acquire.
        final long cells = cellsAddress;
        final long last = mask;
        long cell = keyHash & last;
        long entry = UnsafeApi.getLongAcquire(null, cells + (cell << 3));
        while (entry != EMPTY && !isOf(entry, keyHash)) {
            cell = cell + 1 & last;
            entry = UnsafeApi.getLongAcquire(null, cells + (cell << 3));
        }
        return entry;
    }

    /**
     * Whether an entry can belong to a key; its slot has the last word.
     *
     * @param entry   of a cell.
     * @param keyHash of the key.
     * @return false if it does not.
     */
    public static boolean isOf(final long entry, final long keyHash) {
        return (int) (entry >>> 32) == (int) keyHash;
    }

    /**
     * Slot that an entry points at.
     *
     * @param entry of a cell, not {@link #EMPTY}.
     * @return slot.
     */
    public static int slotOf(final long entry) {
        return (int) entry - 1;
    }

    /**
     * Writer: enters a record that is complete in its slot.
     *
     * @param keyHash of its key, which is not in the index yet.
     * @param slot    of the record.
     */
    public void put(final long keyHash, final int slot) {
        int cell = home(keyHash);
        while (get(cell) != EMPTY) {
            cell = next(cell);
        }
        displacement += cell - home(keyHash) & mask;
        set(cell, entryOf(keyHash, slot));
    }

    /**
     * Writer: takes a record out. Its slot may be used for another record afterwards.
     *
     * @param keyHash of its key.
     * @param slot    of the record, which is in the index.
     */
    public void remove(final long keyHash, final int slot) {
        final long removed = entryOf(keyHash, slot);
        int gap = home(keyHash);
        while (get(gap) != removed) {
            if (get(gap) == EMPTY) {
                throw new IllegalStateException("slot=" + slot + " is not in the key index");
            }
            gap = next(gap);
        }
        displacement -= gap - home(keyHash) & mask;
        boolean moving = false;
        int cell = next(gap);
        for (long entry = get(cell); entry != EMPTY; entry = get(cell)) {
            final int home = home(entry >>> 32);
            if ((cell - home & mask) >= (cell - gap & mask)) {
                if (!moving) {
                    moving = true;
                    buffer.putLongOpaque(MOVES_OFFSET, buffer.getLong(MOVES_OFFSET) + 1);
                    VarHandle.releaseFence();
                }
                displacement -= cell - gap & mask;
                set(gap, entry);
                gap = cell;
            }
            cell = next(cell);
        }
        set(gap, EMPTY);
        if (moving) {
            buffer.putLongRelease(MOVES_OFFSET, buffer.getLong(MOVES_OFFSET) + 1);
        }
    }

    /**
     * Writer: sum, over all records, of the steps from the home of their key to their cell. By the number of records, and one more, it is
     * the mean length of a probe that finds its record.
     *
     * @return steps.
     */
    public long displacement() {
        return displacement;
    }

    private static long entryOf(final long keyHash, final int slot) {
        return keyHash << 32 | slot + 1;
    }

    private long get(final int cell) {
        return buffer.getLong(HEADER_LENGTH + (cell << 3));
    }

    private void set(final int cell, final long entry) {
        buffer.putLongRelease(HEADER_LENGTH + (cell << 3), entry);
    }
}
