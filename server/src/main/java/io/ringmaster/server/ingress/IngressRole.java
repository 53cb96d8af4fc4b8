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
    /** Fragments of a poll: these, or some for each session, so that what a cycle costs by itself is shared by many. */
    private static final int MIN_FRAGMENT_LIMIT = 32;
    private static final int MAX_FRAGMENT_LIMIT = 256;
    private static final int FRAGMENTS_PER_IMAGE = 2;
    private static final int MANY_IMAGES = 8;
    /** The client conductor has nothing to do with messages, only with streams that come and go. */
    private static final long CONDUCTOR_INTERVAL_NS = 100_000L;
    private static final long SWEEP_INTERVAL_NS = 10_000_000L;

    private final FrameAssembler ipc;
    private final FrameAssembler udp;
    private final AgentInvoker conductor;
    private final IngressAdapter adapter;
    private final SessionManager sessions;
    private final LoadMonitor load;
    private long nextSweepNs = Long.MIN_VALUE;
    private long nextConductorNs = Long.MIN_VALUE;
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
        runConductor(nowNs);
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

    /** Its keep-alives are no work of ours and must not keep an idle thread from resting. While it has work it is not held up. */
    private void runConductor(final long nowNs) {
        if (conductor != null && (nextConductorNs == Long.MIN_VALUE || nowNs - nextConductorNs >= 0)) {
            nextConductorNs = conductor.invoke() > 0 || ipc.imageCount() < MANY_IMAGES ? nowNs : nowNs + CONDUCTOR_INTERVAL_NS;
        }
    }

    private int poll() {
        final int fragments = poll(ipc);
        return udp == null ? fragments : fragments + poll(udp);
    }

    private static int poll(final FrameAssembler assembler) {
        return assembler.poll(
            Math.min(MAX_FRAGMENT_LIMIT, Math.max(MIN_FRAGMENT_LIMIT, FRAGMENTS_PER_IMAGE * assembler.imageCount())));
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
