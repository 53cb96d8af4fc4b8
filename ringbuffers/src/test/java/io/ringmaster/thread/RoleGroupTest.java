package io.ringmaster.thread;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleGroupTest {
    private final List<String> log = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final RecordingRole first = new RecordingRole("first", log);
    private final RecordingRole second = new RecordingRole("second", log);
    private final ThreadCounters counters = ThreadCounters.unmanaged();
    private final StallTracker stallTracker = new StallTracker(1_000, counters);
    private long nowNs = 50;
    private int clockReads;
    private long clockStepNs;
    private final RoleGroup group =
        new RoleGroup("group", List.of(first, second), this::readClock, errors::add, stallTracker, counters);

    private long readClock() {
        clockReads++;
        nowNs += clockStepNs;
        return nowNs;
    }

    @Test
    void shouldReadTheClockOnceWhenACycleRuns() throws Exception {
        first.work = 2;
        second.work = 3;

        assertEquals(5, group.doWork());

        assertEquals(1, clockReads);
        assertEquals(50, first.lastNowNs);
        assertEquals(50, second.lastNowNs);
        assertEquals(50, stallTracker.lastCycleNs());
    }

    @Test
    void shouldRunTheOthersAndGoOnWhenARoleThrows() {
        first.failure = new IOException("first");
        second.work = 1;

        assertEquals(1, group.doWork());
        assertEquals(1, group.doWork());

        assertEquals(2, second.cycles);
        assertEquals(2, first.cycles);
        assertEquals(List.of(first.failure, first.failure), errors);
        assertEquals(2, counters.roleErrors());
        first.failure = null;
        first.work = 1;
        assertEquals(2, group.doWork());
    }

    @Test
    void shouldGoOnWhenTheErrorHandlerThrowsToo() {
        final RoleGroup fragile = new RoleGroup("group", List.of(first, second), this::readClock, error -> {
            throw new IllegalStateException(error);
        }, stallTracker, counters);
        first.failure = new IOException("first");

        fragile.doWork();

        assertEquals(1, second.cycles);
    }

    @Test
    void shouldClearAndReportTheInterruptWhenARoleLeavesOne() {
        final RoleGroup interrupted = new RoleGroup("group", List.of(new Role() {
            @Override
            public int doWork(final long cycleNs) {
                Thread.currentThread().interrupt();
                return 0;
            }

            @Override
            public String roleName() {
                return "interrupting";
            }
        }), this::readClock, errors::add, stallTracker, counters);

        interrupted.doWork();

        assertFalse(Thread.currentThread().isInterrupted());
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("thread group: interrupted"));
    }

    @Test
    void shouldStartInOrderAndCloseInReverseOnce() {
        group.onStart();
        group.onClose();
        group.onClose();

        assertEquals(List.of("start first", "start second", "close second", "close first"), log);
    }

    @Test
    void shouldFailTheStartWhenARoleDoesNotStart() {
        first.startFailure = new IllegalStateException("no");

        assertThrows(IllegalStateException.class, group::onStart);
        assertEquals(List.of("start first"), log);
    }

    @Test
    void shouldCountStallsAndBusyTimeWhenCyclesDiffer() {
        group.onStart();
        first.work = 1;
        group.doWork();
        nowNs += 1_000;
        group.doWork();
        nowNs += 1_001;
        first.work = 0;
        group.doWork();
        nowNs += 10;
        group.doWork();

        assertEquals(3, counters.cycles());
        assertEquals(2, counters.busyCycles());
        assertEquals(2_001, counters.busyNs());
        assertEquals(1, counters.stalls());
        assertEquals(1_001, counters.dutyCycleMaxNs());
    }

    @Test
    void shouldTimeEachRoleThatWorksWhenACycleIsSampled() {
        second.work = 1;
        clockStepNs = 7;

        for (int i = 0; i < 2 * RoleGroup.SAMPLE_INTERVAL; i++) {
            group.doWork();
        }

        assertEquals(0, counters.roleBusyNs(0));
        assertEquals(2 * 7 * RoleGroup.SAMPLE_INTERVAL, counters.roleBusyNs(1));
        assertEquals(2 * RoleGroup.SAMPLE_INTERVAL + 2 * 2, clockReads);
    }
}
