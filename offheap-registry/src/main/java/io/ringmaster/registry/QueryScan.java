package io.ringmaster.registry;

import io.ringmaster.registry.index.AttributeIndex;
import io.ringmaster.registry.index.CapabilityBitmaps;
import io.ringmaster.registry.index.NameIndex;

/**
 * Walks the slots of a partition that may match a query, in ascending order, from the source that has the fewest:
 * <ul>
 * <li>the bitmaps of capabilities and kinds, with the column of namespaces and readiness beside them,</li>
 * <li>the entries of one value in an attribute index, which stand in the order of their slots,</li>
 * <li>the entries of a range in an attribute index, or of a prefix in the name index. These stand in another order, so all of
 * them are collected into a heap (R. W. Floyd, "Algorithm 245: Treesort 3", CACM 7-12, 1964), from which as many are
 * taken as are asked for. Ranges of more than {@link #MAX_COLLECTED} slots are left to the bitmaps.</li>
 * </ul>
 * Slots from an index are held against the bitmaps and the column before they are handed out. What is handed out is a hint that
 * the caller checks with the record itself; a record that has all that is asked for during the whole walk is handed out. Because
 * every source has the order of slots, a slot is all that a query needs to go on later, whatever source it takes then.
 * <p>
 * Threading: confined to the thread that uses it; any number of them beside the writer.
 */
final class QueryScan {
    /** Longest range that is collected. */
    static final int MAX_COLLECTED = 1 << 16;
    /** Slots that one call of {@link #next()} rules out before it lets the caller have a say. */
    static final int MAX_RULED_OUT = 1 << 16;
    /** Result of {@link #next()}: there is no more. */
    static final int END = -1;
    /** Result of {@link #next()}: nothing found yet, {@link #position()} tells where to go on. */
    static final int PAUSE = -2;

    /** To step on from a bit costs about a sixteenth of a look at a record, to collect a slot a fourth of that more. */
    private static final int ENUMERATION_WEIGHT = 4;
    private static final int BITMAPS = 0;
    private static final int EQUAL = 1;
    private static final int COLLECTED = 2;

    private final CapabilityBitmaps.Cursor bits = new CapabilityBitmaps.Cursor();
    private final AttributeIndex.Cursor values = new AttributeIndex.Cursor();
    private final NameIndex.Cursor names;
    private int[] heap = new int[MAX_COLLECTED];
    private int[] spare = new int[MAX_COLLECTED];
    private RegistryTables tables;
    private RegistryQuery query;
    private int source;
    private int namespace;
    private int heapSize;
    private int lastTaken;
    private int position;

    QueryScan(final int maxNameLength) {
        names = new NameIndex.Cursor(maxNameLength);
    }

    /** Chooses what to look for. */
    void select(final RegistryQuery selected) {
        query = selected;
        bits.select(selected.allOf(), selected.anyOf(), selected.noneOf(), selected.kind());
    }

    /** Starts, or goes on, in a partition; a slot that there is not finds nothing. */
    void start(final RegistryTables of, final int fromSlot) {
        tables = of;
        lastTaken = fromSlot - 1;
        heapSize = 0;
        source = COLLECTED;
        namespace = NamespaceDirectory.NONE;
        if (fromSlot >= of.table.slots()) {
            return;
        }
        if (query.namespaceLength() > 0) {
            namespace = of.namespaces.find(query.namespaceBuffer(), query.namespaceOffset(), query.namespaceLength());
            if (namespace == NamespaceDirectory.NONE) {
                return;
            }
        }
        source = BITMAPS;
        long cost = bits.estimate(of.bitmaps);
        cost = tryNames(cost, fromSlot);
        tryAttributes(cost, fromSlot);
        if (source == BITMAPS) {
            bits.start(of.bitmaps, fromSlot);
        } else if (source == COLLECTED) {
            heapify();
        }
    }

    private long tryNames(final long cost, final int fromSlot) {
        if (namespace == NamespaceDirectory.NONE) {
            return cost;
        }
        if (query.prefixLength() == 0 && (long) tables.namespaces.records(namespace) * ENUMERATION_WEIGHT > cost) {
            return cost;
        }
        names.seek(tables.names, query.namespaceBuffer(), query.namespaceOffset(), query.namespaceLength(),
            query.prefixBuffer(), query.prefixOffset(), query.prefixLength());
        final int limit = (int) Math.min(cost, MAX_COLLECTED);
        int count = 0;
        int slot = names.next();
        for (int walked = 0; slot >= 0 && walked < MAX_COLLECTED && count < limit; walked++) {
            if (slot >= fromSlot) {
                heap[count] = slot;
                count++;
            }
            slot = names.next();
        }
        if (slot >= 0) {
            return cost;
        }
        source = COLLECTED;
        heapSize = count;
        return count;
    }

    private void tryAttributes(final long costBefore, final int fromSlot) {
        long cost = costBefore;
        int equal = -1;
        for (int rest = query.attributes().conditions(); rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            if (index >= tables.attributes.length) {
                // No record of this registry has such an attribute.
                source = COLLECTED;
                heapSize = 0;
                return;
            }
            final long min = query.attributes().min(index);
            final long max = query.attributes().max(index);
            final boolean isEqual = min == max;
            values.seekAfter(tables.attributes[index], min, isEqual ? fromSlot - 1 : -1, max);
            // One call looks at no more hits than this, so that a longer row of equal values need not be counted.
            final int limit = (int) Math.min(cost, isEqual ? RegistryReader.MAX_HITS_PER_QUERY : MAX_COLLECTED);
            int count = 0;
            int slot = values.next();
            for (int walked = 0; slot >= 0 && walked < MAX_COLLECTED && count < limit; walked++) {
                if (slot >= fromSlot) {
                    spare[count] = slot;
                    count++;
                }
                slot = values.next();
            }
            if (isEqual && (slot < 0 || cost > count)) {
                source = EQUAL;
                equal = index;
                cost = count;
            } else if (!isEqual && slot < 0) {
                source = COLLECTED;
                heapSize = count;
                cost = count;
                final int[] swapped = heap;
                heap = spare;
                spare = swapped;
            }
        }
        if (source == EQUAL) {
            final long value = query.attributes().min(equal);
            values.seekAfter(tables.attributes[equal], value, fromSlot - 1, value);
        }
    }

    /** Next slot, {@link #END} or {@link #PAUSE}. */
    int next() {
        for (int ruledOut = 0; ruledOut < MAX_RULED_OUT; ruledOut++) {
            final int slot = source == BITMAPS ? bits.next() : source == EQUAL ? values.next() : pop();
            if (slot < 0) {
                return END;
            }
            position = slot;
            if (slot <= lastTaken) {
                continue;
            }
            lastTaken = slot;
            if (tables.column.matches(slot, namespace, query.readiness())
                && (source == BITMAPS || bits.contains(tables.bitmaps, slot))) {
                return slot;
            }
        }
        position++;
        return PAUSE;
    }

    /** Where to go on after {@link #PAUSE}. */
    int position() {
        return position;
    }

    private void heapify() {
        for (int i = (heapSize >>> 1) - 1; i >= 0; i--) {
            siftDown(i);
        }
    }

    private int pop() {
        if (heapSize == 0) {
            return END;
        }
        final int least = heap[0];
        heapSize--;
        heap[0] = heap[heapSize];
        siftDown(0);
        return least;
    }

    private void siftDown(final int from) {
        final int value = heap[from];
        int parent = from;
        while (true) {
            int child = 2 * parent + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = value;
    }
}
