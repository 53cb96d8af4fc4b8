package io.ringmaster.tuning.load;

import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ServerCounter;
import org.agrona.concurrent.status.CountersReader;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads what a server used from its counters file. The server takes these figures a few times a second, so each reading
 * waits for the next time; the sums cover exactly the stretches between {@link #begin} and {@link #end} and what is left of
 * those intervals, in which the server idles.
 * <p>
 * Threading: confined to the generator.
 */
final class ServerProbe implements AutoCloseable {
    private static final long SAMPLE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);

    private final CountersFile file;
    private final CountersReader reader;
    private final Map<ServerCounter, Integer> ids = new EnumMap<>(ServerCounter.class);
    private final Runnable background;
    private long allocatedBytes;
    private long gcCount;
    private long cpuNs;
    private long allocatedBefore;
    private long gcCountBefore;
    private long cpuBefore;

    private ServerProbe(final CountersFile file, final Runnable background) {
        this.file = file;
        this.reader = file.reader();
        this.background = background;
        reader.forEach((counterId, typeId, keyBuffer, label) -> {
            for (final ServerCounter counter : ServerCounter.values()) {
                if (counter.typeId() == typeId) {
                    ids.put(counter, counterId);
                }
            }
        });
    }

    /**
     * Opens the counters of a server.
     *
     * @param dir        of the server.
     * @param background what to call while a reading waits, so that connections stay alive.
     * @return the probe.
     * @throws IOException if there are no counters to read.
     */
    static ServerProbe open(final Path dir, final Runnable background) throws IOException {
        return new ServerProbe(CountersFile.open(dir), background);
    }

    /** A stretch begins. */
    void begin() {
        awaitSample();
        allocatedBefore = value(ServerCounter.JVM_ROLE_ALLOCATED_BYTES);
        gcCountBefore = value(ServerCounter.JVM_GC_COUNT);
        cpuBefore = value(ServerCounter.PROCESS_CPU_NS);
    }

    /** A stretch has ended. */
    void end() {
        awaitSample();
        allocatedBytes += value(ServerCounter.JVM_ROLE_ALLOCATED_BYTES) - allocatedBefore;
        gcCount += value(ServerCounter.JVM_GC_COUNT) - gcCountBefore;
        cpuNs += value(ServerCounter.PROCESS_CPU_NS) - cpuBefore;
    }

    ServerFigures figures() {
        return new ServerFigures(
            allocatedBytes, gcCount, value(ServerCounter.JVM_GC_PAUSE_MAX_NS), value(ServerCounter.JVM_HEAP_USED),
            value(ServerCounter.JVM_OFF_HEAP), cpuNs);
    }

    @Override
    public void close() {
        file.close();
    }

    private long value(final ServerCounter counter) {
        final Integer id = ids.get(counter);
        if (id == null) {
            throw new LoadException("the server has no counter " + counter.label() + ": it is of another version");
        }
        return reader.getCounterValue(id);
    }

    private void awaitSample() {
        final long sinceNs = System.nanoTime();
        final long uptimeNs = value(ServerCounter.PROCESS_UPTIME_NS);
        while (value(ServerCounter.PROCESS_UPTIME_NS) == uptimeNs) {
            if (System.nanoTime() - sinceNs > SAMPLE_TIMEOUT_NS) {
                throw new LoadException("the server's counters did not change for 3 s: it is dead or stuck");
            }
            background.run();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }
}
