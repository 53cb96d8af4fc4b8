package io.ringmaster.registry.layout;

import static io.ringmaster.registry.layout.SlabDescriptor.BEHIND_FREE;
import static io.ringmaster.registry.layout.SlabDescriptor.FIRST_BLOCK;
import static io.ringmaster.registry.layout.SlabDescriptor.FLAGS;
import static io.ringmaster.registry.layout.SlabDescriptor.HEADER_LENGTH;
import static io.ringmaster.registry.layout.SlabDescriptor.IN_USE;
import static io.ringmaster.registry.layout.SlabDescriptor.LENGTH_OFFSET;
import static io.ringmaster.registry.layout.SlabDescriptor.MIN_BLOCK_LENGTH;
import static io.ringmaster.registry.layout.SlabDescriptor.NEXT_FREE_OFFSET;
import static io.ringmaster.registry.layout.SlabDescriptor.NULL_BLOCK;
import static io.ringmaster.registry.layout.SlabDescriptor.PREVIOUS_FREE_OFFSET;
import static io.ringmaster.registry.layout.SlabDescriptor.SIZE_CLASSES;
import static io.ringmaster.registry.layout.SlabDescriptor.SLOT_OFFSET;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Allocator for the variable parts of records that do not fit their slots, in off-heap memory laid out as {@link SlabDescriptor}
 * says. Good fit from segregated free lists, found through a bitmap of the lists that are not empty, in constant time (M. Masmano,
 * I. Ripoll, A. Crespo, J. Real, "TLSF: a new dynamic memory allocator for real-time systems", ECRTS 2004); free neighbours
 * are joined at once. What fragments nevertheless is put together by {@link SlabCompactor}.
 * <p>
 * Readers copy from {@link #buffer()} under the sequence of the slot that points at the block; see {@link SlotTable} for why
 * a block that is freed, moved or used again meanwhile is noticed. Blocks are named by the offset of their payload.
 * <p>
 * Threading: single writer = the partition's writer; {@link #buffer()} any thread.
 */
public final class Slab {
    /** Blocks of the list of its own size that are looked at before a block of a higher list is cut. */
    private static final int FIT_ATTEMPTS = 8;

    private final UnsafeBuffer buffer;
    private final int end;
    private final int[] heads = new int[SIZE_CLASSES];
    private final long[] nonEmpty = new long[(SIZE_CLASSES + Long.SIZE - 1) / Long.SIZE];
    private int usedBytes;
    private int highWaterBytes;
    private int scanPosition = NULL_BLOCK;

    /**
     * Takes the memory.
     *
     * @param capacity bytes, at least 64.
     */
    public Slab(final int capacity) {
        if (capacity < 2 * MIN_BLOCK_LENGTH) {
            throw new IllegalArgumentException("capacity=" + capacity + " must be at least " + 2 * MIN_BLOCK_LENGTH);
        }
        buffer = OffHeapMemory.allocate(capacity);
        end = FIRST_BLOCK + (capacity - FIRST_BLOCK - HEADER_LENGTH & ~FLAGS);
        Arrays.fill(heads, NULL_BLOCK);
        setHead(end, IN_USE);
        addFree(FIRST_BLOCK, end - FIRST_BLOCK);
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
     * @param payloadLength bytes that are needed.
     * @param slot          that will point at it.
     * @return offset of the payload; {@link SlabDescriptor#NULL_BLOCK} when no free block is long enough.
     */
    public int allocate(final int payloadLength, final int slot) {
        final int length = SlabDescriptor.blockLength(payloadLength);
        int block = fitting(length, FIT_ATTEMPTS);
        if (block == NULL_BLOCK) {
            final int sizeClass = nextNonEmpty(SlabDescriptor.sizeClassAbove(length));
            if (sizeClass < 0) {
                return NULL_BLOCK;
            }
            block = heads[sizeClass];
        }
        final int rest = removeFree(block) - length;
        if (rest >= MIN_BLOCK_LENGTH) {
            use(block, length, slot);
            addFree(block + length, rest);
        } else {
            use(block, length + rest, slot);
        }
        return block + HEADER_LENGTH;
    }

    /**
     * Writer: whether a block could be taken once another one was given back.
     *
     * @param payload       offset of the payload of that one; it stays in use.
     * @param payloadLength bytes that are needed.
     * @return true: {@link #free} of it, and then {@link #allocate} of this length finds a block.
     */
    public boolean fitsInsteadOf(final int payload, final int payloadLength) {
        final int block = payload - HEADER_LENGTH;
        int joined = length(block);
        if (!isUsed(block + joined)) {
            joined += length(block + joined);
        }
        if ((buffer.getInt(block + LENGTH_OFFSET) & BEHIND_FREE) != 0) {
            joined += buffer.getInt(block - Integer.BYTES);
        }
        // One attempt less: the block that is given back may come in front of the one that fits.
        return SlabDescriptor.blockLength(payloadLength) <= joined || hasRoom(payloadLength, FIT_ATTEMPTS - 1);
    }

    /**
     * Writer: whether a block could be taken.
     *
     * @param payloadLength bytes that are needed.
     * @return true: {@link #allocate} of this length finds a block.
     */
    public boolean hasRoom(final int payloadLength) {
        return hasRoom(payloadLength, FIT_ATTEMPTS);
    }

    private boolean hasRoom(final int payloadLength, final int attempts) {
        final int length = SlabDescriptor.blockLength(payloadLength);
        return fitting(length, attempts) != NULL_BLOCK || nextNonEmpty(SlabDescriptor.sizeClassAbove(length)) >= 0;
    }

    private int fitting(final int length, final int attempts) {
        int block = heads[SlabDescriptor.sizeClass(length)];
        for (int i = 0; i < attempts && block != NULL_BLOCK; i++) {
            if (length(block) >= length) {
                return block;
            }
            block = buffer.getInt(block + NEXT_FREE_OFFSET);
        }
        return NULL_BLOCK;
    }

    private int nextNonEmpty(final int fromClass) {
        for (int index = fromClass >>> 6; index < nonEmpty.length; index++) {
            final long word = index == fromClass >>> 6 ? nonEmpty[index] & -1L << fromClass : nonEmpty[index];
            if (word != 0) {
                return (index << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return -1;
    }

    private void use(final int block, final int length, final int slot) {
        setHead(block, length | IN_USE);
        buffer.putInt(block + SLOT_OFFSET, slot);
        usedBytes += length;
        highWaterBytes = Math.max(highWaterBytes, block + length - FIRST_BLOCK);
    }

    /**
     * Writer: gives a block back. The slot that pointed at it must have been changed before.
     *
     * @param payload offset of its payload.
     */
    public void free(final int payload) {
        final int block = payload - HEADER_LENGTH;
        final int length = length(block);
        usedBytes -= length;
        int first = block;
        int joined = length;
        if ((buffer.getInt(block + LENGTH_OFFSET) & BEHIND_FREE) != 0) {
            first -= buffer.getInt(block - Integer.BYTES);
            joined += removeFree(first);
        }
        final int behind = block + length;
        if (!isUsed(behind)) {
            joined += removeFree(behind);
        }
        if (scanPosition > first && scanPosition < first + joined) {
            scanPosition = first;
        }
        addFree(first, joined);
    }

    /**
     * Writer: whether a block can take another payload without being wasteful.
     *
     * @param payload       offset of its payload.
     * @param payloadLength bytes of the other one.
     * @return false: take another block.
     */
    public boolean fits(final int payload, final int payloadLength) {
        final int length = length(payload - HEADER_LENGTH);
        final int needed = SlabDescriptor.blockLength(payloadLength);
        return needed <= length && length - needed <= Math.max(MIN_BLOCK_LENGTH, needed >> 2);
    }

    /** Puts a free block into its list and writes its header and its length at its end. */
    private void addFree(final int block, final int length) {
        final int sizeClass = SlabDescriptor.sizeClass(length);
        final int next = heads[sizeClass];
        setHead(block, length);
        buffer.putInt(block + NEXT_FREE_OFFSET, next);
        buffer.putInt(block + PREVIOUS_FREE_OFFSET, NULL_BLOCK);
        buffer.putInt(block + length - Integer.BYTES, length);
        final int behind = block + length;
        setHead(behind, buffer.getInt(behind + LENGTH_OFFSET) | BEHIND_FREE);
        if (next != NULL_BLOCK) {
            buffer.putInt(next + PREVIOUS_FREE_OFFSET, block);
        }
        heads[sizeClass] = block;
        nonEmpty[sizeClass >>> 6] |= 1L << sizeClass;
    }

    /** Takes a free block out of its list and returns its length. */
    private int removeFree(final int block) {
        final int length = length(block);
        final int sizeClass = SlabDescriptor.sizeClass(length);
        final int next = buffer.getInt(block + NEXT_FREE_OFFSET);
        final int previous = buffer.getInt(block + PREVIOUS_FREE_OFFSET);
        if (next != NULL_BLOCK) {
            buffer.putInt(next + PREVIOUS_FREE_OFFSET, previous);
        }
        if (previous != NULL_BLOCK) {
            buffer.putInt(previous + NEXT_FREE_OFFSET, next);
        } else {
            heads[sizeClass] = next;
            if (next == NULL_BLOCK) {
                nonEmpty[sizeClass >>> 6] &= ~(1L << sizeClass);
            }
        }
        final int behind = block + length;
        setHead(behind, buffer.getInt(behind + LENGTH_OFFSET) & ~BEHIND_FREE);
        return length;
    }

    private void setHead(final int block, final int lengthAndFlags) {
        buffer.putInt(block + LENGTH_OFFSET, lengthAndFlags);
    }

    /** Compaction: the block that it looks at next, kept at the start of a block when blocks are joined; -1: no pass. */
    int scanPosition() {
        return scanPosition;
    }

    void scanPosition(final int block) {
        scanPosition = block;
    }

    /** Compaction: where the end mark is. */
    int end() {
        return end;
    }

    /** Compaction: length of a block. */
    int length(final int block) {
        return buffer.getInt(block + LENGTH_OFFSET) & ~FLAGS;
    }

    /** Compaction: whether a block is in use, or the end mark. */
    boolean isUsed(final int block) {
        return (buffer.getInt(block + LENGTH_OFFSET) & IN_USE) != 0;
    }

    /** Compaction: slot that points at a block in use. */
    int slotOf(final int block) {
        return buffer.getInt(block + SLOT_OFFSET);
    }

    /** Compaction: takes a free block out of its list, because the block behind it will be moved there. */
    void openHole(final int hole) {
        removeFree(hole);
    }

    /** Compaction: copies the payload of the block behind a hole to the start of the hole; the two may overlap. */
    void copyDown(final int hole, final int from, final int length) {
        buffer.putBytes(hole + HEADER_LENGTH, buffer, from + HEADER_LENGTH, length - HEADER_LENGTH);
    }

    /** Compaction: makes the copy at the start of the hole a block and what is behind it free. */
    void closeHole(final int hole, final int holeLength, final int movedLength, final int slot) {
        setHead(hole, movedLength | IN_USE);
        buffer.putInt(hole + SLOT_OFFSET, slot);
        final int free = hole + movedLength;
        int length = holeLength;
        if (!isUsed(free + length)) {
            length += removeFree(free + length);
        }
        addFree(free, length);
    }

    /**
     * Writer: length of a free block that is among the longest, or a little less than the longest.
     *
     * @return bytes; 0 when there is none.
     */
    public int longestFreeBytes() {
        for (int index = nonEmpty.length - 1; index >= 0; index--) {
            if (nonEmpty[index] != 0) {
                return length(heads[(index << 6) + Long.SIZE - 1 - Long.numberOfLeadingZeros(nonEmpty[index])]);
            }
        }
        return 0;
    }

    /**
     * Size of the slab.
     *
     * @return bytes.
     */
    public int capacity() {
        return buffer.capacity();
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
     * Writer: bytes in free blocks.
     *
     * @return bytes.
     */
    public int freeBytes() {
        return end - FIRST_BLOCK - usedBytes;
    }

    /**
     * Writer: bytes from the start to the end of the last block that was ever in use; never falls.
     *
     * @return bytes.
     */
    public int highWaterBytes() {
        return highWaterBytes;
    }
}
