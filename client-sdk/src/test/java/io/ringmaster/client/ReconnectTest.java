package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What happens to requests and batches when the connection is lost. */
@Timeout(60)
class ReconnectTest {
    @TempDir
    File dir;
    private final ConcurrentLinkedQueue<String> events = new ConcurrentLinkedQueue<>();
    private FakeServer server;
    private RingmasterClient client;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
    }

    @AfterEach
    void stop() {
        if (client != null) {
            client.close();
        }
        server.close();
    }

    private RingmasterClient.Context context() {
        return new RingmasterClient.Context().dir(dir.getPath()).threading(ThreadingMode.CALLER)
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(15))
            .reconnectDelayNs(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.MILLISECONDS.toNanos(100))
            .listener(new SessionListener() {
                @Override
                public void onConnected(final long sessionId) {
                    events.add("connected");
                }

                @Override
                public void onResumed(final long sessionId) {
                    events.add("resumed");
                }

                @Override
                public void onDisconnected(final String reason) {
                    events.add("disconnected");
                }

                @Override
                public void onRegistrationDropped(final String namespace, final String name, final String reason) {
                    events.add("dropped " + name);
                }

                @Override
                public void onReconnectFailed(final int attempt, final String reason, final long nextTryMs) {
                    events.add(nextTryMs < 0 ? "given up" : "failed");
                }
            });
    }

    private void cut() {
        server.execute(() -> server.cut(server.session(client.sessionId())));
        Await.until("loss noticed", () -> !client.isConnected() || events.contains("disconnected"), client::poll);
    }

    @Test
    void shouldResumeSessionAndGetMissedResultsWhenConnectionBreaks() {
        client = RingmasterClient.connect(context());
        final long sessionId = client.sessionId();
        final BatchHandle handle = client.submit(new Batch().add(new TaskSpec().kind("hold")).add(new TaskSpec()));
        Await.until("first result", () -> handle.received() == 1, client::poll);
        cut();
        server.execute(() -> {
            final FakeSession session = server.session(sessionId);
            server.replies.results.add(new FakeReplies.Sent(++session.resultSequence, handle.batchId(), 0, "late".getBytes()));
        });
        final List<TaskOutcome> outcomes = handle.awaitResults(15, TimeUnit.SECONDS);
        assertEquals("late", outcomes.get(0).resultText());
        assertEquals(sessionId, client.sessionId());
        assertEquals(List.of("connected", "disconnected", "resumed"), List.copyOf(events));
        assertEquals(1, client.stats().resumes());
        assertEquals(0, client.stats().duplicateResults());
    }

    @Test
    void shouldRepeatOpenRequestsAndFailOthersWhenConnectionBreaks() {
        client = RingmasterClient.connect(context());
        final var lookup = client.lookupAsync("", "held");
        Await.until("held", () -> server.replies.held.size() == 1, client::poll);
        server.execute(server.replies.held::clear);
        final BatchSubmission submission = client.submitAsync(new Batch().namespace("silent").add(new TaskSpec()));
        Await.until("submitted", () -> server.replies.submits == 1, client::poll);
        cut();
        Await.until("look-up repeated", () -> server.replies.held.size() == 1, client::poll);
        server.execute(() -> server.replies.releaseHeld(false));
        Await.until("answered", lookup::isDone, client::poll);
        assertTrue(lookup.join().isPresent());
        Await.until("results", () -> submission.results().isDone(), client::poll);
        assertTrue(submission.acceptance().join().isDuplicate());
        assertEquals(1, server.replies.duplicateSubmits);
        assertEquals(1, submission.results().join().size());
    }

    @Test
    void shouldRepeatRequestsInTheirOrderWhenConnectionBreaks() {
        client = RingmasterClient.connect(context().maxPending(2));
        // The table of four slots is met at each of its slots.
        for (int round = 0; round < 4; round++) {
            final var first = client.lookupAsync("", "held");
            final var second = client.lookupAsync("", "held");
            Await.until("held", () -> server.replies.held.size() == 2, client::poll);
            server.execute(server.replies.held::clear);
            events.clear();
            cut();
            Await.until("repeated", () -> server.replies.held.size() == 2, client::poll);
            server.execute(() -> server.replies.held.pollFirst().run());
            Await.until("answered", () -> first.isDone() || second.isDone(), client::poll);
            assertTrue(first.isDone(), "round " + round);
            server.execute(() -> server.replies.releaseHeld(false));
            Await.until("answered", second::isDone, client::poll);
            client.lookup("", "any");
        }
    }

    @Test
    void shouldCompleteAnsweredTasksWithSessionClosedWhenSessionIsNotResumed() {
        client = RingmasterClient.connect(context());
        final BatchHandle handle = client.submit(new Batch().add(new TaskSpec().kind("hold")).add(new TaskSpec()));
        Await.until("one result", () -> handle.received() == 1, client::poll);
        server.canResume = false;
        cut();
        final List<TaskOutcome> outcomes = handle.awaitResults(15, TimeUnit.SECONDS);
        assertEquals(ResultCode.SESSION_CLOSED, outcomes.get(0).code());
        assertEquals(ResultCode.OK, outcomes.get(1).code());
        assertEquals(List.of("connected", "disconnected", "connected"), List.copyOf(events));
        assertEquals(1, client.submit(new Batch().add(new TaskSpec())).awaitResults(15, TimeUnit.SECONDS).size());
    }

    @Test
    void shouldFailCancelWithSessionClosedWhenConnectionBreaksBeforeItsAnswer() {
        client = RingmasterClient.connect(context());
        server.execute(() -> server.cut(server.session(client.sessionId())));
        final CompletableFuture<CancelResult> cancel = client.cancelAsync(1, -1);
        Await.until("failed", cancel::isDone, client::poll);
        final RefusedException refused =
            assertInstanceOf(RefusedException.class, assertThrows(CompletionException.class, cancel::join).getCause());
        assertEquals(ResultCode.SESSION_CLOSED, refused.code());
    }

    @Test
    void shouldConnectToNewServerWhenServerWasRestartedInItsDirectory() {
        client = RingmasterClient.connect(context());
        server.close();
        Await.until("loss noticed", () -> events.contains("failed"), client::poll);
        server = new FakeServer(dir, "");
        assertTrue(client.lookup("", "a").isPresent());
        assertEquals(1, client.stats().disconnects());
    }

    @Test
    void shouldReconnectWhenServerFallsSilent() {
        server.sessionTimeoutMs = 300;
        client = RingmasterClient.connect(context());
        server.isMute = true;
        Await.until("loss noticed", () -> events.contains("disconnected"), client::poll);
        server.isMute = false;
        Await.until("resumed", () -> events.contains("resumed"), client::poll);
    }

    @Test
    void shouldResumeWithNewAeronClientWhenProcessStoodStillTooLong() {
        server.close();
        server = new FakeServer(dir, "", TimeUnit.MILLISECONDS.toNanos(800));
        client = RingmasterClient.connect(context());
        final long sessionId = client.sessionId();
        Await.until("driver gives the client up", () -> !server.hasImages());
        assertTrue(client.lookup("", "a").isPresent());
        assertEquals(sessionId, client.sessionId());
        assertEquals(List.of("connected", "disconnected", "resumed"), List.copyOf(events));
    }

    @Test
    void shouldResumeOverUdpWhenConnectionBreaks() throws java.io.IOException {
        server.close();
        final String endpoint = "127.0.0.1:" + ConnectFailureTest.freePort();
        server = new FakeServer(dir, endpoint);
        client = RingmasterClient.connect(context().dir(null).endpoint(endpoint));
        cut();
        assertTrue(client.lookup("", "a").isPresent());
        assertEquals(1, client.stats().resumes());
    }

    @Test
    void shouldReconnectWhenServerClosesSession() {
        client = RingmasterClient.connect(context());
        server.canResume = false;
        server.execute(() -> server.closeSession(server.session(client.sessionId()), ResultCode.SLOW_CLIENT));
        Await.until("loss noticed", () -> events.contains("disconnected"), client::poll);
        assertTrue(client.lookup("", "a").isPresent());
    }

    @Test
    void shouldCloseWhenReconnectIsOff() {
        client = RingmasterClient.connect(context().reconnect(false));
        final var open = client.lookupAsync("", "held");
        Await.until("held", () -> server.replies.held.size() == 1, client::poll);
        server.execute(() -> server.cut(server.session(client.sessionId())));
        Await.until("closed", client::isClosed, client::poll);
        client.poll();
        Await.until("failed", open::isDone, client::poll);
        assertInstanceOf(ClientClosedException.class, assertThrows(CompletionException.class, open::join).getCause());
    }

    @Test
    void shouldGiveUpWhenServerRefusesTheClientOnReconnect() {
        client = RingmasterClient.connect(context());
        server.refuseWith = ResultCode.FORBIDDEN;
        server.execute(() -> server.cut(server.session(client.sessionId())));
        Await.until("given up", client::isClosed, client::poll);
        assertTrue(events.contains("given up"), events.toString());
        assertThrows(ClientClosedException.class, () -> client.lookup("", "a"));
    }

    @Test
    void shouldIgnoreDuplicateResultsAndReattachWhenSequenceHasAGap() {
        client = RingmasterClient.connect(context());
        final BatchHandle handle = client.submit(new Batch().add(new TaskSpec()).add(new TaskSpec().kind("hold"))
            .add(new TaskSpec().kind("hold")));
        Await.until("first result", () -> handle.received() == 1, client::poll);
        server.execute(() -> {
            final FakeSession session = server.session(client.sessionId());
            server.result(session, 1, handle.batchId(), 0, "again".getBytes());
        });
        Await.until("duplicate counted", () -> client.stats().duplicateResults() == 1, client::poll);
        assertFalse(handle.isDone());
        server.execute(() -> {
            final FakeSession session = server.session(client.sessionId());
            server.replies.results.add(new FakeReplies.Sent(2, handle.batchId(), 1, "two".getBytes()));
            server.replies.results.add(new FakeReplies.Sent(3, handle.batchId(), 2, "three".getBytes()));
            server.result(session, 3, handle.batchId(), 2, "three".getBytes());
        });
        final List<TaskOutcome> outcomes = handle.awaitResults(15, TimeUnit.SECONDS);
        assertEquals("", outcomes.get(0).resultText());
        assertEquals("two", outcomes.get(1).resultText());
        assertEquals("three", outcomes.get(2).resultText());
        assertEquals(1, client.stats().resultGaps());
        assertEquals(1, client.stats().resumes());
    }

    @Test
    void shouldRegisterAgainWhenSessionIsNew() {
        client = RingmasterClient.connect(context());
        final RegistrationResult first = client.register(new RegistrationRequest().name("service"));
        server.canResume = false;
        server.replies.takenAnswers = 2;
        cut();
        Await.until("registered again", () -> server.replies.lastAgentId > first.agentId(), client::poll);
    }

    @Test
    void shouldRegisterAgainOnlyWhatIsNotFoundWhenSessionIsResumedAfterLong() {
        client = RingmasterClient.connect(context().reconnectDelayNs(
            TimeUnit.MILLISECONDS.toNanos(200), TimeUnit.MILLISECONDS.toNanos(200)));
        final long removed = client.register(new RegistrationRequest().name("removed")).agentId();
        final long expired = client.register(new RegistrationRequest().name("expired")).agentId();
        final long kept = client.register(new RegistrationRequest().name("kept")).agentId();
        server.gone.put(removed, ResultCode.CANCELLED);
        server.gone.put(expired, ResultCode.NOT_FOUND);
        server.execute(() -> {
            server.cut(server.session(client.sessionId()));
            server.replies.agents.clear();
        });
        Await.until("resumed", () -> events.contains("resumed"), client::poll);
        Await.until("one dropped", () -> events.contains("dropped removed"), client::poll);
        Await.until("one registered again", () -> server.replies.lastAgentId > kept, client::poll);
        assertEquals(4, server.templates.stream().filter(template -> template == RegisterRequestDecoder.TEMPLATE_ID).count());
        assertEquals(kept + 1, server.replies.lastAgentId);
    }

    private static RegistrationRequest service(final String content) {
        return new RegistrationRequest().name("service").metadata(content.getBytes());
    }

    /** The session goes with the connection; {@link #requests} tells what comes from then on. */
    private void loseSession() {
        server.canResume = false;
        server.replies.registry.requests.clear();
        events.clear();
        cut();
        assertFalse(client.isConnected());
    }

    /** All that was sent before this call, and in the tick after the connection, has been read by the server. */
    private List<String> requests() {
        Await.until("connected", client::isConnected, client::poll);
        client.lookup("", "any");
        return List.copyOf(server.replies.registry.requests);
    }

    @Test
    void shouldNotRegisterOldContentWhenUserRegisteredBeforeTheSessionIsNew() {
        client = RingmasterClient.connect(context());
        client.register(service("v1"));
        loseSession();
        final CompletableFuture<RegistrationResult> second = client.registerAsync(service("v2"));
        Await.until("registered", second::isDone, client::poll);
        assertTrue(second.join().agentId() > 0);
        assertEquals(List.of("register service  v2 "), requests());
        loseSession();
        assertEquals(List.of("register service  v2 "), requests(), "kept");
    }

    @Test
    void shouldNotRegisterOldContentWhenUserRegisteredBatchBeforeTheSessionIsNew() {
        client = RingmasterClient.connect(context());
        client.register(service("v1"));
        loseSession();
        final CompletableFuture<BatchRegistration> second = client.registerBatchAsync("", List.of(service("v2")));
        Await.until("registered", second::isDone, client::poll);
        assertEquals(1, second.join().registered());
        assertEquals(List.of("batch 1  0"), requests());
        loseSession();
        assertEquals(List.of("register service  v2 "), requests(), "kept");
    }

    @Test
    void shouldRegisterAcknowledgedContentAgainWhenNewOneIsRefused() {
        client = RingmasterClient.connect(context());
        client.register(service("v1"));
        loseSession();
        server.replies.takenAnswers = 1;
        final CompletableFuture<RegistrationResult> second = client.registerAsync(service("v2"));
        Await.until("refused", second::isDone, client::poll);
        assertThrows(CompletionException.class, second::join);
        Await.until("registered again", () -> server.replies.registry.requests.size() == 2, client::poll);
        assertEquals(List.of("register service  v2 ", "register service  v1 "), requests());
    }

    @Test
    void shouldNotRegisterAgainWhenUserUnregisteredBeforeTheSessionIsNew() {
        client = RingmasterClient.connect(context());
        client.register(service("v1"));
        loseSession();
        final CompletableFuture<Boolean> unregistered = client.unregisterAsync("", "service");
        Await.until("unregistered", unregistered::isDone, client::poll);
        assertTrue(unregistered.join());
        assertEquals(List.of(), requests());
        loseSession();
        assertEquals(List.of(), requests(), "not kept");
    }

    @Test
    void shouldNotRegisterAgainWhenLastRegistrationWasNotToBeRenewed() {
        client = RingmasterClient.connect(context());
        client.register(service("v1"));
        client.register(service("v2").renew(false));
        client.register(new RegistrationRequest().name("item"));
        client.registerBatch("", List.of(new RegistrationRequest().name("item").renew(false)));
        loseSession();
        assertEquals(List.of(), requests());
    }
}
