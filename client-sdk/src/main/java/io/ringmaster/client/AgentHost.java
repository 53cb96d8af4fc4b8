package io.ringmaster.client;

import io.aeron.logbuffer.FrameDescriptor;
import io.ringmaster.protocol.Protocol;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Runs agents in the user's process. A conductor thread keeps the session, registers the agents, takes offers within their
 * credits and sends heartbeats; worker threads run the handlers, so a handler that blocks stops neither heartbeats nor the
 * agents of other workers. All queues between them are bounded.
 * <p>
 * After a loss of the connection the session is taken up again and running tasks go on; where the server has a new session
 * or has given the agent up, the agent is registered again, and what it held is cancelled, because the server gives it to
 * another attempt. An answer that was under way with a dying connection is covered by the task's lease: the task is tried
 * again, so handlers should be able to run a task twice.
 * <p>
 * Threading: thread-safe (a lock); handlers are called by their worker only.
 */
public final class AgentHost implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentHost.class);
    private static final int MAX_CAPACITY = 4_096;
    private static final int MESSAGE_OVERHEAD = 128;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long JOIN_TIMEOUT_MS = 2_000;
    private static final long FLUSH_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Context ctx;
    private final ReentrantLock lock = new ReentrantLock(true);
    private final HostConductor conductor = new HostConductor();
    private final ClientChannel channel;
    private final List<HostWorker> workers = new ArrayList<>();
    private final List<Thread> workerThreads = new ArrayList<>();
    private final Thread conductorThread;
    private volatile boolean isStopped;
    private volatile boolean isClosed;

    private AgentHost(final Context ctx) {
        this.ctx = ctx;
        channel = new ClientChannel(ctx, conductor);
        conductor.channel(channel);
        conductorThread = thread(this::conduct, "ringmaster-host-" + ctx.clientName());
        for (int i = 0; i < ctx.workers(); i++) {
            final HostWorker worker = new HostWorker(ctx.workerIdleStrategySupplier().get(), channel.errors());
            workers.add(worker);
            workerThreads.add(thread(worker, "ringmaster-worker-" + ctx.clientName() + '-' + i));
        }
    }

    private static Thread thread(final Runnable task, final String name) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Opens a session and starts the threads.
     *
     * @param ctx settings; concluded by this call.
     * @return the host, connected, without agents.
     * @throws IllegalArgumentException when a setting is out of its range.
     * @throws ConnectFailedException   when there is no session within the connect timeout; the text says why.
     * @throws RefusedException         when the server refuses this client for good.
     */
    public static AgentHost launch(final Context ctx) {
        ctx.conclude();
        final AgentHost host = new AgentHost(ctx);
        host.channel.awaitConnected();
        host.conductorThread.start();
        host.workerThreads.forEach(Thread::start);
        return host;
    }

    private void conduct() {
        try {
            while (!isStopped && !channel.isClosed()) {
                int work = 0;
                lock.lock();
                try {
                    work = conductor.doWork();
                } catch (final RuntimeException ex) {
                    channel.errors().onError(ex);
                } finally {
                    lock.unlock();
                }
                ctx.idleStrategy().idle(work);
            }
        } finally {
            lock.lock();
            try {
                channel.close();
                conductor.agents().forEach(agent -> agent.registered.completeExceptionally(
                    new ClientClosedException("the agent host is closed: " + channel.lastFailure())));
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Adds an agent and waits until the server has registered it. A name that still belongs to a dead session, and a full
     * server, are tried again until the registration timeout.
     *
     * @param spec of the agent; its handler is closed with this host.
     * @return the agent's id at the server, until it is registered again.
     * @throws IllegalArgumentException when a value is out of its range.
     * @throws RefusedException         when the server refuses the registration.
     * @throws RequestTimeoutException  when there is no answer within the registration timeout.
     * @throws ClientClosedException    when this host is closed.
     */
    public long addAgent(final AgentSpec spec) {
        validate(spec);
        final HostedAgent agent;
        lock.lock();
        try {
            if (isClosed || channel.isClosed()) {
                throw new ClientClosedException("the agent host is closed: " + channel.lastFailure());
            }
            final HostWorker worker = leastLoaded();
            final ServerLimits limits = channel.limits();
            final int maxMessageLength = Math.max(
                Math.min(limits.maxMessageLength(), FrameDescriptor.MAX_MESSAGE_LENGTH), MESSAGE_OVERHEAD);
            final int maxResultLength = Math.max(0, Math.min(limits.maxPayloadLength(),
                Math.min(maxMessageLength, ctx.ingressTermLength() / 8) - MESSAGE_OVERHEAD));
            agent = new HostedAgent(spec, new HostMailbox(spec.registration().capacity(), maxMessageLength, maxResultLength),
                worker);
            agent.nextRegisterNs = System.nanoTime();
            agent.registerDeadlineNs = agent.nextRegisterNs + ctx.registrationTimeoutNs();
            worker.add(agent);
            conductor.add(agent);
        } finally {
            lock.unlock();
        }
        return await(agent);
    }

    private static void validate(final AgentSpec spec) {
        final RegistrationRequest request = spec.registration();
        ConnectionContext.check(spec.handler() != null, "agent " + request.name() + " has no handler");
        ConnectionContext.check(request.capacity() >= 1 && request.capacity() <= MAX_CAPACITY, "agent " + request.name()
            + ": capacity = " + request.capacity() + " is not in 1 to " + MAX_CAPACITY);
        ConnectionContext.check(request.parallelism() >= 1 && request.parallelism() <= request.capacity(), "agent "
            + request.name() + ": parallelism = " + request.parallelism() + " is not in 1 to capacity = " + request.capacity());
        ConnectionContext.check(request.leaseMs() >= 0, "agent " + request.name() + ": leaseMs = " + request.leaseMs()
            + " is negative");
        ConnectionContext.check(!request.name().isEmpty() && request.name().length() <= Protocol.MAX_NAME_LENGTH,
            "agent name = \"" + request.name() + "\" is not of 1 to " + Protocol.MAX_NAME_LENGTH + " characters");
    }

    private HostWorker leastLoaded() {
        HostWorker least = workers.get(0);
        for (final HostWorker worker : workers) {
            if (worker.agentCount() < least.agentCount()) {
                least = worker;
            }
        }
        return least;
    }

    private long await(final HostedAgent agent) {
        final String name = agent.spec.registration().namespace() + '/' + agent.spec.registration().name();
        try {
            return agent.registered.get(ctx.registrationTimeoutNs() + ctx.requestTimeoutNs(), TimeUnit.NANOSECONDS);
        } catch (final ExecutionException ex) {
            drop(agent);
            if (ex.getCause() instanceof RingmasterException cause) {
                throw cause;
            }
            throw new RingmasterException("agent " + name + " could not be registered: " + ex.getCause(), ex.getCause());
        } catch (final TimeoutException ex) {
            drop(agent);
            throw new RequestTimeoutException("Expected agent " + name + " to be registered at " + ctx.target() + " within "
                + TimeUnit.NANOSECONDS.toMillis(ctx.registrationTimeoutNs() + ctx.requestTimeoutNs())
                + " ms, but it was not: " + (channel.isConnected() ? "no answer" : channel.lastFailure()));
        } catch (final InterruptedException ex) {
            drop(agent);
            Thread.currentThread().interrupt();
            throw new RingmasterException("interrupted while agent " + name + " was being registered", ex);
        }
    }

    private void drop(final HostedAgent agent) {
        lock.lock();
        try {
            conductor.remove(agent);
            agent.worker.remove(agent);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes no more work: readiness is DRAINING, offers that were not started are given back, running tasks are waited for.
     *
     * @param timeoutNs how long to wait, in nanoseconds.
     * @return true: nothing is held any more.
     */
    public boolean drain(final long timeoutNs) {
        final List<HostedAgent> agents;
        lock.lock();
        try {
            agents = List.copyOf(conductor.agents());
            agents.forEach(agent -> agent.isDraining = true);
            conductor.beatSoon();
        } finally {
            lock.unlock();
        }
        final long deadlineNs = System.nanoTime() + timeoutNs;
        while (isHolding(agents)) {
            if (System.nanoTime() - deadlineNs >= 0 || Thread.currentThread().isInterrupted() || channel.isClosed()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NS);
        }
        return true;
    }

    private static boolean isHolding(final List<HostedAgent> agents) {
        for (final HostedAgent agent : agents) {
            if (agent.heldCount > 0) {
                return true;
            }
        }
        return false;
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
     * Whether the host was closed, by its user or because it may not connect again.
     *
     * @return true if so.
     */
    public boolean isClosed() {
        return isClosed || channel.isClosed();
    }

    /**
     * Counts so far.
     *
     * @return a snapshot.
     */
    public AgentHostStats stats() {
        lock.lock();
        try {
            return conductor.stats();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Drains with the drain timeout, unregisters the agents, closes the session and the handlers. Idempotent. A handler
     * that does not come back is interrupted; if that does not help, its thread, a daemon, is left alone and logged.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (isClosed) {
                return;
            }
            isClosed = true;
        } finally {
            lock.unlock();
        }
        if (channel.isConnected()) {
            drain(ctx.drainTimeoutNs());
        }
        stopWorkers();
        unregister();
        isStopped = true;
        join(conductorThread);
    }

    private void stopWorkers() {
        workers.forEach(HostWorker::stop);
        final boolean isHolding;
        lock.lock();
        try {
            isHolding = isHolding(conductor.agents());
        } finally {
            lock.unlock();
        }
        if (isHolding) {
            workers.forEach(HostWorker::abandon);
            workerThreads.forEach(Thread::interrupt);
        }
        workerThreads.forEach(AgentHost::join);
    }

    private static void join(final Thread thread) {
        try {
            thread.join(JOIN_TIMEOUT_MS);
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(JOIN_TIMEOUT_MS);
            }
            if (thread.isAlive()) {
                LOG.warn("thread {} does not stop: it is blocked in a handler or callback", thread.getName());
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void unregister() {
        final long deadlineNs = System.nanoTime() + FLUSH_TIMEOUT_NS;
        int next = 0;
        while (System.nanoTime() - deadlineNs < 0 && channel.isConnected()) {
            lock.lock();
            try {
                final List<HostedAgent> agents = conductor.agents();
                while (next < agents.size()) {
                    final RegistrationRequest request = agents.get(next).spec.registration();
                    if (agents.get(next).agentId != 0 && channel.sendUnregister(request.namespace(), request.name()) < 0) {
                        break;
                    }
                    next++;
                }
                if (next == agents.size()) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    /** Settings of an agent host. */
    public static final class Context extends ConnectionContext<Context> {
        private int workers = 1;
        private Supplier<IdleStrategy> workerIdleStrategySupplier = () -> new BackoffIdleStrategy(10, 20, 1_000, 1_000_000);
        private long registrationTimeoutNs = TimeUnit.SECONDS.toNanos(15);
        private long drainTimeoutNs = TimeUnit.SECONDS.toNanos(5);

        /** Settings with their defaults; set {@code dir} or {@code endpoint}. */
        public Context() {
        }

        @Override
        Context self() {
            return this;
        }

        void conclude() {
            check(workers >= 1 && workers <= 1024, "workers = " + workers + " is not in 1 to 1,024");
            check(workerIdleStrategySupplier != null, "workerIdleStrategySupplier is null");
            check(registrationTimeoutNs > 0, "registrationTimeoutNs = " + registrationTimeoutNs + " is not positive");
            check(drainTimeoutNs >= 0, "drainTimeoutNs = " + drainTimeoutNs + " is negative");
            concludeConnection();
        }

        /**
         * Worker threads; an agent is bound to one of them.
         *
         * @param value 1 to 1,024; default 1.
         * @return this.
         */
        public Context workers(final int value) {
            ensureOpen();
            workers = value;
            return this;
        }

        /**
         * Worker threads.
         *
         * @return the number.
         */
        public int workers() {
            return workers;
        }

        /**
         * How a worker waits when there is nothing to do.
         *
         * @param value gives a new strategy for each worker; default: back-off up to 1 ms.
         * @return this.
         */
        public Context workerIdleStrategySupplier(final Supplier<IdleStrategy> value) {
            ensureOpen();
            workerIdleStrategySupplier = value;
            return this;
        }

        /**
         * How a worker waits when there is nothing to do.
         *
         * @return the supplier.
         */
        public Supplier<IdleStrategy> workerIdleStrategySupplier() {
            return workerIdleStrategySupplier;
        }

        /**
         * How long {@link AgentHost#addAgent} tries.
         *
         * @param value nanoseconds; default 15 s.
         * @return this.
         */
        public Context registrationTimeoutNs(final long value) {
            ensureOpen();
            registrationTimeoutNs = value;
            return this;
        }

        /**
         * How long {@link AgentHost#addAgent} tries.
         *
         * @return nanoseconds.
         */
        public long registrationTimeoutNs() {
            return registrationTimeoutNs;
        }

        /**
         * How long {@link AgentHost#close} waits for running tasks.
         *
         * @param value nanoseconds; default 5 s.
         * @return this.
         */
        public Context drainTimeoutNs(final long value) {
            ensureOpen();
            drainTimeoutNs = value;
            return this;
        }

        /**
         * How long {@link AgentHost#close} waits for running tasks.
         *
         * @return nanoseconds.
         */
        public long drainTimeoutNs() {
            return drainTimeoutNs;
        }
    }
}
