package io.ringmaster.thread;

import java.util.List;

/**
 * One thread of a plan, for reports and health checks.
 * <p>
 * Threading: immutable; a snapshot.
 *
 * @param name           of the thread.
 * @param roles          names of its roles, in order.
 * @param idle           its idle strategy.
 * @param requestedCpu   CPU that it is to be pinned to, {@link CpuPinning#NO_CPU} for none.
 * @param actualCpu      CPU that it ran on after it was pinned or started; {@link CpuPinning#NO_CPU} before, or if unknown.
 * @param pinFailure     why it is not pinned as requested; null if it is, or need not be.
 * @param nativeThreadId the system's thread id, -1 before the start, or if unknown.
 * @param javaThreadId   the JVM's thread id, -1 before the start.
 * @param alive          whether it is running.
 * @param lastCycleNs    start of its latest duty cycle on the plan's clock, of its start before the first, 0 before that.
 * @param counters       its counters.
 */
public record ThreadDescription(
    String name,
    List<String> roles,
    IdleKind idle,
    int requestedCpu,
    int actualCpu,
    String pinFailure,
    long nativeThreadId,
    long javaThreadId,
    boolean alive,
    long lastCycleNs,
    ThreadCounters counters) {
}
