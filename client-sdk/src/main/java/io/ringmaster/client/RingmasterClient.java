package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client: finds agents and services, registers services, submits batches and receives their results. Each call has a
 * synchronous form and one with a future; {@link ClientChannel} is the form without allocation.
 * <p>
 * A lost connection is taken up again by itself. Look-ups, queries, registrations and submissions that had no answer are
 * sent again, submissions under their batch id, which the server takes once; cancel and unregister fail with
 * SESSION_CLOSED. Where the server could not keep the session, batches that it had answered get the outcome
 * SESSION_CLOSED for every task that has none. No call outlives its request timeout.
 * <p>
 * Errors of all calls: {@link RefusedException}, {@link RequestTimeoutException}, {@link ClientClosedException}; with a
 * future it is completed exceptionally with them.
 * <p>
 * Threading: with {@link ThreadingMode#OWN_THREAD} thread-safe (a lock), futures are completed on the client's thread,
 * where synchronous calls are not allowed; with {@link ThreadingMode#CALLER} confined to one thread.
 */
public final class RingmasterClient implements AutoCloseable {
    private static final int FRAGMENTS = 64;
    private static final long JOIN_TIMEOUT_MS = 5_000;

    private final Context ctx;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final CallDesk desk;
    private final ClientChannel channel;
    private final RequestEncoder encoder = new RequestEncoder();
    private final UnsafeBuffer scratch;
    private Thread thread;
    private volatile boolean isClosed;

    private RingmasterClient(final Context ctx) {
        this.ctx = ctx;
        desk = new CallDesk(this, ctx);
        channel = new ClientChannel(ctx, desk);
        desk.channel(channel);
        scratch = new UnsafeBuffer(new byte[channel.batchWriter().buffer().capacity()]);
    }

    /**
     * Opens a session.
     *
     * @param ctx settings; concluded by this call.
     * @return the client, connected.
     * @throws IllegalArgumentException when a setting is out of its range.
     * @throws ConnectFailedException   when there is no session within the connect timeout; the text says why.
     * @throws RefusedException         when the server refuses this client for good.
     */
    public static RingmasterClient connect(final Context ctx) {
        ctx.conclude();
        final RingmasterClient client = new RingmasterClient(ctx);
        client.channel.awaitConnected();
        if (ctx.threading() == ThreadingMode.OWN_THREAD) {
            client.start();
        }
        return client;
    }

    private void start() {
        thread = new Thread(this::run, "ringmaster-client-" + ctx.clientName());
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!isClosed && !channel.isClosed()) {
                ctx.idleStrategy().idle(pollOnce());
            }
        } finally {
            lock.lock();
            try {
                channel.close();
                desk.failAll();
            } finally {
                lock.unlock();
            }
            publish();
        }
    }

    /**
     * Drives the client: call it often with {@link ThreadingMode#CALLER}. Does nothing with a thread of the client's own.
     *
     * @return work done; 0: idle.
     */
    public int poll() {
        return isDrivenByCaller() ? pollOnce() : 0;
    }

    private int pollOnce() {
        int work = 0;
        lock.lock();
        try {
            work = channel.poll(FRAGMENTS) + desk.tick(System.nanoTime());
        } catch (final RuntimeException ex) {
            channel.errors().onError(ex);
        } finally {
            lock.unlock();
        }
        return work + publish();
    }

    /** Completes futures without the lock, so that what hangs on them may call the client. */
    private int publish() {
        int work = 0;
        while (true) {
            final Runnable ready;
            lock.lock();
            try {
                ready = desk.pollReady();
            } finally {
                lock.unlock();
            }
            if (ready == null) {
                return work;
            }
            work++;
            ready.run();
        }
    }

    boolean isDrivenByCaller() {
        return ctx.threading() == ThreadingMode.CALLER;
    }

    void pollAndIdle() {
        ctx.idleStrategy().idle(pollOnce());
    }

    void checkNotOwnThread() {
        if (Thread.currentThread() == thread) {
            throw new IllegalStateException("a synchronous call on the client's own thread would wait for itself: "
                + "use the form with a future");
        }
    }

    /** Registers again after a loss: nobody waits for it, so a failure is counted, and tried again after a pause. */
    void registerAgain(final RegistrationRequest request) {
        registerAsync(request).whenComplete((result, failure) -> {
            if (failure != null) {
                channel.errors().onError(failure);
                lock.lock();
                try {
                    desk.registrationFailed(request);
                } finally {
                    lock.unlock();
                }
            }
        });
    }

    /**
     * Finds a record.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return the record; empty: there is none.
     */
    public Optional<AgentRecord> lookup(final String namespace, final String name) {
        return await(lookupAsync(namespace, name));
    }

    /**
     * Finds a record.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return completed with the record; empty: there is none.
     */
    public CompletableFuture<Optional<AgentRecord>> lookupAsync(final String namespace, final String name) {
        lock.lock();
        try {
            return open("lookup " + namespace + '/' + name, encoder.lookup(scratch, namespace, name), true,
                new Call.Key(namespace, name));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds many records with one message.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     at most {@link ServerLimits#maxKeys()}.
     * @return one entry for each name, in the same order.
     */
    public List<LookupEntry> lookupBatch(final String namespace, final List<String> names) {
        return await(lookupBatchAsync(namespace, names));
    }

    /**
     * Finds many records with one message.
     *
     * @param namespace ASCII; empty: the default one.
     * @param names     at most {@link ServerLimits#maxKeys()}.
     * @return completed with one entry for each name, in the same order.
     */
    public CompletableFuture<List<LookupEntry>> lookupBatchAsync(final String namespace, final List<String> names) {
        final List<String> copy = List.copyOf(names);
        lock.lock();
        try {
            final int length = copy.size() > channel.limits().maxKeys() ? ClientChannel.TOO_LARGE
                : encoder.lookupBatch(scratch, namespace, copy);
            return open("lookupBatch of " + copy.size() + " names", length, true, copy);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Finds records by capability.
     *
     * @param namespace  ASCII; empty: every one.
     * @param kind       0 any, or a kind of {@code Protocol}.
     * @param allOf      capabilities that a record must have, all of them; empty: any.
     * @param maxRecords of one page.
     * @param cursor     0: from the start; then the page's next cursor.
     * @return a page.
     */
    public QueryPage query(final String namespace, final int kind, final List<String> allOf, final int maxRecords,
                           final long cursor) {
        return await(queryAsync(namespace, kind, allOf, maxRecords, cursor));
    }

    /**
     * Finds records by capability.
     *
     * @param namespace  ASCII; empty: every one.
     * @param kind       0 any, or a kind of {@code Protocol}.
     * @param allOf      capabilities that a record must have, all of them; empty: any.
     * @param maxRecords of one page.
     * @param cursor     0: from the start; then the page's next cursor.
     * @return completed with a page.
     */
    public CompletableFuture<QueryPage> queryAsync(final String namespace, final int kind, final List<String> allOf,
                                                   final int maxRecords, final long cursor) {
        lock.lock();
        try {
            return open("query in " + namespace + " of " + allOf,
                encoder.query(scratch, namespace, kind, String.join(",", allOf), maxRecords, cursor), true, null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Registers.
     *
     * @param request what to register; its lease is renewed while this client lives, unless it says otherwise.
     * @return what was granted.
     * @throws RefusedException ALREADY_REGISTERED names the owner's session.
     */
    public RegistrationResult register(final RegistrationRequest request) {
        return await(registerAsync(request));
    }

    /**
     * Registers.
     *
     * @param request what to register; its lease is renewed while this client lives, unless it says otherwise.
     * @return completed with what was granted.
     */
    public CompletableFuture<RegistrationResult> registerAsync(final RegistrationRequest request) {
        lock.lock();
        try {
            final int length = request.metadata().length > channel.limits().maxMetadataLength() ? ClientChannel.TOO_LARGE
                : encoder.register(scratch, request);
            return open("register " + request.namespace() + '/' + request.name(), length, true, request);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Unregisters.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return false: there was no such record.
     */
    public boolean unregister(final String namespace, final String name) {
        return await(unregisterAsync(namespace, name));
    }

    /**
     * Unregisters.
     *
     * @param namespace ASCII; empty: the default one.
     * @param name      ASCII.
     * @return completed with false where there was no such record.
     */
    public CompletableFuture<Boolean> unregisterAsync(final String namespace, final String name) {
        lock.lock();
        try {
            return open("unregister " + namespace + '/' + name, encoder.unregister(scratch, namespace, name), false,
                new Call.Key(namespace, name));
        } finally {
            lock.unlock();
        }
    }

    /**
     * Submits a batch and waits until the server has said of each task whether it takes it.
     *
     * @param batch of at least one task.
     * @return the handle for the outcomes.
     * @throws RefusedException where the whole batch was refused; single tasks are refused in the handle.
     */
    public BatchHandle submit(final Batch batch) {
        return await(submitAsync(batch).acceptance());
    }

    /**
     * Submits a batch.
     *
     * @param batch of at least one task.
     * @return futures for the server's answer and for the outcomes.
     */
    public BatchSubmission submitAsync(final Batch batch) {
        ConnectionContext.check(!batch.tasks().isEmpty(), "a batch needs at least one task");
        lock.lock();
        try {
            final long batchId = batch.batchId() != 0 ? batch.batchId() : channel.nextBatchId();
            final BatchHandle handle = new BatchHandle(this, batchId, batch.tasks().size());
            final int code = encode(batch, batchId);
            final BatchWriter writer = channel.batchWriter();
            final int length = code < 0 ? code : writer.finish();
            if (length > 0) {
                scratch.putBytes(0, writer.buffer(), 0, length);
                desk.expect(handle);
            }
            final CompletableFuture<BatchHandle> acceptance =
                open(describe(batch, batchId), length, true, handle);
            return new BatchSubmission(batchId, acceptance, handle.results());
        } finally {
            lock.unlock();
        }
    }

    private static String describe(final Batch batch, final long batchId) {
        int longest = 0;
        for (final TaskSpec task : batch.tasks()) {
            longest = Math.max(longest, task.payload().length);
        }
        return "submit of batch " + batchId + " with " + batch.tasks().size() + " tasks, the longest payload " + longest + " bytes,";
    }

    private int encode(final Batch batch, final long batchId) {
        final BatchWriter writer = channel.batchWriter().begin(batchId, batch.namespace());
        final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
        for (final TaskSpec task : batch.tasks()) {
            payload.wrap(task.payload());
            final int code = writer.addTask(String.join(",", task.capabilities()), task.kind(), task.costNs(),
                task.deadlineNs(), task.priority(), task.maxAttempts(), payload, 0, task.payload().length);
            if (code < 0) {
                return code;
            }
        }
        return 0;
    }

    /**
     * Cancels a batch or one of its tasks. The outcomes come as for any other end of a task.
     *
     * @param batchId   of the batch.
     * @param taskIndex of the task; -1: the whole batch.
     * @return what was done.
     */
    public CancelResult cancel(final long batchId, final int taskIndex) {
        return await(cancelAsync(batchId, taskIndex));
    }

    /**
     * Cancels a batch or one of its tasks.
     *
     * @param batchId   of the batch.
     * @param taskIndex of the task; -1: the whole batch.
     * @return completed with what was done.
     */
    public CompletableFuture<CancelResult> cancelAsync(final long batchId, final int taskIndex) {
        lock.lock();
        try {
            return open("cancel of batch " + batchId, encoder.cancel(scratch, batchId, taskIndex), false, null);
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked")
    private <T> CompletableFuture<T> open(final String what, final int length, final boolean isRepeatable,
                                          final Object subject) {
        final byte[] bytes = new byte[Math.max(0, length)];
        scratch.getBytes(0, bytes);
        return (CompletableFuture<T>) desk.open(what, new UnsafeBuffer(bytes), length, isRepeatable, subject).future;
    }

    private <T> T await(final CompletableFuture<T> future) {
        try {
            if (isDrivenByCaller()) {
                ctx.idleStrategy().reset();
                while (!future.isDone()) {
                    pollAndIdle();
                }
                return future.get();
            }
            checkNotOwnThread();
            if (isClosed) {
                publish();
            }
            return future.get(ctx.requestTimeoutNs() + TimeUnit.MILLISECONDS.toNanos(JOIN_TIMEOUT_MS), TimeUnit.NANOSECONDS);
        } catch (final ExecutionException ex) {
            if (ex.getCause() instanceof RingmasterException cause) {
                cause.addSuppressed(new RingmasterException("called from here"));
                throw cause;
            }
            throw new RingmasterException("the call failed: " + ex.getCause(), ex.getCause());
        } catch (final TimeoutException ex) {
            throw new RequestTimeoutException("the client's thread did not time the request out: it is blocked in a callback");
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new RingmasterException("interrupted while waiting for an answer", ex);
        }
    }

    /**
     * Id of the session.
     *
     * @return the id; of the last one while there is no connection.
     */
    public long sessionId() {
        return channel.sessionId();
    }

    /**
     * Whether there is a connection.
     *
     * @return true if so.
     */
    public boolean isConnected() {
        return channel.isConnected();
    }

    /**
     * Whether the client was closed, by its user or because it may not connect again.
     *
     * @return true if so.
     */
    public boolean isClosed() {
        return isClosed || channel.isClosed();
    }

    /**
     * What the server advertised.
     *
     * @return limits of the last connection.
     */
    public ServerLimits limits() {
        return channel.limits();
    }

    /**
     * Counts so far.
     *
     * @return a snapshot.
     */
    public ClientStats stats() {
        lock.lock();
        try {
            return channel.stats();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes the session, completes what has no answer with {@link ClientClosedException} and frees everything.
     * Idempotent. On the client's own thread it takes effect when the callback returns.
     */
    @Override
    public void close() {
        isClosed = true;
        if (isDrivenByCaller()) {
            lock.lock();
            try {
                channel.close();
                desk.failAll();
            } finally {
                lock.unlock();
            }
            publish();
        } else if (Thread.currentThread() != thread) {
            joinThread();
        }
    }

    private void joinThread() {
        try {
            thread.join(JOIN_TIMEOUT_MS);
            if (thread.isAlive()) {
                throw new RefusedException(ResultCode.INTERNAL, 0, "the client's thread did not stop within "
                    + JOIN_TIMEOUT_MS + " ms: it is blocked in a callback");
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    /** Settings of a client. */
    public static final class Context extends ConnectionContext<Context> {
        private ThreadingMode threading = ThreadingMode.OWN_THREAD;

        /** Settings with their defaults; set {@code dir} or {@code endpoint}. */
        public Context() {
        }

        @Override
        Context self() {
            return this;
        }

        void conclude() {
            check(threading != null, "threading is null");
            concludeConnection();
        }

        /**
         * Which thread drives the client.
         *
         * @param value default {@link ThreadingMode#OWN_THREAD}.
         * @return this.
         */
        public Context threading(final ThreadingMode value) {
            ensureOpen();
            threading = value;
            return this;
        }

        /**
         * Which thread drives the client.
         *
         * @return the mode.
         */
        public ThreadingMode threading() {
            return threading;
        }
    }
}
