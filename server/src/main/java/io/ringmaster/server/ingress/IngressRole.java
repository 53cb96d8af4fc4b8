package io.ringmaster.server.ingress;

import io.aeron.Subscription;
import io.ringmaster.server.load.LoadMonitor;
import io.ringmaster.server.session.SessionManager;
import io.ringmaster.thread.Role;
import org.agrona.concurrent.AgentInvoker;

/**
 * Polls the clients' streams, and goes on with the sessions: connect dialogues, keep-alives, time-outs.
 * <p>
 * Threading: confined to the network thread; egress has to run on the same thread.
 */
public final class IngressRole implements Role {
    private static final int FRAGMENT_LIMIT = 32;
    private static final long SWEEP_INTERVAL_NS = 10_000_000L;

    private final FrameAssembler ipc;
    private final FrameAssembler udp;
    private final AgentInvoker conductor;
    private final IngressAdapter adapter;
    private final SessionManager sessions;
    private final LoadMonitor load;
    private long nextSweepNs = Long.MIN_VALUE;
    private volatile boolean accepting = true;

    /**
     * A role that is not started. It closes neither the subscriptions nor the Aeron client.
     *
     * @param ipc       subscription for clients on this machine.
     * @param udp       subscription for clients over UDP; null: none.
     * @param conductor of the Aeron client, to be driven by this role; null: it has a thread of its own.
     * @param adapter   decodes the frames.
     * @param sessions  of the clients.
     * @param load      looks at the rings after each poll, when they are fullest.
     */
    public IngressRole(
        final Subscription ipc, final Subscription udp, final AgentInvoker conductor, final IngressAdapter adapter,
        final SessionManager sessions, final LoadMonitor load) {
        this.ipc = new FrameAssembler(ipc, adapter);
        this.udp = udp == null ? null : new FrameAssembler(udp, adapter);
        this.conductor = conductor;
        this.adapter = adapter;
        this.sessions = sessions;
        this.load = load;
    }

    @Override
    public String roleName() {
        return "ingress";
    }

    @Override
    public int doWork(final long nowNs) {
        if (conductor != null) {
            // Its keep-alives are no work of ours and must not keep an idle thread from resting.
            conductor.invoke();
        }
        sessions.nowNs(nowNs);
        adapter.onCycleStart(nowNs);
        final int fragments = accepting ? poll() : 0;
        sessions.loadState(load.onCycle(nowNs));
        final int work = fragments + sessions.doWork(fragments == 0 && adapter.abortedFrames() == 0);
        if (nextSweepNs == Long.MIN_VALUE || nowNs - nextSweepNs >= 0) {
            nextSweepNs = nowNs + SWEEP_INTERVAL_NS;
            sweep();
        }
        return work;
    }

    private int poll() {
        final int fragments = ipc.poll(FRAGMENT_LIMIT);
        return udp == null ? fragments : fragments + udp.poll(FRAGMENT_LIMIT);
    }

    /** From now on takes nothing more from clients, so that what was taken can be answered before the server ends. Any thread. */
    public void stopAccepting() {
        accepting = false;
    }

    private void sweep() {
        ipc.sweep();
        if (udp != null) {
            udp.sweep();
        }
    }

    /** Tells the clients, as far as they still can be told, that the server stops. */
    @Override
    public void onClose() {
        sessions.closeAll("the server stops");
    }
}
