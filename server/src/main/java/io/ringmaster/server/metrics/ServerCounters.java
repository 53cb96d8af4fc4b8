package io.ringmaster.server.metrics;

import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * The counters of {@link ServerCounter}, allocated in one place. A component takes those it writes when it is
 * constructed and keeps
 * them; a counter with one writer is written with {@code incrementRelease} or {@code setRelease}, one with several with
 * {@code increment}.
 * <p>
 * Threading: immutable; each counter has the writers that its owner says, readers any thread.
 */
public final class ServerCounters {
    private final AtomicCounter[] counters;

    /**
     * Allocates all counters.
     *
     * @param manager of the server's counters file.
     */
    public ServerCounters(final CountersManager manager) {
        final ServerCounter[] all = ServerCounter.values();
        counters = new AtomicCounter[all.length];
        for (final ServerCounter counter : all) {
            counters[counter.ordinal()] = manager.newCounter(counter.label(), counter.typeId());
        }
    }

    /**
     * One of them.
     *
     * @param counter which.
     * @return to be written by its owner.
     */
    public AtomicCounter of(final ServerCounter counter) {
        return counters[counter.ordinal()];
    }

    /**
     * Reads a counter of a server, this one or another process.
     *
     * @param reader  of the counters file.
     * @param counter which.
     * @return its value; 0 if that server does not have it.
     */
    public static long read(final CountersReader reader, final ServerCounter counter) {
        final int counterId = findByType(reader, counter.typeId());
        return counterId == CountersReader.NULL_COUNTER_ID ? 0 : reader.getCounterValue(counterId);
    }

    private static int findByType(final CountersReader reader, final int typeId) {
        final int[] found = {CountersReader.NULL_COUNTER_ID};
        reader.forEach((counterId, counterTypeId, keyBuffer, label) -> {
            if (counterTypeId == typeId) {
                found[0] = counterId;
            }
        });
        return found[0];
    }
}
