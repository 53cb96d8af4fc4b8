package io.ringmaster.server.load;

import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of the load state.
 * <p>
 * Threading: single writer = the network thread; readers any thread, and any process that maps the counters' file.
 */
public final class LoadCounters {
    private final AtomicCounter state;
    private final AtomicCounter[] entered;

    /**
     * Counters of a server.
     *
     * @param counters of the server.
     */
    public LoadCounters(final ServerCounters counters) {
        state = counters.of(ServerCounter.LOAD_STATE);
        entered = new AtomicCounter[] {
            counters.of(ServerCounter.LOAD_NORMAL_ENTERED), counters.of(ServerCounter.LOAD_DEGRADED_ENTERED),
            counters.of(ServerCounter.LOAD_OVERLOADED_ENTERED), counters.of(ServerCounter.LOAD_CRITICAL_ENTERED)};
    }

    private LoadCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[5 * CountersReader.COUNTER_LENGTH]);
        state = new AtomicCounter(values, 0);
        entered = new AtomicCounter[LoadMonitor.CRITICAL];
        for (int i = 0; i < entered.length; i++) {
            entered[i] = new AtomicCounter(values, i + 1);
        }
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static LoadCounters unmanaged() {
        return new LoadCounters();
    }

    /**
     * The present state.
     *
     * @return {@link LoadMonitor#NORMAL} to {@link LoadMonitor#CRITICAL}.
     */
    public int state() {
        return (int) state.get();
    }

    /**
     * How often a state was entered from another one.
     *
     * @param loadState {@link LoadMonitor#NORMAL} to {@link LoadMonitor#CRITICAL}.
     * @return since the start.
     */
    public long entered(final int loadState) {
        return entered[loadState - LoadMonitor.NORMAL].get();
    }

    void state(final int value) {
        state.setRelease(value);
    }

    void onEntered(final int value) {
        entered[value - LoadMonitor.NORMAL].incrementRelease();
        state(value);
    }
}
