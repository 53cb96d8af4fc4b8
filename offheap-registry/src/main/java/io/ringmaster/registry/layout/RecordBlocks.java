package io.ringmaster.registry.layout;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where the blocks of records are: in the inline parts of their slots, or in the slab ({@link SlotDescriptor}).
 * <p>
 * Threading: immutable; what it points at is written by the partition's writer and read by any thread under the slots' sequences.
 */
public final class RecordBlocks {
    private final SlotTable table;
    private final UnsafeBuffer slots;
    private final UnsafeBuffer slab;

    /**
     * Blocks of a partition.
     *
     * @param table with the slots.
     * @param slab  with the blocks that are not inline.
     */
    public RecordBlocks(final SlotTable table, final Slab slab) {
        this.table = table;
        slots = table.buffer();
        this.slab = slab.buffer();
    }

    /**
     * Slab offset of a record; plain load.
     *
     * @param slot of the record.
     * @return offset, or {@link SlotDescriptor#INLINE}.
     */
    public int slabOffset(final int slot) {
        return slots.getInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET);
    }

    /**
     * Memory that has a block.
     *
     * @param slabOffset of the record.
     * @return buffer of the slots, or of the slab.
     */
    public UnsafeBuffer buffer(final int slabOffset) {
        return slabOffset == SlotDescriptor.INLINE ? slots : slab;
    }

    /**
     * Where a block starts, with its key.
     *
     * @param slot       of the record.
     * @param slabOffset of the record.
     * @return offset in {@link #buffer(int)}.
     */
    public int position(final int slot, final int slabOffset) {
        return slabOffset == SlotDescriptor.INLINE ? table.offset(slot) + SlotDescriptor.SLOT_LENGTH : slabOffset;
    }

    /**
     * Length of the namespace; plain load.
     *
     * @param slot of the record.
     * @return bytes.
     */
    public int namespaceLength(final int slot) {
        return slots.getShort(table.offset(slot) + SlotDescriptor.NAMESPACE_LENGTH_OFFSET) & 0xFFFF;
    }

    /**
     * Length of the name; plain load.
     *
     * @param slot of the record.
     * @return bytes.
     */
    public int nameLength(final int slot) {
        return slots.getShort(table.offset(slot) + SlotDescriptor.NAME_LENGTH_OFFSET) & 0xFFFF;
    }
}
