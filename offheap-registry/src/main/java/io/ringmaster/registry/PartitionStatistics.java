package io.ringmaster.registry;

/**
 * Figures of one partition, filled by {@link RegistryReader#statistics}. Each figure was true at one moment of the last duty
 * cycle or command that changed it; they are not all of the same moment. Reusable.
 * <p>
 * There are no tombstones: a removal frees its slot at once ({@link io.ringmaster.registry.index.TagIndex}).
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class PartitionStatistics {
    private long entries;
    private long capacity;
    private long indexCells;
    private long maxProbeLength;
    private long probeSteps;
    private long slabUsedBytes;
    private long slabBytes;
    private long bytes;
    private long blocksMoved;
    private long bytesMoved;
    private long namespaces;

    void read(final RegistryPartition partition) {
        final RegistryCounters counters = partition.counters();
        entries = counters.get(RegistryCounters.ENTRIES_TYPE_ID);
        capacity = partition.settings().partitionEntries();
        indexCells = partition.settings().partitionSlots();
        maxProbeLength = counters.get(RegistryCounters.MAX_PROBE_LENGTH_TYPE_ID);
        probeSteps = counters.get(RegistryCounters.PROBE_STEPS_TYPE_ID);
        slabUsedBytes = counters.get(RegistryCounters.SLAB_USED_TYPE_ID);
        slabBytes = partition.settings().partitionSlabBytes();
        bytes = partition.offHeapBytes();
        blocksMoved = counters.get(RegistryCounters.BLOCKS_MOVED_TYPE_ID);
        bytesMoved = counters.get(RegistryCounters.BYTES_MOVED_TYPE_ID);
        namespaces = counters.get(RegistryCounters.NAMESPACES_TYPE_ID);
    }

    /**
     * Records, with those that are dead and not yet removed.
     *
     * @return from 0.
     */
    public long entries() {
        return entries;
    }

    /**
     * Most records.
     *
     * @return from 1.
     */
    public long capacity() {
        return capacity;
    }

    /**
     * Slots, each of which is a cell of the index of keys.
     *
     * @return a multiple of 64.
     */
    public long indexCells() {
        return indexCells;
    }

    /**
     * Share of the cells that are in use.
     *
     * @return from 0 to {@link io.ringmaster.registry.index.TagIndex#MAX_LOAD}.
     */
    public double loadFactor() {
        return (double) entries / indexCells;
    }

    /**
     * Most buckets that a search for a record had to look at, of all records since the start.
     *
     * @return buckets.
     */
    public long maxProbeLength() {
        return maxProbeLength;
    }

    /**
     * Mean length of a probe that finds its record, over all records that there are now.
     *
     * @return buckets, from 1; 0 without records.
     */
    public double meanProbeLength() {
        return entries == 0 ? 0 : 1 + (double) probeSteps / entries;
    }

    /**
     * Bytes of the slab in use.
     *
     * @return bytes.
     */
    public long slabUsedBytes() {
        return slabUsedBytes;
    }

    /**
     * Size of the slab.
     *
     * @return bytes.
     */
    public long slabBytes() {
        return slabBytes;
    }

    /**
     * Off-heap memory of all structures, touched or not.
     *
     * @return bytes.
     */
    public long bytes() {
        return bytes;
    }

    /**
     * Blocks of the slab that compaction has moved.
     *
     * @return since the start.
     */
    public long blocksMoved() {
        return blocksMoved;
    }

    /**
     * Bytes of the slab that compaction has moved.
     *
     * @return since the start.
     */
    public long bytesMoved() {
        return bytesMoved;
    }

    /**
     * Namespaces with records.
     *
     * @return from 0.
     */
    public long namespaces() {
        return namespaces;
    }
}
