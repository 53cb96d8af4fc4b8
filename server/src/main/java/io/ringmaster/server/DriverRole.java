package io.ringmaster.server;

import io.ringmaster.thread.Role;
import org.agrona.concurrent.AgentInvoker;

/**
 * Aeron's media driver as a role: one thread less, and over UDP no hand-over between the driver and ingress.
 * <p>
 * Threading: confined to the thread that the plan gives it.
 */
final class DriverRole implements Role {
    private final AgentInvoker invoker;

    DriverRole(final AgentInvoker invoker) {
        this.invoker = invoker;
    }

    @Override
    public String roleName() {
        return "driver";
    }

    /**
     * Runs the driver once. Its own timers are work every second, which would keep an idle thread from resting; what the driver
     * does for a client shows as work of ingress or egress in the same cycle. So this says 0.
     */
    @Override
    public int doWork(final long nowNs) {
        invoker.invoke();
        return 0;
    }
}
