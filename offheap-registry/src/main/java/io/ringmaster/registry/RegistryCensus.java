package io.ringmaster.registry;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Figures of a registry for people: what each partition holds, and the records of each namespace over all partitions. Reads
 * counters and the directories of namespaces, takes no lock and stops no writer, so its figures are of slightly different moments.
 * <p>
 * Threading: confined to the thread that uses it; any number beside the writers.
 */
public final class RegistryCensus {
    private final RegistryPartition[] partitions;
    private final UnsafeBuffer name;

    /** Takes the namespaces of a page. */
    @FunctionalInterface
    public interface NamespaceConsumer {
        /**
         * A namespace.
         *
         * @param buffer  with its name, valid during the call.
         * @param length  of the name, which starts at 0.
         * @param records that it has.
         * @return false: it was not taken; the next page starts with it.
         */
        boolean onNamespace(MutableDirectBuffer buffer, int length, long records);
    }

    private RegistryCensus(final RegistryPartition[] partitions) {
        this.partitions = partitions.clone();
        name = new UnsafeBuffer(new byte[partitions[0].settings().maxNameLength()]);
    }

    /**
     * A census of a registry.
     *
     * @param partitions all partitions in the order of their indexes.
     * @return one for one thread.
     */
    public static RegistryCensus of(final RegistryPartition[] partitions) {
        return new RegistryCensus(partitions);
    }

    /**
     * Number of partitions.
     *
     * @return at least 1.
     */
    public int partitions() {
        return partitions.length;
    }

    /**
     * A counter of a partition.
     *
     * @param partition from 0.
     * @param typeId    one of {@link RegistryCounters}.
     * @return its value.
     */
    public long counter(final int partition, final int typeId) {
        return partitions[partition].counters().get(typeId);
    }

    /**
     * Bounds of each partition.
     *
     * @return the settings of the registry.
     */
    public RegistrySettings settings() {
        return partitions[0].settings();
    }

    /**
     * Off-heap memory of a partition.
     *
     * @param partition from 0.
     * @return bytes.
     */
    public long offHeapBytes(final int partition) {
        return partitions[partition].offHeapBytes();
    }

    /**
     * Tells the namespaces that have records, each once. A namespace that comes or goes meanwhile may or may not be told.
     *
     * @param cursor   0: from the start; else what the call before returned. One that no call returned goes on somewhere, or finds
     *                 nothing.
     * @param limit    entries of the directories to look at, so that a call takes a bounded time; above 0.
     * @param consumer gets them.
     * @return cursor to go on with, or 0 when there is no more.
     */
    public int namespaces(final int cursor, final int limit, final NamespaceConsumer consumer) {
        final int capacity = partitions[0].tables().namespaces.entries();
        final long end = (long) partitions.length * capacity;
        long position = Math.max(0, cursor - 1L);
        for (int looked = 0; position < end; position++, looked++) {
            if (looked == limit) {
                return (int) position + 1;
            }
            final int partition = (int) (position / capacity);
            final NamespaceDirectory directory = partitions[partition].tables().namespaces;
            final int length = directory.copyName((int) (position % capacity), name, 0);
            if (length > 0 && isFirst(partition, length)) {
                final long records = records(partition, length);
                if (records > 0 && !consumer.onNamespace(name, length, records)) {
                    return (int) position + 1;
                }
            }
        }
        return 0;
    }

    /** Whether no partition before this one has the namespace. */
    private boolean isFirst(final int partition, final int length) {
        for (int i = 0; i < partition; i++) {
            if (partitions[i].tables().namespaces.find(name, 0, length) >= 0) {
                return false;
            }
        }
        return true;
    }

    private long records(final int first, final int length) {
        long records = 0;
        for (int i = first; i < partitions.length; i++) {
            final NamespaceDirectory directory = partitions[i].tables().namespaces;
            final int entry = directory.find(name, 0, length);
            records += entry < 0 ? 0 : directory.records(entry);
        }
        return records;
    }
}
