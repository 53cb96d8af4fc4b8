package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CommandRingConcurrentTest {
    private static final int PER_PRODUCER = 200_000;
    private static final int PRODUCERS = 2;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLoseNothingAndKeepEachProducersOrderWhenTwoProduce() throws InterruptedException {
        final ErrorCollector errors = new ErrorCollector();
        final CommandRing ring = new CommandRing(new RingSettings("concurrent", 64, 128, 8), errors);
        final Thread[] producers = new Thread[PRODUCERS];
        for (int i = 0; i < PRODUCERS; i++) {
            final int producer = i;
            producers[i] = new Thread(() -> produce(ring, producer), "producer-" + i);
            producers[i].start();
        }
        final long[] next = new long[PRODUCERS];
        final long[] outOfOrder = new long[1];
        final CommandHandler handler = (buffer, offset, length, enqueuedNs) -> {
            final int producer = buffer.getInt(offset);
            final long number = buffer.getLong(offset + 8);
            boolean intact = number == next[producer] && length == messageLength(number);
            for (int i = 16; i < length; i++) {
                intact &= buffer.getByte(offset + i) == (byte)(number + producer);
            }
            if (!intact) {
                outOfOrder[0]++;
            }
            next[producer] = number + 1;
        };

        long consumed = 0;
        while (consumed < PRODUCERS * (long)PER_PRODUCER) {
            final int work = ring.poll(handler, 17);
            consumed += work;
            if (0 == work) {
                Thread.yield();
            }
        }
        for (final Thread producer : producers) {
            producer.join();
        }

        assertEquals(0, outOfOrder[0]);
        assertEquals(List.of(), errors.errors);
        assertTrue(ring.isEmpty());
        assertEquals(consumed, ring.counters().consumed());
        assertEquals(consumed, ring.counters().enqueued());
        assertTrue(ring.highWaterMark() <= ring.capacity());
        assertTrue(ring.counters().aborted() > 0);
    }

    private static int messageLength(final long number) {
        return 16 + (int)(number % 97);
    }

    private static void produce(final CommandRing ring, final int producer) {
        final UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
        message.putInt(0, producer);
        long number = 0;
        while (number < PER_PRODUCER) {
            if (0 == number % 1000) {
                final long sequence = ring.tryClaim(8, true);
                if (sequence >= 0) {
                    ring.abort(sequence);
                }
            }
            message.putLong(8, number);
            final int length = messageLength(number);
            message.setMemory(16, length - 16, (byte)(number + producer));
            while (ring.offer(message, 0, length, 0 == producer, System.nanoTime()) < 0) {
                Thread.yield();
            }
            number++;
        }
    }
}
