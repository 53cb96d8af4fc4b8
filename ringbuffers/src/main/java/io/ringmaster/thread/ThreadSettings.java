package io.ringmaster.thread;

import java.util.List;

/**
 * One thread for named roles: the block {@code ringmaster.threads.<name>}.
 * <p>
 * Threading: immutable.
 *
 * @param name  of the block; the thread is called {@code ringmaster-<name>}.
 * @param roles in the order in which a duty cycle runs them; at least one.
 * @param cpu   to pin the thread to; none or one CPU.
 * @param idle  what it does without work.
 */
public record ThreadSettings(String name, List<String> roles, CpuList cpu, IdleKind idle) {
    /**
     * Checks the values.
     *
     * @throws ThreadPlanException for a value out of its bounds.
     */
    public ThreadSettings {
        roles = List.copyOf(roles);
        if (roles.isEmpty()) {
            throw new ThreadPlanException(ThreadPlanSettings.KEY + "." + name + ".roles = []: must name a role");
        }
        if (cpu.size() > 1) {
            throw new ThreadPlanException(
                ThreadPlanSettings.KEY + "." + name + ".cpu = " + cpu + ": must be none or one CPU, it is one thread");
        }
    }
}
