package io.ringmaster.tuning.bench;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A short run; the long one is part of the suite. */
class ReadersCheckTest {
    @Test
    void shouldFindNothingWrongWithTheRegistry() {
        final ReadersCheck.Result result = new ReadersCheck(16, 3, 1).run(300_000_000L);
        assertEquals(0, result.torn());
        assertEquals(0, result.stale());
        assertTrue(result.valid(), result.toString());
    }

    @Test
    void shouldNotCallARunValidThatShowsNothing() {
        assertFalse(new ReadersCheck.Result(10, 10, 5, 0, 0, 1).valid(), "no read met a removed record");
        assertFalse(new ReadersCheck.Result(10, 0, 5, 0, 0, 1).valid(), "no read found a record");
        assertFalse(new ReadersCheck.Result(10, 5, 0, 0, 0, 1).valid(), "nothing was written");
        assertFalse(new ReadersCheck.Result(10, 5, 5, 1, 0, 1).valid());
        assertFalse(new ReadersCheck.Result(10, 5, 5, 0, 1, 1).valid());
        assertTrue(new ReadersCheck.Result(10, 5, 5, 0, 0, 1).valid());
    }
}
