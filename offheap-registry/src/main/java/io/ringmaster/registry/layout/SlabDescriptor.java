package io.ringmaster.registry.layout;

import org.agrona.BitUtil;

/**
 * Layout of the {@link Slab}: blocks without gaps from {@link #FIRST_BLOCK} to an end mark.
 * <pre>
 *   block in use:  [int32 length | flags][int32 slot][payload, see SlotDescriptor][unused up to the length]
 *   free block:    [int32 length | flags][int32 unused][int32 next free][int32 previous free][unused][int32 length]
 *   end mark:      [int32 0 | flags][int32 unused]
 *
 *   flags:         1 in use (the end mark too), 2 the block before is free
 * </pre>
 * Lengths count the whole block and are multiples of 16; payloads start at multiples of 16. The length at the end of a free block is
 * read through flag 2 of the block behind it, so that a block that becomes free is joined with its free neighbours at once
 * (boundary tags: D. E. Knuth, The Art of Computer Programming 1, 2.5, algorithm C). No two free blocks are neighbours.
 * <p>
 * Free blocks are chained by size: each power of two has {@link #CLASSES_PER_POWER} lists.
 * <p>
 * Threading: immutable.
 */
public final class SlabDescriptor {
    /** Blocks and their payloads are aligned to this. */
    public static final int BLOCK_ALIGNMENT = 16;
    /** Length of what stands before the payload. */
    public static final int HEADER_LENGTH = 2 * BitUtil.SIZE_OF_INT;
    /** Length of the shortest block. */
    public static final int MIN_BLOCK_LENGTH = 32;
    /** Where the first block starts, so that its payload is aligned. */
    public static final int FIRST_BLOCK = BLOCK_ALIGNMENT - HEADER_LENGTH;
    /** Offset in a block of its length and flags, int32. */
    public static final int LENGTH_OFFSET = 0;
    /** Offset in a block of the slot that points at it, int32. */
    public static final int SLOT_OFFSET = LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    /** Offset in a free block of the next one of its list, int32. */
    public static final int NEXT_FREE_OFFSET = SLOT_OFFSET + BitUtil.SIZE_OF_INT;
    /** Offset in a free block of the previous one of its list, int32. */
    public static final int PREVIOUS_FREE_OFFSET = NEXT_FREE_OFFSET + BitUtil.SIZE_OF_INT;
    /** Flag of a block in use. */
    public static final int IN_USE = 1;
    /** Flag of a block behind a free one. */
    public static final int BEHIND_FREE = 2;
    /** All flags. */
    public static final int FLAGS = BLOCK_ALIGNMENT - 1;
    /** No block. */
    public static final int NULL_BLOCK = -1;
    /** Lists for the lengths from one power of two to the next. */
    public static final int CLASSES_PER_POWER = 8;
    /** Number of lists: the longest block has less than 2^31 bytes. */
    public static final int SIZE_CLASSES = (31 - 5) * CLASSES_PER_POWER;

    private static final int MIN_SHIFT = 5;
    private static final int CLASS_SHIFT = 3;

    private SlabDescriptor() {
    }

    /**
     * Length of the block that a payload needs.
     *
     * @param payloadLength bytes.
     * @return bytes.
     */
    public static int blockLength(final int payloadLength) {
        return Math.max(MIN_BLOCK_LENGTH, BitUtil.align(payloadLength + HEADER_LENGTH, BLOCK_ALIGNMENT));
    }

    /**
     * List that a free block belongs to.
     *
     * @param blockLength of the block.
     * @return from 0 to {@link #SIZE_CLASSES} - 1; each block of a higher class is longer.
     */
    public static int sizeClass(final int blockLength) {
        final int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(blockLength);
        return (shift - MIN_SHIFT << CLASS_SHIFT) + (blockLength >>> shift - CLASS_SHIFT & CLASSES_PER_POWER - 1);
    }

    /**
     * Lowest list all of whose blocks are long enough.
     *
     * @param blockLength that is needed.
     * @return from 0; {@link #SIZE_CLASSES} and more: none.
     */
    public static int sizeClassAbove(final int blockLength) {
        final int shift = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(blockLength);
        final boolean isLeast = (blockLength & (1 << shift - CLASS_SHIFT) - 1) == 0;
        return sizeClass(blockLength) + (isLeast ? 0 : 1);
    }
}
