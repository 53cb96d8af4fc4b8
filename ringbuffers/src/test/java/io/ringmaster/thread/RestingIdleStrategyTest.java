package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.agrona.concurrent.IdleStrategy;
import org.junit.jupiter.api.Test;

class RestingIdleStrategyTest {
    private int backoffs;
    private int resets;
    private long nowNs = 1_000;

    private final IdleStrategy backoff = new IdleStrategy() {
        @Override
        public void idle(final int workCount) {
            throw new AssertionError("not called");
        }

        @Override
        public void idle() {
            backoffs++;
        }

        @Override
        public void reset() {
            resets++;
        }
    };
    private final RestingIdleStrategy idle = new RestingIdleStrategy(backoff, 500, 1, () -> nowNs);

    @Test
    void shouldBackOffUntilItsTimeAndThenRest() {
        idle.idle(0);
        nowNs += 499;
        idle.idle(0);
        assertEquals(2, backoffs);
        assertFalse(idle.isResting());
        nowNs += 1;
        idle.idle(0);
        assertTrue(idle.isResting());
        assertEquals(2, backoffs);
    }

    @Test
    void shouldBackOffFromTheStartAgainWhenThereWasWork() {
        idle.idle(0);
        nowNs += 500;
        idle.idle(0);
        idle.idle(1);
        assertEquals(1, resets);
        nowNs += 400;
        idle.idle(0);
        nowNs += 400;
        idle.idle(0);
        assertFalse(idle.isResting(), "400 ns without work");
    }

    @Test
    void shouldRefuseARestThatIsShorterThanThePark() {
        assertTrue(assertThrows(ThreadPlanException.class, () -> new BackoffSettings(0, 0, 1, 1_000, 1, 999)).getMessage()
            .contains("rest-park = 999"));
        assertThrows(ThreadPlanException.class, () -> new BackoffSettings(0, 0, 1, 1_000, -1, 0));
    }
}
