package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The parts of the registry's scenarios that need no server. */
class RegistryScenariosTest {
    @Test
    void shouldGiveTurnsInTheOrderTheyCameBack() {
        final TurnQueue turns = new TurnQueue();
        turns.fill(5, 2);
        final List<Integer> order = new ArrayList<>();
        while (!turns.isEmpty()) {
            order.add(turns.first());
            turns.removeFirst();
        }
        assertEquals(List.of(0, 1, 0, 1, 0), order);
        turns.add(1);
        turns.add(0);
        turns.firstGoesLast();
        assertEquals(0, turns.first());
    }

    @Test
    void shouldTakeNoTurnsInAnOpenLoop() {
        final TurnQueue turns = new TurnQueue();
        turns.fill(0, 1);
        turns.add(3);
        assertTrue(turns.isEmpty());
    }

    @Test
    void shouldSayHowUnevenlySessionsWereServed() {
        final SessionFairness fairness = new SessionFairness(2);
        fairness.record(0, 100);
        fairness.record(0, 100);
        assertEquals(0, fairness.maxToMean(), "a session without an answer");
        fairness.record(1, 300);
        assertEquals(1.5, fairness.maxToMean(), 1e-9);
        assertEquals(1, fairness.fewest());
        assertEquals(2, fairness.most());
        final SessionFairness sum = new SessionFairness(2);
        sum.add(fairness);
        sum.add(fairness);
        assertEquals(1.5, sum.maxToMean(), 1e-9);
        assertEquals(4, sum.most());
    }

    @Test
    void shouldFindTheCollapseBehindTheKneeOnly() {
        assertEquals(1, ConcurrencySweep.shareKept(new double[] {10, 50, 100}));
        assertEquals(0.7, ConcurrencySweep.shareKept(new double[] {10, 100, 70, 90}), 1e-9);
        assertEquals(0.95, ConcurrencySweep.shareKept(new double[] {100, 20, 200, 190}), 1e-9, "before the knee it may be anything");
        assertEquals(3, Median.of(new double[] {9, 1, 3}));
        assertEquals(2, Median.of(new double[] {1, 3}));
    }

    @Test
    void shouldTagOperationsWithTheirPhase() {
        final PhasedSchedule schedule = new PhasedSchedule(10, 300_000_000L, 600_000_000L, 1_000_000_000L);
        assertEquals(10, schedule.count());
        final List<Integer> tags = new ArrayList<>();
        for (long i = 0; i < schedule.count(); i++) {
            tags.add(schedule.tag(i));
        }
        assertEquals(List.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 2), tags);
        assertEquals(3, schedule.tags());
    }

    @Test
    void shouldRecordKindsOfWaves() {
        final LatencyRecorder recorder = new LatencyRecorder(2, 3);
        recorder.record(1, 2, 500);
        recorder.record(0, 2, 700);
        final LatencyRecorder sum = new LatencyRecorder(2, 3);
        sum.add(recorder);
        assertEquals(1, sum.of(1, 2).getTotalCount());
        assertEquals(500, sum.of(1, 2).getMaxValue());
        assertEquals(0, sum.of(1, 1).getTotalCount());
    }

    @Test
    void shouldKeepMissedGoalsApartFromFailures() {
        final LoadResult result = new LoadResult("sweep", Transport.IPC, "laptop");
        result.counts(1, 0, 0, 1);
        result.goal("R6", "kept", 0.8, true, 0.9);
        result.goal("R13", "fair", 2, false, 3);
        final JsonNode goals = result.json().path("goals");
        assertFalse(goals.path(0).path("met").asBoolean());
        assertTrue(goals.path(1).path("met").asBoolean());
        assertTrue(result.valid());
    }

    @Test
    void shouldHaveTheServerKeepWhatMayBeUnderWay() {
        final LoadOptions options = new LoadOptions();
        assertTrue(ServerPlan.pendingBytes(Scenario.LOOKUP, options) <= 1024);
        options.bursts = List.of(25, 10_000);
        assertEquals(8 << 20, ServerPlan.pendingBytes(Scenario.BURST, options));
        options.outstanding = 65_536;
        options.batch = 128;
        assertEquals(ServerPlan.MAX_PENDING_BYTES, ServerPlan.pendingBytes(Scenario.LOOKUP_BATCH, options));
    }

    @ParameterizedTest
    @EnumSource(Suite.Form.class)
    void shouldNameEachStepOnceWithAScenarioThatThereIs(final Suite.Form form) {
        for (final List<Suite.Step> steps : List.of(Suite.general(form), Suite.registry(form))) {
            final Set<String> names = new HashSet<>();
            for (final Suite.Step step : steps) {
                assertTrue(names.add(step.name()), step.name());
                assertTrue(step.seconds() > 0, step.name());
                if (step.arguments().get(0).equals("load")) {
                    Scenario.of(step.arguments().get(1));
                }
            }
        }
    }
}
