package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentHost;
import io.ringmaster.client.AgentSpec;
import io.ringmaster.client.Batch;
import io.ringmaster.client.BatchHandle;
import io.ringmaster.client.CancelResult;
import io.ringmaster.client.LookupEntry;
import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistrationResult;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.TaskOutcome;
import io.ringmaster.client.TaskSpec;
import io.ringmaster.client.sample.SimulatedWork;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.ServerAlreadyRunningException;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.metrics.ServerCounter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServerSystemTest {
    @TempDir
    private Path dir;

    private static TaskSpec echo(final String payload) {
        return new TaskSpec().capabilities("echo").kind("test").payload(payload.getBytes(StandardCharsets.US_ASCII));
    }

    private static TaskSpec simulated(final long workNs) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[SimulatedWork.HEADER_LENGTH]);
        SimulatedWork.encode(payload, 0, 7, workNs);
        return new TaskSpec().capabilities("sim").kind("sim").costNs(workNs).payload(payload.byteArray());
    }

    private static List<TaskOutcome> await(final BatchHandle handle) {
        return handle.awaitResults(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReturnEveryResultWhenBatchesAreSubmitted(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, ServerFixture.echoAgents(12, 4))) {
            final RingmasterClient client = fixture.client();
            for (int round = 0; round < 50; round++) {
                final Batch batch = new Batch();
                for (int i = 0; i < 10; i++) {
                    batch.add(echo("payload-" + round + "-" + i));
                }
                final BatchHandle handle = client.submit(batch);
                assertEquals(10, handle.accepted());
                final List<TaskOutcome> outcomes = await(handle);
                for (int i = 0; i < 10; i++) {
                    assertEquals(ResultCode.OK, outcomes.get(i).code());
                    assertEquals("payload-" + round + "-" + i, outcomes.get(i).resultText());
                }
            }
            // The counters show the last duty cycle but one in which they were published, so each is waited for.
            ServerFixture.await("counted", () -> fixture.counter(ServerCounter.TASKS_COMPLETED) == 500);
            ServerFixture.await("results acknowledged", () -> fixture.counter(ServerCounter.TASKS_LIVE) == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRunTasksOnAgentsInAnotherSession(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp)) {
            final AgentHost host = fixture.agentHost();
            host.addAgent(new AgentSpec().name("upper").capabilities("upper").capacity(4).parallelism(1)
                .handler((task, completion) -> {
                    final byte[] bytes = new byte[task.payloadLength()];
                    task.payloadBuffer().getBytes(task.payloadOffset(), bytes);
                    final byte[] upper = new String(bytes, StandardCharsets.US_ASCII).toUpperCase().getBytes(StandardCharsets.US_ASCII);
                    completion.complete(task.taskId(), task.attempt(), new UnsafeBuffer(upper), 0, upper.length);
                }));
            final RingmasterClient client = fixture.client();
            final Batch batch = new Batch();
            for (int i = 0; i < 100; i++) {
                batch.add(new TaskSpec().capabilities("upper").payload(("abc" + i).getBytes(StandardCharsets.US_ASCII)));
            }
            final List<TaskOutcome> outcomes = await(client.submit(batch));
            assertEquals(100, outcomes.size());
            for (int i = 0; i < 100; i++) {
                assertEquals("ABC" + i, outcomes.get(i).resultText());
            }
        }
    }

    @Test
    void shouldFindARecordAtOnceAfterItsRegistrationIsAcknowledged() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final RingmasterClient client = fixture.client();
            for (int i = 0; i < 200; i++) {
                final byte[] metadata = ("meta-" + i).getBytes(StandardCharsets.US_ASCII);
                final RegistrationResult result = client.register(new RegistrationRequest().namespace("shop").name("svc-" + i)
                    .kind(Protocol.KIND_SERVICE).capabilities(List.of("search", "c" + i % 3)).metadata(metadata).renew(true));
                final var found = client.lookup("shop", "svc-" + i).orElseThrow();
                assertEquals(result.agentId(), found.agentId());
                assertArrayEquals(metadata, found.metadata());
                assertTrue(client.lookup("other", "svc-" + i).isEmpty(), "a name lives in its namespace only");
            }
            final List<LookupEntry> entries = client.lookupBatch("shop", List.of("svc-3", "nobody", "svc-199"));
            assertEquals(List.of(true, false, true), entries.stream().map(LookupEntry::found).toList());
            final List<String> names = new ArrayList<>();
            long cursor = 0;
            do {
                final var page = client.query("shop", 0, List.of("search", "c1"), 20, cursor);
                page.records().forEach(r -> names.add(r.name()));
                cursor = page.nextCursor();
            } while (cursor != 0);
            assertEquals(67, names.size());
            assertTrue(names.stream().allMatch(n -> Integer.parseInt(n.substring(4)) % 3 == 1));
            assertTrue(client.unregister("shop", "svc-0"));
            assertTrue(client.lookup("shop", "svc-0").isEmpty());
            assertFalse(client.unregister("shop", "svc-0"));
            assertTrue(client.query("shop", 0, List.of("no-such-capability"), 10, 0).records().isEmpty());
        }
    }

    @Test
    void shouldLetExactlyOneSessionWinWhenTwoRegisterTheSameName() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final RingmasterClient[] clients = {fixture.client(), fixture.client()};
            for (int round = 0; round < 50; round++) {
                final String name = "contested-" + round;
                final AtomicInteger winners = new AtomicInteger();
                final CountDownLatch done = new CountDownLatch(2);
                for (final RingmasterClient client : clients) {
                    client.registerAsync(new RegistrationRequest().name(name).kind(Protocol.KIND_SERVICE)).whenComplete((ok, error) -> {
                        if (error == null) {
                            winners.incrementAndGet();
                        } else {
                            final Throwable cause = error.getCause() == null ? error : error.getCause();
                            assertEquals(ResultCode.ALREADY_REGISTERED, ((RefusedException)cause).code());
                        }
                        done.countDown();
                    });
                }
                assertTrue(done.await(10, TimeUnit.SECONDS));
                assertEquals(1, winners.get());
            }
            clients[0].register(new RegistrationRequest().name("mine").kind(Protocol.KIND_SERVICE));
            final RefusedException notOwner = assertThrows(RefusedException.class, () -> clients[1].unregister("", "mine"));
            assertEquals(ResultCode.NOT_OWNER, notOwner.code());
        }
    }

    @Test
    void shouldNameTheReasonWhenSomethingIsUnknown() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.echoAgents(1, 4))) {
            final RingmasterClient client = fixture.client();
            assertTrue(client.lookup("", "nobody").isEmpty());
            final BatchHandle handle = client.submit(new Batch()
                .add(new TaskSpec().capabilities("juggling"))
                .add(echo("x"))
                .add(new TaskSpec().capabilities("echo").costNs(50_000_000L).deadlineNs(1_000_000L)));
            assertEquals(ResultCode.NO_CAPABLE_AGENT, handle.acceptances().get(0).code());
            assertEquals(ResultCode.OK, handle.acceptances().get(1).code());
            assertEquals(ResultCode.CANNOT_MEET_DEADLINE, handle.acceptances().get(2).code());
            assertEquals(1, await(handle).size());
            final RefusedException noBatch = assertThrows(RefusedException.class, () -> client.cancel(4711, -1));
            assertEquals(ResultCode.NOT_FOUND, noBatch.code());
        }
    }

    @Test
    void shouldRunEachTaskOnceWhenABatchIdIsSentTwice() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(2, 4))) {
            final RingmasterClient client = fixture.client();
            final BatchHandle first = client.submit(new Batch().batchId(42).add(simulated(50_000_000L)).add(simulated(50_000_000L)));
            assertEquals(2, await(first).size());
            final RingmasterClient other = fixture.client();
            final RefusedException refused = assertThrows(RefusedException.class,
                () -> other.submit(new Batch().batchId(42).add(simulated(1_000_000L))));
            assertEquals(ResultCode.FORBIDDEN, refused.code());
            ServerFixture.await("counters", () -> fixture.counter(ServerCounter.TASKS_COMPLETED) == 2);
            ServerFixture.await("accepted", () -> fixture.counter(ServerCounter.TASKS_ACCEPTED) == 2);
        }
    }

    @Test
    void shouldCancelQueuedTasksAtOnceAndTellTheAgentOfRunningOnes() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(1, 1))) {
            final RingmasterClient client = fixture.client();
            final BatchHandle handle = client.submit(new Batch()
                .add(simulated(300_000_000L)).add(simulated(300_000_000L)).add(simulated(300_000_000L)));
            final CancelResult cancelled = client.cancel(handle.batchId(), -1);
            assertEquals(2, cancelled.cancelled());
            assertEquals(1, cancelled.flagged());
            final List<TaskOutcome> outcomes = await(handle);
            assertEquals(3, outcomes.size());
            assertEquals(2, outcomes.stream().filter(o -> o.taskIndex() > 0 && o.code() == ResultCode.CANCELLED).count());
        }
    }

    @Test
    void shouldFailOneTaskAndGoOnWhenAHandlerThrows() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            fixture.agentHost().addAgent(new AgentSpec().name("moody").capabilities("moody").capacity(4).handler((task, completion) -> {
                if (task.payloadLength() == 0) {
                    throw new IllegalStateException("no payload today");
                }
                completion.complete(task.taskId(), task.attempt());
            }));
            final List<TaskOutcome> outcomes = await(fixture.client().submit(new Batch()
                .add(new TaskSpec().capabilities("moody"))
                .add(new TaskSpec().capabilities("moody").payload(new byte[1]))));
            assertEquals(ResultCode.TASK_FAILED, outcomes.get(0).code());
            assertTrue(outcomes.get(0).resultText().contains("no payload today"), outcomes.get(0).resultText());
            assertEquals(ResultCode.OK, outcomes.get(1).code());
        }
    }

    @Test
    void shouldRefuseWithRetryAfterWhenTasksAreFullAndAcceptAgainLater() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.simulatedAgents(2, 2), "ringmaster.coordination.max-tasks=16")) {
            final RingmasterClient client = fixture.client();
            final List<BatchHandle> accepted = new ArrayList<>();
            RefusedException refused = null;
            for (int i = 0; i < 40; i++) {
                try {
                    accepted.add(client.submit(new Batch().add(simulated(20_000_000L))));
                } catch (final RefusedException ex) {
                    refused = ex;
                }
            }
            assertEquals(ResultCode.OVERLOADED, refused.code());
            assertTrue(refused.retryAfterMs() > 0);
            accepted.forEach(handle -> assertEquals(ResultCode.OK, await(handle).get(0).code()));
            ServerFixture.await("results acknowledged", () -> fixture.counter(ServerCounter.TASKS_LIVE) == 0);
            assertEquals(ResultCode.OK, await(client.submit(new Batch().add(simulated(1_000_000L)))).get(0).code());
        }
    }

    @Test
    void shouldNameTheBoundWhenAPayloadIsTooLong() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.echoAgents(1, 4))) {
            final RingmasterClient client = fixture.client();
            final Exception tooLong = assertThrows(Exception.class,
                () -> client.submit(new Batch().add(new TaskSpec().capabilities("echo").payload(new byte[5000]))));
            assertTrue(tooLong.getMessage().contains("5000") && tooLong.getMessage().contains("4096"), tooLong.getMessage());
            final byte[] longest = new byte[4096];
            longest[4095] = 9;
            final TaskOutcome outcome = await(client.submit(new Batch().add(new TaskSpec().capabilities("echo").payload(longest)))).get(0);
            assertEquals(4096, outcome.result().length);
            assertEquals(9, outcome.result()[4095]);
        }
    }

    @Test
    void shouldRefuseASecondServerOnTheSameDirectory() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final ServerAlreadyRunningException refused = assertThrows(ServerAlreadyRunningException.class,
                () -> RingmasterServer.launch(new RingmasterServer.Context().settings(
                    ServerFixture.settings(Path.of(fixture.dir()), "localhost:0"))).close());
            assertTrue(refused.getMessage().contains(Long.toString(ProcessHandle.current().pid())), refused.getMessage());
            fixture.client().lookup("", "still-there");
        }
    }

    @Test
    void shouldServeTheSameDirectoryAgainAfterACleanShutdown() throws Exception {
        for (int round = 0; round < 3; round++) {
            try (ServerFixture fixture = new ServerFixture(dir, ServerFixture.echoAgents(2, 4))) {
                assertEquals(ResultCode.OK, await(fixture.client().submit(new Batch().add(echo("round")))).get(0).code());
            }
        }
    }
}
