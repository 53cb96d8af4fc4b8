package io.ringmaster.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.registry.RegistryModel.Spec;
import org.junit.jupiter.api.Test;

/** How many dead records a duty cycle takes out. */
class RemovalPaceTest {
    private static final int MOST = RegistrySettings.DEFAULT_MAX_REMOVALS_PER_CYCLE;
    private static final long SHORT_NS = RemovalPace.CYCLE_NS;
    private static final long LONG_NS = RemovalPace.CYCLE_NS + 1;
    private static final long NOW = 1_000_000_000L;

    private final RemovalPace pace = new RemovalPace(MOST);
    private long nowNs = NOW;

    private int cycle(final long lengthNs) {
        pace.startCycle(nowNs);
        pace.onRemoved();
        nowNs += lengthNs;
        return pace.limit();
    }

    @Test
    void shouldGrowFromTheFirstToTheMostWhenCyclesAreShort() {
        assertEquals(RemovalPace.FIRST, cycle(SHORT_NS));
        assertEquals(RemovalPace.FIRST * 5 / 4, cycle(SHORT_NS));
        for (int i = 0; i < 20; i++) {
            cycle(SHORT_NS);
        }
        assertEquals(MOST, cycle(SHORT_NS));
    }

    @Test
    void shouldHalveWhenACycleIsLongAndNotFallBelowTheFirst() {
        for (int i = 0; i < 20; i++) {
            cycle(SHORT_NS);
        }
        assertEquals(MOST, cycle(LONG_NS));
        assertEquals(MOST / 2, cycle(LONG_NS));
        assertEquals(MOST / 4, cycle(LONG_NS));
        assertEquals(RemovalPace.FIRST, cycle(LONG_NS));
        assertEquals(RemovalPace.FIRST, cycle(LONG_NS));
    }

    @Test
    void shouldStartSmallAgainWhenACycleHadNothingToRemove() {
        for (int i = 0; i < 20; i++) {
            cycle(SHORT_NS);
        }
        pace.startCycle(nowNs);
        assertEquals(MOST, pace.limit());
        pace.startCycle(nowNs + 1);
        assertEquals(RemovalPace.FIRST, pace.limit());
    }

    @Test
    void shouldNotExceedABoundBelowTheFirst() {
        final RemovalPace small = new RemovalPace(3);
        small.startCycle(NOW);
        assertEquals(3, small.limit());
    }

    @Test
    void shouldKeepDutyCyclesShortWhenRemovalsAreSlow() {
        final int records = 2_000;
        final long removalNs = 10_000;
        final OffHeapRegistry registry = new OffHeapRegistry(RegistrySettings.of(1, records, 0));
        for (int i = 0; i < records; i++) {
            assertEquals(RegistryResult.OK, registry.register(Spec.of("agent-" + i, 1).lease(1_000_000), NOW).result());
        }
        final RegistryPartition partition = registry.partition(0);
        long clockNs = NOW + 1_000_000_000L;
        long longestNs = 0;
        int cycles = 0;
        while (partition.size() > 0) {
            final int before = partition.size();
            partition.doWork(clockNs);
            final long cycleNs = (before - partition.size()) * removalNs;
            longestNs = Math.max(longestNs, cycleNs);
            clockNs += cycleNs;
            cycles++;
        }
        // A fixed 64 would be 640 us.
        assertTrue(longestNs <= RemovalPace.CYCLE_NS * 5 / 4, longestNs + " ns");
        assertTrue(cycles <= records / RemovalPace.FIRST, cycles + " cycles");
    }
}
