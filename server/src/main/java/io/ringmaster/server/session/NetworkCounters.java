package io.ringmaster.server.session;

import io.ringmaster.server.metrics.ServerCounters;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The values of all {@link NetworkCounter}s.
 * <p>
 * Threading: {@link #increment} and {@link #set} single writer = the network thread; {@link #incrementShared} and readers any
 * thread, and any process that maps the counters' file. A counter is written by one of these ways only.
 */
public final class NetworkCounters {
    private static final NetworkCounter[] ALL = NetworkCounter.values();

    private final AtomicCounter[] counters = new AtomicCounter[ALL.length];

    /**
     * Takes the server's counters and allocates the network's own.
     *
     * @param serverCounters of the server.
     * @param manager        of the same file.
     */
    public NetworkCounters(final ServerCounters serverCounters, final CountersManager manager) {
        for (final NetworkCounter counter : ALL) {
            counters[counter.ordinal()] = counter.serverCounter() == null ?
                manager.newCounter(counter.label(), counter.typeId()) : serverCounters.of(counter.serverCounter());
        }
    }

    private NetworkCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[ALL.length * CountersReader.COUNTER_LENGTH]);
        for (final NetworkCounter counter : ALL) {
            counters[counter.ordinal()] = new AtomicCounter(values, counter.ordinal());
        }
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static NetworkCounters unmanaged() {
        return new NetworkCounters();
    }

    /**
     * Adds one.
     *
     * @param counter to add to.
     */
    public void increment(final NetworkCounter counter) {
        counters[counter.ordinal()].incrementRelease();
    }

    /**
     * Adds to a counter.
     *
     * @param counter to add to.
     * @param count   to add.
     */
    public void add(final NetworkCounter counter, final long count) {
        counters[counter.ordinal()].getAndAddRelease(count);
    }

    /**
     * Adds one to a counter that several threads write.
     *
     * @param counter to add to.
     */
    public void incrementShared(final NetworkCounter counter) {
        counters[counter.ordinal()].increment();
    }

    /**
     * Sets a gauge.
     *
     * @param counter to set.
     * @param value   of it.
     */
    public void set(final NetworkCounter counter, final long value) {
        counters[counter.ordinal()].setRelease(value);
    }

    /**
     * Reads a counter.
     *
     * @param counter to read.
     * @return its value.
     */
    public long get(final NetworkCounter counter) {
        return counters[counter.ordinal()].get();
    }
}
