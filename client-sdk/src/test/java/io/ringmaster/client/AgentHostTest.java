package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterRequestDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Offers, answers, heartbeats and faults of agents in an agent host. */
@Timeout(60)
class AgentHostTest {
    @TempDir
    File dir;
    private final CountDownLatch gate = new CountDownLatch(1);
    /** Handlers wait for it when they are told of a cancellation. */
    private volatile CountDownLatch cancelGate = new CountDownLatch(0);
    private final ConcurrentLinkedQueue<String> calls = new ConcurrentLinkedQueue<>();
    private FakeServer server;
    private AgentHost host;
    private long agentId;

    /** Echoes; {@code block} waits for the gate, {@code throw} throws, {@code keep} is answered when it is cancelled. */
    private final class Handler implements TaskHandler {
        @Override
        public void onTask(final Task task, final TaskCompletion completion) throws Exception {
            final byte[] bytes = new byte[task.payloadLength()];
            task.payloadBuffer().getBytes(task.payloadOffset(), bytes);
            final String payload = new String(bytes);
            calls.add(payload + task.attempt());
            assertEquals("kind", task.kind());
            switch (payload) {
                case "block" -> gate.await();
                case "throw" -> throw new IllegalStateException("broken");
                case "keep" -> {
                    return;
                }
                case "refuse" -> {
                    completion.refuse(task.taskId(), task.attempt(), 5_000_000);
                    return;
                }
                case "big" -> {
                    final org.agrona.concurrent.UnsafeBuffer big = new org.agrona.concurrent.UnsafeBuffer(new byte[5_000]);
                    completion.complete(task.taskId(), task.attempt(), big, 0, 5_000);
                    return;
                }
                default -> { }
            }
            completion.complete(task.taskId(), task.attempt(), task.payloadBuffer(), task.payloadOffset(), task.payloadLength());
        }

        @Override
        public void onCancel(final long taskId, final int attempt, final TaskCompletion completion) {
            calls.add("cancel " + taskId);
            try {
                cancelGate.await();
            } catch (final InterruptedException ex) {
                Thread.currentThread().interrupt();
            }
            completion.complete(taskId, attempt);
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
        host = AgentHost.launch(new AgentHost.Context().dir(dir.getPath()).clientName("host")
            .registrationTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500)).drainTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500))
            .reconnectDelayNs(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.MILLISECONDS.toNanos(100)));
        agentId = host.addAgent(new AgentSpec().namespace("ns").name("agent").capabilities("a").capacity(4).parallelism(2)
            .handler(new Handler()));
    }

    @AfterEach
    void stop() {
        gate.countDown();
        cancelGate.countDown();
        host.close();
        server.close();
    }

    private void offer(final long taskId, final int attempt, final String payload) {
        final long id = server.replies.lastAgentId;
        server.execute(() -> server.offer(server.session(host.sessionId()), id, taskId, attempt, payload));
    }

    private FakeServer.Completed completed() {
        Await.until("completion", () -> !server.completed.isEmpty());
        return server.completed.poll();
    }

    @Test
    void shouldAnswerOffersWhenHandlerCompletes() {
        assertEquals(server.replies.lastAgentId, agentId);
        offer(1, 1, "hello");
        offer(2, 3, "world");
        assertEquals(new FakeServer.Completed(1, 1, ResultCode.OK, "hello"), completed());
        assertEquals(new FakeServer.Completed(2, 3, ResultCode.OK, "world"), completed());
        Await.until("nothing held", () -> host.stats().held() == 0);
        assertEquals(2, host.stats().completions());
    }

    @Test
    void shouldFailOneTaskAndGoOnWhenHandlerThrows() {
        offer(1, 1, "throw");
        offer(2, 1, "hello");
        assertEquals(new FakeServer.Completed(1, 1, ResultCode.TASK_FAILED, "broken"), completed());
        assertEquals(ResultCode.OK, completed().code());
        assertEquals(1, host.stats().failures());
    }

    @Test
    void shouldFailWithTooLargeWhenResultIsOverTheBound() {
        offer(1, 1, "big");
        final FakeServer.Completed completed = completed();
        assertEquals(ResultCode.TOO_LARGE, completed.code());
        assertTrue(completed.result().contains("5000 bytes"), completed.result());
    }

    @Test
    void shouldGiveOfferBackWhenHandlerRefuses() {
        offer(7, 1, "refuse");
        Await.until("refusal", () -> server.refusedTasks.contains(7L));
        assertTrue(server.completed.isEmpty());
    }

    @Test
    void shouldGiveOfferBackWhenItOvertakesTheRegistrationOfItsAgent() {
        server.execute(() -> server.offer(server.session(host.sessionId()), agentId + 1, 8, 1, "hello"));
        Await.until("refusal", () -> server.refusedTasks.contains(8L));
        offer(1, 1, "hello");
        assertEquals(new FakeServer.Completed(1, 1, ResultCode.OK, "hello"), completed());
        assertEquals(0, host.stats().held());
    }

    @Test
    void shouldIgnoreOfferWhenAttemptIsHeldOrAnswered() {
        offer(1, 1, "hello");
        completed();
        offer(1, 1, "hello");
        offer(2, 1, "keep");
        offer(2, 1, "keep");
        Await.until("duplicates", () -> host.stats().duplicateOffers() == 2);
        offer(3, 1, "last");
        assertEquals(3, completed().taskId());
        assertEquals(1, calls.stream().filter("hello1"::equals).count());
        assertEquals(1, calls.stream().filter("keep1"::equals).count());
    }

    @Test
    void shouldRefuseOfferWhenCreditsAreUsedUp() {
        offer(1, 1, "block");
        for (int task = 2; task <= 5; task++) {
            offer(task, 1, "x");
        }
        Await.until("refusal", () -> server.refusedTasks.contains(5L));
        assertEquals(4, host.stats().held());
        gate.countDown();
        Await.until("all answered", () -> server.completed.size() == 4);
    }

    @Test
    void shouldBeatForHeldTasksWhenHandlerBlocks() {
        offer(1, 1, "block");
        offer(2, 1, "queued");
        Await.until("task beats", () -> server.beatTasks.stream().filter(task -> task == 1).count() >= 3
            && server.beatTasks.contains(2L));
        assertEquals(Protocol.READY, server.lastReadiness);
        gate.countDown();
        Await.until("both answered", () -> server.completed.size() == 2);
    }

    @Test
    void shouldTellHandlerWhenTaskIsCancelled() {
        offer(1, 1, "keep");
        Await.until("running", () -> calls.contains("keep1"));
        server.execute(() -> server.cancel(server.session(host.sessionId()), agentId, 1, 1));
        assertEquals(new FakeServer.Completed(1, 1, ResultCode.OK, ""), completed());
        assertTrue(calls.contains("cancel 1"));
    }

    @Test
    void shouldAnswerCancelledWhenTaskWasNotStarted() {
        offer(1, 1, "block");
        offer(2, 1, "queued");
        Await.until("held", () -> host.stats().held() == 2 && calls.contains("block1"));
        server.execute(() -> server.cancel(server.session(host.sessionId()), agentId, 2, 1));
        Await.until("cancel passed on", () -> host.stats().cancels() == 1);
        gate.countDown();
        Await.until("both answered", () -> server.completed.size() == 2);
        assertTrue(server.completed.contains(new FakeServer.Completed(2, 1, ResultCode.CANCELLED, ""))
            || calls.contains("queued1"));
    }

    @Test
    void shouldRegisterAgainAndDropAnswerWhenAgentIsLost() {
        offer(1, 1, "keep");
        Await.until("running", () -> calls.contains("keep1"));
        server.execute(() -> server.agentLost(server.session(host.sessionId()), agentId));
        Await.until("registered again", () -> host.stats().registrations() == 2);
        Await.until("handler told", () -> calls.contains("cancel 1"));
        assertEquals(1, host.stats().agentsLost());
        offer(2, 1, "again");
        assertEquals(2, completed().taskId());
        assertTrue(server.replies.lastAgentId > agentId);
    }

    @Test
    void shouldRunOfferWhenAgentWasRegisteredAgainDuringTheSameDutyCycle() {
        offer(1, 1, "block");
        Await.until("running", () -> calls.contains("block1"));
        server.execute(() -> server.agentLost(server.session(host.sessionId()), agentId));
        Await.until("registered again", () -> host.stats().registrations() == 2);
        offer(2, 1, "new");
        Await.until("offer waits for the worker", () -> host.stats().held() == 1);
        gate.countDown();
        assertEquals(new FakeServer.Completed(2, 1, ResultCode.OK, "new"), completed());
        assertEquals(1, host.stats().staleCompletions());
        Await.until("nothing held", () -> host.stats().held() == 0);
    }

    @Test
    void shouldCancelOfferWhenAgentWasRegisteredAgainDuringTheSameDutyCycle() {
        cancelGate = new CountDownLatch(1);
        offer(1, 1, "keep");
        Await.until("running", () -> calls.contains("keep1"));
        server.execute(() -> server.cancel(server.session(host.sessionId()), agentId, 1, 1));
        Await.until("handler told", () -> calls.contains("cancel 1"));
        server.execute(() -> server.agentLost(server.session(host.sessionId()), agentId));
        Await.until("registered again", () -> host.stats().registrations() == 2);
        offer(2, 1, "block");
        server.execute(() -> server.cancel(server.session(host.sessionId()), server.replies.lastAgentId, 2, 1));
        Await.until("cancel passed on", () -> host.stats().cancels() == 2);
        cancelGate.countDown();
        assertEquals(new FakeServer.Completed(2, 1, ResultCode.CANCELLED, ""), completed());
        assertFalse(calls.contains("block1"));
    }

    @Test
    void shouldSendAnswerAfterReattachWhenConnectionBrokeDuringTask() {
        offer(1, 1, "block");
        Await.until("running", () -> calls.contains("block1"));
        server.execute(() -> server.cut(server.session(host.sessionId())));
        Await.until("loss noticed", () -> host.stats().channel().disconnects() == 1);
        gate.countDown();
        assertEquals(new FakeServer.Completed(1, 1, ResultCode.OK, "block"), completed());
        assertEquals(agentId, server.replies.lastAgentId);
        assertEquals(0, host.stats().staleCompletions());
    }

    @Test
    void shouldVoidWhatIsHeldWhenLeaseRanOutBeforeReattach() {
        offer(1, 1, "keep");
        Await.until("running", () -> calls.contains("keep1"));
        server.execute(() -> {
            server.cut(server.session(host.sessionId()));
            server.replies.agents.clear();
            server.gone.put(agentId, ResultCode.NOT_FOUND);
        });
        Await.until("registered again", () -> server.replies.lastAgentId > agentId);
        Await.until("handler told", () -> calls.contains("cancel 1"));
        Await.until("registration seen", () -> host.stats().registrations() == 2);
        offer(2, 1, "new");
        assertEquals(2, completed().taskId());
        assertEquals(1, host.stats().channel().resumes());
    }

    @Test
    void shouldNotBringBackAgentWhenAdministratorRemovedItBeforeReattach() {
        server.execute(() -> {
            server.cut(server.session(host.sessionId()));
            server.replies.agents.clear();
            server.gone.put(agentId, ResultCode.CANCELLED);
        });
        Await.until("host told", () -> host.stats().agentsLost() == 1);
        assertEquals(1, host.stats().channel().resumes());
        final long second = host.addAgent(new AgentSpec().namespace("ns").name("second").capacity(1).handler(new Handler()));
        assertEquals(agentId + 1, second, "the first one was registered again");
        assertEquals(2, server.templates.stream().filter(template -> template == RegisterRequestDecoder.TEMPLATE_ID).count());
    }

    @Test
    void shouldRunTheNextOfferWhenOneNamesMoreOrLessBytesThanItHas() {
        for (final int payloadLength : new int[] {100, -40, Integer.MAX_VALUE}) {
            server.mangler = frame -> {
                final TaskOfferDecoder offer = new TaskOfferDecoder();
                if (new MessageHeaderDecoder().wrap(frame, 0).templateId() == TaskOfferDecoder.TEMPLATE_ID) {
                    offer.wrapAndApplyHeader(frame, 0, new MessageHeaderDecoder()).skipTaskKind();
                    frame.putInt(offer.limit(), payloadLength);
                }
                return frame;
            };
            offer(1, 1, "unreadable");
            server.mangler = null;
        }
        offer(2, 1, "good");
        assertEquals(new FakeServer.Completed(2, 1, ResultCode.OK, "good"), completed());
        assertEquals(0, host.stats().held());
        assertFalse(calls.contains("unreadable1"));
    }

    @Test
    void shouldVoidWhatIsHeldWhenSessionIsNew() {
        offer(1, 1, "block");
        Await.until("running", () -> calls.contains("block1"));
        server.canResume = false;
        server.execute(() -> server.cut(server.session(host.sessionId())));
        Await.until("registered again", () -> host.stats().registrations() == 2);
        gate.countDown();
        Await.until("old answer dropped", () -> host.stats().staleCompletions() == 1);
        assertTrue(server.completed.isEmpty());
        offer(2, 1, "new");
        assertEquals(2, completed().taskId());
    }

    @Test
    void shouldGiveBackWhatIsQueuedWhenDrained() {
        offer(1, 1, "block");
        offer(2, 1, "queued");
        Await.until("held", () -> host.stats().held() == 2 && calls.contains("block1"));
        assertFalse(host.drain(TimeUnit.MILLISECONDS.toNanos(50)));
        Await.until("draining seen", () -> server.lastReadiness == Protocol.DRAINING);
        gate.countDown();
        assertTrue(host.drain(TimeUnit.SECONDS.toNanos(20)));
        Await.until("given back", () -> server.refusedTasks.contains(2L));
        assertEquals(1, completed().taskId());
        host.close();
        assertTrue(calls.contains("close"));
        assertTrue(server.templates.contains(11), "unregistered");
    }

    @Test
    void shouldInterruptHandlerWhenItDoesNotEndBeforeClose() {
        offer(1, 1, "block");
        Await.until("running", () -> calls.contains("block1"));
        host.close();
        assertTrue(host.isClosed());
        assertTrue(calls.contains("close"));
        assertThrows(ClientClosedException.class, () -> host.addAgent(new AgentSpec().name("x").handler(new Handler())));
    }

    @Test
    void shouldSayWhoOwnsTheNameWhenAgentCannotBeRegistered() {
        final RefusedException refused = assertThrows(RefusedException.class,
            () -> host.addAgent(new AgentSpec().name("taken").handler(new Handler())));
        assertEquals(ResultCode.ALREADY_REGISTERED, refused.code());
        assertTrue(refused.getMessage().contains("owner session 99"), refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> host.addAgent(new AgentSpec().name("x")));
        assertThrows(IllegalArgumentException.class,
            () -> host.addAgent(new AgentSpec().name("x").capacity(1).parallelism(2).handler(new Handler())));
    }
}
