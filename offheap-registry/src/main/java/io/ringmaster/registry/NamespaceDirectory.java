package io.ringmaster.registry;

import io.ringmaster.registry.index.TagIndex;
import io.ringmaster.registry.layout.OffHeapMemory;
import io.ringmaster.registry.layout.SlotDescriptor;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The namespaces that a partition has records in, and a doubly linked list of each one's records in the order in which they came,
 * off heap. There is an entry for a namespace as long as it has a record; the number of entries is bounded.
 * <pre>
 *   entry:  [int64 sequence][int64 hash][int32 name length, 0: free][int32 records][int32 first slot][int32 last slot]
 *           [int64 mark of the drop][int64 deadline of the drop][int32 next slot of the drop]
 *           [int32 next entry being dropped]
 *           [int32 number of the drop that goes on, 0: none][unused up to 128][name]
 *   links of a slot, 24 bytes:  [int32 entry][int32 next slot][int32 previous slot]
 *                               [int32 number of the last drop that came to it, 0: none][int64 deadline of the drop]
 * </pre>
 * An entry is written under its sequence like a slot of the {@link SlotTable}, which it is, and found through a {@link TagIndex}. The
 * number of records alone is changed with one release store.
 * <p>
 * <b>Drops.</b> A drop covers the records that came before it: their incarnations count up to its mark. They stand in front
 * of the list, and {@link #nextToDrop()} walks it from the start. Drops of several namespaces go one after the other.
 * <p>
 * Threading: single writer = the partition's writer; {@link #find}, {@link #records}, {@link #copyName} and {@link #nameLength} any
 * thread.
 */
final class NamespaceDirectory {
    static final int NONE = -1;

    private static final int HASH_OFFSET = SlotDescriptor.SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int NAME_LENGTH_OFFSET = HASH_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int COUNT_OFFSET = NAME_LENGTH_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int HEAD_OFFSET = COUNT_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int TAIL_OFFSET = HEAD_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int DROP_MARK_OFFSET = TAIL_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int DROP_DEADLINE_NS_OFFSET = DROP_MARK_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int DROP_NEXT_SLOT_OFFSET = DROP_DEADLINE_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int NEXT_ENTRY_OFFSET = DROP_NEXT_SLOT_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int DROPPING_OFFSET = NEXT_ENTRY_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int NAME_OFFSET = SlotDescriptor.SLOT_LENGTH;

    /** Length of the name of a free entry. */
    private static final int FREE = 0;

    private static final int LINK_LENGTH = 24;
    private static final int LINK_NEXT_OFFSET = BitUtil.SIZE_OF_INT;
    private static final int LINK_PREVIOUS_OFFSET = 2 * BitUtil.SIZE_OF_INT;
    private static final int LINK_DROPPED_OFFSET = 3 * BitUtil.SIZE_OF_INT;
    private static final int LINK_DEADLINE_NS_OFFSET = 4 * BitUtil.SIZE_OF_INT;

    private final SlotTable table;
    private final UnsafeBuffer entries;
    private final TagIndex index;
    private final UnsafeBuffer links;
    private final int maxNamespaces;
    private final int maxNameLength;
    private int size;
    private int firstDropping = NONE;
    private int lastDropping = NONE;
    private int lastDrop;

    NamespaceDirectory(final int maxNamespaces, final int maxNameLength, final int slots) {
        this.maxNamespaces = maxNamespaces;
        this.maxNameLength = maxNameLength;
        final int maxEntries = (int) BitUtil.align(TagIndex.slotsFor(maxNamespaces), TagIndex.BUCKET_SLOTS);
        table = new SlotTable(maxEntries, BitUtil.align(maxNameLength, BitUtil.CACHE_LINE_LENGTH));
        entries = table.buffer();
        index = new TagIndex(maxEntries);
        links = OffHeapMemory.allocateResident(slots * LINK_LENGTH);
    }

    long bytes() {
        return table.bytes() + index.bytes() + links.capacity();
    }

    /** Namespaces with records. */
    int size() {
        return size;
    }

    /** Entries, with a namespace or free: more than there can be namespaces. */
    int entries() {
        return table.slots();
    }

    /** Any thread: entry of a namespace, or -1. Another thread's answer is a hint: the entry may be another's in the meantime. */
    int find(final DirectBuffer buffer, final int offset, final int length) {
        final long hash = KeyHash.hash(buffer, offset, length);
        for (int entry = index.find(hash); entry != TagIndex.NONE; entry = index.findNext(hash, entry)) {
            if (isName(entry, buffer, offset, length)) {
                return entry;
            }
        }
        return NONE;
    }

    private boolean isName(final int entry, final DirectBuffer buffer, final int offset, final int length) {
        final int start = table.offset(entry);
        while (true) {
            final long sequence = table.beginRead(entry);
            final boolean isEqual = entries.getInt(start + NAME_LENGTH_OFFSET) == length
                && RangeEquals.equal(entries, start + NAME_OFFSET, buffer, offset, length);
            if (table.isUnchanged(entry, sequence)) {
                return isEqual;
            }
            Thread.onSpinWait();
        }
    }

    /** Any thread: records of an entry. */
    int records(final int entry) {
        return entries.getIntAcquire(table.offset(entry) + COUNT_OFFSET);
    }

    /**
     * Any thread: copies the name of an entry in one piece. Returns its length; 0 for an entry that is free.
     */
    int copyName(final int entry, final MutableDirectBuffer out, final int outOffset) {
        final int start = table.offset(entry);
        while (true) {
            final long sequence = table.beginRead(entry);
            final int length = entries.getInt(start + NAME_LENGTH_OFFSET);
            if (length >= 0 && length <= maxNameLength) {
                out.putBytes(outOffset, entries, start + NAME_OFFSET, length);
            }
            if (table.isUnchanged(entry, sequence)) {
                return length;
            }
            Thread.onSpinWait();
        }
    }

    /** Writer: entry of a namespace, a new one if need be; -1 when all are taken. */
    int acquire(final DirectBuffer buffer, final int offset, final int length) {
        final int known = find(buffer, offset, length);
        if (known != NONE) {
            return known;
        }
        if (size == maxNamespaces) {
            return NONE;
        }
        final long hash = KeyHash.hash(buffer, offset, length);
        final int entry = index.vacantSlot(hash);
        final int start = table.offset(entry);
        table.beginWrite(entry);
        entries.putInt(start + NAME_LENGTH_OFFSET, length);
        entries.putBytes(start + NAME_OFFSET, buffer, offset, length);
        entries.putLong(start + HASH_OFFSET, hash);
        table.endWrite(entry);
        putCount(entry, 0);
        put(entry, HEAD_OFFSET, NONE);
        put(entry, TAIL_OFFSET, NONE);
        put(entry, DROPPING_OFFSET, 0);
        put(entry, DROP_NEXT_SLOT_OFFSET, NONE);
        index.put(hash, entry);
        size++;
        return entry;
    }

    /** Writer: forgets an entry that has no records. */
    void releaseIfEmpty(final int entry) {
        if (get(entry, COUNT_OFFSET) > 0 || isDropping(entry)) {
            return;
        }
        final int start = table.offset(entry);
        index.remove(entries.getLong(start + HASH_OFFSET), entry);
        table.beginWrite(entry);
        entries.putInt(start + NAME_LENGTH_OFFSET, FREE);
        table.endWrite(entry);
        size--;
    }

    /** Writer: enters a new record at the end of its namespace's list. */
    void link(final int entry, final int slot) {
        final int last = get(entry, TAIL_OFFSET);
        final int link = slot * LINK_LENGTH;
        links.putInt(link, entry);
        links.putInt(link + LINK_NEXT_OFFSET, NONE);
        links.putInt(link + LINK_PREVIOUS_OFFSET, last);
        links.putInt(link + LINK_DROPPED_OFFSET, 0);
        if (last == NONE) {
            put(entry, HEAD_OFFSET, slot);
        } else {
            links.putInt(last * LINK_LENGTH + LINK_NEXT_OFFSET, slot);
        }
        put(entry, TAIL_OFFSET, slot);
        putCount(entry, get(entry, COUNT_OFFSET) + 1);
        if (isDropping(entry) && get(entry, DROP_NEXT_SLOT_OFFSET) == NONE) {
            put(entry, DROP_NEXT_SLOT_OFFSET, slot);
        }
    }

    /** Writer: takes a record out, and its namespace with the last one. */
    void unlink(final int slot) {
        final int entry = entryOf(slot);
        final int next = next(slot);
        final int previous = links.getInt(slot * LINK_LENGTH + LINK_PREVIOUS_OFFSET);
        if (previous == NONE) {
            put(entry, HEAD_OFFSET, next);
        } else {
            links.putInt(previous * LINK_LENGTH + LINK_NEXT_OFFSET, next);
        }
        if (next == NONE) {
            put(entry, TAIL_OFFSET, previous);
        } else {
            links.putInt(next * LINK_LENGTH + LINK_PREVIOUS_OFFSET, previous);
        }
        if (get(entry, DROP_NEXT_SLOT_OFFSET) == slot) {
            put(entry, DROP_NEXT_SLOT_OFFSET, next);
        }
        putCount(entry, get(entry, COUNT_OFFSET) - 1);
        releaseIfEmpty(entry);
    }

    /** Writer: entry of a record's namespace. */
    int entryOf(final int slot) {
        return links.getInt(slot * LINK_LENGTH);
    }

    private int next(final int slot) {
        return links.getInt(slot * LINK_LENGTH + LINK_NEXT_OFFSET);
    }

    /** Writer: starts a drop of the records whose incarnations count up to a mark; a drop that goes on already covers them too. */
    void drop(final int entry, final long mark, final long deadlineNs) {
        final int start = table.offset(entry);
        final boolean isNew = !isDropping(entry);
        entries.putLong(start + DROP_MARK_OFFSET, mark);
        entries.putLong(start + DROP_DEADLINE_NS_OFFSET,
            isNew ? deadlineNs : Math.min(deadlineNs, entries.getLong(start + DROP_DEADLINE_NS_OFFSET)));
        put(entry, DROP_NEXT_SLOT_OFFSET, get(entry, HEAD_OFFSET));
        lastDrop = lastDrop == -1 ? 1 : lastDrop + 1;
        put(entry, DROPPING_OFFSET, lastDrop);
        if (isNew) {
            put(entry, NEXT_ENTRY_OFFSET, NONE);
            if (lastDropping == NONE) {
                firstDropping = entry;
            } else {
                put(lastDropping, NEXT_ENTRY_OFFSET, entry);
            }
            lastDropping = entry;
        }
    }

    /** Writer: entry whose drop goes on, or -1. */
    int dropping() {
        return firstDropping;
    }

    /** Writer: record that {@link #dropping()} comes to next, or -1. */
    int nextToDrop() {
        return get(firstDropping, DROP_NEXT_SLOT_OFFSET);
    }

    /** Writer: goes on behind {@link #nextToDrop()}. */
    void skipToDrop() {
        put(firstDropping, DROP_NEXT_SLOT_OFFSET, next(nextToDrop()));
    }

    /** Writer: ends the drop that goes on. */
    void endDrop() {
        final int entry = firstDropping;
        firstDropping = get(entry, NEXT_ENTRY_OFFSET);
        if (firstDropping == NONE) {
            lastDropping = NONE;
        }
        put(entry, DROPPING_OFFSET, 0);
        put(entry, DROP_NEXT_SLOT_OFFSET, NONE);
        releaseIfEmpty(entry);
    }

    boolean isDropping(final int entry) {
        return get(entry, DROPPING_OFFSET) != 0;
    }

    long dropMark(final int entry) {
        return entries.getLong(table.offset(entry) + DROP_MARK_OFFSET);
    }

    long dropDeadlineNs(final int entry) {
        return entries.getLong(table.offset(entry) + DROP_DEADLINE_NS_OFFSET);
    }

    /** Writer: whether the drop of its namespace that goes on has come to a record. */
    boolean isReached(final int slot) {
        return links.getInt(slot * LINK_LENGTH + LINK_DROPPED_OFFSET) == get(entryOf(slot), DROPPING_OFFSET);
    }

    /** Writer: whether a record was told to drain by a drop. */
    boolean isDropped(final int slot) {
        return links.getInt(slot * LINK_LENGTH + LINK_DROPPED_OFFSET) != 0;
    }

    /** Writer: until when a record that {@link #isDropped(int)} may stay. */
    long droppedDeadlineNs(final int slot) {
        return links.getLong(slot * LINK_LENGTH + LINK_DEADLINE_NS_OFFSET);
    }

    /** Writer: the drop that goes on has come to a record, which may stay until then. */
    void setDropped(final int slot, final long deadlineNs) {
        links.putInt(slot * LINK_LENGTH + LINK_DROPPED_OFFSET, get(entryOf(slot), DROPPING_OFFSET));
        links.putLong(slot * LINK_LENGTH + LINK_DEADLINE_NS_OFFSET, deadlineNs);
    }

    private int get(final int entry, final int offset) {
        return entries.getInt(table.offset(entry) + offset);
    }

    private void put(final int entry, final int offset, final int value) {
        entries.putInt(table.offset(entry) + offset, value);
    }

    private void putCount(final int entry, final int count) {
        entries.putIntRelease(table.offset(entry) + COUNT_OFFSET, count);
    }
}
