package io.ringmaster.server.watch;

import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of watches.
 * <p>
 * Threading: single writer = the registry's role; readers any thread, and any process that maps the counters' file.
 */
public final class WatchCounters {
    private final AtomicCounter watches;
    private final AtomicCounter events;
    private final AtomicCounter lost;
    private final AtomicCounter snapshots;
    private final AtomicCounter backlog;

    /**
     * Counters of a server.
     *
     * @param counters of the server.
     */
    public WatchCounters(final ServerCounters counters) {
        watches = counters.of(ServerCounter.WATCHES);
        events = counters.of(ServerCounter.WATCH_EVENTS);
        lost = counters.of(ServerCounter.WATCH_EVENTS_LOST);
        snapshots = counters.of(ServerCounter.WATCH_SNAPSHOTS);
        backlog = counters.of(ServerCounter.WATCH_BACKLOG_BYTES);
    }

    private WatchCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[5 * CountersReader.COUNTER_LENGTH]);
        watches = new AtomicCounter(values, 0);
        events = new AtomicCounter(values, 1);
        lost = new AtomicCounter(values, 2);
        snapshots = new AtomicCounter(values, 3);
        backlog = new AtomicCounter(values, 4);
    }

    /**
     * Counters that no other process sees.
     *
     * @return counters in a buffer of their own.
     */
    public static WatchCounters unmanaged() {
        return new WatchCounters();
    }

    /**
     * Watches that are there.
     *
     * @return the number.
     */
    public long watches() {
        return watches.get();
    }

    /**
     * Events sent.
     *
     * @return the number since the start.
     */
    public long events() {
        return events.get();
    }

    /**
     * Changes that a watch should have been sent and was not.
     *
     * @return the number since the start.
     */
    public long lost() {
        return lost.get();
    }

    /**
     * Snapshots begun.
     *
     * @return the number since the start.
     */
    public long snapshots() {
        return snapshots.get();
    }

    void watches(final int count) {
        watches.setRelease(count);
    }

    void onSent() {
        events.incrementRelease();
    }

    void onLost() {
        lost.incrementRelease();
    }

    void onSnapshot() {
        snapshots.incrementRelease();
    }

    long backlog() {
        return backlog.get();
    }

    void backlog(final long bytes) {
        backlog.setRelease(bytes);
    }
}
