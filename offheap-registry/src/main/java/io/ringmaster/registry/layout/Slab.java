package io.ringmaster.registry.layout;

import static io.ringmaster.registry.layout.SlabDescriptor.NEXT_FREE_OFFSET;
import static io.ringmaster.registry.layout.SlabDescriptor.NULL_BLOCK;
import static io.ringmaster.registry.layout.SlabDescriptor.SIZE_CLASSES;
import static io.ringmaster.registry.layout.SlabDescriptor.blockLength;

import java.util.Arrays;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Allocator for the variable parts of records in direct memory, laid out as {@link SlabDescriptor} says: a free list for
 * each size class and, behind all blocks ever cut, the part that was never used. A class that finds neither takes a free
 * block of a larger class. Blocks keep their class for good; to join them again is compaction's work, not this class's.
 * <p>
 * Readers copy from {@link #buffer()} under the version of the slot that points at the block; see {@link SlotTable} for why
 * a block that is freed or used again meanwhile is noticed.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread.
 */
public final class Slab {
    private final UnsafeBuffer buffer;
    private final int capacity;
    private final int[] freeHeads = new int[SIZE_CLASSES];
    private int highWaterOffset;
    private int usedBytes;
    private int lastSizeClass;

    /**
     * Allocates the memory.
     *
     * @param capacity bytes.
     */
    public Slab(final int capacity) {
        this.capacity = capacity;
        this.buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity, BitUtil.CACHE_LINE_LENGTH));
        Arrays.fill(freeHeads, NULL_BLOCK);
    }

    /**
     * The memory of the slab.
     *
     * @return the one buffer of the slab.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Writer: takes a block.
     *
     * @param sizeClass smallest class that will do.
     * @return offset of the block, whose class is {@link #lastSizeClass()}; {@link SlabDescriptor#NULL_BLOCK} when there is
     *     no room.
     */
    public int allocate(final int sizeClass) {
        int offset = pop(sizeClass);
        if (offset == NULL_BLOCK) {
            final int length = blockLength(sizeClass);
            if (length <= capacity - highWaterOffset) {
                offset = highWaterOffset;
                highWaterOffset += length;
                lastSizeClass = sizeClass;
            } else {
                for (int larger = sizeClass + 1; larger < SIZE_CLASSES && offset == NULL_BLOCK; larger++) {
                    offset = pop(larger);
                }
            }
        }
        if (offset != NULL_BLOCK) {
            usedBytes += blockLength(lastSizeClass);
        }
        return offset;
    }

    private int pop(final int sizeClass) {
        final int offset = freeHeads[sizeClass];
        if (offset != NULL_BLOCK) {
            freeHeads[sizeClass] = buffer.getInt(offset + NEXT_FREE_OFFSET);
            lastSizeClass = sizeClass;
        }
        return offset;
    }

    /**
     * Writer: class of the block that {@link #allocate(int)} returned last; larger than asked for when it had to be borrowed.
     *
     * @return size class.
     */
    public int lastSizeClass() {
        return lastSizeClass;
    }

    /**
     * Writer: gives a block back. The slot that pointed at it must have been changed before.
     *
     * @param offset    of the block.
     * @param sizeClass that it was allocated with.
     */
    public void free(final int offset, final int sizeClass) {
        buffer.putInt(offset + NEXT_FREE_OFFSET, freeHeads[sizeClass]);
        freeHeads[sizeClass] = offset;
        usedBytes -= blockLength(sizeClass);
    }

    /**
     * Size of the slab.
     *
     * @return bytes.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Writer: bytes in blocks that are in use, whole blocks counted.
     *
     * @return bytes.
     */
    public int usedBytes() {
        return usedBytes;
    }

    /**
     * Writer: bytes that were ever cut into blocks; never falls.
     *
     * @return bytes.
     */
    public int highWaterBytes() {
        return highWaterOffset;
    }
}
