package io.ringmaster.client;

import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.ResultCode;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client: finds, registers and watches agents and services, submits batches and receives their results. Each call has a
 * synchronous form and one with a future; {@link ClientChannel} is the form without allocation.
 * <p>
 * A lost connection is taken up again by itself. Look-ups, queries, registrations, updates of any version and submissions
 * that had no answer are sent again, submissions under their batch id, which the server takes once; cancel, unregister,
 * dropNamespace and updates of an expected version fail with SESSION_CLOSED. Watches begin anew with a snapshot. Where
 * the server could not keep the session, registrations are made again with their last content, and batches that it had
 * answered get the outcome SESSION_CLOSED for every task that has none. No call outlives its request timeout.
 * <p>
 * Errors of all calls: {@link RefusedException}, {@link RequestTimeoutException}, {@link ClientClosedException}, and a plain
 * {@link RingmasterException} for an answer that cannot be read; with a future it is completed exceptionally with them.
 * <p>
 * Threading: with {@link ThreadingMode#OWN_THREAD} thread-safe (a lock), futures are completed on the client's thread,
 * where synchronous calls are not allowed; with {@link ThreadingMode#CALLER} confined to one thread.
 */
public final class RingmasterClient extends RegistryOperations implements AutoCloseable {
    private static final int FRAGMENTS = 64;
    private static final long JOIN_TIMEOUT_MS = 5_000;

    private final Context ctx;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final CallDesk desk;
    private final ClientChannel channel;
    private final RequestEncoder encoder = new RequestEncoder();
    private final RegistryRequestEncoder registryEncoder = new RegistryRequestEncoder();
    private final UnsafeBuffer scratch;
    private Thread thread;
    private volatile boolean isClosed;
    /** Written by the client's own thread only. */
    private volatile long cycles;

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
                cycles++;
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
        sendRegister(new WriteCalls.RegisterAgain(request)).whenComplete((result, failure) -> {
            if (failure != null) {
                channel.errors().onError(failure);
            }
        });
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
            final CompletableFuture<BatchHandle> acceptance = open(new TaskCalls.Submit(describe(batch, batchId), handle),
                (buffer, requests, registry) -> length);
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
        return open(new TaskCalls.Cancel(batchId), (buffer, requests, registry) ->
            requests.cancel(buffer, batchId, taskIndex));
    }

    @Override
    <T> CompletableFuture<T> open(final Call<T> call, final Encoding encoding) {
        lock.lock();
        try {
            final int length = encoding.encode(scratch, encoder, registryEncoder);
            final byte[] bytes = new byte[Math.max(0, length)];
            scratch.getBytes(0, bytes);
            desk.open(call, new UnsafeBuffer(bytes), length);
        } finally {
            lock.unlock();
        }
        return call.future;
    }

    @Override
    int maxMessageLength() {
        return Math.min(scratch.capacity(), limits().maxMessageLength());
    }

    @Override
    CompletableFuture<Watch> openWatch(final WatchFilter filter, final WatchListener listener) {
        final Watch watch = new Watch(this, channel.errors(), filter, listener);
        lock.lock();
        try {
            desk.watches().open(watch);
        } finally {
            lock.unlock();
        }
        return watch.opened;
    }

    void unwatch(final Watch watch) {
        lock.lock();
        try {
            desk.watches().close(watch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    <T> T await(final CompletableFuture<T> future) {
        if (lock.isHeldByCurrentThread() && channel.isPolling()) {
            throw new IllegalStateException("a synchronous call inside a callback would wait for itself: "
                + "use the form with a future");
        }
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
            return getWhileThreadRuns(future);
        } catch (final ExecutionException ex) {
            if (ex.getCause() instanceof RingmasterException cause) {
                cause.addSuppressed(new RingmasterException("called from here"));
                throw cause;
            }
            throw new RingmasterException("the call failed: " + ex.getCause(), ex.getCause());
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new RingmasterException("interrupted while waiting for an answer", ex);
        }
    }

    /** The client's thread times requests out, so this waits for as long as it runs: some calls are many requests. */
    private <T> T getWhileThreadRuns(final CompletableFuture<T> future) throws ExecutionException, InterruptedException {
        while (true) {
            final long before = cycles;
            try {
                return future.get(ctx.requestTimeoutNs() + TimeUnit.MILLISECONDS.toNanos(JOIN_TIMEOUT_MS), TimeUnit.NANOSECONDS);
            } catch (final TimeoutException ex) {
                if (cycles == before) {
                    throw new RequestTimeoutException(
                        "the client's thread did not time the request out: it is blocked in a callback");
                }
            }
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

    @Override
    public ServerLimits limits() {
        return channel.limits();
    }

    /**
     * How busy the server said that it is, with its last keep-alive.
     *
     * @return its state; UNKNOWN while there is no connection.
     */
    public LoadState loadState() {
        return channel.loadState();
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
