package io.ringmaster.registry.layout;

import static io.ringmaster.registry.layout.SlabDescriptor.FIRST_BLOCK;
import static io.ringmaster.registry.layout.SlabDescriptor.HEADER_LENGTH;
import static io.ringmaster.registry.layout.SlabDescriptor.NULL_BLOCK;

/**
 * Puts the free blocks of a {@link Slab} together, a little at a time: a pass goes through the slab from its start, and slides each
 * block in use that lies behind a free one down to that one's start, so that the free one moves up and grows. When a pass has
 * come to the end, all that was free at its start is one block.
 * <p>
 * A pass starts when the longest free block is shorter than {@code wantedBytes} although twice as much is free, and
 * ends early when the longest has twice that length. One step looks at {@link #MAX_BLOCKS_PER_STEP} blocks, moves
 * {@link #MAX_MOVES_PER_STEP} of them and copies {@link #MAX_BYTES_PER_STEP} bytes at most; only a block that is longer than
 * these is copied in one piece.
 * <p>
 * <b>Readers</b> are not held up. When the block's old and new place do not overlap, it is copied first, then the slot is
 * pointed at the copy in a write of the slot ({@link SlotTable}), then the old place becomes free; whoever copies the record meanwhile
 * throws the copy away. When they overlap, the copy is done within that write; a block longer than
 * {@link #MAX_OVERLAPPED_BYTES} is given another place in that case, if there is one.
 * <p>
 * Threading: confined to the partition's writer.
 */
public final class SlabCompactor {
    /** Most blocks that one step looks at. */
    public static final int MAX_BLOCKS_PER_STEP = 128;
    /** Most blocks that one step moves. */
    public static final int MAX_MOVES_PER_STEP = 32;
    /** Bytes after which a step ends. */
    public static final int MAX_BYTES_PER_STEP = 32 * 1024;
    /** Longest block that is copied within the write of its slot, if there is another way. */
    public static final int MAX_OVERLAPPED_BYTES = 4096;

    private final Slab slab;
    private final SlotTable table;
    private final int wantedBytes;
    private long blocksMoved;
    private long bytesMoved;
    private long passes;

    /**
     * For a slab and the slots that point into it.
     *
     * @param slab        to be compacted.
     * @param table       with the slots.
     * @param wantedBytes how long the longest free block should be.
     */
    public SlabCompactor(final Slab slab, final SlotTable table, final int wantedBytes) {
        this.slab = slab;
        this.table = table;
        this.wantedBytes = wantedBytes;
    }

    /**
     * One step, if there is something to be done.
     *
     * @return bytes moved and blocks looked at; 0: nothing to be done.
     */
    public int step() {
        if (slab.scanPosition() == NULL_BLOCK) {
            if (!isWanted()) {
                return 0;
            }
            slab.scanPosition(FIRST_BLOCK);
            passes++;
        }
        int looked = 0;
        int moves = 0;
        int bytes = 0;
        while (looked < MAX_BLOCKS_PER_STEP && moves < MAX_MOVES_PER_STEP && bytes < MAX_BYTES_PER_STEP) {
            looked++;
            final int position = slab.scanPosition();
            if (position == slab.end()) {
                slab.scanPosition(NULL_BLOCK);
                break;
            }
            if (slab.isUsed(position)) {
                slab.scanPosition(position + slab.length(position));
            } else {
                final int moved = fill(position);
                if (moved == 0) {
                    slab.scanPosition(NULL_BLOCK);
                    break;
                }
                bytes += moved;
                moves++;
            }
        }
        blocksMoved += moves;
        bytesMoved += bytes;
        if (slab.longestFreeBytes() >= 2L * wantedBytes) {
            slab.scanPosition(NULL_BLOCK);
        }
        return looked + bytes;
    }

    private boolean isWanted() {
        return slab.longestFreeBytes() < wantedBytes && slab.freeBytes() >= 2L * wantedBytes;
    }

    /** Moves the block behind a hole; returns its length, or 0 when there is none. */
    private int fill(final int hole) {
        final int holeLength = slab.length(hole);
        final int from = hole + holeLength;
        if (from == slab.end()) {
            return 0;
        }
        final int length = slab.length(from);
        final int slot = slab.slotOf(from);
        if (length > holeLength && length > MAX_OVERLAPPED_BYTES && moveElsewhere(from, length, slot)) {
            return length;
        }
        final boolean isOverlapped = length > holeLength;
        slab.openHole(hole);
        if (!isOverlapped) {
            slab.copyDown(hole, from, length);
        }
        table.beginWrite(slot);
        if (isOverlapped) {
            slab.copyDown(hole, from, length);
        }
        point(slot, hole + HEADER_LENGTH);
        table.endWrite(slot);
        slab.closeHole(hole, holeLength, length, slot);
        slab.scanPosition(hole + length);
        return length;
    }

    private boolean moveElsewhere(final int from, final int length, final int slot) {
        final int payload = slab.allocate(length - HEADER_LENGTH, slot);
        if (payload == NULL_BLOCK) {
            return false;
        }
        slab.buffer().putBytes(payload, slab.buffer(), from + HEADER_LENGTH, length - HEADER_LENGTH);
        table.beginWrite(slot);
        point(slot, payload);
        table.endWrite(slot);
        slab.free(from + HEADER_LENGTH);
        return true;
    }

    private void point(final int slot, final int payload) {
        table.buffer().putInt(table.offset(slot) + SlotDescriptor.SLAB_OFFSET_OFFSET, payload);
    }

    /**
     * Blocks moved.
     *
     * @return since the start.
     */
    public long blocksMoved() {
        return blocksMoved;
    }

    /**
     * Bytes moved.
     *
     * @return since the start.
     */
    public long bytesMoved() {
        return bytesMoved;
    }

    /**
     * Passes begun.
     *
     * @return since the start.
     */
    public long passes() {
        return passes;
    }
}
