package io.ringmaster.tuning.load;

import org.agrona.concurrent.NoOpIdleStrategy;
import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The loop with a clock that moves by itself and a made-up workload. */
class LoadLoopTest {
    private static final long TICK_NS = 1_000;
    private static final long SERVICE_NS = 50_000;

    private long nowNs;
    private final FakeWorkload workload = new FakeWorkload();
    private final LoadLoop loop = new LoadLoop(workload, () -> nowNs += TICK_NS, NoOpIdleStrategy.INSTANCE, 1_000_000L);

    @Test
    void shouldCountEveryAnswerInAClosedLoop() {
        final Segment segment = loop.runClosed(10_000_000L);

        assertEquals(segment.sent(), segment.ok());
        assertEquals(0, segment.lost());
        assertEquals(segment.ok(), segment.latencies().all().getTotalCount());
        assertTrue(segment.ok() > 300 && segment.ok() < 400, "2 sessions at about 55 us each: " + segment.ok());
        assertFalse(segment.missedRate());
    }

    @Test
    void shouldNoticeLostAnswers() {
        workload.loseEvery = 10;
        final Segment segment = loop.runOpen(new FixedRateSchedule(1000, 100_000_000L));

        assertEquals(100, segment.sent());
        assertEquals(90, segment.ok());
        assertEquals(10, segment.lost());
    }

    @Test
    void shouldTellWrongAnswersAndRefusalsApart() {
        workload.wrongEvery = 4;
        workload.rejectEvery = 10;
        final Segment segment = loop.runOpen(new FixedRateSchedule(1000, 100_000_000L));

        assertEquals(25, segment.errors());
        assertEquals(5, segment.rejected(), "every 10th, of which half are wrong anyway");
        assertEquals(70, segment.ok());
        assertEquals(70, segment.latencies().all().getTotalCount(), "only right answers have a latency");
        assertEquals(0, segment.lost());
    }

    @Test
    void shouldMeasureFromTheIntendedTimeWhenSendingStalls() {
        workload.stallUntilNs = 50_000_000L;
        final Segment segment = loop.runOpen(new FixedRateSchedule(1000, 100_000_000L));

        assertEquals(100, segment.ok());
        assertTrue(segment.latencies().all().getMaxValue() >= 49_000_000L, "the stall is in the latencies");
        final long slow = segment.latencies().all().getCountBetweenValues(1_000_000L, Latencies.MAX_NS);
        assertTrue(slow >= 48, "one of each millisecond of the stall was late: " + slow);
    }

    @Test
    void shouldMarkAMissedRate() {
        workload.stallUntilNs = 200_000_000L;
        final Segment segment = loop.runOpen(new FixedRateSchedule(1000, 100_000_000L));

        assertTrue(segment.missedRate());
        assertEquals(100, segment.ok());
    }

    @Test
    void shouldGiveUpALoadThatCannotBeSent() {
        workload.stallUntilNs = Long.MAX_VALUE;
        final LoadException ex = assertThrows(
            LoadException.class, () -> loop.runOpen(new FixedRateSchedule(1000, 100_000_000L)));
        assertTrue(ex.getMessage().contains("30000 ms"), ex.getMessage());
    }

    @Test
    void shouldKeepSeveralOperationsOfEachSessionUnderWay() {
        final Segment one = loop.runClosed(10_000_000L);
        final Segment four = loop.runClosed(10_000_000L, 8);

        assertTrue(four.ok() > 2 * one.ok(), one.ok() + " with one of each session, " + four.ok() + " with four");
        assertEquals(four.sent(), four.ok());
        assertTrue(four.fairness().maxToMean() < 1.5, "both sessions have their turns");
    }

    @Test
    void shouldLetOperationsWaitAtACallerThatHasOneUnderWay() {
        final FixedRateSchedule faster = new FixedRateSchedule(2e9 / SERVICE_NS, 10_000_000L);
        final Segment free = loop.runOpen(faster);
        final Segment bound = loop.runOpen(faster, 1);

        assertEquals(free.sent(), bound.ok());
        assertTrue(free.latencies().all().getMaxValue() < 3 * SERVICE_NS, "nothing waits: " + free.latencies().all().getMaxValue());
        assertTrue(bound.latencies().all().getMaxValue() > 9_000_000L, "half of them wait: " + bound.latencies().all().getMaxValue());
    }

    @Test
    void shouldKeepWavesApart() {
        final Segment segment = loop.runOpen(new BurstSchedule(10, 1));

        assertEquals(40, segment.ok());
        for (int wave = 0; wave < BurstSchedule.WAVES; wave++) {
            assertEquals(10, segment.latencies().ofTag(wave).getTotalCount());
        }
    }

    @Test
    void shouldCallTheBackgroundTaskWhileItRuns() {
        final int[] calls = new int[1];
        loop.background(() -> calls[0]++);
        loop.runClosed(200_000_000L);

        assertTrue(calls[0] >= 10 && calls[0] <= 12, "every 20 ms: " + calls[0]);
    }

    /** Answers after a fixed time. */
    private final class FakeWorkload implements Workload {
        private final Deque<long[]> underWay = new ArrayDeque<>();
        private CompletionListener listener;
        private long count;
        private long loseEvery = Long.MAX_VALUE;
        private long wrongEvery = Long.MAX_VALUE;
        private long rejectEvery = Long.MAX_VALUE;
        private long stallUntilNs;

        @Override
        public boolean trySend(final int session, final long intendedNs, final int tag) {
            if (nowNs < stallUntilNs) {
                return false;
            }
            count++;
            if (count % loseEvery != 0) {
                underWay.add(new long[] {session, intendedNs, tag, nowNs + SERVICE_NS, count});
            }
            return true;
        }

        @Override
        public int poll(final long time) {
            int workCount = 0;
            while (!underWay.isEmpty() && underWay.peek()[3] <= nowNs) {
                final long[] operation = underWay.poll();
                final Outcome outcome = operation[4] % wrongEvery == 0 ? Outcome.ERROR
                    : operation[4] % rejectEvery == 0 ? Outcome.REJECTED : Outcome.OK;
                listener.onCompleted((int) operation[0], operation[1], (int) operation[2], 0, outcome);
                workCount++;
            }
            return workCount;
        }

        @Override
        public int sessions() {
            return 2;
        }

        @Override
        public List<String> kinds() {
            return List.of("fake");
        }

        @Override
        public void listener(final CompletionListener completionListener) {
            listener = completionListener;
        }

        @Override
        public List<String> faults() {
            return List.of();
        }

        @Override
        public void close() {
            underWay.clear();
        }
    }
}
