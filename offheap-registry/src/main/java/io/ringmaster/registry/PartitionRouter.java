package io.ringmaster.registry;

import org.agrona.BitUtil;

/**
 * Which partition a key belongs to: the high bits of its hash say it, {@code hash >>> 40 & (partitions - 1)}. The low half chooses the
 * bucket inside of the partition.
 * <p>
 * Threading: immutable.
 */
public final class PartitionRouter {
    private static final int SHIFT = 40;

    private final int mask;

    /**
     * For a number of partitions.
     *
     * @param partitions a power of two.
     */
    public PartitionRouter(final int partitions) {
        if (!BitUtil.isPowerOfTwo(partitions)) {
            throw new IllegalArgumentException("partitions=" + partitions + " must be a power of two");
        }
        mask = partitions - 1;
    }

    /**
     * Partition of a key.
     *
     * @param keyHash from {@link KeyHash}.
     * @return 0 to partitions - 1.
     */
    public int partitionOf(final long keyHash) {
        return (int) (keyHash >>> SHIFT) & mask;
    }

    /**
     * Partition that gave out an incarnation.
     *
     * @param incarnation of a record.
     * @return index of the partition; only meaningful for incarnations that a partition gave out.
     */
    public static int partitionOfIncarnation(final long incarnation) {
        return (int) (incarnation >>> RegistrySettings.INCARNATION_COUNTER_BITS);
    }
}
