package io.ringmaster.client;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A copy of the records that a watch sees, kept up to date in this process: look-ups in it cost nothing and ask nobody.
 * <pre>{@code
 * try (RegistryMirror mirror = RegistryMirror.open(client, new WatchFilter().namespace("ml"))) {
 *     mirror.awaitCurrent(5_000);
 *     mirror.get("ml", "worker-1").ifPresent(record -> ...);
 * }
 * }</pre>
 * Of two records of one name the one with the higher incarnation wins, then the one with the higher version. While a new
 * snapshot comes in, after a loss, readers see the records of before; it takes their place as a whole when it is complete.
 * <p>
 * Threading: readers any thread, without locks (but {@link #awaitCurrent}); single writer = the thread that drives the
 * client.
 */
public final class RegistryMirror implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Map<Call.Key, AgentRecord> records = new ConcurrentHashMap<>();
    private volatile boolean isCurrent;
    private volatile RingmasterException failure;
    private volatile Watch watch;
    /** The snapshot that comes in; null: there is none. */
    private ConcurrentHashMap<Call.Key, AgentRecord> incoming;
    /** What was removed while the snapshot came in. */
    private final Map<Call.Key, AgentRecord> removed = new HashMap<>();

    /** A mirror that is not fed yet. */
    RegistryMirror() {
    }

    /**
     * Opens a mirror and its watch. It fills up by itself; {@link #awaitCurrent} waits for that.
     *
     * @param client to watch with; with {@link ThreadingMode#CALLER} poll it.
     * @param filter what to mirror.
     * @return the mirror.
     * @throws RefusedException when the server refuses the watch.
     */
    public static RegistryMirror open(final RingmasterClient client, final WatchFilter filter) {
        final RegistryMirror mirror = new RegistryMirror();
        mirror.watch = client.watch(filter, mirror.listener());
        return mirror;
    }

    /** What feeds this mirror. */
    WatchListener listener() {
        return new Feeder();
    }

    /**
     * One record.
     *
     * @param namespace of the record, as the server names it: an empty one is {@code default}.
     * @param name      of the record.
     * @return the record, without lease and load; empty: there is none, or it does not match the filter.
     */
    public Optional<AgentRecord> get(final String namespace, final String name) {
        return Optional.ofNullable(records.get(new Call.Key(namespace, name)));
    }

    /**
     * All records. The collection is a live view until the next snapshot is complete: take it anew each time.
     *
     * @return unmodifiable, in no order; safe to walk over while it changes.
     */
    public Collection<AgentRecord> records() {
        return Collections.unmodifiableCollection(records.values());
    }

    /**
     * Number of records.
     *
     * @return from 0.
     */
    public int size() {
        return records.size();
    }

    /**
     * Whether the mirror follows the registry.
     *
     * @return false: before the first snapshot is complete, and from a loss to the end of the next snapshot.
     */
    public boolean isCurrent() {
        return isCurrent;
    }

    /**
     * Waits until the mirror follows the registry. Not on the thread that drives the client.
     *
     * @param timeoutMs how long to wait at most, in milliseconds.
     * @return false: it did not in time.
     * @throws RingmasterException when the watch has failed, or the thread is interrupted.
     */
    public boolean awaitCurrent(final long timeoutMs) {
        long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        lock.lock();
        try {
            while (!isCurrent && failure == null && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new RingmasterException("interrupted while waiting for the mirror", ex);
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            throw failure;
        }
        return isCurrent;
    }

    /**
     * The watch that feeds this mirror.
     *
     * @return the watch.
     */
    public Watch watch() {
        return watch;
    }

    /** Ends the watch; the records stay as they are. Idempotent. */
    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        current(false);
    }

    private void current(final boolean value) {
        lock.lock();
        try {
            isCurrent = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private final class Feeder implements WatchListener {
        @Override
        public void onSnapshotBegin() {
            incoming = new ConcurrentHashMap<>();
            removed.clear();
        }

        @Override
        public void onRecord(final AgentRecord record) {
            final AgentRecord gone = removed.get(key(record));
            if (gone == null || isNewer(record, gone)) {
                put(record);
            }
        }

        @Override
        public void onSnapshotEnd() {
            if (incoming != null) {
                records = incoming;
                incoming = null;
                removed.clear();
                current(true);
            }
        }

        @Override
        public void onRegistered(final AgentRecord record) {
            put(record);
        }

        @Override
        public void onChanged(final AgentRecord record) {
            put(record);
        }

        @Override
        public void onRemoved(final AgentRecord record, final RemovalReason reason) {
            final Call.Key key = key(record);
            target().computeIfPresent(key, (ignore, known) -> isNewer(known, record) ? known : null);
            if (incoming != null) {
                removed.put(key, record);
            }
        }

        @Override
        public void onLost(final long count) {
            current(false);
        }

        @Override
        public void onFailed(final RingmasterException cause) {
            failure = cause;
            current(false);
        }

        private void put(final AgentRecord record) {
            target().merge(key(record), record, (known, update) -> isNewer(known, update) ? known : update);
        }

        private Map<Call.Key, AgentRecord> target() {
            return incoming != null ? incoming : records;
        }

        private Call.Key key(final AgentRecord record) {
            return new Call.Key(record.namespace(), record.name());
        }

        private boolean isNewer(final AgentRecord one, final AgentRecord other) {
            return one.agentId() != other.agentId() ? one.agentId() > other.agentId()
                : one.recordVersion() > other.recordVersion();
        }
    }
}
