package io.ringmaster.registry;

import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;

/**
 * Counters of one {@link RegistryPartition}, each with one writer and written with a release.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread, and any process that maps the counters' file.
 */
public final class RegistryCounters implements AutoCloseable {
    /** Records in the table, with those that are dead and not yet removed. */
    public static final int ENTRIES_TYPE_ID = 1061;
    /** Records that do not stand in the first bucket of their key, because it was full when they came. */
    public static final int DISPLACED_TYPE_ID = 1062;
    /** Most buckets that a search for a record had to look at, of all records since the start. */
    public static final int MAX_PROBE_LENGTH_TYPE_ID = 1063;
    /** Bytes of the slab in use. */
    public static final int SLAB_USED_TYPE_ID = 1064;
    /** Bytes of the slab ever used. */
    public static final int SLAB_HIGH_WATER_TYPE_ID = 1065;
    /** New records. */
    public static final int REGISTERED_TYPE_ID = 1066;
    /** Records replaced by their owners. */
    public static final int REPLACED_TYPE_ID = 1067;
    /** Records removed by command. */
    public static final int UNREGISTERED_TYPE_ID = 1068;
    /** Records removed because their lease ran out. */
    public static final int LEASE_EXPIRED_TYPE_ID = 1069;
    /** Records removed because their owner's session ended. */
    public static final int SESSION_ENDED_TYPE_ID = 1070;
    /** Renewals. */
    public static final int RENEWED_TYPE_ID = 1071;
    /** Registrations refused because the table or the slab was full. */
    public static final int REFUSED_FULL_TYPE_ID = 1072;
    /** Records changed in place. */
    public static final int UPDATED_TYPE_ID = 1073;
    /** Records brought back from a durable store. */
    public static final int RESTORED_TYPE_ID = 1074;
    /** Records removed because their namespace was dropped. */
    public static final int NAMESPACE_DROPPED_TYPE_ID = 1075;
    /** Blocks that compaction of the slab has moved. */
    public static final int BLOCKS_MOVED_TYPE_ID = 1076;
    /** Bytes of these blocks. */
    public static final int BYTES_MOVED_TYPE_ID = 1077;
    /** Sum, over all records, of the buckets between the first one of their key and their own. */
    public static final int PROBE_STEPS_TYPE_ID = 1078;
    /** Namespaces with records. */
    public static final int NAMESPACES_TYPE_ID = 1079;

    private static final int COUNT = NAMESPACES_TYPE_ID - ENTRIES_TYPE_ID + 1;
    private static final String[] LABELS = {
        "entries", "displaced", "max-probe-length", "slab-used-bytes", "slab-high-water-bytes", "registered", "replaced",
        "unregistered", "lease-expired", "session-ended", "renewed", "refused-full",
        "updated", "restored", "namespace-dropped", "blocks-moved", "bytes-moved", "probe-steps", "namespaces"};

    private final AtomicCounter[] counters = new AtomicCounter[COUNT];

    /**
     * Allocates the counters of a partition.
     *
     * @param manager to allocate from.
     * @param name    of the partition, for the labels.
     */
    public RegistryCounters(final CountersManager manager, final String name) {
        for (int i = 0; i < COUNT; i++) {
            counters[i] = manager.newCounter("registry-" + LABELS[i] + ": " + name, ENTRIES_TYPE_ID + i);
        }
    }

    private RegistryCounters() {
        final UnsafeBuffer values = new UnsafeBuffer(new byte[COUNT * CountersReader.COUNTER_LENGTH]);
        for (int i = 0; i < COUNT; i++) {
            counters[i] = new AtomicCounter(values, i);
        }
    }

    /**
     * Counters that only this process can read.
     *
     * @return counters on the heap.
     */
    public static RegistryCounters onHeap() {
        return new RegistryCounters();
    }

    /**
     * Value of a counter.
     *
     * @param typeId one of the constants.
     * @return its value.
     */
    public long get(final int typeId) {
        return counters[typeId - ENTRIES_TYPE_ID].get();
    }

    void set(final int typeId, final long value) {
        counters[typeId - ENTRIES_TYPE_ID].setRelease(value);
    }

    void increment(final int typeId) {
        counters[typeId - ENTRIES_TYPE_ID].incrementRelease();
    }

    /** Gives the counters back to their manager. */
    @Override
    public void close() {
        for (final AtomicCounter counter : counters) {
            counter.close();
        }
    }
}
