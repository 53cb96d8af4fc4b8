package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final int OPERATIONS = 1_000_000;
    private static final double MAX_BYTES_PER_OPERATION = 0.01;

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
    private long checksum;

    @Test
    void shouldNotAllocateWhenCommandsPassThroughARing() {
        final ErrorCollector errors = new ErrorCollector();
        final CommandRing ring = new CommandRing(new RingSettings("allocation", 32, 64, 4), errors);
        final CommandHandler handler = (buffer, offset, length, enqueuedNs) -> checksum += buffer.getLong(offset);
        assertNoAllocation(() -> {
            for (int i = 0; i < OPERATIONS; i++) {
                message.putLong(0, i);
                ring.offer(message, 0, 16, false, i);
                if (31 == (i & 31)) {
                    // The ring refused the last of them; both answers are on the hot path.
                    ring.poll(handler, 40);
                }
            }
        });
        assertTrue(ring.counters().refused() > 0);
        assertEquals(ring.counters().enqueued(), ring.counters().consumed() + ring.depth());
        assertEquals(0, errors.errors.size());
    }

    @Test
    void shouldNotAllocateWhenMessagesPassThroughAMailbox() {
        for (final OverflowPolicy policy : OverflowPolicy.values()) {
            final ErrorCollector errors = new ErrorCollector();
            final Mailbox mailbox = new Mailbox(new MailboxSettings("allocation", 16, 64, policy), errors);
            final MailboxHandler handler = (buffer, offset, length) -> checksum += buffer.getLong(offset);
            assertNoAllocation(() -> {
                for (int i = 0; i < OPERATIONS; i++) {
                    message.putLong(0, i);
                    mailbox.offer(message, 0, 16);
                    if (31 == (i & 31)) {
                        mailbox.poll(handler, 40);
                    }
                }
            });
            assertTrue(mailbox.refusedCount() + mailbox.droppedCount() > 0);
            assertEquals(0, errors.errors.size());
        }
    }

    private void assertNoAllocation(final Runnable operations) {
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long threadId = Thread.currentThread().getId();
        checksum = 0;
        operations.run();
        threads.getThreadAllocatedBytes(threadId);
        final long before = threads.getThreadAllocatedBytes(threadId);
        operations.run();
        final long bytes = threads.getThreadAllocatedBytes(threadId) - before;
        assertTrue(checksum > 0);
        assertTrue(bytes < OPERATIONS * MAX_BYTES_PER_OPERATION, () -> bytes + " bytes in " + OPERATIONS + " operations");
    }
}
