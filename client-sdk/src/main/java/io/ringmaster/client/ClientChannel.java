package io.ringmaster.client;

import io.aeron.logbuffer.FrameDescriptor;
import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.TaskCompletedEncoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

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

    private static final int MAX_BUFFER_LENGTH = 16 * 1024 * 1024;

    private final ErrorCount errors = new ErrorCount();
    private final ChannelCounts counts = new ChannelCounts();
    private final RequestTracker requests;
    private final Connection connection;
    private final UnsafeBuffer buffer;
    private final RequestEncoder encoder = new RequestEncoder();
    private final RegistryRequestEncoder registry = new RegistryRequestEncoder();
    private final SessionProxy proxy = new SessionProxy();
    private final BatchWriter batchWriter;
    private long requestTimeoutNs;
    private long nextBatchId = ThreadLocalRandom.current().nextLong();

    ClientChannel(final ConnectionContext<?> ctx, final ClientListener listener) {
        requests = new RequestTracker(ctx.maxPending(), listener, counts);
        connection = new Connection(ctx, listener, errors, counts, requests);
        requestTimeoutNs = ctx.requestTimeoutNs();
        final int capacity = Math.min(FrameDescriptor.computeMaxMessageLength(ctx.ingressTermLength()), MAX_BUFFER_LENGTH);
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
        batchWriter = new BatchWriter(this, capacity);
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
        channel.connection.awaitConnected();
        return channel;
    }

    void awaitConnected() {
        connection.awaitConnected();
    }

    /**
     * Does what is due: runs Aeron as far as it has no thread, delivers what came, acknowledges results, keeps the session
     * alive, times requests out, connects again.
     *
     * @param fragmentLimit most fragments to deliver.
     * @return work done; 0: idle.
     */
    public int poll(final int fragmentLimit) {
        return connection.poll(fragmentLimit);
    }

    /**
     * Time-out of the requests that are sent from now on, so that each may have one of its own.
     *
     * @param value nanoseconds; the context's request timeout at first.
     * @throws IllegalArgumentException when it is not positive.
     */
    public void requestTimeoutNs(final long value) {
        ConnectionContext.check(value > 0, "requestTimeoutNs = " + value + " is not positive");
        requestTimeoutNs = value;
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
        if (limits() != null && names.size() > limits().maxKeys()) {
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
        return send(buffer, registry.query(buffer, namespace, kind, allOf, maxRecords, cursor));
    }

    /**
     * Registers; answered by {@link ClientListener#onRegisterReply}. Nothing renews the lease by itself here.
     *
     * @param request what to register.
     * @return correlation id, or a negative code.
     */
    public long sendRegister(final RegistrationRequest request) {
        return isTooLong(request.metadata()) ? TOO_LARGE : send(buffer, registry.register(buffer, request));
    }

    /**
     * Unregisters; answered by {@link ClientListener#onReply}.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return correlation id, or a negative code.
     */
    public long sendUnregister(final CharSequence namespace, final CharSequence name) {
        return send(buffer, registry.unregister(buffer, namespace, name));
    }

    /**
     * Asks for a page of the records that match; answered by {@link ClientListener#onQueryReply}.
     *
     * @param query  what to ask for; a name prefix needs a namespace.
     * @param cursor 0: from the start; then the reply's next cursor.
     * @return correlation id, or a negative code.
     */
    public long sendQuery(final RegistryQuery query, final long cursor) {
        return send(buffer, registry.query(buffer, query, cursor, false));
    }

    /**
     * Asks how many records match; answered by {@link ClientListener#onQueryReply} with the count of what was looked at,
     * and a cursor where there is more to look at.
     *
     * @param query  what to ask for; a name prefix needs a namespace.
     * @param cursor 0: from the start; then the reply's next cursor.
     * @return correlation id, or a negative code.
     */
    public long sendCount(final RegistryQuery query, final long cursor) {
        return send(buffer, registry.query(buffer, query, cursor, true));
    }

    /**
     * Changes a record; answered by {@link ClientListener#onRegisterReply}, with VERSION_CONFLICT and the current version
     * where the expected one is not the record's.
     *
     * @param request what to change.
     * @return correlation id, or a negative code.
     */
    public long sendUpdate(final UpdateRequest request) {
        return isTooLong(request.metadata()) ? TOO_LARGE : send(buffer, registry.update(buffer, request));
    }

    /**
     * Registers many records of one namespace with one message; answered by {@link ClientListener#onRegisterBatchReply},
     * in one message or more. Nothing renews the leases by itself here.
     *
     * @param namespace ASCII; empty: the default one. Those of the items are not looked at.
     * @param items     at least one; all get the lease that the first one asks for.
     * @return correlation id, or a negative code; TOO_LARGE: they do not fit into one message.
     */
    public long sendRegisterBatch(final String namespace, final List<RegistrationRequest> items) {
        for (int i = 0; i < items.size(); i++) {
            if (isTooLong(items.get(i).metadata())) {
                return TOO_LARGE;
            }
        }
        return send(buffer, registry.registerBatch(buffer, namespace, items));
    }

    /**
     * Drops a namespace, for administrators; answered by {@link ClientListener#onDropNamespaceReply} once for each
     * partition, or by {@link ClientListener#onReply} with a refusal.
     *
     * @param namespace ASCII; empty: the default one.
     * @param graceMs   milliseconds for which agents may finish what they run; 0: none.
     * @return correlation id, or a negative code.
     */
    public long sendDropNamespace(final CharSequence namespace, final int graceMs) {
        return send(buffer, registry.dropNamespace(buffer, namespace, graceMs));
    }

    /**
     * Asks what the registry holds; answered by {@link ClientListener#onRegistryStatsReply}.
     *
     * @param firstNamespace 0: from the start; then the reply's next one.
     * @return correlation id, or a negative code.
     */
    public long sendRegistryStats(final int firstNamespace) {
        return send(buffer, registry.stats(buffer, firstNamespace));
    }

    /**
     * Watches the registry; answered by {@link ClientListener#onReply}, then {@link ClientListener#onWatchEvent}. The
     * listener looks after sequences and acknowledges them with {@link #sendWatchAck}; a watch ends with its session.
     *
     * @param watchId of the caller's choice, unique in the session.
     * @param filter  what to watch, and the window.
     * @return correlation id, or a negative code.
     */
    public long sendWatch(final long watchId, final WatchFilter filter) {
        return send(buffer, registry.watch(buffer, watchId, filter));
    }

    /**
     * Ends a watch; answered by {@link ClientListener#onReply}.
     *
     * @param watchId of the watch.
     * @return correlation id, or a negative code.
     */
    public long sendUnwatch(final long watchId) {
        return send(buffer, registry.unwatch(buffer, watchId));
    }

    /**
     * Says how far the events of a watch were taken, which frees its window. Has no answer.
     *
     * @param watchId  of the watch.
     * @param sequence highest one that was taken.
     * @return positive: sent; otherwise a negative code.
     */
    public long sendWatchAck(final long watchId, final long sequence) {
        return sendRaw(buffer, registry.watchAck(buffer, sessionId(), watchId, sequence));
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

    private boolean isTooLong(final byte[] metadata) {
        final ServerLimits limits = limits();
        return limits != null && metadata.length > limits.maxMetadataLength();
    }

    /** Sends an encoded request with the session's id and the next correlation id. */
    long send(final MutableDirectBuffer frame, final int length) {
        return length < 0 ? length : send(frame, length, System.nanoTime() + requestTimeoutNs);
    }

    /** Sends an encoded request that is out of time at the deadline. */
    long send(final MutableDirectBuffer frame, final int length, final long deadlineNs) {
        final int readiness = connection.readiness();
        if (readiness < 0) {
            return readiness;
        }
        if (length > connection.maxMessageLength()) {
            return TOO_LARGE;
        }
        final long correlationId = requests.nextId();
        if (correlationId < 0) {
            counts.backPressured++;
            return PENDING_FULL;
        }
        RequestEncoder.address(frame, connection.sessionId(), correlationId);
        final long result = connection.offer(frame, length);
        if (result < 0) {
            return result;
        }
        requests.add(correlationId, deadlineNs);
        return correlationId;
    }

    /** Waits no longer for an answer: a late one is ignored and counted. */
    void abandon(final long correlationId) {
        requests.abandon(correlationId);
    }

    /** The answer is complete, whatever parts of it are still to come. */
    void forget(final long correlationId) {
        requests.forget(correlationId);
    }

    /** Sends a frame without an answer. Positive: sent; otherwise a negative code. */
    long sendRaw(final DirectBuffer frame, final int length) {
        final int readiness = connection.readiness();
        if (readiness < 0) {
            return readiness;
        }
        return length > connection.maxMessageLength() ? TOO_LARGE : connection.offer(frame, length);
    }

    /** Sends the answer of a task. Positive: sent; otherwise a negative code. */
    long sendCompleted(final long taskId, final int taskAttempt, final long agentId, final int code, final long serviceNs,
                       final DirectBuffer result, final int offset, final int length) {
        if (TaskCompletedEncoder.BLOCK_LENGTH + RequestEncoder.OVERHEAD + length > buffer.capacity()) {
            return TOO_LARGE;
        }
        proxy.beginCompleted(buffer, sessionId()).taskId(taskId).attempt(taskAttempt).agentId(agentId).code(code)
            .serviceNs(serviceNs);
        return sendRaw(buffer, proxy.putResult(result, offset, length));
    }

    /** Gives an offer back. Positive: sent; otherwise a negative code. */
    long sendRefused(final long taskId, final int taskAttempt, final long agentId, final int capacityInMs) {
        return sendRaw(buffer, proxy.refused(buffer, sessionId(), taskId, taskAttempt, agentId,
            ResultCode.OVERLOADED.value(), capacityInMs));
    }

    // State.

    /**
     * Id of the session. Any thread.
     *
     * @return the id; of the last one while there is no connection; 0 before the first.
     */
    public long sessionId() {
        return connection.sessionId();
    }

    /**
     * Whether requests can be sent. Any thread.
     *
     * @return true if there is a session.
     */
    public boolean isConnected() {
        return connection.isConnected();
    }

    /**
     * Whether the channel was closed, by its user or because it may not connect again. Any thread.
     *
     * @return true if it is.
     */
    public boolean isClosed() {
        return connection.isClosed();
    }

    /**
     * What the server advertised. Any thread.
     *
     * @return limits of the last connection; null before the first.
     */
    public ServerLimits limits() {
        return connection.limits();
    }

    /**
     * How busy the server said that it is, with its last keep-alive. Any thread.
     *
     * @return its state; UNKNOWN while there is no connection.
     */
    public LoadState loadState() {
        return connection.loadState();
    }

    /** Why the connection was lost or the last attempt failed, for messages. */
    String lastFailure() {
        return connection.lastFailure();
    }

    /** A callback is running. */
    boolean isPolling() {
        return connection.isPolling();
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
        connection.close();
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
