package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two producers and the consumer; each message has a checksum and is seen exactly once: consumed, dropped or refused. */
class MailboxConcurrentTest {
    private static final int PRODUCERS = 2;
    private static final int PER_PRODUCER = 150_000;

    private final AtomicLong corrupt = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final BitSet[] refusedBy = {new BitSet(), new BitSet()};
    private final BitSet[] droppedBy = {new BitSet(), new BitSet(), new BitSet(), new BitSet()};
    private final ThreadLocal<Integer> producerIndex = ThreadLocal.withInitial(() -> -1);

    @ParameterizedTest
    @EnumSource(OverflowPolicy.class)
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAccountForEveryMessageOnceWhenTwoProduce(final OverflowPolicy policy) throws InterruptedException {
        final ErrorCollector errors = new ErrorCollector();
        final Mailbox mailbox = new Mailbox(
            new MailboxSettings("concurrent", 8, 128, policy),
            MailboxCounters.unmanaged(),
            (buffer, offset, length) -> onDrop(buffer, offset, length),
            SystemNanoClock.INSTANCE,
            errors);
        final Thread[] producers = new Thread[PRODUCERS];
        for (int i = 0; i < PRODUCERS; i++) {
            final int producer = i;
            producers[i] = new Thread(() -> produce(mailbox, producer, policy), "producer-" + i);
            producers[i].start();
        }
        final BitSet[] consumed = {new BitSet(), new BitSet()};
        final long[] last = {-1, -1};
        final long[] wrong = new long[1];
        final CRC32 crc = new CRC32();
        final MailboxHandler handler = (buffer, offset, length) -> {
            final int producer = buffer.getInt(offset);
            final int number = buffer.getInt(offset + 4);
            if (!isIntact(buffer, offset, length, crc) || number <= last[producer]) {
                wrong[0]++;
            }
            last[producer] = number;
            consumed[producer].set(number);
        };
        while (anyAlive(producers)) {
            if (0 == mailbox.poll(handler, 5)) {
                Thread.yield();
            }
        }
        for (final Thread producer : producers) {
            producer.join();
        }
        while (mailbox.poll(handler, 5) > 0) {
            assertTrue(mailbox.depth() <= mailbox.capacity());
        }

        assertEquals(0, wrong[0]);
        assertEquals(0, corrupt.get());
        assertEquals(List.of(), errors.errors);
        long droppedTotal = 0;
        for (int producer = 0; producer < PRODUCERS; producer++) {
            final BitSet dropped = (BitSet)droppedBy[producer].clone();
            assertTrue(!dropped.intersects(droppedBy[PRODUCERS + producer]), "dropped twice");
            dropped.or(droppedBy[PRODUCERS + producer]);
            droppedTotal += dropped.cardinality();
            final BitSet all = (BitSet)consumed[producer].clone();
            assertTrue(!all.intersects(dropped), "consumed and dropped");
            all.or(dropped);
            assertTrue(!all.intersects(refusedBy[producer]), "refused and delivered");
            all.or(refusedBy[producer]);
            assertEquals(PER_PRODUCER, all.cardinality());
        }
        assertEquals(droppedTotal, mailbox.droppedCount());
        assertEquals(accepted.get(), droppedTotal + consumed[0].cardinality() + consumed[1].cardinality());
    }

    private static boolean anyAlive(final Thread[] threads) {
        boolean alive = false;
        for (final Thread thread : threads) {
            alive |= thread.isAlive();
        }
        return alive;
    }

    /** Runs on the thread of the producer that drops; each has its own sets. */
    private void onDrop(final DirectBuffer buffer, final int offset, final int length) {
        if (!isIntact(buffer, offset, length, new CRC32())) {
            corrupt.incrementAndGet();
        }
        droppedBy[PRODUCERS * producerIndex.get() + buffer.getInt(offset)].set(buffer.getInt(offset + 4));
    }

    private void produce(final Mailbox mailbox, final int producer, final OverflowPolicy policy) {
        producerIndex.set(producer);
        final UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
        final CRC32 crc = new CRC32();
        final YieldingIdleStrategy idle = new YieldingIdleStrategy();
        for (int number = 0; number < PER_PRODUCER; number++) {
            final int length = 16 + number % 90;
            message.putInt(0, producer);
            message.putInt(4, number);
            for (int i = 16; i < length; i++) {
                message.putByte(i, (byte)(number * 31 + i));
            }
            message.putLong(8, checksum(message, 0, length, crc));
            final int result = OverflowPolicy.BLOCK == policy
                ? mailbox.offer(message, 0, length, System.nanoTime() + TimeUnit.SECONDS.toNanos(30), idle)
                : mailbox.offer(message, 0, length);
            if (Mailbox.FULL == result) {
                refusedBy[producer].set(number);
                Thread.yield();
            } else {
                accepted.incrementAndGet();
            }
        }
    }

    private static boolean isIntact(final DirectBuffer buffer, final int offset, final int length, final CRC32 crc) {
        return length >= 16
            && length == 16 + buffer.getInt(offset + 4) % 90
            && buffer.getLong(offset + 8) == checksum(buffer, offset, length, crc);
    }

    private static long checksum(final DirectBuffer buffer, final int offset, final int length, final CRC32 crc) {
        crc.reset();
        for (int i = 0; i < length; i++) {
            if (i < 8 || i >= 16) {
                crc.update(buffer.getByte(offset + i));
            }
        }
        return crc.getValue();
    }
}
