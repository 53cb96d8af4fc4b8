package io.ringmaster.thread;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rules between the values of a plan, and between a plan, its roles and its machine.
 * <p>
 * Threading: immutable.
 */
final class ThreadPlanRules {
    private final ThreadPlanSettings settings;

    ThreadPlanRules(final ThreadPlanSettings settings) {
        this.settings = settings;
    }

    void checkRoles(final Collection<String> knownRoles, final Collection<String> requiredRoles) {
        final Map<String, String> threadByRole = new LinkedHashMap<>();
        for (final ThreadSettings thread : settings.threads()) {
            for (final String role : thread.roles()) {
                if (!knownRoles.contains(role)) {
                    throw new ThreadPlanException(
                        rolesKey(thread.name()) + ": unknown role " + role + "; known are " + knownRoles);
                }
                final String other = threadByRole.put(role, thread.name());
                if (null != other) {
                    throw new ThreadPlanException(
                        rolesKey(thread.name()) + ": role " + role + " is already in " + rolesKey(other) + "; a role runs once");
                }
            }
        }
        for (final String role : requiredRoles) {
            if (!threadByRole.containsKey(role)) {
                throw new ThreadPlanException(
                    ThreadPlanSettings.KEY + ": role " + role + " is on no thread; every one of " + requiredRoles + " needs one");
            }
        }
        final String ingress = threadByRole.get(ThreadPlanSettings.ROLE_INGRESS);
        final String egress = threadByRole.get(ThreadPlanSettings.ROLE_EGRESS);
        if (null != ingress && null != egress && !ingress.equals(egress)) {
            throw new ThreadPlanException(
                rolesKey(egress) + ": role egress must be on the thread of ingress, which is in " + rolesKey(ingress));
        }
        if (ThreadMode.DEDICATED == settings.mode()) {
            settings.threads().forEach(ThreadPlanRules::checkDedicated);
        }
    }

    private static void checkDedicated(final ThreadSettings thread) {
        final List<String> others = new ArrayList<>(thread.roles());
        if (others.contains(ThreadPlanSettings.ROLE_INGRESS)) {
            others.remove(ThreadPlanSettings.ROLE_EGRESS);
        }
        if (others.size() > 1) {
            throw new ThreadPlanException(
                rolesKey(thread.name()) + " = " + thread.roles() + ": with " + ThreadPlanSettings.KEY
                    + ".mode = dedicated a thread has one role (ingress and egress count as one)");
        }
    }

    void checkCpus(final CpuBudget budget) {
        final List<Pin> pins = pins();
        final List<String> spinning = pins.stream().filter(Pin::spins).map(pin -> pin.thread() + " on " + pin.cpu()).toList();
        if (spinning.size() > budget.usableCores()) {
            throw new ThreadPlanException(
                ThreadPlanSettings.KEY + ": " + spinning.size() + " pinned threads spin (" + String.join(", ", spinning)
                    + "), must be at most " + budget.usableCores() + ", the usable cores: the affinity mask allows "
                    + budget.allowed().size() + " (" + budget.allowed() + "), the JVM counts " + budget.availableProcessors());
        }
        for (final Pin pin : pins) {
            if (!budget.allowed().cpus().contains(pin.cpu())) {
                throw new ThreadPlanException(
                    pin.key() + " = " + pin.cpu() + ": must be one of the CPUs that this process may use: " + budget.allowed());
            }
        }
        final Map<Integer, Pin> pinByCpu = new HashMap<>();
        for (final Pin pin : pins) {
            final Pin other = pinByCpu.put(pin.cpu(), pin);
            if (null != other && (pin.spins() || other.spins())) {
                throw new ThreadPlanException(
                    pin.key() + " = " + pin.cpu() + ": must not be the CPU of " + other.thread() + ", because "
                        + (pin.spins() ? pin : other).thread() + " spins and never lets go of it");
            }
        }
    }

    private List<Pin> pins() {
        final List<Pin> pins = new ArrayList<>();
        for (final ThreadSettings thread : settings.threads()) {
            for (final int cpu : thread.cpu().cpus()) {
                pins.add(new Pin(
                    thread.name(), ThreadPlanSettings.KEY + "." + thread.name() + ".cpu", cpu, thread.idle().spins()));
            }
        }
        final WorkerSettings workers = settings.workers();
        for (int i = 0; i < workers.count() && !workers.cpus().isNone(); i++) {
            pins.add(new Pin(
                "worker-" + i, ThreadPlanSettings.KEY + ".workers.cpu", workers.cpus().cpus().get(i), workers.idle().spins()));
        }
        return pins;
    }

    private static String rolesKey(final String threadName) {
        return ThreadPlanSettings.KEY + "." + threadName + ".roles";
    }

    private record Pin(String thread, String key, int cpu, boolean spins) {
    }
}
