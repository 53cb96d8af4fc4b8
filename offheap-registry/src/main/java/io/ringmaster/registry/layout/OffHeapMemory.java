package io.ringmaster.registry.layout;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Memory outside of the heap for the structures of a registry: zero, aligned to pages, and mostly not touched before it is used. A direct
 * {@link java.nio.ByteBuffer} is zeroed by writing to all of it, so that a large registry would take its whole memory when it
 * is made. Here each page is read instead, and written to only when it is not zero: the kernel maps a page that was read
 * only to its one page of zeros. The memory is freed when its buffer has become unreachable, so whoever uses a buffer's memory keeps the
 * buffer. It does not count against {@code -XX:MaxDirectMemorySize}.
 * <p>
 * Threading: thread-safe.
 */
public final class OffHeapMemory {
    /** Pieces shorter than this are direct byte buffers. */
    public static final int MIN_LAZY_LENGTH = 1 << 20;

    /** Pieces from this length on are in huge pages, if the kernel has them. */
    public static final int MIN_HUGE_LENGTH = 32 << 20;

    private static final int PAGE_LENGTH = 4096;
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong ALLOCATED = new AtomicLong();

    private OffHeapMemory() {
    }

    /**
     * Allocates memory; in huge pages from {@link #MIN_HUGE_LENGTH} on.
     *
     * @param length bytes.
     * @return buffer over memory that is all 0.
     * @throws OutOfMemoryError when the system has no address space for it.
     */
    public static UnsafeBuffer allocate(final int length) {
        return allocate(length, MIN_HUGE_LENGTH);
    }

    /**
     * Allocates memory that is there at once, for tables whose first records lie all over: each of these would let its writer wait until
     * the kernel has cleared another page.
     *
     * @param length        bytes.
     * @param minHugeLength the kernel is asked for huge pages if it is at least this long.
     * @return buffer over memory that is all 0.
     * @throws OutOfMemoryError when the system has no address space for it.
     */
    public static UnsafeBuffer allocateResident(final int length, final int minHugeLength) {
        final UnsafeBuffer buffer = allocate(length, minHugeLength, false);
        buffer.setMemory(0, length, (byte) 0);
        return buffer;
    }

    /**
     * As {@link #allocateResident(int, int)}, in huge pages from {@link #MIN_HUGE_LENGTH} on.
     *
     * @param length bytes.
     * @return buffer over memory that is all 0.
     * @throws OutOfMemoryError when the system has no address space for it.
     */
    public static UnsafeBuffer allocateResident(final int length) {
        return allocateResident(length, MIN_HUGE_LENGTH);
    }

    /**
     * Allocates memory. In huge pages ({@link HugePages}) a random access needs no walk through page tables, but the first access to a
     * huge page takes all of it.
     *
     * @param length        bytes.
     * @param minHugeLength the kernel is asked for huge pages if it is at least this long.
     * @return buffer over memory that is all 0.
     * @throws OutOfMemoryError when the system has no address space for it.
     */
    public static UnsafeBuffer allocate(final int length, final int minHugeLength) {
        return allocate(length, minHugeLength, true);
    }

    private static UnsafeBuffer allocate(final int length, final int minHugeLength, final boolean clear) {
        if (length < MIN_LAZY_LENGTH) {
            return new UnsafeBuffer(BufferUtil.allocateDirectAligned(length, BitUtil.CACHE_LINE_LENGTH));
        }
        final boolean huge = length >= minHugeLength;
        final int alignment = huge ? HugePages.LENGTH : PAGE_LENGTH;
        final long address = UnsafeApi.allocateMemory((long) length + alignment);
        final UnsafeBuffer buffer = new UnsafeBuffer(BitUtil.align(address, alignment), length);
        if (huge) {
            HugePages.advise(buffer.addressOffset(), length);
        }
        if (clear) {
            clear(buffer);
        }
        ALLOCATED.addAndGet(length);
        CLEANER.register(buffer, () -> {
            UnsafeApi.freeMemory(address);
            ALLOCATED.addAndGet(-length);
        });
        return buffer;
    }

    private static void clear(final UnsafeBuffer buffer) {
        final int wholePages = buffer.capacity() & -PAGE_LENGTH;
        for (int page = 0; page < wholePages; page += PAGE_LENGTH) {
            if (!isZeroPage(buffer.addressOffset() + page)) {
                buffer.setMemory(page, PAGE_LENGTH, (byte) 0);
            }
        }
        buffer.setMemory(wholePages, buffer.capacity() - wholePages, (byte) 0);
    }

    private static boolean isZeroPage(final long address) {
        long bits = 0;
        for (long at = address; at < address + PAGE_LENGTH; at += 4 * Long.BYTES) {
            bits |= UnsafeApi.getLong(at) | UnsafeApi.getLong(at + Long.BYTES)
                | UnsafeApi.getLong(at + 2 * Long.BYTES) | UnsafeApi.getLong(at + 3 * Long.BYTES);
        }
        return bits == 0;
    }

    /**
     * Bytes of this process that were allocated here and not as direct byte buffers, touched or not.
     *
     * @return bytes.
     */
    public static long allocatedBytes() {
        return ALLOCATED.get();
    }
}
