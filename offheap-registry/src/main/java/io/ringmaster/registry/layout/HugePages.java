package io.ringmaster.registry.layout;

import com.sun.jna.Function;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * Asks the kernel for huge pages: {@code madvise(2)} with {@code MADV_HUGEPAGE}, Linux only. It is advice: without it, or where
 * {@code /sys/kernel/mm/transparent_hugepage/enabled} says {@code never}, memory works the same, and random access to a large table
 * is slower.
 * <p>
 * Threading: thread-safe.
 */
final class HugePages {
    /** Bytes of a huge page; memory that is to be in huge pages should be aligned to it. */
    static final int LENGTH = 2 << 20;

    private static final int MADV_HUGEPAGE = 14;

    private HugePages() {
    }

    /**
     * Asks for huge pages.
     *
     * @param address of the memory, aligned to pages.
     * @param length  bytes; what does not fill a huge page at the end stays in small ones.
     * @return whether the kernel took the advice.
     */
    static boolean advise(final long address, final long length) {
        try {
            if (!Platform.isLinux()) {
                return false;
            }
            final Object[] arguments = {new Pointer(address), length & -LENGTH, MADV_HUGEPAGE};
            return Function.getFunction("c", "madvise").invokeInt(arguments) == 0;
        } catch (final LinkageError e) {
            // A C library that JNA does not know, or no place to unpack its own: go without.
            return false;
        }
    }
}
