package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Pacing with a clock that the test moves. */
class OpenLoopPacerTest {
    private static final long START_NS = Long.MAX_VALUE - 500_000_000L;

    @Test
    void shouldKeepTheScheduleWhenTheGeneratorStalls() {
        final OpenLoopPacer pacer = new OpenLoopPacer(new FixedRateSchedule(10, 1_000_000_000L), START_NS);
        assertTrue(pacer.isDue(START_NS));
        pacer.onSent(START_NS);
        assertFalse(pacer.isDue(START_NS + 99_999_999L));

        final long lateNs = START_NS + 350_000_000L;
        for (int i = 1; i <= 3; i++) {
            assertTrue(pacer.isDue(lateNs));
            assertEquals(START_NS + i * 100_000_000L, pacer.intendedNs(), "the intended time does not move");
            pacer.onSent(lateNs);
        }
        assertFalse(pacer.isDue(lateNs));
        assertEquals(250_000_000L, pacer.maxLatenessNs());
    }

    @Test
    void shouldWorkAcrossTheOverflowOfTheClock() {
        final OpenLoopPacer pacer = new OpenLoopPacer(new FixedRateSchedule(1, 10_000_000_000L), START_NS);
        pacer.onSent(START_NS);

        assertFalse(pacer.isDue(START_NS + 999_999_999L));
        assertTrue(pacer.isDue(START_NS + 1_000_000_000L));
    }

    @Test
    void shouldReachItsRateWhenTheLastGoesOutInTime() {
        final OpenLoopPacer pacer = new OpenLoopPacer(new FixedRateSchedule(1000, 1_000_000_000L), 0);
        while (!pacer.isDone()) {
            pacer.onSent(pacer.intendedNs());
        }

        assertEquals(1000, pacer.sent());
        assertEquals(1000.0, pacer.achievedRatePerSecond(), 1e-6);
        assertFalse(pacer.missedRate());
    }

    @Test
    void shouldMissItsRateWhenTheLastIsTwoPercentLate() {
        final OpenLoopPacer pacer = new OpenLoopPacer(new FixedRateSchedule(1000, 1_000_000_000L), 0);
        while (!pacer.isDone()) {
            pacer.onSent(pacer.intendedNs() + 20_000_000L);
        }

        assertEquals(1000 / 1.02, pacer.achievedRatePerSecond(), 1e-6);
        assertTrue(pacer.missedRate());
    }

    @Test
    void shouldNotDriftWithAnIntervalThatIsNoWholeNumber() {
        final FixedRateSchedule schedule = new FixedRateSchedule(3, 3_000_000_000_000L);

        assertEquals(9000, schedule.count());
        assertEquals(1_000_000_000_000L, schedule.intendedNs(3000), 1);
        assertEquals(2_999_666_666_666L, schedule.intendedNs(8999), 1);
    }

    @Test
    void shouldLetAGroupBeDueAtOnceAtTheSameRate() {
        final FixedRateSchedule groups = new FixedRateSchedule(1000, 32, 1_000_000_000L);

        assertEquals(32_000, groups.count());
        assertEquals(0, groups.intendedNs(31));
        assertEquals(1_000_000L, groups.intendedNs(32));
        assertEquals(999_000_000L, groups.intendedNs(31_999));
    }

    @Test
    void shouldSendFourWavesOfABurstInEachSecond() {
        final BurstSchedule schedule = new BurstSchedule(25, 2);

        assertEquals(200, schedule.count());
        assertEquals(0, schedule.intendedNs(0));
        assertEquals(0, schedule.intendedNs(24));
        assertEquals(100_000_000L, schedule.intendedNs(25));
        assertEquals(300_000_000L, schedule.intendedNs(99));
        assertEquals(1_000_000_000L, schedule.intendedNs(100));
        assertEquals(3, schedule.tag(99));
        assertEquals(0, schedule.tag(100));
    }

    @Test
    void shouldPractiseTheSameBurstsWithoutTheSilence() {
        final BurstSchedule small = BurstSchedule.practice(25);
        final BurstSchedule large = BurstSchedule.practice(10_000);

        assertEquals(31 * 4 * 25, small.count());
        assertEquals(248_000_000L, small.durationNs());
        assertEquals(0, small.intendedNs(24));
        assertEquals(2_000_000L, small.intendedNs(25));
        assertEquals(8_000_000L, small.intendedNs(100));
        assertEquals(3, small.tag(99));
        assertEquals(0, small.tag(100));
        assertEquals(4 * 10_000, large.count());
        assertEquals(400_000_000L, large.intendedNs(10_000));
        assertEquals(1_600_000_000L, large.durationNs());
    }

    @Test
    void shouldRefuseNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new FixedRateSchedule(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new FixedRateSchedule(Double.NaN, 1));
        assertThrows(IllegalArgumentException.class, () -> new FixedRateSchedule(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new BurstSchedule(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new BurstSchedule(1, 0));
        assertThrows(IllegalArgumentException.class, () -> BurstSchedule.practice(0));
    }
}
