package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.RecordBlocks;
import io.ringmaster.registry.layout.Slab;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.DirectBuffer;

/**
 * Keys of slots as the table and the slab have them: the lengths are in the slot, the bytes in the record's block. A
 * reader looks at the slot's sequence twice, as {@link SlotTable} says: before it uses the lengths and the block, so that they
 * belong together, and after it has used the bytes; if the slot has changed, it starts again.
 * <p>
 * Threading: {@link #compare(int, int)} the partition's writer; all else any thread.
 */
public final class SlotNameOrder implements NameOrder {
    private static final int COMPARE = 0;
    private static final int COMPARE_TO_PREFIX = 1;
    private static final int COPY = 2;

    private final SlotTable table;
    private final RecordBlocks blocks;

    /**
     * The order of a partition.
     *
     * @param table of the partition.
     * @param slab  of the partition.
     */
    public SlotNameOrder(final SlotTable table, final Slab slab) {
        this.table = table;
        blocks = new RecordBlocks(table, slab);
    }

    @Override
    public int compare(final int slot, final int otherSlot) {
        final int block = blocks.slabOffset(slot);
        final int otherBlock = blocks.slabOffset(otherSlot);
        return NameKey.compare(
            blocks.buffer(block), blocks.position(slot, block),
            blocks.namespaceLength(slot), blocks.nameLength(slot),
            blocks.buffer(otherBlock), blocks.position(otherSlot, otherBlock),
            blocks.namespaceLength(otherSlot), blocks.nameLength(otherSlot));
    }

    @Override
    public int compare(final int slot, final NameKey key) {
        return read(slot, key, COMPARE);
    }

    @Override
    public int compareToPrefix(final int slot, final NameKey prefix) {
        return read(slot, prefix, COMPARE_TO_PREFIX);
    }

    @Override
    public boolean copy(final int slot, final NameKey out) {
        return read(slot, out, COPY) != GONE;
    }

    private int read(final int slot, final NameKey key, final int operation) {
        while (true) {
            final long sequence = table.beginRead(slot);
            if (table.isFree(slot)) {
                return GONE;
            }
            final int block = blocks.slabOffset(slot);
            final int position = blocks.position(slot, block);
            final int namespaceLength = blocks.namespaceLength(slot);
            final int nameLength = blocks.nameLength(slot);
            if (table.isUnchanged(slot, sequence)) {
                final int result = apply(key, operation, blocks.buffer(block), position, namespaceLength, nameLength);
                if (table.isUnchanged(slot, sequence)) {
                    return result;
                }
            }
            Thread.onSpinWait();
        }
    }

    private static int apply(
        final NameKey key, final int operation, final DirectBuffer bytes, final int position, final int namespaceLength,
        final int nameLength) {
        return switch (operation) {
            case COMPARE -> key.orderOf(bytes, position, namespaceLength, nameLength);
            case COMPARE_TO_PREFIX -> key.orderOfPrefix(bytes, position, namespaceLength, nameLength);
            default -> {
                key.set(bytes, position, namespaceLength, nameLength);
                yield 0;
            }
        };
    }
}
