package io.ringmaster.thread;

import com.typesafe.config.Config;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which roles run on which threads, and these on which CPUs: keys {@code ringmaster.threads.*} and
 * {@code ringmaster.affinity.required}.
 * <p>
 * Threading: immutable.
 *
 * @param mode             who drives the roles.
 * @param threads          threads of the named roles, sorted by name.
 * @param workers          worker threads.
 * @param backoff          figures of the idle strategies.
 * @param scheduling       what the kernel is asked for the threads.
 * @param stallThresholdNs a duty cycle longer than this is a stall; longer than the longest park.
 * @param affinityRequired whether a thread that cannot be pinned fails the start.
 */
public record ThreadPlanSettings(
    ThreadMode mode,
    List<ThreadSettings> threads,
    WorkerSettings workers,
    BackoffSettings backoff,
    SchedulingSettings scheduling,
    long stallThresholdNs,
    boolean affinityRequired) {

    /** The configuration block of the threads. */
    public static final String KEY = "ringmaster.threads";
    /** Blocks in it that are no threads. */
    public static final Set<String> NO_THREADS = Set.of("workers", "backoff", "scheduling");
    /** Role that polls the sessions; always on the thread of {@link #ROLE_EGRESS}. */
    public static final String ROLE_INGRESS = "ingress";
    /** Role that sends to the sessions; always on the thread of {@link #ROLE_INGRESS}. */
    public static final String ROLE_EGRESS = "egress";

    /**
     * Checks the values that do not depend on the roles and the machine; for these see {@link #validate}.
     *
     * @throws ThreadPlanException for a value out of its bounds.
     */
    public ThreadPlanSettings {
        threads = List.copyOf(threads);
        if (stallThresholdNs <= backoff.maxParkNs()) {
            throw new ThreadPlanException(
                KEY + ".stall-threshold = " + stallThresholdNs + " ns: must be more than " + KEY + ".backoff.max-park = "
                    + backoff.maxParkNs() + " ns, or every idle cycle is a stall");
        }
    }

    /**
     * Reads the settings. Every object in {@code threads} but {@link #NO_THREADS} is a thread; one with an empty list of roles is
     * none.
     *
     * @param ringmasterConfig the {@code ringmaster} block, with the defaults applied.
     * @return the settings.
     * @throws ThreadPlanException for a missing, unknown or nonsensical value.
     */
    public static ThreadPlanSettings fromConfig(final Config ringmasterConfig) {
        return new ThreadPlanConfigReader(ringmasterConfig).read();
    }

    /**
     * Checks the plan against the roles that there are and the machine it is to run on.
     *
     * @param knownRoles    roles that a thread may have.
     * @param requiredRoles those that some thread must have.
     * @param budget        CPUs of this process; see {@link CpuPinning#budget()}.
     * @throws ThreadPlanException for the first rule that is broken.
     */
    public void validate(
        final Collection<String> knownRoles, final Collection<String> requiredRoles, final CpuBudget budget) {
        validateRoles(knownRoles, requiredRoles);
        if (ThreadMode.INVOKER != mode) {
            validateCpus(budget);
        }
    }

    void validateRoles(final Collection<String> knownRoles, final Collection<String> requiredRoles) {
        new ThreadPlanRules(this).checkRoles(knownRoles, requiredRoles);
    }

    void validateCpus(final CpuBudget budget) {
        new ThreadPlanRules(this).checkCpus(budget);
    }

    /**
     * Whether a thread has a role.
     *
     * @param roleName to look for.
     * @return true if one has.
     */
    public boolean hasRole(final String roleName) {
        return threads.stream().anyMatch(thread -> thread.roles().contains(roleName));
    }
}
