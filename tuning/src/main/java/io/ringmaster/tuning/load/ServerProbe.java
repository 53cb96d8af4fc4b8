package io.ringmaster.tuning.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ringmaster.ring.RingCounters;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.thread.ThreadCounters;
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
    private final LabelledCounters roles;
    private final LabelledCounters partitions;
    private long beganNs;
    private long stretchesNs;
    private long elapsedNs;
    private long heapGrowthBytes;
    private long offHeapFirstBytes = -1;
    private long uptimeBefore;
    private long heapBefore;
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
        this.roles = new LabelledCounters(reader, ThreadCounters.ROLE_BUSY_NS_TYPE_ID, "role-busy-ns: ");
        this.partitions = new LabelledCounters(reader, RingCounters.CONSUMED_TYPE_ID, "ring-consumed: registry-");
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
        uptimeBefore = value(ServerCounter.PROCESS_UPTIME_NS);
        heapBefore = value(ServerCounter.JVM_HEAP_USED);
        if (offHeapFirstBytes < 0) {
            offHeapFirstBytes = value(ServerCounter.JVM_OFF_HEAP);
        }
        beganNs = System.nanoTime();
        roles.begin();
        partitions.begin();
    }

    /** A stretch has ended. */
    void end() {
        stretchesNs += System.nanoTime() - beganNs;
        roles.end();
        partitions.end();
        awaitSample();
        elapsedNs += value(ServerCounter.PROCESS_UPTIME_NS) - uptimeBefore;
        heapGrowthBytes += Math.max(0, value(ServerCounter.JVM_HEAP_USED) - heapBefore);
        allocatedBytes += value(ServerCounter.JVM_ROLE_ALLOCATED_BYTES) - allocatedBefore;
        gcCount += value(ServerCounter.JVM_GC_COUNT) - gcCountBefore;
        cpuNs += value(ServerCounter.PROCESS_CPU_NS) - cpuBefore;
    }

    ServerFigures figures() {
        return new ServerFigures(
            allocatedBytes, gcCount, value(ServerCounter.JVM_GC_PAUSE_MAX_NS), value(ServerCounter.JVM_HEAP_USED),
            value(ServerCounter.JVM_OFF_HEAP), cpuNs);
    }

    /** What each role of the server was at work, and what each partition took, in the stretches. */
    void writeStagesTo(final LoadResult result) {
        final ObjectNode stages = result.more().putObject("stages");
        roles.shares(Math.max(1, stretchesNs)).forEach((role, share) -> stages.put(role, Math.round(share * 1000) / 1000.0));
        result.more().put("busiestStage", roles.greatest());
        final ObjectNode commands = result.more().putObject("commandsOfPartitions");
        partitions.values().forEach(commands::put);
    }

    /** Greatest number of commands of a partition divided by the mean of all; 0 if there were none. */
    double partitionMaxToMean() {
        return partitions.maxToMean();
    }

    /** Commands of all partitions. */
    long commands() {
        return partitions.sum();
    }

    /** Of the server, with what its threads idle while the next sample is awaited. */
    long elapsedNs() {
        return elapsedNs;
    }

    /** What the heap grew by in the stretches; one that shrank in a stretch counts as no growth. */
    long heapGrowthBytes() {
        return heapGrowthBytes;
    }

    /** From the start of the first stretch to now. */
    long offHeapGrowthBytes() {
        return value(ServerCounter.JVM_OFF_HEAP) - offHeapFirstBytes;
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
