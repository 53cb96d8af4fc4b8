package io.ringmaster.server.config;

import io.ringmaster.registry.RegistrySettings;
import io.ringmaster.registry.layout.SlotTable;
import io.ringmaster.registry.store.StoreSettings;
import org.agrona.BitUtil;

/**
 * The registry as configured: keys {@code ringmaster.registry.*}.
 * <p>
 * Threading: immutable.
 *
 * @param partitions        a power of two, 1 to 8.
 * @param entries           records of all partitions together.
 * @param maxMetadataLength bytes of one record's metadata.
 * @param inlineLength      bytes of a record's namespace, name, metadata and attributes that its slot has room for.
 * @param slabLength        bytes for names and metadata of all partitions together.
 * @param durability        what survives the server.
 * @param store             the durable store.
 * @param attributes        what records may declare of themselves.
 * @param leaseDefaultNs    of a registration that names none.
 * @param leaseMinNs        shortest lease.
 * @param leaseMaxNs        longest lease.
 * @param ringSlots         of each partition's command ring.
 * @param ringReservedSlots of these, for what may not be refused.
 */
public record RegistryConfig(
    int partitions,
    int entries,
    int maxMetadataLength,
    int inlineLength,
    long slabLength,
    Durability durability,
    StoreConfig store,
    AttributesConfig attributes,
    long leaseDefaultNs,
    long leaseMinNs,
    long leaseMaxNs,
    int ringSlots,
    int ringReservedSlots) {

    /** The configuration block. */
    public static final String KEY = "ringmaster.registry";
    /** Most records of all partitions together. */
    public static final int MAX_ENTRIES = 1 << 26;
    /** Most records that a store can keep. */
    public static final int MAX_DURABLE_ENTRIES = StoreSettings.MAX_ENTRIES - 1;

    /**
     * Checks ranges and relations.
     *
     * @throws ConfigException for the first that does not hold.
     */
    public RegistryConfig {
        Bounds.within(KEY + ".partitions", partitions, 1, 8);
        Bounds.powerOfTwo(KEY + ".partitions", partitions);
        Bounds.within(KEY + ".entries", entries, 16L * partitions, MAX_ENTRIES);
        if (durability == Durability.PROCESS && entries > MAX_DURABLE_ENTRIES) {
            throw new ConfigException(KEY + ".entries", "= " + entries + " must be at most " + MAX_DURABLE_ENTRIES +
                " with ringmaster.registry.durability = process");
        }
        Bounds.bytesWithin(KEY + ".max-metadata", maxMetadataLength, 0, 1 << 20);
        Bounds.within(KEY + ".inline-bytes", inlineLength, 0, RegistrySettings.MAX_INLINE_LENGTH);
        if (inlineLength % BitUtil.CACHE_LINE_LENGTH != 0) {
            throw new ConfigException(
                KEY + ".inline-bytes", "= " + inlineLength + " must be a multiple of " + BitUtil.CACHE_LINE_LENGTH);
        }
        final long slots = RegistrySettings.partitionSlots(partitions, entries);
        if (slots > SlotTable.maxSlots(inlineLength)) {
            throw new ConfigException(KEY + ".entries", "= " + entries + " takes " + slots + " slots in each of " + KEY +
                ".partitions = " + partitions + ", which must be at most " + SlotTable.maxSlots(inlineLength) + " with " + KEY +
                ".inline-bytes = " + inlineLength + ": use more partitions");
        }
        Bounds.bytesWithin(KEY + ".slab-bytes", slabLength, partitions * 64L * 1024, partitions * (512L << 20));
        if (maxMetadataLength > slabLength / partitions / 4) {
            throw new ConfigException(KEY + ".max-metadata", "= " + Bounds.bytes(maxMetadataLength) +
                " must be at most a quarter of a partition's share of ringmaster.registry.slab-bytes = " +
                Bounds.bytes(slabLength / partitions / 4));
        }
        Bounds.durationWithin(KEY + ".lease.min", leaseMinNs, 1_000_000L, Bounds.DAY_NS);
        Bounds.durationWithin(KEY + ".lease.max", leaseMaxNs, 1_000_000L, Bounds.DAY_NS);
        if (leaseMinNs > leaseMaxNs) {
            throw new ConfigException(KEY + ".lease.min", "= " + Bounds.duration(leaseMinNs) +
                " must be at most ringmaster.registry.lease.max = " + Bounds.duration(leaseMaxNs));
        }
        Bounds.durationWithin(KEY + ".lease.default", leaseDefaultNs, leaseMinNs, leaseMaxNs);
        Bounds.reserved(KEY + ".ring", ringSlots, ringReservedSlots);
    }

    /**
     * Whether there is a durable store.
     *
     * @return true with {@link Durability#PROCESS}.
     */
    public boolean isDurable() {
        return durability == Durability.PROCESS;
    }

    /** What survives the server's process. */
    public enum Durability {
        /** Nothing. */
        NONE,
        /** What was acknowledged survives a kill of the process. */
        PROCESS
    }
}
