package io.ringmaster.tuning.load;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What pauses the threads that never sleep, and how a responder is told. */
@Timeout(60)
class PausableYieldTest {
    private final PausableYield yielding = new PausableYield();
    private final CountDownLatch started = new CountDownLatch(1);
    private volatile boolean running = true;
    private Thread thread;

    @BeforeEach
    void startIdling() throws InterruptedException {
        thread = new Thread(() -> {
            started.countDown();
            while (running) {
                yielding.idle(0);
            }
        }, "idling");
        thread.setDaemon(true);
        thread.start();
        started.await();
    }

    @AfterEach
    void endIdling() throws InterruptedException {
        running = false;
        thread.join();
    }

    @Test
    void shouldSleepWhenPausedAndNeverOtherwise() {
        for (int i = 0; i < 1_000; i++) {
            assertNotEquals(Thread.State.TIMED_WAITING, thread.getState(), "sleeps without a pause");
        }

        yielding.pause();
        awaitState(Thread.State.TIMED_WAITING);
        assertTrue(yielding.isPaused());

        yielding.resume();
        awaitState(Thread.State.RUNNABLE);
        assertFalse(yielding.isPaused());
    }

    @Test
    void shouldStayPausedWhenReset() {
        yielding.pause();
        yielding.reset();

        assertTrue(yielding.isPaused());
    }

    @Test
    void shouldPassOnEachLineOfTheParentUntilItsInputEnds() throws IOException {
        final List<String> lines = new ArrayList<>();
        ParentWatch.readLines(
            new BufferedReader(new StringReader(EchoResponderCommand.PAUSE + "\n" + EchoResponderCommand.RESUME + "\n")),
            lines::add);

        assertEquals(List.of("pause", "resume"), lines);
    }

    private void awaitState(final Thread.State state) {
        while (thread.getState() != state) {
            assertFalse(Thread.currentThread().isInterrupted(), "timed out in state " + thread.getState());
            Thread.yield();
        }
    }
}
