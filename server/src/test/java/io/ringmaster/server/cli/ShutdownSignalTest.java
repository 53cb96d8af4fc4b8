package io.ringmaster.server.cli;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShutdownSignalTest {
    private final ShutdownSignal signal = new ShutdownSignal();

    @Test
    void shouldNotWaitForTheCommandWhenItDoesNotWatch() {
        signal.raise();
        assertEquals(ShutdownSignal.NO_EXIT_CODE, signal.awaitExitCode(Long.MAX_VALUE));
    }

    @Test
    void shouldGiveTheExitCodeWhenTheCommandHasEnded() {
        signal.watch();
        assertFalse(signal.await(1));
        signal.raise();
        assertTrue(signal.await(1));
        signal.finish(1);
        assertEquals(1, signal.awaitExitCode(Long.MAX_VALUE));
    }

    @Test
    void shouldGiveUpWhenTheCommandDoesNotEndInTime() {
        signal.watch();
        signal.raise();
        assertEquals(ShutdownSignal.NO_EXIT_CODE, signal.awaitExitCode(1));
    }
}
