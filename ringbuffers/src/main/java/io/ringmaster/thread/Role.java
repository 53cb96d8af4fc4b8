package io.ringmaster.thread;

/**
 * The work of one part of the server, done in short duty cycles, as an Agrona {@link org.agrona.concurrent.Agent}; but the clock
 * is read once for all roles of a thread, and an exception stops neither the role nor its neighbours.
 * <p>
 * Threading: all methods are called by the one thread that the plan gives the role, except {@link #onClose()} of a plan that was
 * never started, which runs on the closer's thread.
 */
public interface Role {
    /**
     * Does some bounded work, without waiting for anything.
     *
     * @param nowNs start of the duty cycle, on the plan's clock.
     * @return the amount of work really done; 0 lets the thread idle.
     * @throws Exception which is reported; the role is called again in the next cycle.
     */
    int doWork(long nowNs) throws Exception;

    /**
     * Name of the role in plans, counters and messages.
     *
     * @return the name.
     */
    String roleName();

    /**
     * Called once before the first cycle, on the role's thread. An exception fails the start of the plan.
     */
    default void onStart() {
    }

    /**
     * Called once when the plan is closed, after the last cycle; also if {@link #onStart()} failed or was never called.
     */
    default void onClose() {
    }
}
