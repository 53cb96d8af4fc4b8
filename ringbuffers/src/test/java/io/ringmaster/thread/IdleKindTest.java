package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;

class IdleKindTest {
    private static final BackoffSettings BACKOFF = new BackoffSettings(1, 2, 3_000, 4_000);

    @Test
    void shouldMakeTheStrategyThatTheKindNames() {
        assertEquals(BusySpinIdleStrategy.class, IdleKind.SPIN.newIdleStrategy(BACKOFF).getClass());
        assertEquals(YieldingIdleStrategy.class, IdleKind.YIELD.newIdleStrategy(BACKOFF).getClass());
        assertEquals(BackoffIdleStrategy.class, IdleKind.BACKOFF.newIdleStrategy(BACKOFF).getClass());
        assertEquals(SleepingIdleStrategy.class, IdleKind.SLEEP.newIdleStrategy(BACKOFF).getClass());
    }

    @Test
    void shouldGiveEachThreadItsOwnStrategy() {
        for (final IdleKind kind : IdleKind.values()) {
            assertNotSame(kind.newIdleStrategy(BACKOFF), kind.newIdleStrategy(BACKOFF));
        }
    }

    @Test
    void shouldUseTheSettingsWhenItBacksOffOrSleeps() {
        final String text = IdleKind.BACKOFF.newIdleStrategy(BACKOFF).toString();
        assertEquals(new BackoffIdleStrategy(1, 2, 3_000, 4_000).toString(), text);
        assertEquals(new SleepingIdleStrategy(4_000).toString(), IdleKind.SLEEP.newIdleStrategy(BACKOFF).toString());
    }

    @Test
    void shouldSpinOnlyWhenItNeverLetsGoOfTheCpu() {
        for (final IdleKind kind : IdleKind.values()) {
            assertEquals(IdleKind.SPIN == kind, kind.spins());
        }
    }
}
