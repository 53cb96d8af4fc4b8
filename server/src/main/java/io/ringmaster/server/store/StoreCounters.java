package io.ringmaster.server.store;

import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of the store ring and the store's role.
 * <p>
 * Threading: failures any thread; each other counter has one writer, the registry's role (those of the ring) or the store's role;
 * readers any thread.
 */
final class StoreCounters {
    final AtomicCounter ringHighWater;
    final AtomicCounter ringRefused;
    final AtomicCounter puts;
    final AtomicCounter removes;
    final AtomicCounter failures;
    final AtomicCounter withheld;

    StoreCounters(final ServerCounters counters) {
        ringHighWater = counters.of(ServerCounter.STORE_RING_HIGH_WATER);
        ringRefused = counters.of(ServerCounter.STORE_RING_REFUSED);
        puts = counters.of(ServerCounter.STORE_PUTS);
        removes = counters.of(ServerCounter.STORE_REMOVES);
        failures = counters.of(ServerCounter.STORE_FAILURES);
        withheld = counters.of(ServerCounter.STORE_REPLIES_WITHHELD);
    }

    private StoreCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[6 * CountersReader.COUNTER_LENGTH]);
        ringHighWater = new AtomicCounter(values, 0);
        ringRefused = new AtomicCounter(values, 1);
        puts = new AtomicCounter(values, 2);
        removes = new AtomicCounter(values, 3);
        failures = new AtomicCounter(values, 4);
        withheld = new AtomicCounter(values, 5);
    }

    /** Counters that no other process sees. */
    static StoreCounters unmanaged() {
        return new StoreCounters();
    }
}
