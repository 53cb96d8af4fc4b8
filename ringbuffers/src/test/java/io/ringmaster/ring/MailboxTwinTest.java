package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Drives a mailbox and a plain deque with the same random operations. */
class MailboxTwinTest {
    private static final int OPERATIONS = 200_000;

    private final List<byte[]> received = new ArrayList<>();
    private final List<byte[]> dropped = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    void shouldBehaveAsADequeWhenDrivenByRandomOperations(final OverflowPolicy policy) {
        final long seed = System.nanoTime();
        System.out.println("MailboxTwinTest " + policy + " seed " + seed);
        final Random random = new Random(seed);
        final int slots = 2 << random.nextInt(4);
        final int slotLength = 64 << random.nextInt(2);
        final ErrorCollector errors = new ErrorCollector();
        final Mailbox mailbox = new Mailbox(
            new MailboxSettings("twin", slots, slotLength, policy),
            MailboxCounters.unmanaged(),
            (buffer, offset, length) -> dropped.add(bytes(buffer, offset, length)),
            SystemNanoClock.INSTANCE,
            errors);
        final ArrayDeque<byte[]> oracle = new ArrayDeque<>();
        final UnsafeBuffer source = new UnsafeBuffer(new byte[512]);
        long refusedCount = 0;
        long droppedCount = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            final int operation = random.nextInt(100);
            if (operation < 60) {
                final byte[] message = new byte[random.nextInt(slotLength)];
                random.nextBytes(message);
                final int offset = random.nextInt(64);
                source.putBytes(offset, message);
                final int result = mailbox.offer(source, offset, message.length);
                if (message.length > slotLength - 16) {
                    assertEquals(Mailbox.TOO_LONG, result);
                } else if (oracle.size() < slots) {
                    assertEquals(0, result);
                    oracle.add(message);
                } else if (OverflowPolicy.DROP_OLDEST == policy) {
                    assertEquals(1, result);
                    assertArrayEquals(oracle.remove(), dropped.remove(0));
                    oracle.add(message);
                    droppedCount++;
                } else {
                    assertEquals(Mailbox.FULL, result);
                    refusedCount++;
                }
            } else if (operation < 99) {
                final int limit = random.nextInt(slots + 2);
                received.clear();
                final int count = mailbox.poll((buffer, offset, length) -> received.add(bytes(buffer, offset, length)), limit);
                assertEquals(Math.min(limit, oracle.size()), count);
                assertEquals(count, received.size());
                for (final byte[] message : received) {
                    assertArrayEquals(oracle.remove(), message);
                }
            } else {
                assertEquals(oracle.size(), mailbox.clear());
                oracle.clear();
            }
            assertEquals(oracle.size(), mailbox.depth());
        }
        assertEquals(refusedCount, mailbox.refusedCount());
        assertEquals(droppedCount, mailbox.droppedCount());
        assertEquals(List.of(), dropped);
        assertEquals(List.of(), errors.errors);
    }

    private static byte[] bytes(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return bytes;
    }
}
