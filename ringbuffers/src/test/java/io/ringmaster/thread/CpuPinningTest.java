package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuPinningTest {
    @Test
    void shouldTakeTheProcessorsWhenTheMaskCannotBeRead() {
        final CpuBudget budget = new CpuPinning(new BrokenCpus(), 3).budget();

        assertEquals(3, budget.availableProcessors());
        assertEquals("0-2", budget.allowed().toString());
        assertEquals(3, budget.usableCores());
    }

    @Test
    void shouldReportTheFailureWhenTheSystemRefuses() {
        final CpuPinning.Result result = new CpuPinning(new BrokenCpus(), 1).pin(0);

        assertEquals(0, result.requestedCpu());
        assertEquals(CpuPinning.NO_CPU, result.actualCpu());
        assertEquals(-1, result.nativeThreadId());
        assertTrue(result.failure().contains("no such call"), result::toString);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldRunOnTheCpuWhenPinnedByTheSystem() throws InterruptedException {
        final CpuBudget budget = CpuPinning.SYSTEM.budget();
        assertTrue(budget.allowed().size() > 0);
        final int cpu = budget.allowed().cpus().get(budget.allowed().size() - 1);
        final CpuPinning.Result[] results = new CpuPinning.Result[2];
        final CpuBudget[] pinnedBudget = new CpuBudget[1];

        final Thread thread = new Thread(() -> {
            results[0] = CpuPinning.SYSTEM.pin(CpuPinning.NO_CPU);
            results[1] = CpuPinning.SYSTEM.pin(cpu);
            // Poisons the JVM's count: it keeps what a pinned thread saw for 20 ms.
            Runtime.getRuntime().availableProcessors();
            pinnedBudget[0] = CpuPinning.SYSTEM.budget();
        });
        thread.start();
        thread.join();

        assertNotNull(results[1]);
        assertNull(results[0].failure());
        assertTrue(results[0].nativeThreadId() > 0);
        assertEquals(new CpuPinning.Result(cpu, cpu, results[0].nativeThreadId(), null), results[1]);
        assertEquals(Integer.toString(cpu), pinnedBudget[0].allowed().toString());
        assertEquals(budget, CpuPinning.SYSTEM.budget());
    }

    private static final class BrokenCpus implements CpuPinning.Cpus {
        @Override
        public BitSet affinity() {
            throw new UnsatisfiedLinkError("no such call");
        }

        @Override
        public void setAffinity(final int cpu) {
            throw new UnsatisfiedLinkError("no such call");
        }

        @Override
        public int currentCpu() {
            throw new IllegalStateException("no such call");
        }

        @Override
        public long nativeThreadId() {
            throw new IllegalStateException("no such call");
        }
    }
}
