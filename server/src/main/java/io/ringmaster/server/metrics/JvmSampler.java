package io.ringmaster.server.metrics;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.status.AtomicCounter;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Figures of the JVM and the process. Pauses of the garbage collector come as notifications: a collector that runs beside the
 * program (its bean's name ends with {@code Cycles}) is not counted, its pauses have a bean of their own.
 * <p>
 * Threading: {@link #sample} is confined to housekeeping, its counters have no other writer; {@link #roleThreads} any thread; the
 * longest pause is written by the JVM's notification thread.
 */
public final class JvmSampler implements Sampler, AutoCloseable {
    private static final Path PROC_STATUS = Path.of("/proc/self/status");
    private static final String RSS_LABEL = "VmRSS:";

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final List<BufferPoolMXBean> bufferPools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    private final List<GarbageCollectorMXBean> pausingCollectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
        .filter(bean -> isPausing(bean.getName())).toList();
    private final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean process = (OperatingSystemMXBean)ManagementFactory.getOperatingSystemMXBean();
    private final NotificationListener pauseListener = this::onNotification;
    private final ServerCounters counters;
    private final LongSupplier aeronMappedBytes;
    private final AtomicCounter pauseMax;
    private final AllocationSum roleAllocation = new AllocationSum();
    private final AllocationSum allAllocation = new AllocationSum();
    private boolean isClosed;
    private volatile long[] roleThreadIds = new long[0];

    /**
     * Starts to listen to the garbage collectors.
     *
     * @param counters         to write to.
     * @param aeronMappedBytes what the media driver maps; thread-safe.
     */
    public JvmSampler(final ServerCounters counters, final LongSupplier aeronMappedBytes) {
        this.counters = counters;
        this.aeronMappedBytes = aeronMappedBytes;
        pauseMax = counters.of(ServerCounter.JVM_GC_PAUSE_MAX_NS);
        for (final GarbageCollectorMXBean collector : pausingCollectors) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(pauseListener, null, null);
            }
        }
    }

    /**
     * Names the threads that run the server's roles, whose allocation is summed apart.
     *
     * @param threadIds {@code Thread.getId()} of each.
     */
    public void roleThreads(final long... threadIds) {
        roleThreadIds = threadIds.clone();
    }

    @Override
    public void sample(final long nowNs) {
        final MemoryUsage heap = memory.getHeapMemoryUsage();
        set(ServerCounter.JVM_HEAP_USED, heap.getUsed());
        set(ServerCounter.JVM_HEAP_COMMITTED, heap.getCommitted());
        set(ServerCounter.JVM_OFF_HEAP, offHeapBytes());
        sampleCollectors();
        final long[] roles = roleThreadIds;
        set(ServerCounter.JVM_ROLE_ALLOCATED_BYTES, roleAllocation.update(roles, threads.getThreadAllocatedBytes(roles)));
        final long[] all = threads.getAllThreadIds();
        set(ServerCounter.JVM_ALLOCATED_BYTES, allAllocation.update(all, threads.getThreadAllocatedBytes(all)));
        set(ServerCounter.PROCESS_CPU_NS, process.getProcessCpuTime());
        set(ServerCounter.PROCESS_UPTIME_NS, TimeUnit.MILLISECONDS.toNanos(ManagementFactory.getRuntimeMXBean().getUptime()));
        set(ServerCounter.PROCESS_RSS_BYTES, residentBytes());
        set(ServerCounter.AERON_MAPPED_BYTES, aeronMappedBytes.getAsLong());
    }

    /** Stops listening; no counter is written after it. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            isClosed = true;
        }
        for (final GarbageCollectorMXBean collector : pausingCollectors) {
            if (collector instanceof NotificationEmitter emitter) {
                try {
                    emitter.removeNotificationListener(pauseListener);
                } catch (final ListenerNotFoundException ignore) {
                    // closed before
                }
            }
        }
    }

    /** Whether a collector's figures are pauses: those of a collector that works beside the program end with Cycles. */
    static boolean isPausing(final String collectorName) {
        return !collectorName.endsWith("Cycles");
    }

    private void onNotification(final Notification notification, final Object handback) {
        if (GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION.equals(notification.getType())) {
            final var info = GarbageCollectionNotificationInfo.from((CompositeData)notification.getUserData());
            onPause(TimeUnit.MILLISECONDS.toNanos(info.getGcInfo().getDuration()));
        }
    }

    /** Locked against close(): after it the counter's memory is unmapped. */
    private synchronized void onPause(final long pauseNs) {
        if (!isClosed) {
            pauseMax.proposeMaxRelease(pauseNs);
        }
    }

    private void sampleCollectors() {
        long count = 0;
        long pauseMs = 0;
        for (final GarbageCollectorMXBean collector : pausingCollectors) {
            count += Math.max(0, collector.getCollectionCount());
            pauseMs += Math.max(0, collector.getCollectionTime());
        }
        set(ServerCounter.JVM_GC_COUNT, count);
        set(ServerCounter.JVM_GC_PAUSE_TOTAL_NS, TimeUnit.MILLISECONDS.toNanos(pauseMs));
    }

    private long offHeapBytes() {
        long bytes = OffHeapMemory.allocatedBytes();
        for (final BufferPoolMXBean pool : bufferPools) {
            bytes += Math.max(0, pool.getMemoryUsed());
        }
        return bytes;
    }

    private static long residentBytes() {
        try {
            for (final String line : Files.readAllLines(PROC_STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith(RSS_LABEL)) {
                    return 1024 * Long.parseLong(line.substring(RSS_LABEL.length()).replace("kB", "").trim());
                }
            }
        } catch (final IOException | NumberFormatException ignore) {
            // not on Linux: the counter stays 0
        }
        return 0;
    }

    private void set(final ServerCounter counter, final long value) {
        counters.of(counter).setRelease(value);
    }

    /** Sum over threads that come and go: what a thread had allocated when it was seen last stays in the sum. */
    private static final class AllocationSum {
        private static final long NEVER_SEEN = -1;

        private final Long2LongHashMap lastByThreadId = new Long2LongHashMap(NEVER_SEEN);
        private long sum;

        long update(final long[] threadIds, final long[] allocatedBytes) {
            for (int i = 0; i < threadIds.length; i++) {
                final long allocated = allocatedBytes[i];
                if (allocated >= 0) {
                    final long last = lastByThreadId.put(threadIds[i], allocated);
                    sum += last == NEVER_SEEN ? allocated : Math.max(0, allocated - last);
                }
            }
            return sum;
        }
    }
}
