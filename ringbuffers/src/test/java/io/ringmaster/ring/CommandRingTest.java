package io.ringmaster.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;

class CommandRingTest {
    private static final int SLOTS = 8;
    private static final int RESERVED = 3;

    private final ErrorCollector errors = new ErrorCollector();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
    private final List<Long> received = new ArrayList<>();
    private long nowNs = 1_000;
    private final CommandRing ring = newRing(RingCounters.unmanaged());

    private CommandRing newRing(final RingCounters counters) {
        return new CommandRing(new RingSettings("test", SLOTS, 64, RESERVED), counters, () -> nowNs, errors);
    }

    private long offer(final long value, final boolean completion) {
        message.putLong(0, value);
        return ring.offer(message, 0, Long.BYTES, completion, nowNs);
    }

    private int poll(final int limit) {
        return ring.poll((buffer, offset, length, enqueuedNs) -> received.add(buffer.getLong(offset)), limit);
    }

    @Test
    void shouldDeliverInOrderWhenCommandsWait() {
        for (int i = 0; i < 5; i++) {
            assertEquals(i, offer(i, false));
        }

        assertEquals(5, ring.depth());
        assertEquals(5, poll(10));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), received);
        assertTrue(ring.isEmpty());
        assertEquals(0, poll(10));
    }

    @Test
    void shouldStopAtTheLimitWhenMoreCommandsWait() {
        for (int i = 0; i < 5; i++) {
            offer(i, false);
        }

        assertEquals(0, poll(0));
        assertEquals(2, poll(2));
        assertEquals(3, ring.depth());
        assertEquals(3, poll(100));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L), received);
    }

    @Test
    void shouldRefuseNewWorkButTakeCompletionsWhenOnlyTheReserveIsLeft() {
        for (int i = 0; i < SLOTS - RESERVED; i++) {
            assertTrue(offer(i, false) >= 0);
        }

        assertEquals(CommandRing.FULL, offer(100, false));
        for (int i = 0; i < RESERVED; i++) {
            assertTrue(offer(200 + i, true) >= 0);
        }
        assertEquals(CommandRing.FULL, offer(300, true));
        assertEquals(SLOTS, ring.depth());
        assertEquals(2, ring.counters().refused());

        assertEquals(SLOTS, poll(100));
        assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 200L, 201L, 202L), received);
        assertEquals(SLOTS, ring.highWaterMark());
        assertTrue(offer(400, false) >= 0);
    }

    @Test
    void shouldTakeNewWorkAgainWhenTheConsumerMadeRoomBeyondTheReserve() {
        for (int i = 0; i < SLOTS; i++) {
            offer(i, true);
        }
        poll(RESERVED);
        assertEquals(CommandRing.FULL, offer(100, false));

        poll(1);

        assertTrue(offer(100, false) >= 0);
        assertEquals(CommandRing.FULL, offer(101, false));
    }

    @Test
    void shouldAnswerTooLongWhenTheCommandDoesNotFitASlot() {
        assertEquals(48, ring.maxMessageLength());
        assertEquals(CommandRing.TOO_LONG, ring.tryClaim(49, true));
        assertEquals(CommandRing.TOO_LONG, ring.offer(message, 0, 49, false, nowNs));
        assertTrue(ring.isEmpty());

        assertTrue(ring.offer(message, 0, 48, false, nowNs) >= 0);
        assertEquals(1, ring.poll((buffer, offset, length, enqueuedNs) -> assertEquals(48, length), 10));
        assertEquals(List.of(), errors.errors);
    }

    @Test
    void shouldThrowWhenTheLengthIsNegative() {
        assertThrows(IllegalArgumentException.class, () -> ring.tryClaim(-1, false));
        assertTrue(ring.isEmpty());
    }

    @Test
    void shouldSkipTheSlotWhenItsClaimIsAborted() {
        offer(1, false);
        final long sequence = ring.tryClaim(8, false);
        ring.buffer().putLong(ring.offset(sequence), 2);
        ring.abort(sequence);
        offer(3, false);

        assertEquals(2, poll(10));
        assertEquals(List.of(1L, 3L), received);
        assertTrue(ring.isEmpty());
        assertEquals(1, ring.counters().aborted());
        assertEquals(2, ring.counters().enqueued());
        assertEquals(2, ring.counters().consumed());
    }

    @Test
    void shouldAbortTheSlotWhenTheCommittedLengthDoesNotFit() {
        final long sequence = ring.tryClaim(8, false);

        assertThrows(IllegalArgumentException.class, () -> ring.commit(sequence, 49, nowNs));

        offer(7, false);
        assertEquals(1, poll(10));
        assertEquals(List.of(7L), received);
    }

    @Test
    void shouldHoldLaterCommandsBackWhenAnEarlierClaimIsStillOpen() {
        final long first = ring.tryClaim(8, false);
        final long second = ring.tryClaim(8, false);
        ring.buffer().putLong(ring.offset(second), 2);
        ring.commit(second, 8, nowNs);

        assertEquals(0, poll(10));
        assertFalse(ring.isEmpty());

        ring.buffer().putLong(ring.offset(first), 1);
        ring.commit(first, 8, nowNs);
        assertEquals(2, poll(10));
        assertEquals(List.of(1L, 2L), received);
    }

    @Test
    void shouldReportAndGoOnWhenTheHandlerThrows() {
        final IllegalStateException failure = new IllegalStateException("command 1");
        for (int i = 0; i < 3; i++) {
            offer(i, false);
        }

        final int commands = ring.poll((buffer, offset, length, enqueuedNs) -> {
            final long value = buffer.getLong(offset);
            if (1 == value) {
                throw failure;
            }
            received.add(value);
        }, 10);

        assertEquals(3, commands);
        assertEquals(List.of(0L, 2L), received);
        assertEquals(1, errors.errors.size());
        assertSame(failure, errors.errors.get(0));
        assertEquals(1, ring.counters().handlerErrors());
        assertTrue(ring.isEmpty());
        offer(4, false);
        assertEquals(1, poll(10));
        assertEquals(List.of(0L, 2L, 4L), received);
    }

    @Test
    void shouldConsumeTheCommandWhenTheErrorHandlerThrowsToo() {
        final CommandRing fragile = new CommandRing(new RingSettings("test", SLOTS, 64, 0), error -> {
            throw new IllegalStateException(error);
        });
        fragile.offer(message, 0, 8, false, nowNs);

        assertEquals(1, fragile.poll((buffer, offset, length, enqueuedNs) -> {
            throw new AssertionError("handler");
        }, 10));
        assertTrue(fragile.isEmpty());
    }

    @Test
    void shouldRefuseThePollWhenTheHandlerPollsItsOwnRing() {
        offer(1, false);

        ring.poll((buffer, offset, length, enqueuedNs) -> poll(1), 10);

        assertEquals(1, errors.errors.size());
        assertEquals(IllegalStateException.class, errors.errors.get(0).getClass());
        offer(2, false);
        assertEquals(1, poll(10));
        assertEquals(List.of(2L), received);
    }

    @Test
    void shouldMeasureWaitsWhenCommandsAreConsumed() {
        offer(1, false);
        nowNs += 100;
        offer(2, false);
        nowNs += 50;

        final List<Long> enqueued = new ArrayList<>();
        ring.poll((buffer, offset, length, enqueuedNs) -> enqueued.add(enqueuedNs), 10);

        assertEquals(List.of(1_000L, 1_100L), enqueued);
        assertEquals(200, ring.counters().waitTotalNs());
        assertEquals(150, ring.counters().waitMaxNs());
    }

    @Test
    void shouldEstimateTheRetryFromTheServiceRateWhenThereIsABacklog() {
        assertEquals(CommandRing.MIN_RETRY_AFTER_NS, ring.retryAfterHintNs());
        for (int i = 0; i < SLOTS; i++) {
            offer(i, true);
        }
        poll(2);
        nowNs += 20_000_000;
        poll(1);
        // Two commands in 20 ms, five are left.
        assertEquals(50_000_000, ring.retryAfterHintNs());

        nowNs += 26_000_000;
        poll(1);
        // One command in 26 ms: 10 + (26 - 10) / 8 = 12 ms, four are left.
        assertEquals(48_000_000, ring.retryAfterHintNs());

        nowNs += 100_000_000_000L;
        poll(1);
        assertEquals(CommandRing.MAX_RETRY_AFTER_NS, ring.retryAfterHintNs());
    }

    @Test
    void shouldNotCountIdleTimeAsServiceWhenTheRingWasEmpty() {
        offer(1, false);
        poll(10);
        nowNs += 5_000_000_000L;
        offer(2, false);
        poll(10);
        offer(3, false);

        assertEquals(CommandRing.MIN_RETRY_AFTER_NS, ring.retryAfterHintNs());
    }

    @Test
    void shouldDeliverEveryCommandWhenTheRingWrapsManyTimes() {
        long expected = 0;
        for (int i = 0; i < 10_000; i++) {
            for (int j = 0; j <= i % 5; j++) {
                assertTrue(offer(expected++, false) >= 0);
            }
            poll(100);
        }

        assertEquals(expected, received.size());
        for (int i = 0; i < expected; i++) {
            assertEquals(i, received.get(i));
        }
        assertEquals(expected, ring.counters().enqueued());
        assertEquals(expected, ring.counters().consumed());
    }

    @Test
    void shouldKeepSlotsAlignedAndApartWhenClaimed() {
        final CommandRing wide = new CommandRing(new RingSettings("wide", 4, 128, 0), errors);
        final long address = wide.buffer().addressOffset();
        assertEquals(0, address % 64);
        for (int i = 0; i < 4; i++) {
            assertEquals(i * 128 + 16, wide.offset(wide.tryClaim(112, false)));
        }
    }

    @Test
    void shouldPinTheLayoutOfASlot() {
        assertEquals(0, CommandSlotDescriptor.MESSAGE_LENGTH_OFFSET);
        assertEquals(8, CommandSlotDescriptor.ENQUEUED_NS_OFFSET);
        assertEquals(16, CommandSlotDescriptor.HEADER_LENGTH);
        assertEquals(64, CommandSlotDescriptor.slotLengthFor(48));
        assertEquals(128, CommandSlotDescriptor.slotLengthFor(49));

        message.putLong(0, 0x1122334455667788L);
        ring.offer(message, 0, 8, false, 77);
        assertEquals(8, ring.buffer().getInt(0));
        assertEquals(77, ring.buffer().getLong(8));
        assertEquals(0x1122334455667788L, ring.buffer().getLong(16));
    }

    @Test
    void shouldShowItsFiguresToOthersWhenCountersAreManaged() {
        final CountersManager manager = new CountersManager(
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(64 * 1024, BitUtil.CACHE_LINE_LENGTH)),
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(16 * 1024, BitUtil.CACHE_LINE_LENGTH)));
        final RingCounters counters = new RingCounters(manager, "managed");
        final CommandRing managed = newRing(counters);
        managed.offer(new ExpandableArrayBuffer(), 0, 8, false, nowNs);
        managed.poll((buffer, offset, length, enqueuedNs) -> received.add(1L), 10);

        final List<String> seen = new ArrayList<>();
        manager.forEach((value, counterId, label) -> seen.add(manager.getCounterTypeId(counterId) + " " + label + " " + value));
        assertEquals(8, seen.size());
        assertTrue(seen.contains(RingCounters.ENQUEUED_TYPE_ID + " ring-enqueued: managed 1"), seen::toString);
        assertTrue(seen.contains(RingCounters.CONSUMED_TYPE_ID + " ring-consumed: managed 1"), seen::toString);
        assertTrue(seen.contains(RingCounters.DEPTH_HIGH_WATER_TYPE_ID + " ring-depth-high-water: managed 1"), seen::toString);

        counters.close();
        for (int i = 0; i < seen.size(); i++) {
            assertEquals(CountersReader.RECORD_RECLAIMED, manager.getCounterState(i));
        }
    }

    @Test
    void shouldNameTheValueAndTheBoundWhenSettingsAreRefused() {
        assertRefused("slots=3", () -> new RingSettings("x", 3, 64, 0));
        assertRefused("slots=1", () -> new RingSettings("x", 1, 64, 0));
        assertRefused("slots=2097152", () -> new RingSettings("x", 1 << 21, 64, 0));
        assertRefused("slotLength=63", () -> new RingSettings("x", 8, 63, 0));
        assertRefused("slotLength=0", () -> new RingSettings("x", 8, 0, 0));
        assertRefused("reservedSlots=8", () -> new RingSettings("x", 8, 64, 8));
        assertRefused("reservedSlots=-1", () -> new RingSettings("x", 8, 64, -1));
        assertRefused("bytes must be at most", () -> new RingSettings("x", 1 << 20, 1 << 12, 0));
        assertRefused("name", () -> new RingSettings(" ", 8, 64, 0));
    }

    private static void assertRefused(final String part, final Runnable construction) {
        final String text = assertThrows(IllegalArgumentException.class, construction::run).getMessage();
        assertTrue(text.contains(part), text);
    }
}
