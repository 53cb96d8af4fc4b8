package io.ringmaster.tuning.load;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process with the remote agents, and what happens to it: a kill -9 at a set time and a start some time later.
 * <p>
 * Threading: started and closed by the thread of the run; a thread of its own kills and starts, so that the generator is
 * not held up.
 */
final class RemoteAgents implements AutoCloseable {
    private static final long START_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);

    private final Target target;
    private final int agents;
    private volatile ChildProcess process;
    private volatile Thread chaos;
    private volatile boolean closed;
    private volatile boolean killed;
    private volatile boolean restarted;
    private volatile RuntimeException failure;

    private RemoteAgents(final Target target, final int agents) {
        this.target = target;
        this.agents = agents;
    }

    /** Starts the process and waits until its agents are registered. */
    static RemoteAgents start(final Target target, final int agents) {
        final RemoteAgents remote = new RemoteAgents(target, agents);
        remote.startProcess();
        return remote;
    }

    /**
     * From now on counts the time until the kill.
     *
     * @param afterNs   from now to the kill.
     * @param restartNs from the kill to the new start.
     */
    void killLater(final long afterNs, final long restartNs) {
        final long killNs = System.nanoTime() + afterNs;
        chaos = new Thread(() -> killAndRestart(killNs, restartNs), "kill-agents");
        chaos.setDaemon(true);
        chaos.start();
    }

    /** Whether the kill that was asked for has happened. */
    boolean killed() {
        return killed;
    }

    int agents() {
        return agents;
    }

    boolean restarted() {
        return restarted;
    }

    /** Why the process did not start again; null if it did, or was not meant to. */
    RuntimeException failure() {
        return failure;
    }

    /** Waits until the new process is up. */
    void awaitRestart() {
        final Thread thread = chaos;
        if (thread != null && killed) {
            awaitEnd(thread);
        }
    }

    @Override
    public void close() {
        closed = true;
        final Thread thread = chaos;
        if (thread != null) {
            LockSupport.unpark(thread);
            awaitEnd(thread);
        }
        final ChildProcess current = process;
        if (current != null) {
            current.close();
        }
    }

    private void killAndRestart(final long killNs, final long restartNs) {
        try {
            if (!sleepUntil(killNs)) {
                return;
            }
            killed = true;
            process.kill();
            if (sleepUntil(System.nanoTime() + restartNs)) {
                startProcess();
                restarted = true;
            }
        } catch (final ChildProcessException ex) {
            failure = ex;
        }
    }

    private boolean sleepUntil(final long timeNs) {
        for (long leftNs = timeNs - System.nanoTime(); leftNs > 0 && !closed; leftNs = timeNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
        }
        return !closed;
    }

    private void startProcess() {
        final List<String> command = JvmFlags.javaCommand(List.of());
        command.add(TuneCommands.MAIN_CLASS);
        command.add("agent-host");
        target.addressArguments(command);
        command.add("--agents");
        command.add(Integer.toString(agents));
        final ChildProcess started = ChildProcess.start("agent-host", command, target.directory().file("agent-host.log"));
        process = started;
        started.awaitReady(START_TIMEOUT_NS);
    }

    private static void awaitEnd(final Thread thread) {
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(START_TIMEOUT_NS));
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
