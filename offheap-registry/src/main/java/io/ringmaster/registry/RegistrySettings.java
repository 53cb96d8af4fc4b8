package io.ringmaster.registry;

import io.ringmaster.registry.index.TagIndex;
import io.ringmaster.registry.layout.SlabDescriptor;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;

/**
 * Size of a registry. {@code entries} and {@code slabBytes} are totals over all partitions. Keys fall on partitions by hash,
 * so with more than one each partition has room for six standard deviations above its mean share: the total that can be
 * registered before one partition is full is then never less than {@code entries} in practice, and the memory is that much more.
 * Partitions that share a {@link RegistryQuota} refuse the record beyond {@code entries} exactly.
 * <p>
 * A record whose variable part (namespace, name, metadata, attributes) has at most {@link #inlineLength()} bytes takes
 * none of the slab. A partition has at most {@link SlotTable#maxSlots(int)} slots, because a buffer has an int length:
 * 8.4 million with the default inline part, for 6.7 million records, so that 10 million records take two partitions.
 * <p>
 * Threading: immutable.
 *
 * @param partitions         a power of two, 1 to 256.
 * @param entries            most records, 1 to 2^26.
 * @param maxMetadataLength  most bytes of metadata of a record, 0 to 2^20.
 * @param slabBytes          bytes for namespaces, names, metadata and attributes of all records.
 * @param maxNameLength      most bytes of a namespace, and of a name; 1 to 1,024.
 * @param incarnationSeed    incarnations count on from here in each partition, 0 to 2^47 - 1; a server that was restarted gives one
 *                           above all that are stored.
 * @param maxRemovalsPerCycle most records that one duty cycle of a partition looks at to expire or remove them, 1 to 65,536.
 * @param attributes         that records may have; each is indexed.
 * @param maxNamespaces      most namespaces that a partition has records in at the same time, 1 to 65,536.
 * @param inlineLength       bytes of each slot for the variable part of its record, 0 to 1,024, a multiple of 64.
 */
public record RegistrySettings(
    int partitions, int entries, int maxMetadataLength, long slabBytes, int maxNameLength, long incarnationSeed,
    int maxRemovalsPerCycle, AttributeSchema attributes, int maxNamespaces, int inlineLength) {
    /** The low bits of an incarnation count; the high ones are the partition. */
    public static final int INCARNATION_COUNTER_BITS = 48;
    /** Default of {@link #maxMetadataLength()}. */
    public static final int DEFAULT_MAX_METADATA_LENGTH = 1024;
    /** Default of {@link #slabBytes()}, for each entry. */
    public static final int DEFAULT_SLAB_BYTES_PER_ENTRY = 192;
    /** Default of {@link #maxNameLength()}. */
    public static final int DEFAULT_MAX_NAME_LENGTH = 128;
    /** Default of {@link #maxRemovalsPerCycle()}. */
    public static final int DEFAULT_MAX_REMOVALS_PER_CYCLE = 64;

    /** Greatest {@link #inlineLength()}. */
    public static final int MAX_INLINE_LENGTH = 1024;
    /** Default of {@link #inlineLength()}. */
    public static final int DEFAULT_INLINE_LENGTH = 128;
    /** Default of {@link #maxNamespaces()}. */
    public static final int DEFAULT_MAX_NAMESPACES = 1024;

    /** Highest share of the cells of the index of incarnations that are in use when a partition is full. */
    private static final double MAX_LOAD = 0.7;
    private static final int SLOT_GRANULE = 64;
    private static final int DEVIATIONS = 6;
    private static final long MAX_SLAB_BYTES_PER_PARTITION = 1L << 30;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException for a value out of its bounds; names the value and the bound.
     */
    public RegistrySettings {
        if (!BitUtil.isPowerOfTwo(partitions) || partitions > 256) {
            throw new IllegalArgumentException("partitions=" + partitions + " must be a power of two from 1 to 256");
        }
        checkRange("entries", entries, 1, 1 << 26);
        checkRange("maxMetadataLength", maxMetadataLength, 0, 1 << 20);
        checkRange("maxNameLength", maxNameLength, 1, 1024);
        checkRange("incarnationSeed", incarnationSeed, 0, (1L << 47) - 1);
        checkRange("maxRemovalsPerCycle", maxRemovalsPerCycle, 1, 1 << 16);
        checkRange("maxNamespaces", maxNamespaces, 1, 1 << 16);
        checkRange("inlineLength", inlineLength, 0, MAX_INLINE_LENGTH);
        if (inlineLength % BitUtil.CACHE_LINE_LENGTH != 0) {
            throw new IllegalArgumentException("inlineLength=" + inlineLength + " must be a multiple of 64");
        }
        final long slots = partitionSlots(partitions, entries);
        if (slots > SlotTable.maxSlots(inlineLength)) {
            throw new IllegalArgumentException(
                "entries=" + entries + " need " + slots + " slots in each of partitions=" + partitions
                + ", the bound is " + SlotTable.maxSlots(inlineLength) + "; use more partitions");
        }
        final int largestBlock = Math.max(4 * SlabDescriptor.MIN_BLOCK_LENGTH, SlabDescriptor.MIN_BLOCK_LENGTH
            + SlabDescriptor.blockLength(maxRecordBytes(maxNameLength, maxMetadataLength, attributes)));
        final long partitionSlabBytes = slabBytesOfPartition(partitions, entries, slabBytes);
        if (slabBytes < 0 || partitionSlabBytes < largestBlock || partitionSlabBytes > MAX_SLAB_BYTES_PER_PARTITION) {
            throw new IllegalArgumentException("slabBytes=" + slabBytes + " gives each of partitions=" + partitions + " "
                + partitionSlabBytes + " bytes, which must be from " + largestBlock + " (one record of the greatest size) to "
                + MAX_SLAB_BYTES_PER_PARTITION);
        }
    }

    /**
     * Settings without attributes, and with the default number of namespaces.
     *
     * @param partitions          a power of two.
     * @param entries             most records.
     * @param maxMetadataLength   most bytes of metadata of a record.
     * @param slabBytes           bytes for the variable parts of all records.
     * @param maxNameLength       most bytes of a namespace, and of a name.
     * @param incarnationSeed     incarnations count on from here.
     * @param maxRemovalsPerCycle most records that one duty cycle removes.
     */
    public RegistrySettings(
        final int partitions, final int entries, final int maxMetadataLength, final long slabBytes, final int maxNameLength,
        final long incarnationSeed, final int maxRemovalsPerCycle) {
        this(partitions, entries, maxMetadataLength, slabBytes, maxNameLength, incarnationSeed, maxRemovalsPerCycle,
            AttributeSchema.NONE, DEFAULT_MAX_NAMESPACES, DEFAULT_INLINE_LENGTH);
    }

    /**
     * Settings with defaults for all but the number of partitions and entries.
     *
     * @param partitions      a power of two.
     * @param entries         most records.
     * @param incarnationSeed incarnations count on from here.
     * @return settings.
     */
    public static RegistrySettings of(final int partitions, final int entries, final long incarnationSeed) {
        final long slabBytes = Math.max((long) entries * DEFAULT_SLAB_BYTES_PER_ENTRY, partitions * 65_536L);
        return new RegistrySettings(partitions, entries, DEFAULT_MAX_METADATA_LENGTH, slabBytes, DEFAULT_MAX_NAME_LENGTH,
            incarnationSeed, DEFAULT_MAX_REMOVALS_PER_CYCLE);
    }

    /**
     * The same with other attributes.
     *
     * @param schema that records may have.
     * @return settings.
     */
    public RegistrySettings withAttributes(final AttributeSchema schema) {
        return new RegistrySettings(partitions, entries, maxMetadataLength, slabBytes, maxNameLength, incarnationSeed,
            maxRemovalsPerCycle, schema, maxNamespaces, inlineLength);
    }

    /**
     * The same with another bound of namespaces.
     *
     * @param bound most namespaces that a partition has records in at the same time.
     * @return settings.
     */
    public RegistrySettings withMaxNamespaces(final int bound) {
        return new RegistrySettings(partitions, entries, maxMetadataLength, slabBytes, maxNameLength, incarnationSeed,
            maxRemovalsPerCycle, attributes, bound, inlineLength);
    }

    /**
     * The same with another inline part of slots.
     *
     * @param length bytes, a multiple of 64.
     * @return settings.
     */
    public RegistrySettings withInlineLength(final int length) {
        return new RegistrySettings(partitions, entries, maxMetadataLength, slabBytes, maxNameLength, incarnationSeed,
            maxRemovalsPerCycle, attributes, maxNamespaces, length);
    }

    /**
     * Records that one partition can hold.
     *
     * @return its share of {@link #entries()}, and six standard deviations.
     */
    public int partitionEntries() {
        return entriesOfPartition(partitions, entries);
    }

    /**
     * Slots of one partition.
     *
     * @return as many as {@link TagIndex#slotsFor(int)} says for {@link #partitionEntries()}, rounded up to a multiple of 64.
     */
    public int partitionSlots() {
        return (int) partitionSlots(partitions, entries);
    }

    /**
     * Slots of one partition, to compare with {@link SlotTable#maxSlots(int)} before there are settings.
     *
     * @param partitions a power of two.
     * @param entries    of all partitions.
     * @return as {@link #partitionSlots()}.
     */
    public static long partitionSlots(final int partitions, final int entries) {
        return BitUtil.align(TagIndex.slotsFor(entriesOfPartition(partitions, entries)), SLOT_GRANULE);
    }

    /**
     * Cells of the index of incarnations of one partition.
     *
     * @return a power of two; at most {@link #MAX_LOAD} of them are ever in use.
     */
    int incarnationCells() {
        final int needed = (int) Math.ceil(partitionEntries() / MAX_LOAD);
        return Math.max(SLOT_GRANULE, BitUtil.findNextPositivePowerOfTwo(needed));
    }

    /**
     * Slab of one partition.
     *
     * @return bytes, in proportion to {@link #partitionEntries()}.
     */
    public int partitionSlabBytes() {
        return (int) slabBytesOfPartition(partitions, entries, slabBytes);
    }

    /**
     * Most bytes that the variable part of a record has: namespace, name, metadata and attributes.
     *
     * @return bytes.
     */
    public int maxRecordBytes() {
        return maxRecordBytes(maxNameLength, maxMetadataLength, attributes);
    }

    /** How long a free block of the slab should always be: some records of the greatest size, and part of a small slab. */
    int wantedFreeBytes() {
        final int quarter = partitionSlabBytes() / 4;
        return Math.min(quarter, Math.max(4 * SlabDescriptor.blockLength(maxRecordBytes()), partitionSlabBytes() / 32));
    }

    private static int maxRecordBytes(final int maxNameLength, final int maxMetadataLength, final AttributeSchema attributes) {
        return SlotDescriptor.blockLength(2 * maxNameLength, maxMetadataLength, attributes.mask());
    }

    private static int entriesOfPartition(final int partitions, final int entries) {
        if (partitions == 1) {
            return entries;
        }
        final double mean = (double) entries / partitions;
        return (int) Math.min(entries, Math.ceil(mean + DEVIATIONS * Math.sqrt(mean)));
    }

    private static long slabBytesOfPartition(final int partitions, final int entries, final long slabBytes) {
        final double share = (double) entriesOfPartition(partitions, entries) / entries;
        return (long) Math.ceil(slabBytes * share);
    }

    private static void checkRange(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + "=" + value + " must be from " + min + " to " + max);
        }
    }
}
