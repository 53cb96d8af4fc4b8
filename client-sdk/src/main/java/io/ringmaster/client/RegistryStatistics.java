package io.ringmaster.client;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the registry holds and what it costs.
 * <p>
 * Threading: immutable.
 *
 * @param lookupHits   look-ups that found a record, since the server started.
 * @param lookupMisses look-ups that found none, since the server started.
 * @param partitions   one for each partition.
 * @param namespaces   records by namespace.
 */
public record RegistryStatistics(long lookupHits, long lookupMisses, List<Partition> partitions,
                                 Map<String, Long> namespaces) {
    /**
     * Records in all partitions.
     *
     * @return the number.
     */
    public long entries() {
        return partitions.stream().mapToLong(Partition::entries).sum();
    }

    /** One value of all pages: the partitions are on the first, namespaces are on each. */
    static RegistryStatistics join(final List<RegistryStatistics> pages) {
        final Map<String, Long> all = new LinkedHashMap<>();
        pages.forEach(page -> page.namespaces().forEach((name, entries) -> all.merge(name, entries, Long::sum)));
        final RegistryStatistics last = pages.get(pages.size() - 1);
        final List<Partition> partitions = pages.stream().map(RegistryStatistics::partitions)
            .filter(some -> !some.isEmpty()).findFirst().orElse(List.of());
        return new RegistryStatistics(last.lookupHits(), last.lookupMisses(), partitions, Collections.unmodifiableMap(all));
    }

    /**
     * One partition.
     *
     * @param entries        records.
     * @param capacity       records that it can hold.
     * @param indexCells     slots, each of which is a cell of the index of keys.
     * @param tombstones     cells that deletions left behind.
     * @param maxProbeLength most buckets of eight slots that a search for a record had to look at.
     * @param slabUsedBytes  bytes of the slab that records take which do not fit their slots.
     * @param slabBytes      bytes of the slab.
     * @param bytes          all off-heap memory of the partition.
     * @param blocksMoved    blocks that compaction moved.
     */
    public record Partition(long entries, long capacity, long indexCells, long tombstones, long maxProbeLength,
                            long slabUsedBytes, long slabBytes, long bytes, long blocksMoved) {
    }
}
