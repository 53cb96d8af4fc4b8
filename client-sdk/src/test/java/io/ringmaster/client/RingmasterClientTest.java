package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.File;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Round trips of every request, in both threading modes. */
@Timeout(60)
class RingmasterClientTest {
    @TempDir
    File dir;
    private FakeServer server;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RingmasterClient.Context context() {
        return new RingmasterClient.Context().dir(dir.getPath()).requestTimeoutNs(TimeUnit.SECONDS.toNanos(10));
    }

    private RingmasterClient connect(final ThreadingMode mode) {
        return RingmasterClient.connect(context().threading(mode));
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldAnswerEveryRegistryRequestWhenConnected(final ThreadingMode mode) {
        try (RingmasterClient client = connect(mode)) {
            assertEquals("fake", client.limits().serverName());
            final AgentRecord record = client.lookup("ns", "agent").orElseThrow();
            assertEquals("agent", record.name());
            assertEquals(List.of("a", "b"), record.capabilities());
            assertArrayEquals(new byte[] {1, 2}, record.metadata());
            assertEquals(8, record.estimatedWaitNs());
            assertTrue(client.lookup("ns", "missing").isEmpty());
            final List<LookupEntry> entries = client.lookupBatch("ns", List.of("x", "missing", "y"));
            assertEquals(3, entries.size());
            assertTrue(entries.get(0).found());
            assertFalse(entries.get(1).found());
            assertEquals("y", entries.get(2).name());
            final QueryPage page = client.query("ns", 1, List.of("c", "d"), 10, 0);
            assertEquals(42, page.nextCursor());
            assertEquals(List.of("c", "d"), page.records().get(0).capabilities());
            assertEquals(0, client.query("ns", 1, List.of(), 10, 42).nextCursor());
            final RegistrationResult registered = client.register(new RegistrationRequest().name("service"));
            assertEquals(server.replies.lastAgentId, registered.agentId());
            assertTrue(client.unregister("", "service"));
            assertFalse(client.unregister("", "missing"));
            assertEquals(new CancelResult(3, 2), client.cancel(1, -1));
            assertEquals(0, client.stats().lateReplies());
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldDeliverAcceptancesAndOutcomesWhenBatchIsSubmitted(final ThreadingMode mode) {
        try (RingmasterClient client = connect(mode)) {
            final BatchHandle handle = client.submit(new Batch().add(new TaskSpec().payload("one".getBytes()))
                .add(new TaskSpec().kind("refuse")).add(new TaskSpec().payload("three".getBytes())));
            assertEquals(2, handle.accepted());
            assertEquals(1, handle.rejected());
            assertEquals(ResultCode.NO_CAPABLE_AGENT, handle.acceptances().get(1).code());
            final List<TaskOutcome> outcomes = handle.awaitResults(10, TimeUnit.SECONDS);
            assertEquals("one", outcomes.get(0).resultText());
            assertEquals("three", outcomes.get(1).resultText());
            assertEquals(2, outcomes.get(1).taskIndex());
            assertEquals("one", handle.next(1, TimeUnit.SECONDS).resultText());
            assertEquals("three", handle.next(1, TimeUnit.SECONDS).resultText());
            assertNull(handle.next(1, TimeUnit.SECONDS));
            Await.until("results acknowledged", () -> server.lastAck == 2, client::poll);
        }
    }

    @Test
    void shouldCompleteFuturesWhenCallsAreAsynchronous() throws Exception {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final BatchSubmission submission = client.submitAsync(new Batch().add(new TaskSpec().payload("x".getBytes())));
            assertEquals("x", submission.results().get(10, TimeUnit.SECONDS).get(0).resultText());
            assertEquals(submission.batchId(), submission.acceptance().get().batchId());
            final CompletableFuture<String> chained = client.lookupAsync("", "a")
                .thenCompose(first -> client.lookupAsync("", "b")).thenApply(found -> found.orElseThrow().name());
            assertEquals("b", chained.get(10, TimeUnit.SECONDS));
        }
    }

    @Test
    void shouldRefuseSynchronousCallWhenOnOwnThread() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final CompletableFuture<Object> nested = client.lookupAsync("", "held").thenApply(found -> client.lookup("", "b"));
            Await.until("held", () -> server.replies.held.size() == 1);
            server.execute(() -> server.replies.releaseHeld(false));
            final CompletionException failure = assertThrows(CompletionException.class, nested::join);
            assertInstanceOf(IllegalStateException.class, failure.getCause());
        }
    }

    @Test
    void shouldNameCodeAndRetryWhenRequestIsRefused() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            final RefusedException refused = assertThrows(RefusedException.class, () -> client.lookup("", "refused"));
            assertEquals(ResultCode.OVERLOADED, refused.code());
            assertEquals(50, refused.retryAfterMs());
            final RefusedException taken = assertThrows(RefusedException.class,
                () -> client.register(new RegistrationRequest().name("taken")));
            assertEquals(ResultCode.ALREADY_REGISTERED, taken.code());
            assertTrue(taken.getMessage().contains("owner session 99"), taken.getMessage());
            final RefusedException full = assertThrows(RefusedException.class,
                () -> client.submit(new Batch().namespace("full").add(new TaskSpec())));
            assertEquals(ResultCode.OVERLOADED, full.code());
            assertEquals(25, full.retryAfterMs());
            assertTrue(full.getMessage().contains("no room"), full.getMessage());
        }
    }

    @Test
    void shouldRefuseLocallyWhenOverABound() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            final int before = server.templates.size();
            assertEquals(ResultCode.TOO_LARGE, assertThrows(RefusedException.class,
                () -> client.lookup("", "n".repeat(Protocol.MAX_NAME_LENGTH + 1))).code());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.lookup("", "\u00e4")).code());
            assertEquals(ResultCode.TOO_LARGE, assertThrows(RefusedException.class,
                () -> client.submit(new Batch().add(new TaskSpec().payload(new byte[5_000])))).code());
            assertEquals(ResultCode.TOO_LARGE, assertThrows(RefusedException.class,
                () -> client.submit(bigBatch(5))).code());
            assertEquals(ResultCode.TOO_LARGE, assertThrows(RefusedException.class,
                () -> client.register(new RegistrationRequest().name("x").metadata(new byte[1025]))).code());
            assertEquals(ResultCode.TOO_LARGE, assertThrows(RefusedException.class,
                () -> client.lookupBatch("", List.of("x".repeat(33).split("")))).code());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.submit(new Batch().add(new TaskSpec().priority(4)))).code());
            assertEquals(before, server.templates.size());
            assertEquals(3, client.submit(bigBatch(3)).accepted());
        }
    }

    private static Batch bigBatch(final int tasks) {
        final Batch batch = new Batch();
        for (int i = 0; i < tasks; i++) {
            batch.add(new TaskSpec().payload(new byte[4_000]));
        }
        return batch;
    }

    @Test
    void shouldRefuseLocallyWhenTooManyRequestsAreOpen() throws Exception {
        try (RingmasterClient client = RingmasterClient.connect(context().threading(ThreadingMode.CALLER).maxPending(4))) {
            for (int i = 0; i < 4; i++) {
                client.lookupAsync("", "held");
            }
            final ExecutionException failure = assertThrows(ExecutionException.class, () -> {
                final var future = client.lookupAsync("", "a");
                client.poll();
                future.get();
            });
            assertEquals(ResultCode.OVERLOADED, assertInstanceOf(RefusedException.class, failure.getCause()).code());
        }
    }

    @Test
    void shouldMatchAnswersWhenTheyComeInAnotherOrder() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            final var first = client.lookupAsync("", "held");
            final var second = client.lookupAsync("", "held");
            Await.until("both held", () -> server.replies.held.size() == 2, client::poll);
            server.execute(() -> server.replies.releaseHeld(true));
            Await.until("both answered", () -> first.isDone() && second.isDone(), client::poll);
            assertTrue(first.join().orElseThrow().agentId() < second.join().orElseThrow().agentId());
        }
    }

    @Test
    void shouldTimeOutAndCountLateReplyWhenAnswerIsLate() {
        try (RingmasterClient client = RingmasterClient.connect(context().threading(ThreadingMode.CALLER)
            .requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200)))) {
            final RequestTimeoutException timeout =
                assertThrows(RequestTimeoutException.class, () -> client.lookup("ns", "held"));
            assertTrue(timeout.getMessage().contains("lookup ns/held") && timeout.getMessage().contains("200 ms"),
                timeout.getMessage());
            assertEquals(1, client.stats().timeouts());
            server.execute(() -> server.replies.releaseHeld(false));
            Await.until("late reply counted", () -> client.stats().lateReplies() == 1, client::poll);
            assertTrue(client.lookup("", "a").isPresent());
        }
    }

    @Test
    void shouldFailWhatIsOpenWhenClosed() {
        final RingmasterClient client = connect(ThreadingMode.OWN_THREAD);
        final var open = client.lookupAsync("", "silent");
        client.close();
        client.close();
        assertInstanceOf(ClientClosedException.class, assertThrows(CompletionException.class, open::join).getCause());
        assertThrows(ClientClosedException.class, () -> client.lookup("", "a"));
        assertTrue(client.isClosed());
    }

    @Test
    void shouldRenewLeaseWhenServiceIsRegistered() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            client.register(new RegistrationRequest().name("service"));
            Await.until("two heartbeats", () -> server.templates.stream().filter(template -> template == 12).count() >= 2);
        }
    }

    @Test
    void shouldSendHeartbeatsAtOnceWhenLeasesAreLostThatAreNotNamed() {
        server.replies.leaseMs = 3_600_000;
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            client.register(new RegistrationRequest().name("service"));
            assertFalse(server.templates.contains(12), "the next one is due in 20 minutes");
            server.execute(() -> server.agentsLost(server.session(client.sessionId()), 7));
            Await.until("a heartbeat", () -> server.templates.contains(12));
        }
    }
}
