package io.ringmaster.server.ingress;

import io.aeron.Subscription;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.load.LoadMonitor;
import io.ringmaster.server.session.SessionManager;
import io.ringmaster.thread.Role;
import org.agrona.concurrent.AgentInvoker;
import org.agrona.concurrent.NanoClock;

/**
 * Polls the clients' streams, and goes on with the sessions: connect dialogues, keep-alives, time-outs.
 * <p>
 * Threading: confined to the network thread; egress has to run on the same thread.
 */
public final class IngressRole implements Role {
    /** Fragments of one poll. */
    private static final int FRAGMENT_LIMIT = 32;
    /** With many sessions a cycle polls more than once, so that what it costs by itself is shared: some fragments for each session. */
    private static final int MAX_FRAGMENTS_PER_CYCLE = 256;
    private static final int FRAGMENTS_PER_IMAGE = 2;
    /** Commands in a ring after which a cycle does not poll again: with those of one more poll it is what their reader takes in a cycle. */
    private static final int MAX_DEPTH_TO_POLL_AGAIN = 32;
    /** Time that polls have taken after which a cycle does not poll again: frames may be queries and batches. */
    private static final long MAX_NS_TO_POLL_AGAIN = 100_000L;
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
    private final CommandRing[] rings;
    private final NanoClock clock;
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
     * @param clock     that says how long the polls of a cycle have taken.
     * @param rings     that the frames' commands go to.
     */
    public IngressRole(
        final Subscription ipc, final Subscription udp, final AgentInvoker conductor, final IngressAdapter adapter,
        final SessionManager sessions, final LoadMonitor load, final NanoClock clock, final CommandRing... rings) {
        this.ipc = new FrameAssembler(ipc, adapter);
        this.udp = udp == null ? null : new FrameAssembler(udp, adapter);
        this.conductor = conductor;
        this.adapter = adapter;
        this.sessions = sessions;
        this.load = load;
        this.clock = clock;
        this.rings = rings.clone();
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
        final int most = Math.min(MAX_FRAGMENTS_PER_CYCLE, FRAGMENTS_PER_IMAGE * ipc.imageCount());
        final int first = ipc.poll(FRAGMENT_LIMIT);
        final int fragments = first == FRAGMENT_LIMIT && first < most ? pollAgain(most) : first;
        return udp == null ? fragments : fragments + udp.poll(FRAGMENT_LIMIT);
    }

    private int pollAgain(final int most) {
        final long startNs = clock.nanoTime();
        int fragments = FRAGMENT_LIMIT;
        int last = FRAGMENT_LIMIT;
        while (last == FRAGMENT_LIMIT && fragments < most && areRingsShallow() && clock.nanoTime() - startNs < MAX_NS_TO_POLL_AGAIN) {
            last = ipc.poll(FRAGMENT_LIMIT);
            fragments += last;
        }
        return fragments;
    }

    private boolean areRingsShallow() {
        for (final CommandRing ring : rings) {
            if (ring.depth() > MAX_DEPTH_TO_POLL_AGAIN) {
                return false;
            }
        }
        return true;
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
