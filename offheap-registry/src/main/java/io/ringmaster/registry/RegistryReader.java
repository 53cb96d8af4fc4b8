package io.ringmaster.registry;

import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.registry.index.KeyIndex;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.DirectBuffer;

/**
 * Reads a registry without locks and without its writers' help. Each thread that reads has its own instance.
 * <p>
 * What it returns was true at one moment during the call, and includes every change whose effect or result was handed to
 * this thread before the call: each record is copied in one piece under the version of its slot ({@link SlotTable}), and the
 * record that was copied is then held against its lease and its owner. A record whose lease has run out at the {@code nowNs}
 * given, or whose owner's session was released, is not returned, whether or not its partition has removed it already.
 * <p>
 * A query walks capability bitmaps, never the table. Each hit is a hint that is checked against the copied record. A record
 * that has all that was asked for during the whole query is returned exactly once; one that comes, goes or changes meanwhile
 * may or may not be.
 * <p>
 * Threading: confined to the thread that uses it; any number of readers beside the writers.
 */
public final class RegistryReader {
    /** Most hits that one call of {@link #query} looks at, so that filters that match few records do not hold its thread up. */
    public static final int MAX_HITS_PER_QUERY = 4096;

    private static final long PARTITION_SHIFT = 32;

    private final RegistryTables[] partitions;
    private final PartitionRouter router;
    private final RecordView view;
    private final CapabilityBitmaps.Cursor bits = new CapabilityBitmaps.Cursor();
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
        router = new PartitionRouter(partitions.length);
        view = new RecordView(partitions[0].settings());
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
        final long keyHash = KeyHash.hash(namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength);
        final RegistryTables tables = partitions[router.partitionOf(keyHash)];
        final KeyIndex keys = tables.keys;
        while (true) {
            final long moves = keys.moves();
            int cell = keys.home(keyHash);
            for (long entry = keys.cell(cell); entry != KeyIndex.EMPTY; entry = keys.cell(cell)) {
                if (KeyIndex.isOf(entry, keyHash) && read(tables, KeyIndex.slotOf(entry), out)
                    && out.isKey(namespace, namespaceOffset, namespaceLength, name, nameOffset, nameLength)) {
                    final boolean live = out.isLive(tables.owners, nowNs);
                    hits += live ? 1 : 0;
                    misses += live ? 0 : 1;
                    return live;
                }
                cell = keys.next(cell);
            }
            if (keys.isUnmoved(moves)) {
                misses++;
                return false;
            }
            retries++;
            Thread.onSpinWait();
        }
    }

    /**
     * Finds records by capabilities and kind.
     *
     * @param allOf           capabilities that a record must all have; none: any record.
     * @param kind            of the records; 0: any. A kind that cannot be registered finds nothing.
     * @param namespace       buffer with the namespace that the records are in.
     * @param namespaceOffset where it starts.
     * @param namespaceLength in bytes; 0: any namespace.
     * @param cursor          0: from the start; else what the call before returned. One that no call returned is safe: it goes on
     *                        somewhere, or finds nothing.
     * @param limit           most records.
     * @param nowNs           time now.
     * @param consumer        gets the records, in no particular order.
     * @return cursor to go on with, or 0 when there is no more. With a cursor other than 0 there may have been fewer records than
     *     the limit, even none.
     */
    public long query(
        final CapabilitySet allOf, final byte kind,
        final DirectBuffer namespace, final int namespaceOffset, final int namespaceLength,
        final long cursor, final int limit, final long nowNs, final RecordConsumer consumer) {
        if (kind < 0 || kind > CapabilityBitmaps.MAX_KIND || cursor < 0) {
            return 0;
        }
        bits.select(allOf, kind);
        final long position = Math.max(0, cursor - 1);
        long partition = position >>> PARTITION_SHIFT;
        int slot = Math.max(0, (int) position);
        int taken = 0;
        int looked = 0;
        for (; partition < partitions.length; partition++, slot = 0) {
            final RegistryTables tables = partitions[(int) partition];
            bits.start(tables.bitmaps, slot);
            for (slot = bits.next(); slot >= 0; slot = bits.next()) {
                if (taken >= limit || looked >= MAX_HITS_PER_QUERY) {
                    return cursorOf(partition, slot);
                }
                looked++;
                if (read(tables, slot, view) && matches(allOf, kind, namespace, namespaceOffset, namespaceLength)
                    && view.isLive(tables.owners, nowNs)) {
                    if (!consumer.onRecord(view)) {
                        return cursorOf(partition, slot);
                    }
                    taken++;
                }
            }
        }
        return 0;
    }

    private static long cursorOf(final long partition, final int slot) {
        return (partition << PARTITION_SHIFT | slot) + 1;
    }

    private boolean matches(
        final CapabilitySet allOf, final byte kind, final DirectBuffer namespace, final int namespaceOffset,
        final int namespaceLength) {
        return view.capabilities().containsAll(allOf)
            && (kind == 0 || view.kind() == kind)
            && (namespaceLength == 0 || view.isNamespace(namespace, namespaceOffset, namespaceLength));
    }

    /** Copies the record of a slot in one piece; false when there is none. */
    private boolean read(final RegistryTables tables, final int slot, final RecordView out) {
        final SlotTable table = tables.table;
        while (true) {
            final long sequence = table.beginRead(slot);
            final long hash = table.keyHash(slot);
            if (hash == SlotDescriptor.FREE) {
                return false;
            }
            out.copySlot(table, slot);
            // Lengths and offset must fit together before they are used to read the slab.
            if (table.isUnchanged(slot, sequence)) {
                out.copyBlock(tables.slab.buffer());
                if (table.isUnchanged(slot, sequence)) {
                    return true;
                }
            }
            retries++;
            Thread.onSpinWait();
        }
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
     * Copies and probes that this reader did again because the writer changed what it was reading.
     *
     * @return since its start.
     */
    public long retries() {
        return retries;
    }
}
