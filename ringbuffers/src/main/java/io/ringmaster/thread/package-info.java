/**
 * Roles and the threads that run them: a {@link io.ringmaster.thread.Role} is the unit of work, a
 * {@link io.ringmaster.thread.RoleGroup} runs several of them on one thread, and a {@link io.ringmaster.thread.ThreadPlan} packs
 * roles onto threads and threads onto CPUs as {@link io.ringmaster.thread.ThreadPlanSettings} say.
 * <p>
 * Owned by whoever launches the server; roles know nothing of their thread.
 */
package io.ringmaster.thread;
