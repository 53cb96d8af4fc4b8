package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.OffHeapMemory;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Way from an incarnation to the slot of its record: open addressing with linear probing over 4-byte cells in direct memory, each
 * holding slot + 1, or 0. The incarnation itself is read from the slot. Nobody but the writer reads it, so a removal closes
 * its gap at once (D. E. Knuth, The Art of Computer Programming 3, 6.4, algorithm R) and no tombstones are left.
 * <p>
 * Threading: confined to the partition's writer.
 */
public final class IncarnationIndex {
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final SlotTable table;
    private final UnsafeBuffer buffer;
    private final int mask;
    private final int shift;

    /**
     * An empty index.
     *
     * @param table with the records.
     * @param cells a power of two, more than there can be records.
     */
    public IncarnationIndex(final SlotTable table, final int cells) {
        this.table = table;
        mask = cells - 1;
        shift = Long.numberOfLeadingZeros(mask);
        buffer = OffHeapMemory.allocateResident(cells * BitUtil.SIZE_OF_INT);
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
     * Enters a record; its slot holds the incarnation already.
     *
     * @param incarnation of the record, not in the index yet.
     * @param slot        of the record.
     */
    public void put(final long incarnation, final int slot) {
        int cell = home(incarnation);
        while (get(cell) != 0) {
            cell = cell + 1 & mask;
        }
        set(cell, slot + 1);
    }

    /**
     * Slot of an incarnation.
     *
     * @param incarnation to look for.
     * @return slot, or -1.
     */
    public int find(final long incarnation) {
        final int cell = findCell(incarnation);
        return cell < 0 ? -1 : get(cell) - 1;
    }

    /**
     * Takes a record out; its slot must still hold the incarnation.
     *
     * @param incarnation of the record.
     */
    public void remove(final long incarnation) {
        int gap = findCell(incarnation);
        if (gap < 0) {
            return;
        }
        int cell = gap;
        while (true) {
            cell = cell + 1 & mask;
            final int entry = get(cell);
            if (entry == 0) {
                break;
            }
            final int home = home(table.incarnation(entry - 1));
            if ((cell - home & mask) >= (cell - gap & mask)) {
                set(gap, entry);
                gap = cell;
            }
        }
        set(gap, 0);
    }

    private int findCell(final long incarnation) {
        int cell = home(incarnation);
        for (int entry = get(cell); entry != 0; entry = get(cell)) {
            if (table.incarnation(entry - 1) == incarnation) {
                return cell;
            }
            cell = cell + 1 & mask;
        }
        return -1;
    }

    private int home(final long incarnation) {
        return (int) (incarnation * GOLDEN_RATIO >>> shift);
    }

    private int get(final int cell) {
        return buffer.getInt(cell << 2);
    }

    private void set(final int cell, final int entry) {
        buffer.putInt(cell << 2, entry);
    }
}
