package io.ringmaster.server;

import io.ringmaster.thread.Role;
import java.util.function.IntSupplier;
import org.agrona.concurrent.AgentInvoker;

/**
 * Aeron's media driver as a role: one thread less, and over UDP no hand-over between the driver and ingress.
 * <p>
 * Threading: confined to the thread that the plan gives it.
 */
final class DriverRole implements Role {
    /**
     * Over IPC messages do not pass through the driver: it moves the limits of the streams on, half a term ahead, and looks at
     * every stream for that. Over UDP it sends and receives.
     */
    private static final long IPC_INTERVAL_NS = 10_000L;
    /** With fewer clients it costs little, and runs in each cycle. */
    private static final int MANY_CLIENTS = 8;

    private final AgentInvoker invoker;
    private final long intervalNs;
    private final IntSupplier clients;
    private long nextNs = Long.MIN_VALUE;

    /**
     * A role for a driver.
     *
     * @param invoker of the driver.
     * @param hasUdp  whether clients come over UDP, too.
     * @param clients how many there are over IPC.
     */
    DriverRole(final AgentInvoker invoker, final boolean hasUdp, final IntSupplier clients) {
        this.invoker = invoker;
        this.clients = clients;
        this.intervalNs = hasUdp ? 0 : IPC_INTERVAL_NS;
    }

    @Override
    public String roleName() {
        return "driver";
    }

    /**
     * Runs the driver, if it is due. Its own timers are work every second, which would keep an idle thread from resting; what the driver
     * does for a client shows as work of ingress or egress in the same cycle. So this says 0.
     */
    @Override
    public int doWork(final long nowNs) {
        if (nextNs == Long.MIN_VALUE || nowNs - nextNs >= 0) {
            nextNs = clients.getAsInt() < MANY_CLIENTS ? nowNs : nowNs + intervalNs;
            invoker.invoke();
        }
        return 0;
    }
}
