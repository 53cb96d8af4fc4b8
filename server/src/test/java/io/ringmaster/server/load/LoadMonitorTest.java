package io.ringmaster.server.load;

import static io.ringmaster.server.load.LoadMonitor.CRITICAL;
import static io.ringmaster.server.load.LoadMonitor.DEGRADED;
import static io.ringmaster.server.load.LoadMonitor.NORMAL;
import static io.ringmaster.server.load.LoadMonitor.OVERLOADED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.server.config.LoadSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadMonitorTest {
    private static final long MS = 1_000_000L;
    private static final LoadSettings SETTINGS = new LoadSettings(25, 50, 80, 20 * MS, 50 * MS, 100 * MS, 50 * MS);

    private final FakeSource one = new FakeSource();
    private final FakeSource other = new FakeSource();
    private final LoadCounters counters = LoadCounters.unmanaged();
    private final LoadMonitor monitor = new LoadMonitor(SETTINGS, counters, one, other);
    private long nowNs = Long.MAX_VALUE - 20 * MS;

    @ParameterizedTest
    @CsvSource({"0, 1", "249, 1", "250, 2", "499, 2", "500, 3", "799, 3", "800, 4", "1000, 4", "1200, 4"})
    void shouldTakeTheStateOfTheOccupancyWhenAQueueFills(final int permille, final int state) {
        other.permille = permille;
        assertEquals(state, monitor.onCycle(nowNs));
        assertEquals(state, monitor.state());
        assertEquals(state, counters.state());
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "19999999, 1", "20000000, 2", "49999999, 2", "50000000, 3", "99999999, 3", "100000000, 4"})
    void shouldTakeTheStateOfTheWaitWhenCommandsWait(final long waitNs, final int state) {
        one.waitNs = waitNs;
        assertEquals(state, monitor.onCycle(nowNs));
    }

    @Test
    void shouldGoUpWithTheNextSampleWhenLoadJumps() {
        assertEquals(NORMAL, monitor.onCycle(nowNs));
        one.permille = 900;
        assertEquals(NORMAL, monitor.onCycle(nowNs + LoadMonitor.SAMPLE_INTERVAL_NS - 1));
        assertEquals(CRITICAL, monitor.onCycle(nowNs + LoadMonitor.SAMPLE_INTERVAL_NS));
        assertTrue(LoadMonitor.SAMPLE_INTERVAL_NS <= 10 * MS, "sampled every 10 ms at least");
    }

    @Test
    void shouldSampleOnlyWhenItIsTime() {
        for (int i = 0; i < 1000; i++) {
            monitor.onCycle(nowNs + i * 10_000L);
        }
        assertEquals(2, one.samples);
        assertEquals(2, other.samples);
    }

    @Test
    void shouldStayUpUntilTheLoadWasLowerForAWhile() {
        one.permille = 600;
        assertEquals(OVERLOADED, cycle(0));
        one.permille = 100;
        assertEquals(OVERLOADED, cycle(5));
        assertEquals(OVERLOADED, cycle(45));
        assertEquals(NORMAL, cycle(5));
        assertEquals(1, counters.entered(NORMAL));
    }

    @Test
    void shouldComeDownOnlyAsFarAsTheLoadDid() {
        one.permille = 990;
        assertEquals(CRITICAL, cycle(0));
        one.permille = 100;
        cycle(5);
        one.permille = 300;
        cycle(20);
        one.permille = 0;
        assertEquals(CRITICAL, cycle(20));
        assertEquals(DEGRADED, cycle(20));
        assertEquals(DEGRADED, cycle(40));
        assertEquals(NORMAL, cycle(60));
    }

    @Test
    void shouldStartTheWhileAnewWhenTheLoadComesBack() {
        one.permille = 500;
        cycle(0);
        for (int i = 0; i < 20; i++) {
            one.permille = 499;
            assertEquals(OVERLOADED, cycle(40));
            one.permille = 500;
            assertEquals(OVERLOADED, cycle(40));
        }
        assertEquals(1, counters.entered(OVERLOADED), "no flapping");
        assertEquals(0, counters.entered(DEGRADED));
    }

    @Test
    void shouldCountTheTransitionsOfEachState() {
        for (int i = 0; i < 3; i++) {
            one.permille = 300;
            cycle(10);
            one.permille = 850;
            cycle(10);
            one.permille = 0;
            cycle(10);
            cycle(50);
        }
        assertEquals(3, counters.entered(DEGRADED));
        assertEquals(0, counters.entered(OVERLOADED), "it went past this one");
        assertEquals(3, counters.entered(CRITICAL));
        assertEquals(3, counters.entered(NORMAL));
    }

    /** The clock wraps within these tests. */
    private int cycle(final long afterMs) {
        nowNs += afterMs * MS;
        return monitor.onCycle(nowNs);
    }

    private static final class FakeSource implements LoadSource {
        private int permille;
        private long waitNs;
        private int samples;

        @Override
        public void sample(final long nowNs) {
            samples++;
        }

        @Override
        public int occupancyPermille() {
            return permille;
        }

        @Override
        public long waitNs() {
            return waitNs;
        }
    }
}
