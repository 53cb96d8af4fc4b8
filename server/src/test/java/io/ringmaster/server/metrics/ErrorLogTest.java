package io.ringmaster.server.metrics;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ErrorLogTest {
    @TempDir
    private Path dir;

    @Test
    void shouldCountAnErrorWhenItHappensAgain() throws IOException {
        final long[] now = {100};
        final AtomicCounter errors = counter();
        try (ErrorLog log = ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, () -> now[0])) {
            final LoggedErrorHandler handler = new LoggedErrorHandler(log, errors);
            for (int i = 0; i < 3; i++) {
                now[0] = 100 + i;
                handler.onError(new IllegalStateException("again"));
            }
            handler.onError(new IllegalArgumentException("another"));
            final List<ErrorLog.Entry> entries = ErrorLog.read(dir);
            assertEquals(2, entries.size());
            assertEquals(3, entries.get(0).count());
            assertEquals(100, entries.get(0).firstEpochMs());
            assertEquals(102, entries.get(0).lastEpochMs());
            assertTrue(entries.get(0).text().contains("IllegalStateException: again"), entries.get(0).text());
            assertEquals(4, errors.get());
        }
        assertEquals(2, ErrorLog.read(dir).size());
    }

    @Test
    void shouldKeepCountingAndNotThrowWhenTheLogIsFull() throws IOException {
        final AtomicCounter errors = counter();
        try (ErrorLog log = ErrorLog.create(dir, 64, () -> 1)) {
            assertFalse(log.record(new IllegalStateException("too long for 64 bytes")));
            final LoggedErrorHandler handler = new LoggedErrorHandler(log, errors);
            assertDoesNotThrow(() -> handler.onError(new IllegalStateException("too long for 64 bytes")));
            assertEquals(1, errors.get());
        }
    }

    @Test
    void shouldKeepTheLogOfTheRunBeforeWhenItHasErrors() throws IOException {
        try (ErrorLog log = ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, () -> 1)) {
            log.record(new IllegalStateException("before"));
        }
        ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, () -> 2).close();
        assertEquals(List.of(), ErrorLog.read(dir));
        final Path previous = dir.resolve(ErrorLog.PREVIOUS_FILE_NAME);
        assertTrue(new String(Files.readAllBytes(previous)).contains("before"));
        ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, () -> 3).close();
        assertTrue(new String(Files.readAllBytes(previous)).contains("before"));
    }

    @Test
    void shouldBeEmptyWhenThereIsNoLog() throws IOException {
        assertEquals(List.of(), ErrorLog.read(dir));
    }

    private static AtomicCounter counter() {
        return new AtomicCounter(new UnsafeBuffer(new byte[CountersReader.COUNTER_LENGTH]), 0);
    }
}
