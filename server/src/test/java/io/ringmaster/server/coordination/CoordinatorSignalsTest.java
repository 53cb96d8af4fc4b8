package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.coordination.CoordinatorHarness.Agent;
import io.ringmaster.server.coordination.CoordinatorHarness.Spec;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What registry, heartbeats and acknowledgements tell the coordinator, in the order in which they can come. */
class CoordinatorSignalsTest {
    private static final long MS = 1_000_000L;
    private static final long SESSION = 7;
    private static final long AGENT_SESSION = 8;
    private static final int MAX_AGENTS = 16;

    private final CoordinatorHarness harness = new CoordinatorHarness(CoordinatorHarness.settings(64));

    @BeforeEach
    void openSessions() {
        harness.coordinator.onSessionUp(SESSION, false, 0, harness.nowNs);
        harness.coordinator.onSessionUp(AGENT_SESSION, false, 0, harness.nowNs);
    }

    private Agent remote(final long agentId) {
        return harness.agentUp(new Agent(agentId, AGENT_SESSION, 1, 0), -1, 1);
    }

    private void heartbeat(final long sessionId, final long agentId) {
        harness.coordinator.onAgentLoad(sessionId, agentId, Protocol.READY, 0, harness.nowNs);
        harness.coordinator.doWork(harness.nowNs);
    }

    @Test
    void shouldGiveADrainedAgentNoNewWorkWhenItsHeartbeatsSayReady() {
        final Agent agent = remote(100);
        harness.submit(SESSION, 1, Spec.of(MS));
        harness.coordinator.onRecordReadiness(100, Protocol.DRAINING);
        heartbeat(AGENT_SESSION, 100);
        assertEquals(ResultCode.NO_CAPABLE_AGENT, harness.submit(SESSION, 2, Spec.of(MS)).tasks().get(0).code());
        assertEquals(1, agent.held.size(), "it may finish what it has");
        harness.complete(agent, agent.held.values().iterator().next(), ResultCode.OK);
        assertEquals(1, harness.results.size());

        harness.agentUp(agent, -1, 1);
        harness.coordinator.onRecordReadiness(100, Protocol.READY);
        assertEquals(ResultCode.OK, harness.submit(SESSION, 3, Spec.of(MS)).tasks().get(0).code(), "it registered again");
    }

    @Test
    void shouldReportARefusedAgentWithItsFirstHeartbeatAndOnceOnly() {
        for (int i = 0; i < MAX_AGENTS + 1; i++) {
            remote(100 + i);
        }
        final long refused = 100 + MAX_AGENTS;
        assertEquals(List.of(), harness.lost, "the answer of its registration may still be under way");
        heartbeat(SESSION, refused);
        heartbeat(AGENT_SESSION, 101);
        assertEquals(List.of(), harness.lost);
        heartbeat(AGENT_SESSION, refused);
        heartbeat(AGENT_SESSION, refused);
        assertEquals(List.of("to 8 lost " + refused + " REGISTRY_FULL"), harness.lost);
    }

    @Test
    void shouldForgetARefusedAgentWhenItGoesOrFindsRoom() {
        for (int i = 0; i < MAX_AGENTS + 2; i++) {
            remote(100 + i);
        }
        harness.coordinator.onAgentDown(100 + MAX_AGENTS, harness.nowNs);
        harness.coordinator.onAgentDown(100, harness.nowNs);
        remote(100 + MAX_AGENTS + 1);
        heartbeat(AGENT_SESSION, 100 + MAX_AGENTS);
        heartbeat(AGENT_SESSION, 100 + MAX_AGENTS + 1);
        assertEquals(List.of(), harness.lost);
    }

    @Test
    void shouldKeepResultsThatWereNeverSentWhenMoreThanThatIsAcknowledged() {
        final Agent agent = harness.agentUp(new Agent(100, 0, 4, 0), 0, 4);
        harness.submit(SESSION, 1, Spec.of(MS), Spec.of(MS), Spec.of(MS));
        final var offers = List.copyOf(agent.held.values());
        harness.complete(agent, offers.get(0), ResultCode.OK);
        assertEquals(1, harness.results.size());
        harness.sendBudget = 0;
        harness.complete(agent, offers.get(1), ResultCode.OK);
        harness.complete(agent, offers.get(2), ResultCode.OK);
        harness.coordinator.onResultAck(SESSION, Long.MAX_VALUE);
        assertTrue(harness.coordinator.taskCount() >= 2, "only the first was sent");
        harness.sendBudget = Integer.MAX_VALUE;
        harness.coordinator.doWork(harness.nowNs);
        assertEquals(3, harness.results.size());
        harness.acknowledgeAll(SESSION);
        assertEquals(0, harness.coordinator.taskCount());
    }
}
