package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.coordination.CoordinatorHarness.Agent;
import io.ringmaster.server.coordination.CoordinatorHarness.Answer;
import io.ringmaster.server.coordination.CoordinatorHarness.Offer;
import io.ringmaster.server.coordination.CoordinatorHarness.Placement;
import io.ringmaster.server.coordination.CoordinatorHarness.Result;
import io.ringmaster.server.coordination.CoordinatorHarness.Spec;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
    private static final long MS = 1_000_000L;
    private static final long SESSION = 77;
    private static final long AGENT_SESSION = 88;

    private final CoordinatorHarness harness = new CoordinatorHarness(CoordinatorHarness.settings(64));

    @BeforeEach
    void openSessions() {
        harness.coordinator.onSessionUp(SESSION, false, 0, harness.nowNs);
        harness.coordinator.onSessionUp(AGENT_SESSION, false, 0, harness.nowNs);
    }

    private Agent local(final int index, final int capacity) {
        return harness.agentUp(new Agent(100 + index, 0, capacity, 0), index, 1);
    }

    private Agent remote(final long agentId, final int capacity) {
        return harness.agentUp(new Agent(agentId, AGENT_SESSION, capacity, 0), -1, 1);
    }

    private static Offer only(final Agent agent) {
        assertEquals(1, agent.held.size());
        return agent.held.values().iterator().next();
    }

    @Test
    void shouldReturnTheResultWhenAnAgentCompletes() {
        final Agent agent = local(0, 4);
        final Answer answer = harness.submit(SESSION, 1, new Spec(MS, 0, 1, 0, 42));
        assertEquals(1, answer.accepted());
        assertEquals(agent.agentId, answer.tasks().get(0).agentId());
        assertEquals(MS, answer.tasks().get(0).estimatedFinishNs());
        harness.complete(agent, only(agent), ResultCode.OK);
        assertEquals(List.of(new Result(1, 0, ResultCode.OK, 1, agent.agentId, "42")), harness.results);
        harness.acknowledgeAll(SESSION);
        assertEquals(0, harness.coordinator.taskCount());
        assertEquals(0, harness.coordinator.payloadBlocksUsed());
    }

    @Test
    void shouldSpreadTenEqualTasksOverTwelveIdleAgents() {
        IntStream.range(0, 12).forEach(i -> local(i, 4));
        final Answer answer = harness.submit(SESSION, 1,
            IntStream.range(0, 10).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new));
        assertEquals(10, answer.tasks().stream().map(Placement::agentId).collect(Collectors.toSet()).size());
    }

    @Test
    void shouldPlanTheLongestFirstWhenCostsDiffer() {
        local(0, 8);
        local(1, 8);
        // 5 4 3 3 3 on two machines: the optimum is 9, longest first gives 10, in order of arrival 3+3+5 = 11 is possible.
        final Answer answer = harness.submit(SESSION, 1, Spec.of(3 * MS), Spec.of(3 * MS), Spec.of(3 * MS), Spec.of(4 * MS),
            Spec.of(5 * MS));
        final long makespan = answer.tasks().stream().mapToLong(Placement::estimatedFinishNs).max().orElseThrow();
        assertTrue(makespan <= 10 * MS, "makespan " + makespan);
    }

    @Test
    void shouldNameTheReasonWhenNoAgentIsCapable() {
        local(0, 1);
        final Answer answer = harness.submit(SESSION, 1, new Spec(MS, 0, 1, 5, 0));
        assertEquals(ResultCode.NO_CAPABLE_AGENT, answer.tasks().get(0).code());
        assertEquals(0, harness.coordinator.taskCount());
    }

    @Test
    void shouldGiveABatchToAgentsOfItsNamespaceOnly() {
        local(0, 1);
        final Answer answer = harness.submitTo("elsewhere", SESSION, 1, Spec.of(MS));
        assertEquals(ResultCode.NO_CAPABLE_AGENT, answer.tasks().get(0).code());
        assertEquals(ResultCode.OK, harness.submitTo("default", SESSION, 2, Spec.of(MS)).tasks().get(0).code());
        final Agent other = harness.agentUp("elsewhere", new Agent(200, 0, 1, 0), 50, 1);
        final Answer there = harness.submitTo("elsewhere", SESSION, 3, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        assertTrue(there.tasks().stream().allMatch(t -> t.agentId() == other.agentId), there.toString());
    }

    @Test
    void shouldIgnoreTheLoadThatAnotherSessionReports() {
        final Agent agent = local(0, 1);
        harness.coordinator.onAgentLoad(SESSION, agent.agentId, Protocol.DRAINING, 0, harness.nowNs);
        assertEquals(ResultCode.OK, harness.submit(SESSION, 1, Spec.of(MS)).tasks().get(0).code());
    }

    @Test
    void shouldRefuseWithTheEstimateWhenADeadlineCannotBeMet() {
        local(0, 1);
        final Answer answer = harness.submit(SESSION, 1, new Spec(30 * MS, 20 * MS, 1, 0, 0), new Spec(10 * MS, 20 * MS, 1, 0, 1));
        assertEquals(ResultCode.CANNOT_MEET_DEADLINE, answer.tasks().get(0).code());
        assertEquals(30 * MS, answer.tasks().get(0).estimatedFinishNs());
        assertEquals(10, answer.tasks().get(0).retryAfterMs());
        assertEquals(ResultCode.OK, answer.tasks().get(1).code());
    }

    @Test
    void shouldRefuseTheWholeBatchWithRetryAfterWhenTasksAreFull() {
        final Agent agent = local(0, 1);
        harness.submit(SESSION, 1, IntStream.range(0, 60).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new));
        final Answer refused = harness.submit(SESSION, 2, IntStream.range(0, 5).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new));
        assertEquals(ResultCode.OVERLOADED, refused.code());
        assertTrue(refused.retryAfterMs() > 0);
        while (!agent.held.isEmpty()) {
            harness.complete(agent, only(agent), ResultCode.OK);
        }
        harness.acknowledgeAll(SESSION);
        assertEquals(ResultCode.OK, harness.submit(SESSION, 2, Spec.of(MS)).code(), "the refused id is free");
    }

    @Test
    void shouldAnswerTheSameAgainWhenABatchIdIsSentTwice() {
        final Agent agent = local(0, 4);
        final Answer first = harness.submit(SESSION, 9, Spec.of(MS), Spec.of(MS));
        final Answer again = harness.submit(SESSION, 9, Spec.of(MS));
        assertTrue(again.duplicate());
        assertEquals(first.tasks(), again.tasks());
        assertEquals(2, agent.held.size());
        harness.coordinator.onSessionUp(5, false, 0, harness.nowNs);
        final int before = harness.replies.size();
        harness.coordinator.onCancel(5, 3, 9, -1, harness.nowNs);
        assertEquals(ResultCode.FORBIDDEN, harness.replies.get(before).code());
    }

    @Test
    void shouldPlanAgainInTheSameEventWhenAnAgentRefuses() {
        final Agent first = local(0, 4);
        harness.submit(SESSION, 1, Spec.of(MS));
        final Agent second = local(1, 4);
        harness.refuse(first, only(first), 500 * MS);
        assertEquals(2, only(second).attempt());
        harness.submit(SESSION, 2, Spec.of(MS));
        assertTrue(first.held.isEmpty(), "the refusing agent gets nothing before its time");
        harness.advance(600 * MS);
        harness.submit(SESSION, 3, Spec.of(MS));
        harness.submit(SESSION, 4, Spec.of(MS));
        assertFalse(first.held.isEmpty(), "its time is over");
    }

    @Test
    void shouldOfferAgainAfterBackOffWhenAnAgentDies() {
        final Agent first = remote(1, 4);
        harness.submit(SESSION, 1, Spec.of(MS));
        final Offer lost = only(first);
        final Agent second = remote(2, 4);
        harness.agentDown(first);
        assertTrue(second.held.isEmpty(), "not before the back-off");
        harness.advance(100 * MS);
        assertEquals(2, only(second).attempt());
        harness.coordinator.onTaskCompleted(AGENT_SESSION, lost.taskId(), lost.attempt(), first.agentId, ResultCode.OK, 1,
            new org.agrona.concurrent.UnsafeBuffer(new byte[8]), 0, 8, harness.nowNs);
        assertTrue(harness.results.isEmpty(), "the late answer is fenced");
        assertEquals(1, harness.coordinator.stats().lateAnswers);
        harness.complete(second, only(second), ResultCode.OK);
        assertEquals(1, harness.results.size());
    }

    @Test
    void shouldGiveUpWithAReasonWhenEveryAttemptIsLost() {
        for (int agentId = 1; agentId <= 3; agentId++) {
            final Agent agent = remote(agentId, 4);
            if (agentId == 1) {
                harness.submit(SESSION, 1, Spec.of(MS));
            }
            harness.advance(200 * MS);
            assertEquals(agentId, only(agent).attempt());
            harness.agentDown(agent);
        }
        assertEquals(ResultCode.ATTEMPTS_EXHAUSTED, harness.results.get(0).code());
    }

    @Test
    void shouldTakeATaskBackWhenItsLeaseIsNotRenewed() {
        final Agent stalled = remote(1, 1);
        harness.submit(SESSION, 1, Spec.of(MS));
        final Offer offer = only(stalled);
        final Agent other = remote(2, 1);
        harness.advance(4_000 * MS);
        assertTrue(other.held.isEmpty(), "renewed");
        stalled.reachable = false;
        harness.advance(1_500 * MS);
        final boolean moved = !other.held.isEmpty() || harness.coordinator.stats().leasesExpired >= 1;
        assertTrue(moved, "the lease ran out");
        assertTrue(stalled.cancelled.contains(offer.taskId()));
    }

    @Test
    void shouldCancelQueuedTasksAtOnceAndFlagRunningOnes() {
        final Agent agent = local(0, 1);
        harness.submit(SESSION, 1, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        harness.coordinator.onCancel(SESSION, 5, 1, -1, harness.nowNs);
        final CoordinatorHarness.ReplyCopy reply = harness.replies.get(0);
        assertEquals(2, reply.value());
        assertEquals(1, reply.value2());
        assertEquals(2, harness.results.size());
        assertTrue(harness.results.stream().allMatch(r -> r.code() == ResultCode.CANCELLED));
        assertEquals(1, agent.cancelled.size());
        harness.complete(agent, only(agent), ResultCode.CANCELLED);
        assertEquals(3, harness.results.size());
    }

    @Test
    void shouldReportTheDeadlineWhenItPassesWhileRunning() {
        final Agent agent = local(0, 1);
        harness.submit(SESSION, 1, new Spec(MS, 100 * MS, 1, 0, 0));
        harness.advance(200 * MS);
        assertEquals(ResultCode.DEADLINE_EXCEEDED, harness.results.get(0).code());
        harness.submit(SESSION, 2, Spec.of(MS));
        assertEquals(1, agent.held.size(), "its credit stays taken until it answers");
        harness.complete(agent, only(agent), ResultCode.OK);
        assertEquals(1, agent.held.size(), "then the next task is offered");
        assertEquals(1, harness.results.size(), "the late result is not reported again");
    }

    @Test
    void shouldServeUrgentBeforeLowAndEarlierDeadlineFirst() {
        final Agent agent = local(0, 1);
        harness.submit(SESSION, 1, new Spec(MS, 0, 1, 0, 100));
        harness.submit(SESSION, 2, new Spec(MS, 0, 0, 0, 1));
        harness.submit(SESSION, 3, new Spec(MS, 900 * MS, 2, 0, 2));
        harness.submit(SESSION, 4, new Spec(MS, 500 * MS, 2, 0, 3));
        final StringBuilder order = new StringBuilder();
        while (!agent.held.isEmpty()) {
            final Offer offer = only(agent);
            order.append(offer.payload()).append(' ');
            harness.complete(agent, offer, ResultCode.OK);
        }
        assertEquals("100 3 2 1 ", order.toString());
    }

    @Test
    void shouldTakeWorkFromALoadedAgentWhenANewOneComes() {
        final Agent busy = local(0, 1);
        harness.submit(SESSION, 1, IntStream.range(0, 10).mapToObj(i -> Spec.of(10 * MS)).toArray(Spec[]::new));
        final Agent fresh = local(1, 2);
        assertEquals(2, fresh.held.size());
        assertEquals(1, busy.held.size());
    }

    @Test
    void shouldLearnThatAnAgentIsSlower() {
        final Agent slow = local(0, 1);
        final Agent fast = local(1, 1);
        for (int i = 0; i < 20; i++) {
            harness.submit(SESSION, 1000 + i, Spec.of(10 * MS), Spec.of(10 * MS));
            if (!slow.held.isEmpty()) {
                final Offer offer = only(slow);
                slow.held.clear();
                harness.coordinator.onTaskCompleted(0, offer.taskId(), offer.attempt(), slow.agentId, ResultCode.OK, 90 * MS,
                    new org.agrona.concurrent.UnsafeBuffer(new byte[8]), 0, 8, harness.nowNs);
                harness.coordinator.doWork(harness.nowNs);
            }
            while (!fast.held.isEmpty()) {
                harness.complete(fast, only(fast), ResultCode.OK);
            }
        }
        final Answer answer = harness.submit(SESSION, 1, Spec.of(10 * MS), Spec.of(10 * MS), Spec.of(10 * MS));
        assertTrue(answer.tasks().stream().filter(t -> t.agentId() == fast.agentId).count() >= 2, answer.toString());
    }

    @Test
    void shouldSendUnacknowledgedResultsAgainWhenASessionIsBack() {
        final Agent agent = local(0, 4);
        harness.submit(SESSION, 1, new Spec(MS, 0, 1, 0, 1), new Spec(MS, 0, 1, 0, 2), new Spec(MS, 0, 1, 0, 3));
        harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
        harness.receiving = false;
        harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
        harness.coordinator.onSessionDetached(SESSION);
        harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
        harness.receiving = true;
        assertEquals(1, harness.results.size());
        harness.coordinator.onSessionUp(SESSION, true, 1, harness.nowNs);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(3, harness.results.size());
        harness.acknowledgeAll(SESSION);
        assertEquals(0, harness.coordinator.taskCount());
    }

    @Test
    void shouldKeepOffersAndResultsUntilThereIsRoom() {
        final Agent agent = remote(1, 4);
        harness.roomForSends = false;
        harness.submit(SESSION, 1, Spec.of(MS));
        assertTrue(agent.held.isEmpty());
        harness.roomForSends = true;
        harness.coordinator.doWork(harness.nowNs);
        final Offer offer = only(agent);
        assertEquals(1, offer.attempt());
        harness.roomForSends = false;
        harness.complete(agent, offer, ResultCode.OK);
        assertTrue(harness.results.isEmpty());
        harness.roomForSends = true;
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(1, harness.results.size());
    }

    @Test
    void shouldGiveUpTheTasksOfAClosedSession() {
        final Agent agent = local(0, 1);
        harness.submit(SESSION, 1, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        harness.complete(agent, only(agent), ResultCode.OK);
        harness.coordinator.onSessionClosed(SESSION);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(1, agent.cancelled.size());
        harness.complete(agent, only(agent), ResultCode.OK);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(0, harness.coordinator.taskCount());
        assertEquals(0, harness.coordinator.payloadBlocksUsed());
        assertEquals(1, harness.coordinator.sessionCount());
    }

    @Test
    void shouldMovePlannedTasksWhenAnAgentDrains() {
        final Agent first = local(0, 1);
        harness.submit(SESSION, 1, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        final Agent second = local(1, 1);
        harness.coordinator.onAgentLoad(0, first.agentId, Protocol.DRAINING, 0, harness.nowNs);
        harness.coordinator.doWork(harness.nowNs);
        harness.complete(first, only(first), ResultCode.OK);
        assertTrue(first.held.isEmpty());
        harness.complete(second, only(second), ResultCode.OK);
        harness.complete(second, only(second), ResultCode.OK);
        assertEquals(3, harness.results.size());
    }

    @Test
    void shouldNotOfferWhatAnAgentNoLongerCanWhenItRegistersAgain() {
        final Agent agent = harness.agentUp(new Agent(100, 0, 1, 0, 1), 0, 1);
        harness.submit(SESSION, 1, new Spec(MS, 0, 2, 0, 1));
        harness.submit(SESSION, 2, new Spec(MS, 0, 2, 0, 2), new Spec(MS, 0, 1, 1, 3));
        agent.capabilities.clear();
        agent.capabilities.add(0);
        harness.agentUp(agent, 0, 1);
        assertEquals(1, harness.coordinator.waitingTasks(), "the task that nobody can do waits");
        harness.complete(agent, only(agent), ResultCode.OK);
        harness.complete(agent, only(agent), ResultCode.OK);
        assertTrue(agent.held.isEmpty());
        harness.agentUp(new Agent(101, 0, 1, 1), 1, 1);
        assertEquals(0, harness.coordinator.waitingTasks());
    }

    @Test
    void shouldBelieveNoCostThatOverflows() {
        final Agent agent = local(0, 4);
        for (int i = 1; i <= 3; i++) {
            final Answer answer = harness.submit(SESSION, i, new Spec(Long.MAX_VALUE - i % 2, 0, 1, 0, i));
            assertEquals(ResultCode.OK, answer.tasks().get(0).code());
            assertTrue(answer.tasks().get(0).estimatedFinishNs() > 0);
        }
        assertEquals(ResultCode.CANNOT_MEET_DEADLINE, harness.submit(SESSION, 9, new Spec(MS, 1_000 * MS, 1, 0, 9)).tasks().get(0).code());
        final Offer offer = agent.held.values().iterator().next();
        agent.held.remove(offer.taskId());
        harness.coordinator.onTaskCompleted(0, offer.taskId(), offer.attempt(), agent.agentId, ResultCode.OK, Long.MAX_VALUE,
            new org.agrona.concurrent.UnsafeBuffer(new byte[8]), 0, 8, harness.nowNs);
        assertEquals(ResultCode.OK, harness.submit(SESSION, 10, new Spec(0, 0, 1, 0, 10)).tasks().get(0).code());
    }

    @Test
    void shouldKeepOffersFromAnAgentWhoseSessionIsGoneWhenItsRegistrationComesLate() {
        harness.coordinator.onSessionDetached(AGENT_SESSION);
        final Agent late = remote(1, 4);
        harness.submit(SESSION, 1, Spec.of(MS));
        assertTrue(late.held.isEmpty(), "it hears nothing");
        harness.coordinator.onSessionUp(AGENT_SESSION, true, 0, harness.nowNs);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(1, late.held.size());
    }

    @Test
    void shouldMoveTheQueueOfAnAgentWhoseSessionIsDetached() {
        final Agent slow = local(1, 8);
        harness.submit(SESSION, 1, Spec.of(MS));
        final Offer offer = only(slow);
        slow.held.clear();
        harness.coordinator.onTaskCompleted(0, offer.taskId(), offer.attempt(), slow.agentId, ResultCode.OK, 900 * MS,
            new org.agrona.concurrent.UnsafeBuffer(new byte[8]), 0, 8, harness.nowNs);
        harness.coordinator.doWork(harness.nowNs);
        final Agent gone = remote(1, 1);
        harness.submit(SESSION, 2, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        assertEquals(1, gone.held.size());
        assertTrue(slow.held.isEmpty(), "it would finish them later, so it is idle and takes nothing");
        harness.coordinator.onSessionDetached(AGENT_SESSION);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(2, slow.held.size());
        assertEquals(1, gone.held.size(), "what it holds stays until its lease ends or it is back");
    }

    @Test
    void shouldRepeatOffersOnceEachWhenRoomComesSlowly() {
        final Agent agent = remote(1, 16);
        for (int i = 1; i <= 16; i++) {
            harness.submit(SESSION, i, new Spec(MS, 0, 1, 0, i));
        }
        assertEquals(16, agent.held.size());
        agent.held.clear();
        harness.coordinator.onSessionDetached(AGENT_SESSION);
        harness.coordinator.onSessionUp(AGENT_SESSION, true, 0, harness.nowNs);
        assertEquals(1, harness.resumeMarks);
        harness.sendBudget = 0;
        int cycles = 0;
        while (agent.held.size() < 16 && cycles++ < 50) {
            harness.sendBudget = 1;
            harness.coordinator.doWork(harness.nowNs);
        }
        assertEquals(16, cycles, "one offer for each place that came free");
    }

    @Test
    void shouldHoldBackResultsUntilTheClientAcknowledges() {
        final CoordinatorHarness large = new CoordinatorHarness(CoordinatorHarness.settings(4_000));
        large.coordinator.onSessionUp(SESSION, false, 0, large.nowNs);
        final Agent agent = large.agentUp(new Agent(100, 0, 64, 0), 0, 1);
        for (int round = 0; round < 40; round++) {
            large.submit(SESSION, 100 + round, IntStream.range(0, 32).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new));
            while (!agent.held.isEmpty()) {
                large.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
            }
        }
        final int underWay = large.results.size();
        assertTrue(underWay < 40 * 32 && underWay >= ResultDesk.WINDOW_LENGTH / 200, "under way: " + underWay);
        for (int i = 0; i < 40; i++) {
            large.acknowledgeAll(SESSION);
            large.coordinator.doWork(large.nowNs);
        }
        assertEquals(40 * 32, large.results.size());
        large.acknowledgeAll(SESSION);
        assertEquals(0, large.coordinator.taskCount());
    }

    @Test
    void shouldRefuseASessionThatHoldsHalfOfAllTasksAndServeTheOthers() {
        final CoordinatorHarness large = new CoordinatorHarness(CoordinatorHarness.settings(256));
        large.coordinator.onSessionUp(SESSION, false, 0, large.nowNs);
        large.coordinator.onSessionUp(AGENT_SESSION, false, 0, large.nowNs);
        final Agent agent = large.agentUp(new Agent(100, 0, 64, 0), 0, 1);
        final Spec[] half = IntStream.range(0, 64).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new);
        for (int round = 1; round <= 2; round++) {
            assertEquals(ResultCode.OK, large.submit(SESSION, round, half).code());
            while (!agent.held.isEmpty()) {
                large.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
            }
        }
        final Answer refused = large.submit(SESSION, 3, Spec.of(MS));
        assertEquals(ResultCode.OVERLOADED, refused.code());
        assertTrue(refused.retryAfterMs() > 0);
        assertEquals(ResultCode.OK, large.submit(AGENT_SESSION, 4, half).code());
        large.acknowledgeAll(SESSION);
        assertEquals(ResultCode.OK, large.submit(SESSION, 3, Spec.of(MS)).code(), "acknowledged results count no more");
    }

    @Test
    void shouldHoldBackOffersWhenTheirPayloadsFillTheWindowOfARemoteAgent() {
        final Agent agent = remote(1, 64);
        harness.payloadLength = 1024;
        harness.submit(SESSION, 1, IntStream.range(0, 60).mapToObj(i -> Spec.of(MS)).toArray(Spec[]::new));
        assertEquals(CoordinatedAgent.OFFER_WINDOW_LENGTH / 1024, agent.held.size(), "of 64 credits");
        harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(CoordinatedAgent.OFFER_WINDOW_LENGTH / 1024, agent.held.size(), "one went, one came");
        while (!agent.held.isEmpty()) {
            harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
            harness.coordinator.doWork(harness.nowNs);
        }
        assertEquals(60, harness.results.size());
    }
}
