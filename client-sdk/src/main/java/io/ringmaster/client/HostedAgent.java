package io.ringmaster.client;

import org.agrona.collections.Long2LongHashMap;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * One agent of a host, as its conductor sees it. The epoch is the one thing that the worker reads: it changes whenever the
 * server may have given the agent's tasks to others, so that offers and answers of before are void.
 * <p>
 * Threading: confined to the conductor (the host's lock), except {@code epoch}, {@code isDraining} and {@code heldCount}:
 * single writer = conductor, readers any thread.
 */
final class HostedAgent {
    /** The agent has no registration. */
    static final long NO_EPOCH = 0;
    private static final int RECENT_BY_CAPACITY = 4;
    private static final long NONE = -1;

    final AgentSpec spec;
    final HostMailbox mailbox;
    final HostWorker worker;
    final CompletableFuture<Long> registered = new CompletableFuture<>();
    /** Attempt by task id: queued and running. */
    final Long2LongHashMap held = new Long2LongHashMap(NONE);
    volatile long epoch = NO_EPOCH;
    volatile boolean isDraining;
    volatile int heldCount;

    long agentId;
    long registerCorrelationId;
    long nextRegisterNs;
    long registerDeadlineNs;
    long meanServiceNs;

    private final Long2LongHashMap recent = new Long2LongHashMap(NONE);
    private final long[] recentOrder;
    private int recentNext;

    HostedAgent(final AgentSpec spec, final HostMailbox mailbox, final HostWorker worker) {
        this.spec = spec;
        this.worker = worker;
        this.mailbox = mailbox;
        recentOrder = new long[Math.max(64, RECENT_BY_CAPACITY * spec.registration().capacity())];
    }

    /** The agent is not registered any more: what it holds is void. */
    void forget(final long nowNs) {
        epoch = NO_EPOCH;
        agentId = 0;
        registerCorrelationId = 0;
        nextRegisterNs = nowNs;
        held.clear();
        heldCount = 0;
        recent.clear();
        Arrays.fill(recentOrder, 0);
    }

    void hold(final long taskId, final int attempt) {
        held.put(taskId, attempt);
        heldCount = held.size();
    }

    void release(final long taskId, final int attempt) {
        if (held.get(taskId) == attempt) {
            held.remove(taskId);
            heldCount = held.size();
        }
    }

    /** An attempt that was answered, so that a second offer of it is known. The oldest one is forgotten. */
    void answered(final long taskId, final int attempt) {
        final long oldest = recentOrder[recentNext];
        if (oldest != 0 && oldest != taskId) {
            recent.remove(oldest);
        }
        recentOrder[recentNext] = taskId;
        recentNext = (recentNext + 1) % recentOrder.length;
        recent.put(taskId, attempt);
    }

    boolean isDuplicate(final long taskId, final int attempt) {
        return held.get(taskId) >= attempt || recent.get(taskId) >= attempt;
    }

    /** The attempt of a task that is held; -1: none. */
    int heldAttempt(final long taskId) {
        return (int) held.get(taskId);
    }

    /** An estimate for the heartbeat: what is held, one after the other in each of the parallel places. */
    long estimatedWaitNs() {
        return meanServiceNs * held.size() / Math.max(1, spec.registration().parallelism());
    }

    void onServiceTime(final long serviceNs) {
        meanServiceNs = meanServiceNs == 0 ? serviceNs : meanServiceNs + (serviceNs - meanServiceNs) / 8;
    }
}
