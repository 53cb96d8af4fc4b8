package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.coordination.CoordinatorHarness.Agent;
import io.ringmaster.server.coordination.CoordinatorHarness.Answer;
import io.ringmaster.server.coordination.CoordinatorHarness.Offer;
import io.ringmaster.server.coordination.CoordinatorHarness.Placement;
import io.ringmaster.server.coordination.CoordinatorHarness.Result;
import io.ringmaster.server.coordination.CoordinatorHarness.Spec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

/**
 * Random submissions, answers, refusals, dying and silent agents, lost connections and full queues: every accepted task
 * gets exactly one result, in the end nothing is left. The harness checks capabilities, credits and result order at every
 * effect.
 */
class CoordinatorRandomTest {
    private static final long MS = 1_000_000L;
    private static final long SESSION = 7;

    @RepeatedTest(20)
    void shouldAnswerEveryAcceptedTaskExactlyOnce() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final CoordinatorHarness harness = new CoordinatorHarness(CoordinatorHarness.settings(256));
        final Map<String, Integer> expected = new HashMap<>();
        harness.coordinator.onSessionUp(SESSION, false, 0, harness.nowNs);
        long nextAgent = 1;
        long nextBatch = 1;
        long payload = 0;
        boolean attached = true;
        for (int step = 0; step < 20_000; step++) {
            final List<Agent> agents = new ArrayList<>(harness.agents.values());
            final Agent agent = agents.isEmpty() ? null : agents.get(random.nextInt(agents.size()));
            harness.roomForSends = random.nextInt(10) > 0;
            harness.roomForMailbox = random.nextInt(10) > 0;
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> {
                    final Spec[] specs = new Spec[1 + random.nextInt(6)];
                    for (int i = 0; i < specs.length; i++) {
                        specs[i] = new Spec(random.nextInt(20) * MS, random.nextInt(3) == 0 ? random.nextInt(400) * MS : 0,
                            random.nextInt(4), random.nextInt(3), payload++);
                    }
                    final Answer answer = harness.submit(SESSION, nextBatch++, specs);
                    for (final Placement placement : answer.tasks()) {
                        if (placement.code() == ResultCode.OK) {
                            expected.put(answer.batchId() + "/" + placement.index(), 0);
                        }
                    }
                }
                case 3, 4, 5, 6 -> {
                    if (agent != null && agent.reachable && !agent.held.isEmpty()) {
                        final List<Offer> held = new ArrayList<>(agent.held.values());
                        harness.complete(agent, held.get(random.nextInt(held.size())),
                            random.nextInt(10) == 0 ? ResultCode.TASK_FAILED : ResultCode.OK);
                    }
                }
                case 7 -> {
                    if (agent != null && agent.reachable && !agent.held.isEmpty()) {
                        harness.refuse(agent, agent.held.values().iterator().next(), random.nextInt(100) * MS);
                    }
                }
                case 8 -> {
                    if (agents.size() < 5) {
                        final long id = nextAgent++;
                        final boolean local = random.nextBoolean();
                        final int[] capabilities = random.nextBoolean() ? new int[] {0, 1, 2} : new int[] {random.nextInt(3)};
                        harness.agentUp(new Agent(id, local ? 0 : 1000 + id, 1 + random.nextInt(4), capabilities),
                            local ? (int)id : -1, 1 + random.nextInt(2));
                    } else if (random.nextInt(4) == 0) {
                        harness.agentDown(agent);
                    }
                }
                case 9 -> harness.advance(random.nextInt(100) * MS);
                case 10 -> {
                    if (attached) {
                        if (random.nextBoolean()) {
                            harness.acknowledgeAll(SESSION);
                        } else if (random.nextInt(5) == 0) {
                            attached = false;
                            harness.receiving = false;
                            harness.coordinator.onSessionDetached(SESSION);
                        }
                    } else {
                        attached = true;
                        harness.receiving = true;
                        harness.coordinator.onSessionUp(SESSION, true, harness.lastSequence.getOrDefault(SESSION, 0L),
                            harness.nowNs);
                    }
                }
                default -> harness.coordinator.onCancel(SESSION, step, 1 + random.nextInt((int)nextBatch), -1, harness.nowNs);
            }
        }
        drain(harness, attached, nextAgent);
        for (final Result result : harness.results) {
            final Integer seen = expected.get(result.batchId() + "/" + result.index());
            assertTrue(seen != null, "a result for a task that was not accepted: " + result + ", seed " + seed);
            assertEquals(0, seen, "two results: " + result + ", seed " + seed);
            expected.put(result.batchId() + "/" + result.index(), 1);
        }
        expected.forEach((task, seen) -> assertEquals(1, seen, "no result for " + task + ", seed " + seed));
        assertEquals(0, harness.coordinator.taskCount(), "seed " + seed);
        assertEquals(0, harness.coordinator.payloadBlocksUsed(), "seed " + seed);
    }

    private static void drain(final CoordinatorHarness harness, final boolean attached, final long nextAgent) {
        harness.roomForSends = true;
        harness.roomForMailbox = true;
        harness.receiving = true;
        if (!attached) {
            harness.coordinator.onSessionUp(SESSION, true, harness.lastSequence.getOrDefault(SESSION, 0L), harness.nowNs);
        }
        new ArrayList<>(harness.agents.values()).forEach(harness::agentDown);
        final Agent last = harness.agentUp(new Agent(nextAgent, 0, 8, 0, 1, 2), (int)nextAgent, 4);
        for (int round = 0; round < 2_000 && harness.coordinator.taskCount() > 0; round++) {
            new ArrayList<>(last.held.values()).forEach(offer -> harness.complete(last, offer, ResultCode.OK));
            harness.advance(50 * MS);
            harness.acknowledgeAll(SESSION);
        }
    }
}
