package io.ringmaster.client;

import io.aeron.Aeron;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.Header;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.ServerMarkFile;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.AgentHeartbeatDecoder;
import io.ringmaster.protocol.codec.CloseRequestDecoder;
import io.ringmaster.protocol.codec.ConnectRequestDecoder;
import io.ringmaster.protocol.codec.ConnectedEncoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.KeepAliveEncoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.RefusedEncoder;
import io.ringmaster.protocol.codec.ResultAckDecoder;
import io.ringmaster.protocol.codec.SessionClosedEncoder;
import io.ringmaster.protocol.codec.TaskCancelEncoder;
import io.ringmaster.protocol.codec.TaskCompletedDecoder;
import io.ringmaster.protocol.codec.TaskOfferEncoder;
import io.ringmaster.protocol.codec.TaskRefusedDecoder;
import io.ringmaster.protocol.codec.TaskResultEncoder;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * As much of a server as the client's tests need: one thread that runs a media driver, an Aeron client and the other end of
 * the dialogue. What it answers is in {@link FakeReplies}.
 * <p>
 * Threading: a test sets the volatile fields and uses {@link #execute}; the rest is confined to the server's thread.
 */
final class FakeServer implements AutoCloseable {
    private static final int KEEP_ALIVE_MS = 100;
    private static final AtomicLong SESSION_IDS = new AtomicLong(100);

    final Map<Long, FakeSession> sessions = new ConcurrentHashMap<>();
    final Queue<Completed> completed = new ConcurrentLinkedQueue<>();
    final Queue<Long> refusedTasks = new ConcurrentLinkedQueue<>();
    final Queue<Integer> templates = new ConcurrentLinkedQueue<>();
    final Queue<Long> beatTasks = new ConcurrentLinkedQueue<>();
    /** What heartbeats for agents that are gone are answered with, by agent id. */
    final Map<Long, ResultCode> gone = new ConcurrentHashMap<>();
    volatile int lastReadiness;
    volatile long lastAck;
    volatile String lastCredentials;
    volatile String expectedCredentials;
    volatile ResultCode refuseWith;
    volatile boolean canResume = true;
    volatile boolean isMute;
    volatile short loadState = 1;
    volatile int sessionTimeoutMs = 5_000;
    volatile int maxPayloadLength = 4_096;
    volatile boolean isRunning = true;
    /** Changes or replaces frames before they are sent; null: none. */
    volatile UnaryOperator<UnsafeBuffer> mangler;

    final FakeReplies replies = new FakeReplies(this);
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[64 * 1024]);
    private final UnsafeBuffer in = new UnsafeBuffer(0, 0);
    private final List<Subscription> ingress = new ArrayList<>();
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final File dir;
    private final String endpoint;
    private final long clientLivenessNs;
    private final Thread thread;
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private long nextKeepAliveNs = System.nanoTime();
    private MediaDriver driver;
    private Aeron aeron;
    private ServerMarkFile markFile;

    FakeServer(final File dir, final String endpoint) {
        this(dir, endpoint, TimeUnit.SECONDS.toNanos(10));
    }

    FakeServer(final File dir, final String endpoint, final long clientLivenessNs) {
        this.clientLivenessNs = clientLivenessNs;
        this.dir = dir;
        this.endpoint = endpoint;
        thread = new Thread(this::run, "fake-server");
        thread.start();
        started.join();
    }

    private void run() {
        try {
            final String aeronDir = new File(dir, "aeron-" + System.nanoTime()).getAbsolutePath();
            markFile = ServerMarkFile.create(dir, "fake", aeronDir, endpoint, 5_000);
            driver = MediaDriver.launch(new MediaDriver.Context().aeronDirectoryName(aeronDir)
                .threadingMode(ThreadingMode.INVOKER).termBufferSparseFile(true).ipcTermBufferLength(128 * 1024)
                .publicationTermBufferLength(128 * 1024).counterValuesBufferLength(1024 * 1024)
                .dirDeleteOnStart(true).dirDeleteOnShutdown(true).warnIfDirectoryExists(false)
                .asyncExecutorEnabled(false).clientLivenessTimeoutNs(clientLivenessNs)
                .timerIntervalNs(TimeUnit.MILLISECONDS.toNanos(50))
                .errorHandler(ignore -> { }).terminationHook(() -> { }));
            aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(aeronDir).useConductorAgentInvoker(true)
                .driverAgentInvoker(driver.sharedAgentInvoker()).errorHandler(ignore -> { }));
            ingress.add(aeron.addSubscription("aeron:ipc", Protocol.INGRESS_STREAM_ID));
            if (!endpoint.isEmpty()) {
                ingress.add(aeron.addSubscription("aeron:udp?endpoint=" + endpoint, Protocol.INGRESS_STREAM_ID));
            }
            markFile.signalReady();
            final FragmentAssembler assembler = new FragmentAssembler(this::onFragment);
            started.complete(null);
            while (isRunning) {
                int work = driver.sharedAgentInvoker().invoke() + aeron.conductorAgentInvoker().invoke();
                for (final Subscription subscription : ingress) {
                    work += subscription.poll(assembler, 32);
                }
                work += duty();
                if (work == 0) {
                    LockSupport.parkNanos(50_000);
                }
            }
        } catch (final RuntimeException ex) {
            started.completeExceptionally(ex);
            throw ex;
        } finally {
            CloseHelper.closeAll(markFile, aeron, driver);
        }
    }

    private int duty() {
        int work = 0;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            work++;
        }
        final long nowNs = System.nanoTime();
        final boolean isBeat = nowNs - nextKeepAliveNs >= 0;
        if (isBeat) {
            nextKeepAliveNs = nowNs + TimeUnit.MILLISECONDS.toNanos(KEEP_ALIVE_MS);
            markFile.timestamp(System.currentTimeMillis());
        }
        for (final FakeSession session : sessions.values()) {
            if (isBeat && !isMute) {
                final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
                keepAlive.wrapAndApplyHeader(out, 0, header).sessionId(session.id).ackedResultSequence(0)
                    .loadState(loadState);
                send(session, out, keepAlive.limit());
            }
            while (session.publication != null && !session.outbox.isEmpty()
                && session.publication.offer(session.outbox.peek()) > 0) {
                session.outbox.poll();
                work++;
            }
        }
        return work;
    }

    void send(final FakeSession session, final DirectBuffer frame, final int length) {
        final byte[] bytes = new byte[length];
        frame.getBytes(0, bytes);
        final UnsafeBuffer copy = new UnsafeBuffer(bytes);
        final UnaryOperator<UnsafeBuffer> change = mangler;
        session.outbox.add(change == null ? copy : change.apply(copy));
    }

    /** Runs something on the server's thread and waits for it. */
    void execute(final Runnable command) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        commands.add(() -> {
            command.run();
            done.complete(null);
        });
        done.join();
    }

    boolean hasImages() {
        final CompletableFuture<Boolean> answer = new CompletableFuture<>();
        commands.add(() -> answer.complete(ingress.stream().anyMatch(subscription -> subscription.imageCount() > 0)));
        return answer.join();
    }

    FakeSession session(final long id) {
        return sessions.get(id);
    }

    private void onFragment(final DirectBuffer buffer, final int offset, final int length, final Header aeronHeader) {
        in.wrap(buffer, offset, length);
        headerDecoder.wrap(in, 0);
        final int template = headerDecoder.templateId();
        if (template != KeepAliveDecoder.TEMPLATE_ID) {
            templates.add(template);
        }
        if (template == ConnectRequestDecoder.TEMPLATE_ID) {
            onConnect();
            return;
        }
        final FakeSession session = sessions.get(in.getLong(RequestEncoder.SESSION_ID_OFFSET));
        if (session == null) {
            return;
        }
        switch (template) {
            case KeepAliveDecoder.TEMPLATE_ID ->
                lastAck = new KeepAliveDecoder().wrapAndApplyHeader(in, 0, headerDecoder).ackedResultSequence();
            case ResultAckDecoder.TEMPLATE_ID ->
                lastAck = new ResultAckDecoder().wrapAndApplyHeader(in, 0, headerDecoder).ackedResultSequence();
            case CloseRequestDecoder.TEMPLATE_ID -> closeSession(session, ResultCode.OK);
            case TaskCompletedDecoder.TEMPLATE_ID -> {
                final TaskCompletedDecoder decoder = new TaskCompletedDecoder().wrapAndApplyHeader(in, 0, headerDecoder);
                final byte[] result = new byte[decoder.resultLength()];
                decoder.getResult(result, 0, result.length);
                completed.add(new Completed(decoder.taskId(), decoder.attempt(), ResultCode.of(decoder.code()),
                    new String(result)));
            }
            case TaskRefusedDecoder.TEMPLATE_ID ->
                refusedTasks.add(new TaskRefusedDecoder().wrapAndApplyHeader(in, 0, headerDecoder).taskId());
            case AgentHeartbeatDecoder.TEMPLATE_ID -> onHeartbeat(session);
            default -> replies.onRequest(session, in, headerDecoder);
        }
    }

    private void onHeartbeat(final FakeSession session) {
        final AgentHeartbeatDecoder decoder = new AgentHeartbeatDecoder().wrapAndApplyHeader(in, 0, headerDecoder);
        for (final AgentHeartbeatDecoder.AgentsDecoder agent : decoder.agents()) {
            lastReadiness = agent.readiness();
            final ResultCode code = gone.get(agent.agentId());
            if (code != null) {
                sendAgentLost(session, agent.agentId(), code);
            }
        }
        for (final AgentHeartbeatDecoder.RunningDecoder task : decoder.running()) {
            beatTasks.add(task.taskId());
        }
    }

    private void onConnect() {
        final ConnectRequestDecoder request = new ConnectRequestDecoder().wrapAndApplyHeader(in, 0, headerDecoder);
        final long correlationId = request.correlationId();
        final long resumeId = request.resumeSessionId();
        final FakeSession old = sessions.get(resumeId);
        final boolean resumed = canResume && old != null && old.token == request.resumeToken();
        final long lastSequence = request.lastResultSequence();
        final int streamId = request.responseStreamId();
        final String responseChannel = request.responseChannel();
        request.skipClientName();
        final byte[] credentials = new byte[request.credentialsLength()];
        request.getCredentials(credentials, 0, credentials.length);
        lastCredentials = new String(credentials);
        final FakeSession session = resumed ? old : new FakeSession(SESSION_IDS.incrementAndGet(), System.nanoTime() | 1);
        CloseHelper.close(session.publication);
        session.outbox.clear();
        session.publication = aeron.addExclusivePublication(responseChannel, streamId);
        final boolean isWrong = expectedCredentials != null && !expectedCredentials.equals(lastCredentials);
        final ResultCode refusal = isWrong ? ResultCode.UNAUTHENTICATED : refuseWith;
        if (refusal != null) {
            final RefusedEncoder refused = new RefusedEncoder();
            refused.wrapAndApplyHeader(out, 0, header).correlationId(correlationId).code(refusal.value())
                .retryAfterMs(0).text("not you");
            send(session, out, refused.limit());
        } else {
            final ConnectedEncoder connected = new ConnectedEncoder();
            connected.wrapAndApplyHeader(out, 0, header).correlationId(correlationId).sessionId(session.id)
                .token(session.token).protocolVersion(Protocol.VERSION).resumed((short) (resumed ? 1 : 0))
                .keepAliveIntervalMs(KEEP_ALIVE_MS).sessionTimeoutMs(sessionTimeoutMs).maxMessageLength(16 * 1024)
                .maxPayloadLength(maxPayloadLength).maxMetadataLength(1024).maxBatchTasks(64).maxKeys(32)
                .serverName("fake");
            send(session, out, connected.limit());
        }
        if (!resumed) {
            sessions.remove(resumeId);
        } else {
            replies.resendAfter(session, lastSequence);
        }
        sessions.put(session.id, session);
    }

    void closeSession(final FakeSession session, final ResultCode code) {
        final SessionClosedEncoder closed = new SessionClosedEncoder();
        closed.wrapAndApplyHeader(out, 0, header).sessionId(session.id).code(code.value()).text("bye");
        send(session, out, closed.limit());
    }

    /** The connection breaks, the session stays. */
    void cut(final FakeSession session) {
        session.publication.close();
        session.publication = null;
    }

    void result(final FakeSession session, final long sequence, final long batchId, final int index, final byte[] bytes) {
        final TaskResultEncoder result = new TaskResultEncoder();
        result.wrapAndApplyHeader(out, 0, header).sessionId(session.id).resultSequence(sequence).batchId(batchId)
            .taskId(1_000 + index).taskIndex(index).code(0).attempt(1).agentId(5).waitNs(1).serviceNs(2).totalNs(3)
            .putResult(bytes, 0, bytes.length);
        send(session, out, result.limit());
    }

    void offer(final FakeSession session, final long agentId, final long taskId, final int attempt, final String payload) {
        final TaskOfferEncoder offer = new TaskOfferEncoder();
        offer.wrapAndApplyHeader(out, 0, header).taskId(taskId).agentId(agentId).attempt(attempt).priority((short) 1)
            .costNs(10).deadlineNs(0).leaseMs(300).taskKind("kind")
            .putPayload(payload.getBytes(), 0, payload.length());
        send(session, out, offer.limit());
    }

    void cancel(final FakeSession session, final long agentId, final long taskId, final int attempt) {
        final TaskCancelEncoder cancel = new TaskCancelEncoder();
        cancel.wrapAndApplyHeader(out, 0, header).taskId(taskId).agentId(agentId).attempt(attempt);
        send(session, out, cancel.limit());
    }

    void agentLost(final FakeSession session, final long agentId) {
        agentLost(session, agentId, ResultCode.DEADLINE_EXCEEDED);
    }

    void agentLost(final FakeSession session, final long agentId, final ResultCode code) {
        replies.agents.clear();
        sendAgentLost(session, agentId, code);
    }

    private void sendAgentLost(final FakeSession session, final long agentId, final ResultCode code) {
        final AgentLostEncoder lost = new AgentLostEncoder();
        lost.wrapAndApplyHeader(out, 0, header).agentId(agentId).code(code.value()).leftOut(0).text("lease");
        send(session, out, lost.limit());
    }

    void agentsLost(final FakeSession session, final long leftOut) {
        final AgentLostEncoder lost = new AgentLostEncoder();
        lost.wrapAndApplyHeader(out, 0, header).agentId(0).code(ResultCode.DEADLINE_EXCEEDED.value()).leftOut(leftOut).text("some");
        send(session, out, lost.limit());
    }

    MutableDirectBuffer out() {
        return out;
    }

    @Override
    public void close() {
        isRunning = false;
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** An answer of an agent. */
    record Completed(long taskId, int attempt, ResultCode code, String result) {
    }
}
