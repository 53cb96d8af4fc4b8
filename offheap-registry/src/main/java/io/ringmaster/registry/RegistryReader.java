package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.TagIndex;
import java.lang.ref.Reference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a registry without locks and without its writers' help. Each thread that reads has its own instance.
 * <p>
 * What it returns was true at one moment during the call, and includes every change whose effect or result was handed to
 * this thread before the call: each record is copied in one piece under the version of its slot
 * ({@link io.ringmaster.registry.layout.SlotTable}), and the record that was copied is then held against its lease and its owner.
 * A record whose lease has run out at the {@code nowNs} given, or whose owner's session was released, is not returned, whether or
 * not its partition has removed it already.
 * <p>
 * A query walks bitmaps or an index, never the table ({@link QueryScan}). Each hit is a hint that is checked against the copied
 * record. A record that has all that was asked for during the whole query is returned exactly once; one that comes, goes or changes
 * meanwhile may or may not be.
 * <p>
 * Threading: confined to the thread that uses it; any number of readers beside the writers.
 */
public final class RegistryReader {
    /** Most hits that one call of {@link #query} looks at, so that filters that match few records do not hold its thread up. */
    public static final int MAX_HITS_PER_QUERY = 4096;

    /** Most keys of one {@link #prefetch}: their slots fit into the second level of any current CPU's cache. */
    public static final int MAX_PREFETCH = 256;

    private static final long PARTITION_SHIFT = 32;
    /** About half of what the second level of a current CPU's cache holds. */
    private static final long CACHED_BYTES = 512 << 10;

    private final RegistryPartition[] owners;
    private final RegistryTables[] partitions;
    private final UnsafeBuffer namespaceName;
    private final PartitionRouter router;
    private final RecordView view;
    private final QueryScan scan;
    private final RecordConsumer counter = this::countRecord;
    private final int[] prefetched = new int[MAX_PREFETCH];
    private long prefetchSum;
    private long lastCount;
    private long hits;
    private long misses;
    private long retries;

    private RegistryReader(final RegistryPartition[] partitions) {
        this.partitions = new RegistryTables[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            if (partitions[i].partitionIndex() != i || partitions[i].settings().partitions() != partitions.length) {
                throw new IllegalArgumentException("partitions must be all of one registry in their order");
            }
            this.partitions[i] = partitions[i].tables();
        }
        owners = partitions.clone();
        namespaceName = new UnsafeBuffer(new byte[partitions[0].settings().maxNameLength()]);
        router = new PartitionRouter(partitions.length);
        view = new RecordView(partitions[0].settings());
        scan = new QueryScan(partitions[0].settings().maxNameLength());
    }

    /**
     * A reader of a registry.
     *
     * @param partitions all partitions in the order of their indexes.
     * @return a reader for one thread.
     */
    public static RegistryReader of(final RegistryPartition[] partitions) {
        return new RegistryReader(partitions);
    }

    /**
     * Looks a record up by its key.
     *
     * @param namespace       buffer with the namespace.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes.
     * @param name            buffer with the name.
     * @param nameOffset      where it starts.
     * @param nameLength      in bytes.
     * @param nowNs           time now.
     * @param out             gets the record; its content is undefined when the result is false.
     * @return true if there is a live record of this key.
     */
    public boolean lookup(
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength, final long nowNs, final RecordView out) {
        check(namespace, namespaceOffset, namespaceLength);
        check(name, nameOffset, nameLength);
        final byte[] namespaceArray = namespace.byteArray();
        final long namespaceAddress = namespace.addressOffset() + namespaceOffset;
        final byte[] nameArray = name.byteArray();
        final long nameAddress = name.addressOffset() + nameOffset;
        final boolean found = find(
            KeyHash.hash(namespaceArray, namespaceAddress, namespaceLength, nameArray, nameAddress, nameLength),
            namespaceArray, namespaceAddress, namespaceLength, nameArray, nameAddress, nameLength, nowNs, out);
        Reference.reachabilityFence(namespace);
        Reference.reachabilityFence(name);
        return found;
    }

    /**
     * Looks a record up by its key, whose hash is known already.
     *
     * @param keyHash         {@link KeyHash#hash(DirectBuffer, int, int, DirectBuffer, int, int)} of the key; with another one nothing is
     *                        found.
     * @param namespace       buffer with the namespace.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes.
     * @param name            buffer with the name.
     * @param nameOffset      where it starts.
     * @param nameLength      in bytes.
     * @param nowNs           time now.
     * @param out             gets the record; its content is undefined when the result is false.
     * @return true if there is a live record of this key.
     */
    public boolean lookup(
        final long keyHash, final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final DirectBuffer name, final int nameOffset, final int nameLength, final long nowNs, final RecordView out) {
        check(namespace, namespaceOffset, namespaceLength);
        check(name, nameOffset, nameLength);
        final boolean found = find(keyHash, namespace.byteArray(), namespace.addressOffset() + namespaceOffset, namespaceLength,
            name.byteArray(), name.addressOffset() + nameOffset, nameLength, nowNs, out);
        Reference.reachabilityFence(namespace);
        Reference.reachabilityFence(name);
        return found;
    }

    /**
     * While a lookup among many records waits for memory, the CPU goes on with the next one until it has no more registers to rename, so it
     * matters that this takes few instructions when the first match is the record, as it mostly is (docs/decisions.md, 36).
     */
    private boolean find(
        final long keyHash, final byte[] namespace, final long namespaceAddress, final int namespaceLength,
        final byte[] name, final long nameAddress, final int nameLength, final long nowNs, final RecordView out) {
        final RegistryTables tables = partitions[router.partitionOf(keyHash)];
        final TagIndex keys = tables.keys;
        for (int slot = keys.find(keyHash); slot != TagIndex.NONE; slot = keys.findNext(keyHash, slot)) {
            if (read(tables, slot, out)
                && out.isKey(namespace, namespaceAddress, namespaceLength, name, nameAddress, nameLength)) {
                return countLive(out.isLive(tables.owners, nowNs));
            }
        }
        misses++;
        return false;
    }

    /** The buffer's own check and error, with fewer instructions as long as there is none. */
    private static void check(final DirectBuffer buffer, final int offset, final int length) {
        if ((offset | length) < 0 || length > buffer.capacity() - offset) {
            buffer.boundsCheck(offset, length);
        }
    }

    private boolean countLive(final boolean live) {
        hits += live ? 1 : 0;
        misses += live ? 0 : 1;
        return live;
    }

    /**
     * Brings records that are about to be looked up into the CPU's cache. A lookup waits for memory; here the waits of all keys overlap,
     * since no load depends on that of another key. It changes nothing else, and what it read may be out of date by the time of the
     * lookup: only the lookup counts. With few records, which are in the cache anyway, it does nothing.
     *
     * @param keyHashes of the records, as for the lookup.
     * @param count     how many of them, at most {@link #MAX_PREFETCH}; further ones are left out.
     */
    public void prefetch(final long[] keyHashes, final int count) {
        if (!isLarge()) {
            return;
        }
        final int most = Math.min(count, MAX_PREFETCH);
        for (int i = 0; i < most; i++) {
            prefetched[i] = partitions[router.partitionOf(keyHashes[i])].keys.find(keyHashes[i]);
        }
        long sum = 0;
        for (int i = 0; i < most; i++) {
            if (prefetched[i] != TagIndex.NONE) {
                sum += partitions[router.partitionOf(keyHashes[i])].table.touch(prefetched[i]);
            }
        }
        // Loads whose values nobody wants would be left out.
        prefetchSum = sum;
    }

    private boolean isLarge() {
        long bytes = 0;
        for (final RegistryTables tables : partitions) {
            bytes += tables.slotBytesUsed();
        }
        return bytes > CACHED_BYTES;
    }

    /**
     * Finds records.
     *
     * @param query    what to look for.
     * @param cursor   0: from the start; else what the call before, of the same query, returned. One that no call returned is safe:
     *                 it goes on somewhere, or finds nothing.
     * @param limit    most records.
     * @param nowNs    time now.
     * @param consumer gets the records, in no particular order.
     * @return cursor to go on with, or 0 when there is no more. With a cursor other than 0 there may have been fewer records than
     *     the limit, even none.
     */
    public long query(
        final RegistryQuery query, final long cursor, final int limit, final long nowNs, final RecordConsumer consumer) {
        if (query.kind() < 0 || query.kind() > CapabilityBitmaps.MAX_KIND || query.attributes().matchesNothing() || cursor < 0) {
            return 0;
        }
        scan.select(query);
        final long position = Math.max(0, cursor - 1);
        long partition = position >>> PARTITION_SHIFT;
        int slot = Math.max(0, (int) position);
        int taken = 0;
        int looked = 0;
        for (; partition < partitions.length; partition++, slot = 0) {
            final RegistryTables tables = partitions[(int) partition];
            scan.start(tables, slot);
            for (slot = scan.next(); slot != QueryScan.END; slot = scan.next()) {
                if (slot == QueryScan.PAUSE) {
                    return cursorOf(partition, scan.position());
                }
                if (taken >= limit || looked >= MAX_HITS_PER_QUERY) {
                    return cursorOf(partition, slot);
                }
                looked++;
                if (read(tables, slot, view) && query.matches(view) && view.isLive(tables.owners, nowNs)) {
                    if (!consumer.onRecord(view)) {
                        return cursorOf(partition, slot);
                    }
                    taken++;
                }
            }
        }
        return 0;
    }

    /**
     * Counts records, as far as one call looks: {@link #lastCount()}.
     *
     * @param query  what to look for.
     * @param cursor 0: from the start; else what the call before, of the same query, returned.
     * @param nowNs  time now.
     * @return cursor to go on with, or 0 when there is no more.
     */
    public long count(final RegistryQuery query, final long cursor, final long nowNs) {
        lastCount = 0;
        return query(query, cursor, MAX_HITS_PER_QUERY, nowNs, counter);
    }

    private boolean countRecord(final RecordView record) {
        lastCount++;
        return true;
    }

    /**
     * Records that the last {@link #count} found.
     *
     * @return 0 to {@link #MAX_HITS_PER_QUERY}.
     */
    public long lastCount() {
        return lastCount;
    }

    private static long cursorOf(final long partition, final int slot) {
        return (partition << PARTITION_SHIFT | slot) + 1;
    }

    /** Copies the record of a slot in one piece; false when there is none. */
    private boolean read(final RegistryTables tables, final int slot, final RecordView out) {
        final int copied = out.copy(tables, slot);
        return copied == RecordView.COPIED || copied == RecordView.CHANGED && readAgain(tables, slot, out);
    }

    private boolean readAgain(final RegistryTables tables, final int slot, final RecordView out) {
        int copied;
        do {
            retries++;
            Thread.onSpinWait();
            copied = out.copy(tables, slot);
        } while (copied == RecordView.CHANGED);
        return copied == RecordView.COPIED;
    }

    /**
     * Figures of a partition.
     *
     * @param partition index, from 0.
     * @param out       gets the figures.
     */
    public void statistics(final int partition, final PartitionStatistics out) {
        out.read(owners[partition]);
    }

    /**
     * Walks the namespaces, each with its records over all partitions. One that is there during the whole walk comes exactly once.
     *
     * @param from     0: from the start; else what the call before returned. Any other number is safe.
     * @param consumer gets the namespaces, in no particular order.
     * @return where to go on, or 0 when there is no more.
     */
    public int namespaces(final int from, final NamespaceConsumer consumer) {
        final int most = partitions[0].namespaces.entries();
        for (int i = Math.max(0, from - 1); i < most * partitions.length; i++) {
            final int partition = i / most;
            final int length = partitions[partition].namespaces.copyName(i % most, namespaceName, 0);
            if (length > 0 && isFirstPartitionOf(length, partition)
                && !consumer.onNamespace(namespaceName, 0, length, entriesOf(length, partition))) {
                return i + 1;
            }
        }
        return 0;
    }

    private boolean isFirstPartitionOf(final int length, final int partition) {
        for (int i = 0; i < partition; i++) {
            if (partitions[i].namespaces.find(namespaceName, 0, length) >= 0) {
                return false;
            }
        }
        return true;
    }

    private long entriesOf(final int length, final int fromPartition) {
        long entries = 0;
        for (int i = fromPartition; i < partitions.length; i++) {
            final int entry = partitions[i].namespaces.find(namespaceName, 0, length);
            entries += entry < 0 ? 0 : partitions[i].namespaces.records(entry);
        }
        return entries;
    }

    /**
     * Lookups of this reader that found a record.
     *
     * @return since its start.
     */
    public long hits() {
        return hits;
    }

    /**
     * Lookups of this reader that found none.
     *
     * @return since its start.
     */
    public long misses() {
        return misses;
    }

    /**
     * Copies that this reader did again because the writer changed what it was reading.
     *
     * @return since its start.
     */
    public long retries() {
        return retries;
    }
}
