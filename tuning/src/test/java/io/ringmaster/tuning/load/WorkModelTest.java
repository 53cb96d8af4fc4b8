package io.ringmaster.tuning.load;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class WorkModelTest {
    @Test
    void shouldComputeWorkFromTokens() {
        final WorkModel model = new WorkModel(100_000L, 8_000_000L, 60);

        assertEquals((374 * 100_000L + 44 * 8_000_000L) / 60, model.workNs(new TraceRow(0, 374, 44)));
        assertEquals(1_000_000_000L, model.arrivalNs(new TraceRow(60_000_000_000L, 1, 1)));
        assertEquals(1, model.workNs(new TraceRow(0, 0, 0)), "no task without work");
    }

    @Test
    void shouldBoundByTotalWorkWhenAllArriveAtOnce() {
        assertEquals(30, WorkModel.lowerBoundNs(new long[] {0, 0, 0}, new long[] {20, 20, 20}, 2));
    }

    @Test
    void shouldBoundByTheLongestTask() {
        assertEquals(50, WorkModel.lowerBoundNs(new long[] {0, 0}, new long[] {50, 10}, 2));
    }

    @Test
    void shouldBoundByTheLastArrival() {
        assertEquals(105, WorkModel.lowerBoundNs(new long[] {0, 100}, new long[] {50, 5}, 4));
    }

    @Test
    void shouldBoundByTheWorkThatArrivesLate() {
        assertEquals(150, WorkModel.lowerBoundNs(new long[] {0, 100, 100}, new long[] {1, 50, 50}, 2));
        assertEquals(200, WorkModel.lowerBoundNs(new long[] {0, 100, 100}, new long[] {1, 50, 50}, 1));
    }

    @Test
    void shouldRefuseNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new WorkModel(1, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new WorkModel(-1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> WorkModel.lowerBoundNs(new long[0], new long[0], 0));
    }
}
