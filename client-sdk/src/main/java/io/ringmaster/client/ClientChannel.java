package io.ringmaster.client;

import io.aeron.Publication;
import io.aeron.logbuffer.FrameDescriptor;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import io.ringmaster.protocol.codec.TaskCompletedEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * One session with a server in the callback form: {@code send...} returns a correlation id or a negative code at once, and
 * {@link #poll} delivers what the server sent to a {@link ClientListener} as views over the receive buffer. Once warm it
 * allocates nothing, except while it connects.
 * <p>
 * A lost connection is taken up again inside {@link #poll}: with the same session where the server still has it, otherwise
 * with a new one. Requests without an answer are reported lost in both cases; results are not, because the server sends
 * again what was not acknowledged. {@link RingmasterClient} repeats lost requests by itself; a user of this class decides.
 * <p>
 * A message counts as sent once Aeron took it, which does not mean that the server got it: only an answer does.
 * <p>
 * Threading: confined to the thread that polls.
 */
public final class ClientChannel implements AutoCloseable {
    /** The way to the server is full for the moment: poll and try again. */
    public static final int BACK_PRESSURED = -1;
    /** There is no connection at the moment. */
    public static final int NOT_CONNECTED = -2;
    /** The channel is closed, and will not connect any more. */
    public static final int CLOSED = -3;
    /** A name, payload or message is over a bound of the protocol, the server or {@code ingressTermLength}. */
    public static final int TOO_LARGE = -4;
    /** {@code maxPending} requests have no answer yet. */
    public static final int PENDING_FULL = -5;
    /** A text is not printable ASCII, or a number is out of its range. */
    public static final int INVALID_ARGUMENT = -6;

    private static final long SLOW_TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int CONNECT_FRAGMENTS = 16;

    private enum State { DISCONNECTED, OPENING, CONNECTING, CONNECTED, CLOSED }

    private final ConnectionContext<?> ctx;
    private final ClientListener listener;
    private final SessionListener sessionListener;
    private final ErrorCount errors = new ErrorCount();
    private final FrameAdapter adapter;
    private final PendingTable pending;
    private final UnsafeBuffer buffer;
    private final RequestEncoder encoder = new RequestEncoder();
    private final SessionProxy proxy = new SessionProxy();
    private final LongConsumer onTimeout = this::onTimeout;
    private final LongConsumer onLost;
    private final BatchWriter batchWriter;

    private volatile State state = State.DISCONNECTED;
    private Transport transport;
    private volatile ServerLimits limits;
    private volatile long sessionId;
    private long token;
    private long lastResultSequence;
    private long ackedResultSequence;
    private long gapSequence;
    private long connectCorrelationId;
    private long nextBatchId = ThreadLocalRandom.current().nextLong();
    private int maxMessageLength;
    private boolean hadSession;
    private boolean isPolling;
    private boolean isCloseDue;
    private String dropReason;
    private String lastFailure = "nothing was tried yet";
    private RefusedException refusal;
    private int attempt;
    private long nowNs;
    private long nextAttemptNs;
    private long reconnectDelayNs;
    private long attemptDeadlineNs;
    private long nextSlowTickNs;
    private long lastReceivedNs;
    private long lastKeepAliveNs;

    private final ChannelCounts counts = new ChannelCounts();

    ClientChannel(final ConnectionContext<?> ctx, final ClientListener listener) {
        this.ctx = ctx;
        this.listener = listener;
        sessionListener = ctx.listener();
        adapter = new FrameAdapter(this, listener);
        pending = new PendingTable(ctx.maxPending());
        onLost = listener::onRequestLost;
        final int capacity = Math.min(FrameDescriptor.computeMaxMessageLength(ctx.ingressTermLength()), 16 * 1024 * 1024);
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
        batchWriter = new BatchWriter(this, capacity);
        reconnectDelayNs = ctx.reconnectMinDelayNs();
        nowNs = System.nanoTime();
        nextAttemptNs = nowNs;
        nextSlowTickNs = nowNs;
    }

    /**
     * Opens a session.
     *
     * @param ctx      settings; concluded by this call.
     * @param listener where to deliver.
     * @return the channel, connected.
     * @throws IllegalArgumentException when a setting is out of its range.
     * @throws ConnectFailedException   when there is no session within the connect timeout; the text says why.
     * @throws RefusedException         when the server refuses this client for good.
     */
    public static ClientChannel connect(final Context ctx, final ClientListener listener) {
        ctx.concludeConnection();
        final ClientChannel channel = new ClientChannel(ctx, listener);
        channel.awaitConnected();
        return channel;
    }

    /** Polls until there is a session. Closes the channel and throws when there is none in time. */
    void awaitConnected() {
        final long deadlineNs = System.nanoTime() + ctx.connectTimeoutNs();
        ctx.idleStrategy().reset();
        while (state != State.CONNECTED) {
            final boolean isLate = System.nanoTime() - deadlineNs >= 0 || Thread.currentThread().isInterrupted();
            if (refusal != null || state == State.CLOSED || isLate) {
                final RuntimeException failure = refusal != null ? refusal : connectFailure();
                close();
                throw failure;
            }
            ctx.idleStrategy().idle(poll(CONNECT_FRAGMENTS));
        }
    }

    private ConnectFailedException connectFailure() {
        if (state == State.OPENING || state == State.CONNECTING) {
            lastFailure = unanswered().getMessage();
        }
        return new ConnectFailedException("No session within " + TimeUnit.NANOSECONDS.toMillis(ctx.connectTimeoutNs())
            + " ms. " + lastFailure, null);
    }

    private ConnectFailedException unanswered() {
        if (state == State.CONNECTING) {
            return new ConnectFailedException("Expected the server at " + ctx.target()
                + " to answer a connect request, but it did not: its ingress is stopped, overloaded, or cannot reach "
                + transport.responseChannel() + ". Look at its log", null);
        }
        return ctx.dir() == null ? ServerLocator.nothingAt(ctx.endpoint(), "nothing answered there")
            : new ConnectFailedException("Expected the server at " + ctx.target()
            + " to listen on its ingress, but nothing does: it is starting or stopping. Look at its log", null);
    }

    /**
     * Does what is due: runs Aeron as far as it has no thread, delivers what came, acknowledges results, keeps the session
     * alive, times requests out, connects again.
     *
     * @param fragmentLimit most fragments to deliver.
     * @return work done; 0: idle.
     */
    public int poll(final int fragmentLimit) {
        if (state == State.CLOSED || isPolling) {
            return 0;
        }
        isPolling = true;
        nowNs = System.nanoTime();
        int work = 0;
        try {
            work = state == State.DISCONNECTED ? tryToOpen() : drive(fragmentLimit);
        } finally {
            isPolling = false;
            if (isCloseDue) {
                closeNow();
            }
        }
        return work;
    }

    private int drive(final int fragmentLimit) {
        int work = transport.invoke() + transport.poll(fragmentLimit);
        if (dropReason != null) {
            lose(dropReason);
            return work;
        }
        if (state == State.CONNECTED) {
            if (ackedResultSequence < lastResultSequence) {
                acknowledge();
            }
        } else {
            work += shakeHands();
        }
        if (nowNs - nextSlowTickNs >= 0 && state != State.DISCONNECTED) {
            nextSlowTickNs = nowNs + SLOW_TICK_NS;
            work += slowTick();
        }
        return work;
    }

    private void acknowledge() {
        if (offer(buffer, proxy.resultAck(buffer, sessionId, lastResultSequence)) > 0) {
            ackedResultSequence = lastResultSequence;
        }
    }

    private int slowTick() {
        final String lostReason = transport.lostReason();
        if (lostReason != null) {
            lose(lostReason);
            return 1;
        }
        if (state != State.CONNECTED) {
            return 0;
        }
        if (nowNs - lastReceivedNs > TimeUnit.MILLISECONDS.toNanos(limits.sessionTimeoutMs())) {
            lose("the server sent nothing for " + TimeUnit.NANOSECONDS.toMillis(nowNs - lastReceivedNs) + " ms");
            return 1;
        }
        if (nowNs - lastKeepAliveNs >= TimeUnit.MILLISECONDS.toNanos(limits.keepAliveIntervalMs()) / 2
            && offer(buffer, proxy.keepAlive(buffer, sessionId, lastResultSequence)) > 0) {
            lastKeepAliveNs = nowNs;
            ackedResultSequence = lastResultSequence;
        }
        return pending.expire(nowNs, onTimeout);
    }

    private void onTimeout(final long correlationId) {
        counts.timeouts++;
        listener.onRequestTimeout(correlationId);
    }

    private int tryToOpen() {
        if (nowNs - nextAttemptNs < 0) {
            return 0;
        }
        attempt++;
        try {
            transport = Transport.open(ctx, errors, adapter);
            state = State.OPENING;
            attemptDeadlineNs = System.nanoTime() + ctx.connectTimeoutNs();
        } catch (final ConnectFailedException ex) {
            attemptFailed(ex.getMessage());
        }
        return 1;
    }

    private int shakeHands() {
        if (nowNs - attemptDeadlineNs >= 0) {
            attemptFailed(unanswered().getMessage());
            return 1;
        }
        if (state == State.OPENING && transport.isReady()) {
            connectCorrelationId = ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE;
            final int length = proxy.connect(buffer, ctx, transport, connectCorrelationId, hadSession ? sessionId : 0,
                hadSession ? token : 0, hadSession ? lastResultSequence : 0);
            if (offer(buffer, length) > 0) {
                state = State.CONNECTING;
                return 1;
            }
        }
        return 0;
    }

    private void attemptFailed(final String reason) {
        lastFailure = reason;
        closeTransport();
        state = State.DISCONNECTED;
        nextAttemptNs = System.nanoTime() + reconnectDelayNs;
        final long delayMs = TimeUnit.NANOSECONDS.toMillis(reconnectDelayNs);
        reconnectDelayNs = Math.min(ctx.reconnectMaxDelayNs(), 2 * reconnectDelayNs);
        if (hadSession) {
            final boolean isFinal = refusal != null;
            if (isFinal) {
                isCloseDue = true;
            }
            notify(() -> sessionListener.onReconnectFailed(attempt, reason, isFinal ? -1 : delayMs));
        }
    }

    private void lose(final String reason) {
        dropReason = null;
        if (state != State.CONNECTED) {
            attemptFailed(reason);
            return;
        }
        counts.disconnects++;
        closeTransport();
        attempt = 0;
        lastFailure = reason;
        reconnectDelayNs = ctx.reconnectMinDelayNs();
        nextAttemptNs = System.nanoTime() + ThreadLocalRandom.current().nextLong(reconnectDelayNs);
        state = State.DISCONNECTED;
        isCloseDue |= !ctx.reconnect();
        notify(() -> sessionListener.onDisconnected(reason));
        notify(() -> listener.onDisconnected(reason));
        notify(() -> pending.clear(onLost));
    }

    private void notify(final Runnable callback) {
        try {
            callback.run();
        } catch (final RuntimeException ex) {
            errors.onError(ex);
        }
    }

    private void closeTransport() {
        if (transport != null) {
            transport.close();
            transport = null;
        }
    }

    // From the adapter: inside poll.

    /** The connection is given up at the end of this poll: what comes before then is not delivered. */
    boolean isDropping() {
        return dropReason != null || isCloseDue;
    }

    void onFrame() {
        lastReceivedNs = nowNs;
    }

    void onMalformed() {
        counts.malformed++;
    }

    /** Whether a reply is waited for. */
    boolean take(final long correlationId) {
        if (pending.remove(correlationId)) {
            counts.replies++;
            return true;
        }
        if (pending.wasIssued(correlationId)) {
            counts.lateReplies++;
        } else {
            counts.malformed++;
        }
        return false;
    }

    /** Whether a result is the next one of this session. */
    boolean takeResult(final long resultSessionId, final long resultSequence) {
        if (resultSessionId != sessionId || resultSequence <= lastResultSequence) {
            counts.duplicateResults++;
            return false;
        }
        if (resultSequence != lastResultSequence + 1) {
            counts.resultGaps++;
            if (gapSequence != resultSequence) {
                gapSequence = resultSequence;
                dropReason = "result " + resultSequence + " came after " + lastResultSequence + ": asking for what is missing";
                return false;
            }
            // The server has been asked and does not have what is between: go on rather than ask for ever.
        }
        lastResultSequence = resultSequence;
        counts.results++;
        return true;
    }

    void onConnected(final ConnectedDecoder connected) {
        if (state != State.CONNECTING || connected.correlationId() != connectCorrelationId) {
            counts.malformed++;
            return;
        }
        final boolean resumed = hadSession && connected.resumed() == 1 && connected.sessionId() == sessionId;
        if (!resumed) {
            lastResultSequence = 0;
            gapSequence = 0;
        }
        ackedResultSequence = lastResultSequence;
        sessionId = connected.sessionId();
        token = connected.token();
        limits = new ServerLimits(connected.protocolVersion(), connected.keepAliveIntervalMs(), connected.sessionTimeoutMs(),
            connected.maxMessageLength(), connected.maxPayloadLength(), connected.maxMetadataLength(),
            connected.maxBatchTasks(), connected.maxKeys(), connected.serverName());
        maxMessageLength = Math.min(Math.min(limits.maxMessageLength(), transport.maxMessageLength()), buffer.capacity());
        hadSession = true;
        refusal = null;
        attempt = 0;
        reconnectDelayNs = ctx.reconnectMinDelayNs();
        lastKeepAliveNs = nowNs;
        state = State.CONNECTED;
        if (resumed) {
            counts.resumes++;
            notify(() -> sessionListener.onResumed(sessionId));
        } else {
            notify(() -> sessionListener.onConnected(sessionId));
        }
        notify(() -> listener.onConnected(sessionId, resumed));
    }

    void onRefused(final RefusedDecoder refused) {
        if (state != State.CONNECTING || refused.correlationId() != connectCorrelationId) {
            counts.malformed++;
            return;
        }
        final ResultCode code = ResultCode.of(refused.code());
        final int retryAfterMs = refused.retryAfterMs();
        final String text = "Expected a session with the server at " + ctx.target() + ", but it refused: " + refused.text();
        if (code != ResultCode.OVERLOADED && code != ResultCode.SESSION_CLOSED) {
            refusal = new RefusedException(code, retryAfterMs, text);
        }
        reconnectDelayNs = Math.max(reconnectDelayNs, TimeUnit.MILLISECONDS.toNanos(retryAfterMs));
        dropReason = code + ": " + text;
    }

    void onSessionClosed(final SessionClosedDecoder closed) {
        if (state == State.CONNECTED && closed.sessionId() == sessionId) {
            dropReason = "the server closed the session with " + ResultCode.of(closed.code()) + ": " + closed.text();
        }
    }

    // Sending.

    /**
     * Asks for one record; answered by {@link ClientListener#onLookupReply}.
     *
     * @param namespace       buffer with the namespace in ASCII.
     * @param namespaceOffset of the namespace.
     * @param namespaceLength in bytes; 0: the default one.
     * @param name            buffer with the name in ASCII.
     * @param nameOffset      of the name.
     * @param nameLength      in bytes.
     * @return correlation id, or a negative code.
     */
    public long sendLookup(final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
                           final DirectBuffer name, final int nameOffset, final int nameLength) {
        return send(buffer, encoder.lookup(buffer, namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength));
    }

    /**
     * Asks for many records; answered by {@link ClientListener#onLookupBatchReply} in the order of the names.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     ASCII; at most {@link ServerLimits#maxKeys()}.
     * @return correlation id, or a negative code.
     */
    public long sendLookupBatch(final CharSequence namespace, final List<String> names) {
        if (limits != null && names.size() > limits.maxKeys()) {
            return TOO_LARGE;
        }
        return send(buffer, encoder.lookupBatch(buffer, namespace, names));
    }

    /**
     * Asks for the records with certain capabilities; answered by {@link ClientListener#onQueryReply}.
     *
     * @param namespace  ASCII; empty: every one.
     * @param kind       0 any, or a kind of {@code Protocol}.
     * @param allOf      capability names joined with commas; empty: any.
     * @param maxRecords of one page.
     * @param cursor     0: from the start; then the reply's next cursor.
     * @return correlation id, or a negative code.
     */
    public long sendQuery(final CharSequence namespace, final int kind, final CharSequence allOf, final int maxRecords,
                          final long cursor) {
        return send(buffer, encoder.query(buffer, namespace, kind, allOf, maxRecords, cursor));
    }

    /**
     * Registers; answered by {@link ClientListener#onRegisterReply}. Nothing renews the lease by itself here.
     *
     * @param request what to register.
     * @return correlation id, or a negative code.
     */
    public long sendRegister(final RegistrationRequest request) {
        if (limits != null && request.metadata().length > limits.maxMetadataLength()) {
            return TOO_LARGE;
        }
        return send(buffer, encoder.register(buffer, request));
    }

    /**
     * Unregisters; answered by {@link ClientListener#onReply}.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return correlation id, or a negative code.
     */
    public long sendUnregister(final CharSequence namespace, final CharSequence name) {
        return send(buffer, encoder.unregister(buffer, namespace, name));
    }

    /**
     * Cancels a batch or one of its tasks; answered by {@link ClientListener#onReply}.
     *
     * @param batchId   of the batch.
     * @param taskIndex of the task; -1: the whole batch.
     * @return correlation id, or a negative code.
     */
    public long sendCancel(final long batchId, final int taskIndex) {
        return send(buffer, encoder.cancel(buffer, batchId, taskIndex));
    }

    /**
     * Encoder for batches; answered by {@link ClientListener#onBatchReply} and {@link ClientListener#onTaskResult}.
     *
     * @return the same one each time.
     */
    public BatchWriter batchWriter() {
        return batchWriter;
    }

    /**
     * An id for a batch.
     *
     * @return not 0, and with overwhelming likelihood used by no other client.
     */
    public long nextBatchId() {
        return ++nextBatchId == 0 ? ++nextBatchId : nextBatchId;
    }

    /** Sends an encoded request with the session's id and the next correlation id. */
    long send(final MutableDirectBuffer frame, final int length) {
        if (length < 0) {
            return length;
        }
        if (state != State.CONNECTED) {
            return state == State.CLOSED ? CLOSED : NOT_CONNECTED;
        }
        if (length > maxMessageLength) {
            return TOO_LARGE;
        }
        final long correlationId = pending.nextId();
        if (correlationId < 0) {
            counts.backPressured++;
            return PENDING_FULL;
        }
        RequestEncoder.address(frame, sessionId, correlationId);
        final long result = offer(frame, length);
        if (result < 0) {
            return result;
        }
        counts.requests++;
        pending.add(correlationId, System.nanoTime() + ctx.requestTimeoutNs());
        return correlationId;
    }

    /** Waits no longer for an answer: a late one is ignored and counted. */
    void abandon(final long correlationId) {
        if (pending.remove(correlationId)) {
            counts.timeouts++;
        }
    }

    /** Sends a frame without an answer. Positive: sent; otherwise a negative code. */
    long sendRaw(final DirectBuffer frame, final int length) {
        if (state != State.CONNECTED) {
            return state == State.CLOSED ? CLOSED : NOT_CONNECTED;
        }
        return length > maxMessageLength ? TOO_LARGE : offer(frame, length);
    }

    /** Sends the answer of a task. Positive: sent; otherwise a negative code. */
    long sendCompleted(final long taskId, final int taskAttempt, final long agentId, final int code, final long serviceNs,
                       final DirectBuffer result, final int offset, final int length) {
        if (TaskCompletedEncoder.BLOCK_LENGTH + RequestEncoder.OVERHEAD + length > buffer.capacity()) {
            return TOO_LARGE;
        }
        proxy.beginCompleted(buffer, sessionId).taskId(taskId).attempt(taskAttempt).agentId(agentId).code(code)
            .serviceNs(serviceNs);
        return sendRaw(buffer, proxy.putResult(result, offset, length));
    }

    /** Gives an offer back. Positive: sent; otherwise a negative code. */
    long sendRefused(final long taskId, final int taskAttempt, final long agentId, final int capacityInMs) {
        return sendRaw(buffer, proxy.refused(buffer, sessionId, taskId, taskAttempt, agentId,
            ResultCode.OVERLOADED.value(), capacityInMs));
    }

    private long offer(final DirectBuffer frame, final int length) {
        final long result = transport.offer(frame, 0, length);
        if (result >= 0) {
            return 1;
        }
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            counts.backPressured++;
            return BACK_PRESSURED;
        }
        return NOT_CONNECTED;
    }

    // State.

    /**
     * Id of the session.
     *
     * @return the id; of the last one while there is no connection; 0 before the first.
     */
    public long sessionId() {
        return sessionId;
    }

    /**
     * Whether requests can be sent. Any thread.
     *
     * @return true if there is a session.
     */
    public boolean isConnected() {
        return state == State.CONNECTED;
    }

    /**
     * Whether the channel was closed, by its user or because it may not connect again. Any thread.
     *
     * @return true if it is.
     */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /**
     * What the server advertised. Any thread.
     *
     * @return limits of the last connection; null before the first.
     */
    public ServerLimits limits() {
        return limits;
    }

    /** Why the connection was lost or the last attempt failed, for messages. */
    String lastFailure() {
        return lastFailure;
    }

    /** Exceptions of callbacks that are counted here. */
    ErrorCount errors() {
        return errors;
    }

    /**
     * Counts so far.
     *
     * @return a snapshot.
     */
    public ClientStats stats() {
        return counts.snapshot(errors.count());
    }

    /**
     * Says good-bye to the server, waits for it for at most half a second, and frees everything. Requests without an answer
     * are reported lost. Idempotent. Inside a callback it takes effect at the end of the poll.
     */
    @Override
    public void close() {
        if (isPolling) {
            isCloseDue = true;
        } else {
            closeNow();
        }
    }

    private void closeNow() {
        isCloseDue = false;
        if (state == State.CLOSED) {
            return;
        }
        if (state == State.CONNECTED && transport.lostReason() == null
            && offer(buffer, proxy.close(buffer, sessionId)) > 0) {
            isPolling = true;
            awaitSessionClosed();
            isPolling = false;
            isCloseDue = false;
        }
        state = State.CLOSED;
        closeTransport();
        notify(() -> pending.clear(onLost));
    }

    private void awaitSessionClosed() {
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (dropReason == null && transport.lostReason() == null && System.nanoTime() - deadlineNs < 0
            && !Thread.currentThread().isInterrupted()) {
            nowNs = System.nanoTime();
            ctx.idleStrategy().idle(transport.invoke() + transport.poll(CONNECT_FRAGMENTS));
        }
    }

    /** Settings of a channel. */
    public static final class Context extends ConnectionContext<Context> {
        /** Settings with their defaults; set {@code dir} or {@code endpoint}. */
        public Context() {
        }

        @Override
        Context self() {
            return this;
        }
    }
}
