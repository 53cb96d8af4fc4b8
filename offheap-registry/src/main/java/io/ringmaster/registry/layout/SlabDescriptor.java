package io.ringmaster.registry.layout;

import org.agrona.BitUtil;

/**
 * Layout of the {@link Slab}.
 * <pre>
 *   block in use:   [namespace][name][metadata][unused up to the length of the size class]
 *   free block:     [int32 offset of the next free block of the class, -1: none][unused]
 * </pre>
 * Block lengths are 32, 48, 64, 96, 128, 192, ... bytes: powers of two and the halves between, so that at most a third of a
 * block is unused. Blocks start at multiples of 16 bytes. The lengths of the parts are in the record's slot.
 * <p>
 * Threading: immutable.
 */
public final class SlabDescriptor {
    /** Length of the shortest block. */
    public static final int MIN_BLOCK_LENGTH = 32;
    /** Number of size classes; the longest block has 2^29 bytes. */
    public static final int SIZE_CLASSES = 49;
    /** Blocks start at multiples of this. */
    public static final int BLOCK_ALIGNMENT = 16;
    /** Offset in a free block of the offset of the next one, int32. */
    public static final int NEXT_FREE_OFFSET = 0;
    /** No block. */
    public static final int NULL_BLOCK = -1;

    private static final int MIN_SHIFT = 5;

    private SlabDescriptor() {
    }

    /**
     * Length of the blocks of a class.
     *
     * @param sizeClass from 0 to {@link #SIZE_CLASSES} - 1.
     * @return bytes.
     */
    public static int blockLength(final int sizeClass) {
        final int base = MIN_BLOCK_LENGTH << (sizeClass >> 1);
        return (sizeClass & 1) == 0 ? base : base + (base >> 1);
    }

    /**
     * Smallest class whose blocks hold a length.
     *
     * @param length bytes, from 0 to 2^29.
     * @return size class.
     */
    public static int sizeClassFor(final int length) {
        if (length <= MIN_BLOCK_LENGTH) {
            return 0;
        }
        final int powerOfTwo = BitUtil.findNextPositivePowerOfTwo(length);
        final int shift = Integer.numberOfTrailingZeros(powerOfTwo) - MIN_SHIFT;
        final int halfBelow = (powerOfTwo >> 1) + (powerOfTwo >> 2);
        return length <= halfBelow ? 2 * shift - 1 : 2 * shift;
    }
}
