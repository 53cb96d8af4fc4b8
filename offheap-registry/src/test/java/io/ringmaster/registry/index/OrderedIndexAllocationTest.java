package io.ringmaster.registry.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Neither a change nor a walk allocates, measured over a million of each after warm-up. */
class OrderedIndexAllocationTest {
    private static final int WARM_UP = 100_000;
    private static final int OPERATIONS = 1_000_000;
    private static final double MAX_BYTES_PER_OPERATION = 0.01;
    private static final int SLOTS = 1024;
    private static final int HITS = 4;

    private long sink;

    private static void assertAllocatesNothing(final String what, final IntConsumer operation) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < WARM_UP; i++) {
            operation.accept(i);
        }
        final long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < OPERATIONS; i++) {
            operation.accept(i);
        }
        final double perOperation = (double) (threads.getCurrentThreadAllocatedBytes() - before) / OPERATIONS;
        System.out.printf("%s: %.5f bytes per operation%n", what, perOperation);
        assertTrue(perOperation < MAX_BYTES_PER_OPERATION, what + " allocates " + perOperation + " bytes per operation");
    }

    @Test
    void shouldAllocateNothingForAttributes() {
        final AttributeIndex index = new AttributeIndex(SLOTS);
        final AttributeIndex.Cursor cursor = new AttributeIndex.Cursor();
        final long[] values = new long[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            values[slot] = slot * 31 % 1000;
            assertTrue(index.add(slot, values[slot]));
        }
        assertAllocatesNothing("replace a value", i -> {
            final int slot = i * 7 & SLOTS - 1;
            index.remove(slot, values[slot]);
            values[slot] = i * 7919L & 0xFFFF;
            index.add(slot, values[slot]);
        });
        assertEquals(SLOTS, index.size());
        assertAllocatesNothing("walk a range", i -> {
            cursor.seek(index, i & 0xFFFF, Long.MAX_VALUE);
            for (int n = 0; n < HITS; n++) {
                sink += cursor.next();
            }
            sink += cursor.value();
        });
        assertTrue(sink != 0);
    }

    @Test
    void shouldAllocateNothingForNames() {
        final NamedSlots slots = new NamedSlots(SLOTS);
        final NameIndex.Cursor cursor = new NameIndex.Cursor(NamedSlots.MAX_NAME_LENGTH);
        final UnsafeBuffer key = new UnsafeBuffer(NamedSlots.bytes("default00000000"));
        for (int slot = 0; slot < SLOTS; slot++) {
            putNumber(key, slot * 7919L);
            assertTrue(slots.add(slot, key, 7, 8));
        }
        assertAllocatesNothing("replace a name", i -> {
            final int slot = i * 7 & SLOTS - 1;
            putNumber(key, i * 104_729L);
            slots.remove(slot);
            slots.add(slot, key, 7, 8);
        });
        assertEquals(SLOTS, slots.index.size());
        assertAllocatesNothing("walk a prefix", i -> {
            putNumber(key, i * 104_729L);
            cursor.seek(slots.index, key, 0, 7, key, 7, 1).after(key, 7, 8);
            for (int n = 0; n < HITS; n++) {
                sink += cursor.next();
            }
        });
        assertTrue(sink != 0);
    }

    private static void putNumber(final UnsafeBuffer key, final long number) {
        long rest = number;
        for (int i = 14; i >= 7; i--) {
            key.putByte(i, (byte) ('0' + rest % 10));
            rest /= 10;
        }
    }
}
