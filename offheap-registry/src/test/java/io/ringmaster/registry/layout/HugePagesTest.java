package io.ringmaster.registry.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class HugePagesTest {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Path ENABLED = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @Test
    void shouldAskForHugePagesForLargePiecesOnly() throws IOException {
        assumeTrue(Files.isReadable(SMAPS) && Files.isReadable(ENABLED), "no huge pages in this kernel");
        final UnsafeBuffer large = OffHeapMemory.allocate(OffHeapMemory.MIN_HUGE_LENGTH);
        final UnsafeBuffer small = OffHeapMemory.allocate(OffHeapMemory.MIN_LAZY_LENGTH);
        final UnsafeBuffer asked = OffHeapMemory.allocate(HugePages.LENGTH, HugePages.LENGTH);
        assertEquals(0, large.addressOffset() % HugePages.LENGTH);
        assertTrue(isAdvised(large));
        assertTrue(isAdvised(asked));
        assertFalse(isAdvised(small));
        assertEquals(0, large.getLong(0));
        assertEquals(0, large.getLong(large.capacity() - Long.BYTES));
    }

    @Test
    void shouldSayWhenTheKernelDoesNotTakeTheAdvice() {
        assertFalse(HugePages.advise(1, HugePages.LENGTH), "not the start of a page");
    }

    /** Whether the mapping that holds a buffer has the flag "hg". */
    private static boolean isAdvised(final UnsafeBuffer buffer) throws IOException {
        boolean here = false;
        for (final String line : Files.readAllLines(SMAPS)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                final long start = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
                final long end = Long.parseUnsignedLong(line.substring(line.indexOf('-') + 1, line.indexOf(' ')), 16);
                here = start <= buffer.addressOffset() && buffer.addressOffset() < end;
            } else if (here && line.startsWith("VmFlags:")) {
                return (line + ' ').contains(" hg ");
            }
        }
        throw new AssertionError("no mapping holds the buffer");
    }
}
