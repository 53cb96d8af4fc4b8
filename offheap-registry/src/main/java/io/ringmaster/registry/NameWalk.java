package io.ringmaster.registry;

import io.ringmaster.registry.index.NameIndex;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the records of a namespace in pages, in the order of their names, partition after partition. Each page goes on behind the name
 * that the one before ended with, at the cost of one way down the index; so the pages of a walk cost as much as its records, where a
 * {@link RegistryReader#query} by names collects the whole rest for each page. A record that is there during the whole walk comes exactly
 * once; one that comes or goes meanwhile may come or not.
 * <p>
 * Threading: on the thread of the partitions' writers. Beside them it would be safe, but a slot that another record of the namespace takes
 * in the middle of a step would move the walk to that record's name.
 */
public final class NameWalk {
    /** Most records that one page looks at, so that a filter that lets few through does not hold its thread up. */
    public static final int MAX_LOOKS_PER_PAGE = 512;

    /**
     * Where a walk is. Mutable, for reuse; each walk has its own.
     */
    public static final class Position {
        private final UnsafeBuffer name;
        private int nameLength;
        private int partition;
        private boolean isInside;

        /**
         * The start of a walk.
         *
         * @param maxNameLength longest name of a record, in bytes.
         */
        public Position(final int maxNameLength) {
            name = new UnsafeBuffer(new byte[maxNameLength]);
        }

        /** Goes back to the start. */
        public void reset() {
            partition = 0;
            isInside = false;
        }

        private void set(final RecordView record) {
            nameLength = record.nameLength();
            name.putBytes(0, record.buffer(), record.nameOffset(), nameLength);
            isInside = true;
        }
    }

    private final RegistryTables[] partitions;
    private final NameIndex.Cursor names;
    private final RecordView view;

    private NameWalk(final RegistryPartition[] partitions) {
        this.partitions = new RegistryTables[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            this.partitions[i] = partitions[i].tables();
        }
        names = new NameIndex.Cursor(partitions[0].settings().maxNameLength());
        view = new RecordView(partitions[0].settings());
    }

    /**
     * A walk over a registry.
     *
     * @param partitions all partitions in the order of their indexes.
     * @return for one thread.
     */
    public static NameWalk of(final RegistryPartition[] partitions) {
        return new NameWalk(partitions);
    }

    /**
     * Records of a namespace.
     *
     * @param namespace buffer with the namespace.
     * @param offset    where it starts.
     * @param length    in bytes.
     * @return over all partitions, those that are dead already among them.
     */
    public long records(final DirectBuffer namespace, final int offset, final int length) {
        long records = 0;
        for (final RegistryTables tables : partitions) {
            final int entry = tables.namespaces.find(namespace, offset, length);
            records += entry < 0 ? 0 : tables.namespaces.records(entry);
        }
        return records;
    }

    /**
     * The next page.
     *
     * @param query    what to look for; with a namespace.
     * @param position of the walk; moved behind the last record that was looked at.
     * @param limit    most records, from 1.
     * @param nowNs    time now.
     * @param consumer gets the records; one that it refuses comes again with the next page.
     * @return false: the walk has come to its end.
     */
    public boolean next(
        final RegistryQuery query, final Position position, final int limit, final long nowNs, final RecordConsumer consumer) {
        int taken = 0;
        int looked = 0;
        for (; position.partition < partitions.length; position.partition++, position.isInside = false) {
            final RegistryTables tables = partitions[position.partition];
            names.seek(tables.names, query.namespaceBuffer(), query.namespaceOffset(), query.namespaceLength(),
                query.prefixBuffer(), query.prefixOffset(), query.prefixLength());
            if (position.isInside) {
                names.after(position.name, 0, position.nameLength);
            }
            for (int slot = names.next(); slot >= 0; slot = names.next()) {
                if (taken >= limit || looked >= MAX_LOOKS_PER_PAGE) {
                    return true;
                }
                looked++;
                // The slot is a hint: it may be another record's already, whose name must not become the position.
                if (!read(tables, slot)
                    || !view.isNamespace(query.namespaceBuffer(), query.namespaceOffset(), query.namespaceLength())) {
                    continue;
                }
                if (query.matches(view) && view.isLive(tables.owners, nowNs)) {
                    if (!consumer.onRecord(view)) {
                        return true;
                    }
                    taken++;
                }
                position.set(view);
            }
        }
        return false;
    }

    private boolean read(final RegistryTables tables, final int slot) {
        int copied = view.copy(tables, slot);
        while (copied == RecordView.CHANGED) {
            Thread.onSpinWait();
            copied = view.copy(tables, slot);
        }
        return copied == RecordView.COPIED;
    }
}
