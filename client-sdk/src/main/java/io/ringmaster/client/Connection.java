package io.ringmaster.client;

import io.aeron.Publication;
import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.protocol.codec.SessionClosedDecoder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The life of a channel's session: opens a transport, connects, keeps alive, notices a loss, connects again, closes.
 * <p>
 * Threading: confined to the thread that polls the channel; the volatile fields may be read by any.
 */
final class Connection {
    private static final long SLOW_TICK_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long CLOSE_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int CONNECT_FRAGMENTS = 16;
    /** More than any frame that is sent from here. */
    private static final int CONTROL_LENGTH = 8 * 1024;

    private enum State { DISCONNECTED, OPENING, CONNECTING, CONNECTED, CLOSED }

    private final ConnectionContext<?> ctx;
    private final ClientListener listener;
    private final SessionListener sessionListener;
    private final ErrorCount errors;
    private final ChannelCounts counts;
    private final RequestTracker requests;
    private final ResultSequence results;
    private final FrameAdapter adapter;
    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CONTROL_LENGTH));
    private final SessionProxy proxy = new SessionProxy();

    private volatile State state = State.DISCONNECTED;
    private volatile ServerLimits limits;
    private volatile long sessionId;
    private volatile LoadState loadState = LoadState.UNKNOWN;
    private Transport transport;
    private long token;
    private long connectCorrelationId;
    private int maxMessageLength;
    private boolean hadSession;
    private boolean isPolling;
    private boolean isCloseDue;
    private String dropReason;
    private volatile String lastFailure = "nothing was tried yet";
    private RefusedException refusal;
    private int attempt;
    private long nowNs;
    private long nextAttemptNs;
    private long reconnectDelayNs;
    private long attemptDeadlineNs;
    private long nextSlowTickNs;
    private long lastReceivedNs;
    private long lastKeepAliveNs;

    Connection(final ConnectionContext<?> ctx, final ClientListener listener, final ErrorCount errors,
               final ChannelCounts counts, final RequestTracker requests) {
        this.ctx = ctx;
        this.listener = listener;
        this.errors = errors;
        this.counts = counts;
        this.requests = requests;
        sessionListener = ctx.listener();
        results = new ResultSequence(counts);
        adapter = new FrameAdapter(this, requests, listener, counts);
        reconnectDelayNs = ctx.reconnectMinDelayNs();
        nowNs = System.nanoTime();
        nextAttemptNs = nowNs;
        nextSlowTickNs = nowNs;
    }

    /** Polls until there is a session. Closes and throws when there is none in time. */
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

    int poll(final int fragmentLimit) {
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
        int work = transport.invoke(nowNs, state != State.CONNECTED) + transport.poll(fragmentLimit);
        if (dropReason != null) {
            lose(dropReason);
            return work;
        }
        if (state == State.CONNECTED) {
            if (results.isAckDue() && offer(buffer, proxy.resultAck(buffer, sessionId, results.last())) > 0) {
                results.acked();
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
            && offer(buffer, proxy.keepAlive(buffer, sessionId, results.last())) > 0) {
            lastKeepAliveNs = nowNs;
            results.acked();
        }
        return requests.expire(nowNs);
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
                hadSession ? token : 0, hadSession ? results.last() : 0);
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
        loadState = LoadState.UNKNOWN;
        isCloseDue |= !ctx.reconnect();
        notify(() -> sessionListener.onDisconnected(reason));
        notify(() -> listener.onDisconnected(reason));
        notify(requests::loseAll);
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

    // From the adapters: inside poll.

    /** The connection is given up at the end of this poll: what comes before then is not delivered. */
    boolean isDropping() {
        return dropReason != null || isCloseDue;
    }

    void onFrame() {
        lastReceivedNs = nowNs;
    }

    void onKeepAlive(final int state) {
        if (loadState.value() != state) {
            loadState = LoadState.of(state);
        }
    }

    /** Whether a result is the next one of this session. */
    boolean takeResult(final long resultSessionId, final long resultSequence) {
        final ResultSequence.Verdict verdict = resultSessionId != sessionId ? results.ignore()
            : results.onResult(resultSequence);
        if (verdict == ResultSequence.Verdict.REATTACH) {
            dropReason = "result " + resultSequence + " came after " + results.last() + ": asking for what is missing";
        }
        return verdict == ResultSequence.Verdict.DELIVER;
    }

    void onConnected(final ConnectedDecoder connected) {
        if (state != State.CONNECTING || connected.correlationId() != connectCorrelationId) {
            counts.malformed++;
            return;
        }
        // Read in full before anything changes.
        final ServerLimits newLimits = new ServerLimits(connected.protocolVersion(), connected.keepAliveIntervalMs(),
            connected.sessionTimeoutMs(), connected.maxMessageLength(), connected.maxPayloadLength(),
            connected.maxMetadataLength(), connected.maxBatchTasks(), connected.maxKeys(), connected.serverName());
        final boolean resumed = hadSession && connected.resumed() == 1 && connected.sessionId() == sessionId;
        results.onConnected(resumed);
        sessionId = connected.sessionId();
        token = connected.token();
        limits = newLimits;
        maxMessageLength = Math.min(limits.maxMessageLength(), transport.maxMessageLength());
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
        final String text = "Expected a session with the server at " + ctx.target() + ", but it refused: "
            + readable(refused::text);
        final boolean isTokenRenewed = code == ResultCode.UNAUTHENTICATED && ctx.hasOtherToken();
        if (code != ResultCode.OVERLOADED && code != ResultCode.SESSION_CLOSED && !isTokenRenewed) {
            refusal = new RefusedException(code, retryAfterMs, text);
        }
        reconnectDelayNs = Math.max(reconnectDelayNs, TimeUnit.MILLISECONDS.toNanos(retryAfterMs));
        dropReason = code + ": " + text;
    }

    void onSessionClosed(final SessionClosedDecoder closed) {
        if (state == State.CONNECTED && closed.sessionId() == sessionId) {
            dropReason = "the server closed the session with " + ResultCode.of(closed.code()) + ": "
                + readable(closed::text);
        }
    }

    /** The text of a message whose code is enough to act on. */
    private static String readable(final Supplier<String> text) {
        try {
            return text.get();
        } catch (final IndexOutOfBoundsException ex) {
            return "(a text that cannot be read)";
        }
    }

    // Sending.

    /** 1: connected; otherwise why nothing can be sent. */
    int readiness() {
        if (state == State.CONNECTED) {
            return 1;
        }
        return state == State.CLOSED ? ClientChannel.CLOSED : ClientChannel.NOT_CONNECTED;
    }

    int maxMessageLength() {
        return maxMessageLength;
    }

    /** Positive: Aeron took it; otherwise a negative code. */
    long offer(final DirectBuffer frame, final int length) {
        final long result = transport.offer(frame, 0, length);
        if (result >= 0) {
            return 1;
        }
        if (result == Publication.BACK_PRESSURED || result == Publication.ADMIN_ACTION) {
            counts.backPressured++;
            return ClientChannel.BACK_PRESSURED;
        }
        return ClientChannel.NOT_CONNECTED;
    }

    // State.

    long sessionId() {
        return sessionId;
    }

    boolean isConnected() {
        return state == State.CONNECTED;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** A callback is running, or the thread is about to run one. */
    boolean isPolling() {
        return isPolling;
    }

    ServerLimits limits() {
        return limits;
    }

    LoadState loadState() {
        return loadState;
    }

    String lastFailure() {
        return lastFailure;
    }

    void close() {
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
        notify(requests::loseAll);
    }

    private void awaitSessionClosed() {
        final long deadlineNs = System.nanoTime() + CLOSE_TIMEOUT_NS;
        while (dropReason == null && transport.lostReason() == null && System.nanoTime() - deadlineNs < 0
            && !Thread.currentThread().isInterrupted()) {
            nowNs = System.nanoTime();
            ctx.idleStrategy().idle(transport.invoke(nowNs, true) + transport.poll(CONNECT_FRAGMENTS));
        }
    }
}
