package io.ringmaster.thread;

/**
 * How the roles of a plan get their threads.
 * <p>
 * Threading: immutable.
 */
public enum ThreadMode {
    /** No threads: the caller drives all roles by {@link ThreadPlan#invoke()}. CPUs and idle strategies are not used. */
    INVOKER,
    /** Threads as packed in the settings; a thread may have any number of roles. */
    SHARED,
    /** Threads as packed in the settings, and a thread has one role; ingress and egress count as one. */
    DEDICATED
}
