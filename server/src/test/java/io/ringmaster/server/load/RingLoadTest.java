package io.ringmaster.server.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.config.LoadSettings;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class RingLoadTest {
    private static final long MS = 1_000_000L;
    private static final int SLOTS = 64;
    private static final int RESERVED = 24;

    private final CommandRing ring = new CommandRing(
        new RingSettings("test", SLOTS, CommandSlotDescriptor.slotLengthFor(32), RESERVED), error -> {
            throw new AssertionError(error);
        });
    private final RingLoad load = new RingLoad(ring);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[8]);

    @Test
    void shouldMeasureOccupancyAgainstTheSlotsForNewWork() {
        fill(10, 0);
        load.sample(0);
        assertEquals(250, load.occupancyPermille());
        fill(30, 0);
        load.sample(0);
        assertEquals(1000, load.occupancyPermille());
        fill(24, 0);
        load.sample(0);
        assertEquals(1600, load.occupancyPermille());
        drain(SLOTS, 0);
        load.sample(0);
        assertEquals(0, load.occupancyPermille());
    }

    @Test
    void shouldMeasureTheMeanWaitOfWhatWasTakenSinceTheLastSample() {
        fill(4, 10 * MS);
        drain(4, 14 * MS);
        load.sample(14 * MS);
        assertEquals(4 * MS, load.waitNs());
        fill(2, 20 * MS);
        drain(2, 50 * MS);
        load.sample(50 * MS);
        assertEquals(30 * MS, load.waitNs());
        load.sample(60 * MS);
        assertEquals(0, load.waitNs(), "nothing waits and nothing was taken");
    }

    @Test
    void shouldMeasureHowLongNothingWasTakenWhenTheConsumerIsStuck() {
        fill(1, 0);
        load.sample(MS);
        assertEquals(0, load.waitNs());
        load.sample(6 * MS);
        assertEquals(5 * MS, load.waitNs());
        fill(1, 90 * MS);
        load.sample(101 * MS);
        assertEquals(100 * MS, load.waitNs());
        drain(1, 102 * MS);
        load.sample(102 * MS);
        assertEquals(102 * MS, load.waitNs(), "the command's own wait, now that it is known");
        load.sample(110 * MS);
        load.sample(115 * MS);
        assertEquals(5 * MS, load.waitNs(), "stuck again");
    }

    @Test
    void shouldBeCriticalWithin100MsWhenTheConsumerStops() {
        final LoadMonitor monitor = new LoadMonitor(
            new LoadSettings(25, 50, 80, 20 * MS, 50 * MS, 100 * MS, 50 * MS), LoadCounters.unmanaged(), load);
        fill(1, 0);
        long nowNs = 0;
        while (monitor.onCycle(nowNs) < LoadMonitor.OVERLOADED) {
            nowNs += MS;
        }
        assertTrue(nowNs < 60 * MS, "overloaded after " + nowNs / MS + " ms");
        while (monitor.onCycle(nowNs) < LoadMonitor.CRITICAL) {
            nowNs += MS;
        }
        assertTrue(nowNs <= 110 * MS, "critical after " + nowNs / MS + " ms");
        drain(1, nowNs);
        monitor.onCycle(nowNs + 5 * MS);
        assertEquals(LoadMonitor.CRITICAL, monitor.onCycle(nowNs + 10 * MS));
        assertEquals(LoadMonitor.NORMAL, monitor.onCycle(nowNs + 65 * MS));
    }

    @Test
    void shouldNotAllocateWhenSampledAMillionTimes() {
        final BytesLoad bytes = new BytesLoad(ring::depth, 7);
        final LoadMonitor monitor = new LoadMonitor(
            new LoadSettings(25, 50, 80, 20 * MS, 50 * MS, 100 * MS, 50 * MS), LoadCounters.unmanaged(), load, bytes);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long nowNs = run(monitor, 0, 100_000);
        final long threadId = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(threadId);
        nowNs = run(monitor, nowNs, 1_000_000);
        final long allocated = threads.getThreadAllocatedBytes(threadId) - before;
        assertTrue(allocated < 100_000, allocated + " bytes for a million samples");
        assertTrue(nowNs > 0);
    }

    private long run(final LoadMonitor monitor, final long startNs, final int samples) {
        long nowNs = startNs;
        for (int i = 0; i < samples; i++) {
            nowNs += LoadMonitor.SAMPLE_INTERVAL_NS;
            monitor.onCycle(nowNs);
        }
        return nowNs;
    }

    private void fill(final int commands, final long nowNs) {
        for (int i = 0; i < commands; i++) {
            assertTrue(ring.offer(command, 0, 8, true, nowNs) >= 0);
        }
    }

    private void drain(final int commands, final long nowNs) {
        assertEquals(commands, ring.poll((buffer, offset, length, enqueuedNs) -> { }, commands, nowNs));
    }
}
