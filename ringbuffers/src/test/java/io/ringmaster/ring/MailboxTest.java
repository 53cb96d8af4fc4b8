package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private static final int SLOTS = 4;

    private final ErrorCollector errors = new ErrorCollector();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
    private final List<Long> received = new ArrayList<>();
    private final List<Long> dropped = new ArrayList<>();
    private final MailboxCounters counters = MailboxCounters.unmanaged();
    private long nowNs = 1_000;

    private Mailbox newMailbox(final OverflowPolicy policy) {
        return new Mailbox(
            new MailboxSettings("test", SLOTS, 64, policy),
            counters,
            (buffer, offset, length) -> {
                assertEquals(Long.BYTES, length);
                dropped.add(buffer.getLong(offset));
            },
            () -> nowNs,
            errors);
    }

    private int offer(final Mailbox mailbox, final long value) {
        message.putLong(0, value);
        return mailbox.offer(message, 0, Long.BYTES);
    }

    private int poll(final Mailbox mailbox, final int limit) {
        return mailbox.poll((buffer, offset, length) -> received.add(buffer.getLong(offset)), limit);
    }

    @Test
    void shouldRefuseTheNewestWhenFullUnderReject() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        for (int i = 0; i < SLOTS; i++) {
            assertEquals(0, offer(mailbox, i));
        }

        assertEquals(Mailbox.FULL, offer(mailbox, 99));
        assertEquals(SLOTS, mailbox.depth());
        assertEquals(1, mailbox.refusedCount());
        assertEquals(1, counters.refused());

        assertEquals(SLOTS, poll(mailbox, 10));
        assertEquals(List.of(0L, 1L, 2L, 3L), received);
        assertEquals(0, mailbox.droppedCount());
        assertEquals(SLOTS, counters.depthHighWater());
        assertEquals(SLOTS, counters.consumed());
        assertTrue(mailbox.isEmpty());
    }

    @Test
    void shouldDropTheOldestAndTellWhenFullUnderDropOldest() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.DROP_OLDEST);
        for (int i = 0; i < SLOTS; i++) {
            assertEquals(0, offer(mailbox, i));
        }

        assertEquals(1, offer(mailbox, 4));
        assertEquals(1, offer(mailbox, 5));

        assertEquals(List.of(0L, 1L), dropped);
        assertEquals(2, mailbox.droppedCount());
        assertEquals(2, counters.dropped());
        assertEquals(0, mailbox.refusedCount());
        assertEquals(SLOTS, mailbox.depth());
        poll(mailbox, 10);
        assertEquals(List.of(2L, 3L, 4L, 5L), received);
    }

    @Test
    void shouldGoOnWhenTheDropListenerThrows() {
        final IllegalStateException failure = new IllegalStateException("listener");
        final Mailbox mailbox = new Mailbox(
            new MailboxSettings("test", 2, 64, OverflowPolicy.DROP_OLDEST),
            counters,
            (buffer, offset, length) -> {
                throw failure;
            },
            () -> nowNs,
            errors);
        for (int i = 0; i < 5; i++) {
            offer(mailbox, i);
        }

        assertEquals(3, errors.errors.size());
        assertSame(failure, errors.errors.get(0));
        poll(mailbox, 10);
        assertEquals(List.of(3L, 4L), received);
    }

    @Test
    void shouldTryOnceWhenFullUnderBlockWithoutDeadline() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.BLOCK);
        for (int i = 0; i < SLOTS; i++) {
            offer(mailbox, i);
        }

        assertEquals(Mailbox.FULL, offer(mailbox, 99));
    }

    @Test
    void shouldRefuseWhenTheDeadlinePassesUnderBlock() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.BLOCK);
        for (int i = 0; i < SLOTS; i++) {
            offer(mailbox, i);
        }
        final CountingIdle idle = new CountingIdle(() -> nowNs += 10);

        assertEquals(Mailbox.FULL, mailbox.offer(message, 0, 8, nowNs + 100, idle));

        assertEquals(10, idle.count);
        assertEquals(1, mailbox.refusedCount());
        assertEquals(SLOTS, mailbox.depth());
    }

    @Test
    void shouldAcceptWhenPlaceIsMadeBeforeTheDeadlineUnderBlock() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.BLOCK);
        for (int i = 0; i < SLOTS; i++) {
            offer(mailbox, i);
        }
        message.putLong(0, 42);

        assertEquals(0, mailbox.offer(message, 0, 8, nowNs + 100, new CountingIdle(() -> poll(mailbox, 1))));

        poll(mailbox, 10);
        assertEquals(List.of(0L, 1L, 2L, 3L, 42L), received);
        assertEquals(0, mailbox.refusedCount());
    }

    @Test
    void shouldStopWaitingWhenInterruptedUnderBlock() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.BLOCK);
        for (int i = 0; i < SLOTS; i++) {
            offer(mailbox, i);
        }

        final CountingIdle idle = new CountingIdle(() -> Thread.currentThread().interrupt());
        assertEquals(Mailbox.FULL, mailbox.offer(message, 0, 8, Long.MAX_VALUE, idle));

        assertEquals(1, idle.count);
        assertTrue(Thread.interrupted());
    }

    @Test
    void shouldNotWaitWhenThePolicyIsNotBlock() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        for (int i = 0; i < SLOTS; i++) {
            offer(mailbox, i);
        }
        final CountingIdle idle = new CountingIdle(() -> nowNs += 10);

        assertEquals(Mailbox.FULL, mailbox.offer(message, 0, 8, nowNs + 100, idle));
        assertEquals(0, idle.count);
    }

    @Test
    void shouldAnswerTooLongWhenTheMessageDoesNotFitASlot() {
        for (final OverflowPolicy policy : OverflowPolicy.values()) {
            final Mailbox mailbox = newMailbox(policy);
            assertEquals(48, mailbox.maxMessageLength());
            assertEquals(Mailbox.TOO_LONG, mailbox.offer(message, 0, 49));
            assertEquals(Mailbox.TOO_LONG, mailbox.offer(message, 0, 49, nowNs + 10, new CountingIdle(() -> nowNs++)));
            assertEquals(0, mailbox.offer(message, 0, 48));
            assertEquals(0, mailbox.offer(message, 0, 0));
            assertEquals(0, mailbox.refusedCount());
        }
    }

    @Test
    void shouldThrowBeforeClaimingWhenTheSourceRangeIsWrong() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.offer(message, 250, 20));
        assertThrows(IndexOutOfBoundsException.class, () -> mailbox.offer(message, 0, -1));
        assertEquals(0, mailbox.depth());
        offer(mailbox, 1);
        assertEquals(1, poll(mailbox, 10));
    }

    @Test
    void shouldReportAndGoOnWhenTheHandlerThrows() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        final IllegalStateException failure = new IllegalStateException("message");
        offer(mailbox, 1);
        offer(mailbox, 2);

        assertEquals(2, mailbox.poll((buffer, offset, length) -> {
            if (1 == buffer.getLong(offset)) {
                throw failure;
            }
            received.add(buffer.getLong(offset));
        }, 10));

        assertEquals(List.of(2L), received);
        assertEquals(List.of(failure), errors.errors);
        assertEquals(1, counters.handlerErrors());
    }

    @Test
    void shouldKeepTheMessageStableWhenProducersFillTheMailboxDuringTheHandler() {
        for (final OverflowPolicy policy : OverflowPolicy.values()) {
            received.clear();
            final Mailbox mailbox = newMailbox(policy);
            offer(mailbox, 1);
            mailbox.poll((buffer, offset, length) -> {
                for (int i = 0; i < SLOTS; i++) {
                    assertEquals(0, offer(mailbox, 100 + i));
                }
                offer(mailbox, 200);
                received.add(buffer.getLong(offset));
            }, 1);
            assertEquals(List.of(), errors.errors);
            assertEquals(List.of(1L), received);
            assertEquals(SLOTS, mailbox.depth());
        }
    }

    @Test
    void shouldRefuseThePollWhenTheHandlerPollsItsOwnMailbox() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        offer(mailbox, 1);
        offer(mailbox, 2);

        mailbox.poll((buffer, offset, length) -> poll(mailbox, 1), 1);

        assertEquals(IllegalStateException.class, errors.errors.get(0).getClass());
        assertEquals(1, poll(mailbox, 10));
        assertEquals(List.of(2L), received);
    }

    @Test
    void shouldBeEmptyAndUsableWhenCleared() {
        final Mailbox mailbox = newMailbox(OverflowPolicy.REJECT);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3; i++) {
                offer(mailbox, i);
            }
            assertEquals(3, mailbox.clear());
            assertEquals(0, mailbox.clear());
        }
        offer(mailbox, 7);
        poll(mailbox, 10);
        assertEquals(List.of(7L), received);
    }

    @Test
    void shouldPinTheLayout() {
        assertEquals(0, MailboxDescriptor.ENQUEUE_POSITION_OFFSET);
        assertEquals(128, MailboxDescriptor.DEQUEUE_POSITION_OFFSET);
        assertEquals(256, MailboxDescriptor.REFUSED_COUNT_OFFSET);
        assertEquals(264, MailboxDescriptor.DROPPED_COUNT_OFFSET);
        assertEquals(384, MailboxDescriptor.HEADER_LENGTH);
        assertEquals(0, MailboxDescriptor.SEQUENCE_OFFSET);
        assertEquals(8, MailboxDescriptor.MESSAGE_LENGTH_OFFSET);
        assertEquals(16, MailboxDescriptor.SLOT_HEADER_LENGTH);
        assertEquals(64, MailboxDescriptor.slotLengthFor(48));
        assertEquals(128, MailboxDescriptor.slotLengthFor(49));
        assertEquals(384 + 5 * 64, newMailbox(OverflowPolicy.REJECT).bufferLength());
    }

    @Test
    void shouldShowItsFiguresToOthersWhenCountersAreManaged() {
        final CountersManager manager = new CountersManager(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, BitUtil.CACHE_LINE_LENGTH)),
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(16 * 1024, BitUtil.CACHE_LINE_LENGTH)));
        try (MailboxCounters managed = new MailboxCounters(manager, "agents")) {
            final MailboxSettings settings = new MailboxSettings("test", 2, 64, OverflowPolicy.DROP_OLDEST);
            for (int i = 0; i < 2; i++) {
                final Mailbox mailbox = new Mailbox(settings, managed, null, () -> nowNs, errors);
                for (int j = 0; j < 3; j++) {
                    offer(mailbox, j);
                }
                poll(mailbox, 10);
            }
            assertEquals(6, managed.enqueued());
            assertEquals(4, managed.consumed());
            final List<String> seen = new ArrayList<>();
            manager.forEach((value, id, label) -> seen.add(manager.getCounterTypeId(id) + " " + label + " " + value));
            assertEquals(6, seen.size());
            assertTrue(seen.contains(MailboxCounters.DROPPED_TYPE_ID + " mailbox-dropped: agents 2"), seen::toString);
        }
    }

    @Test
    void shouldNameTheValueAndTheBoundWhenSettingsAreRefused() {
        final String text = assertThrows(
            IllegalArgumentException.class, () -> new MailboxSettings("box", 5, 64, OverflowPolicy.REJECT)).getMessage();
        assertEquals("mailbox box: slots=5 must be a power of two from 2 to 1048576", text);
        assertThrows(IllegalArgumentException.class, () -> new MailboxSettings("box", 8, 100, OverflowPolicy.REJECT));
        assertThrows(NullPointerException.class, () -> new MailboxSettings("box", 8, 64, null));
    }

    private static final class CountingIdle implements IdleStrategy {
        private final Runnable action;
        private int count;

        CountingIdle(final Runnable action) {
            this.action = action;
        }

        @Override
        public void idle(final int workCount) {
            if (workCount <= 0) {
                idle();
            }
        }

        @Override
        public void idle() {
            count++;
            action.run();
        }

        @Override
        public void reset() {
            count = 0;
        }
    }
}
