package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.Batch;
import io.ringmaster.client.BatchHandle;
import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.ClientListener;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.TaskOutcome;
import io.ringmaster.client.TaskSpec;
import io.ringmaster.client.sample.SimulatedWork;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.metrics.ServerCounter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Dead, stopped and slow processes. Timeouts of the server are short here; see {@link ServerFixture}. */
@Timeout(90)
class FaultSystemTest {
    @TempDir
    private Path dir;

    private static TaskSpec simulated(final long id, final long workNs) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[SimulatedWork.HEADER_LENGTH]);
        SimulatedWork.encode(payload, 0, id, workNs);
        return new TaskSpec().capabilities("sim").kind("sim").costNs(workNs).payload(payload.byteArray());
    }

    private static void submit(final RingmasterClient client, final List<BatchHandle> handles, final int batches, final long workNs) {
        for (int b = 0; b < batches; b++) {
            final Batch batch = new Batch();
            for (int i = 0; i < 10; i++) {
                batch.add(simulated(b * 10L + i, workNs));
            }
            final BatchHandle handle = client.submit(batch);
            assertEquals(10, handle.accepted());
            handles.add(handle);
        }
    }

    private static void assertEachAnsweredOnce(final List<BatchHandle> handles) {
        final Set<Long> taskIds = new HashSet<>();
        for (int b = 0; b < handles.size(); b++) {
            final List<TaskOutcome> outcomes = handles.get(b).awaitResults(40, TimeUnit.SECONDS);
            assertEquals(10, outcomes.size());
            for (final TaskOutcome outcome : outcomes) {
                assertEquals(ResultCode.OK, outcome.code(), outcome.resultText());
                assertTrue(taskIds.add(outcome.taskId()), "answered twice");
                assertTrue(SimulatedWork.isResultOf(new UnsafeBuffer(outcome.result()), 0, outcome.result().length,
                    b * 10L + outcome.taskIndex()), "the answer of another task");
            }
        }
    }

    @Test
    void shouldAnswerEveryTaskWhenAnAgentProcessIsKilledAndStartedAgain() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(2, 2));
            ChildProcess first = new ChildProcess(AgentMain.class, fixture.dir(), "4", "0")) {
            first.awaitLine("ready");
            final List<BatchHandle> handles = new ArrayList<>();
            submit(fixture.client(), handles, 15, 60_000_000L);
            ServerFixture.await("work in progress", () -> fixture.counter(ServerCounter.TASKS_COMPLETED) >= 15);
            first.kill();
            try (ChildProcess second = new ChildProcess(AgentMain.class, fixture.dir(), "4", "0")) {
                second.awaitLine("ready");
                assertEachAnsweredOnce(handles);
                ServerFixture.await("counters", () -> fixture.counter(ServerCounter.TASKS_COMPLETED) == 150);
                ServerFixture.await("something was held by the killed process", () -> fixture.counter(ServerCounter.TASKS_REASSIGNED) > 0);
            }
        }
    }

    @Test
    void shouldTakeTasksBackWhenAnAgentProcessIsStoppedAndFenceItsLateAnswers() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(1, 2));
            ChildProcess agents = new ChildProcess(AgentMain.class, fixture.dir(), "2", "0")) {
            agents.awaitLine("ready");
            final List<BatchHandle> handles = new ArrayList<>();
            final RingmasterClient client = fixture.client();
            submit(client, handles, 5, 60_000_000L);
            ServerFixture.await("work in progress", () -> fixture.counter(ServerCounter.TASKS_COMPLETED) >= 6);
            agents.signal("STOP");
            assertEachAnsweredOnce(handles);
            ServerFixture.await("something was held by the stopped process", () -> fixture.counter(ServerCounter.TASKS_REASSIGNED) > 0);
            agents.signal("CONT");
            ServerFixture.await("the agents are back", () -> client.lookup("", "remote-1").isPresent());
            handles.clear();
            submit(client, handles, 2, 10_000_000L);
            assertEachAnsweredOnce(handles);
        }
    }

    @Test
    void shouldFreeNamesAndGiveUpTasksWhenAClientIsKilled() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(2, 2));
            ChildProcess submitter = new ChildProcess(SubmitterMain.class, fixture.dir(), "20")) {
            submitter.awaitLine("accepted 20");
            final RingmasterClient client = fixture.client();
            assertTrue(client.lookup("", "of-the-submitter").isPresent());
            submitter.kill();
            ServerFixture.await("the name is free", () -> client.lookup("", "of-the-submitter").isEmpty());
            ServerFixture.await("the tasks are gone", () -> fixture.counter(ServerCounter.TASKS_LIVE) == 0);
            final List<BatchHandle> handles = new ArrayList<>();
            submit(client, handles, 1, 1_000_000L);
            assertEachAnsweredOnce(handles);
        }
    }

    @Test
    void shouldDisconnectAClientThatStopsReadingAndServeTheOthers() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.echoAgents(4, 16))) {
            final RingmasterClient other = fixture.client();
            final ClientChannel deaf = fixture.track(ClientChannel.connect(
                new ClientChannel.Context().dir(fixture.dir()).clientName("deaf").reconnect(false), new ClientListener() { }));
            final UnsafeBuffer payload = new UnsafeBuffer(new byte[4000]);
            final int[] sent = {0};
            ServerFixture.await("400 batches are sent without reading an answer", () -> {
                final var writer = deaf.batchWriter();
                writer.begin(deaf.nextBatchId(), "");
                writer.addTask("echo", "", 0, 0, 1, 0, payload, 0, 4000);
                if (writer.send() > 0) {
                    sent[0]++;
                }
                return sent[0] == 400 || fixture.counter(ServerCounter.SESSIONS_SLOW_DISCONNECTED) == 1;
            });
            ServerFixture.await("the deaf client is disconnected",
                () -> fixture.counter(ServerCounter.SESSIONS_SLOW_DISCONNECTED) + fixture.counter(ServerCounter.SESSIONS_TIMED_OUT) == 1);
            for (int i = 0; i < 100; i++) {
                final TaskOutcome outcome = other.submit(new Batch().add(new TaskSpec().capabilities("echo").payload(new byte[8])))
                    .awaitResults(10, TimeUnit.SECONDS).get(0);
                assertEquals(ResultCode.OK, outcome.code());
            }
            assertTrue(fixture.counter(ServerCounter.SESSIONS_SLOW_DISCONNECTED) == 1, "it timed out instead");
        }
    }

    @Test
    void shouldReconnectWhenTheServerIsReplacedByAnother() throws Exception {
        final RingmasterClient client;
        final ServerFixture first = new ServerFixture(dir, ServerFixture.echoAgents(1, 4));
        client = RingmasterClient.connect(first.clientContext());
        try (client) {
            assertTrue(client.lookup("", "echo").isPresent());
            first.close();
            try (ServerFixture second = new ServerFixture(dir, ServerFixture.echoAgents(1, 4))) {
                ServerFixture.await("connected again", client::isConnected);
                ServerFixture.await("served again", () -> {
                    try {
                        return client.lookup("", "echo").filter(r -> r.kind() == Protocol.KIND_AGENT).isPresent();
                    } catch (final io.ringmaster.client.RingmasterException ex) {
                        return false;
                    }
                });
                assertTrue(second.counter(ServerCounter.SESSIONS_CONNECTED) >= 1);
            }
        }
    }
}
