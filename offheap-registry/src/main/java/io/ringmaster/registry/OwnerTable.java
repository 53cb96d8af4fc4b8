package io.ringmaster.registry;

import io.ringmaster.registry.layout.OffHeapMemory;
import org.agrona.BitUtil;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The sessions that own records of a partition, and a doubly linked list of each one's records, in direct memory.
 * <pre>
 *   entry of an owner, 32 bytes:  [int32 generation][int32 first slot][int32 records][int32 next entry]
 *                                 [int64 session][int32 previous entry][int32 unused]
 *   links of a slot, 8 bytes:     [int32 next slot][int32 previous slot]
 * </pre>
 * A record names its owner by entry and generation. To end a session its entry's generation is counted up, with one release
 * store: from then on no reader and no command takes any of the session's records for alive, however many there are, and taking
 * them out of the table can be spread over later duty cycles. An entry goes back to the free ones when its last record is gone,
 * so there are never more entries than records. Entry {@link #ORPHANS} stands for the sessions of an earlier life of the server:
 * all records that were restored are its own, and it does not end.
 * <p>
 * Threading: single writer = the partition's writer; {@link #isLive(int, int)} any thread.
 */
final class OwnerTable {
    /** Entry of the owners of restored records. */
    static final int ORPHANS = 0;

    private static final int GENERATION_OFFSET = 0;
    private static final int HEAD_OFFSET = GENERATION_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int COUNT_OFFSET = HEAD_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int NEXT_OFFSET = COUNT_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int SESSION_OFFSET = NEXT_OFFSET + BitUtil.SIZE_OF_INT;
    private static final int PREVIOUS_OFFSET = SESSION_OFFSET + BitUtil.SIZE_OF_LONG;
    private static final int ENTRY_SHIFT = 5;
    private static final int LINK_SHIFT = 3;
    private static final int NONE = -1;

    private final UnsafeBuffer entries;
    /** Of {@link #entries}, which keeps the memory. */
    private final long entriesAddress;
    private final int maxEntries;
    private final UnsafeBuffer links;
    private final Long2LongHashMap entryBySession = new Long2LongHashMap(NONE);
    private int freeHead = NONE;
    private int cutEntries = ORPHANS + 1;
    private int releasedHead = NONE;
    private int releasedTail = NONE;

    OwnerTable(final int maxOwners, final int slots) {
        maxEntries = maxOwners + 1;
        entries = OffHeapMemory.allocate(maxEntries << ENTRY_SHIFT);
        entriesAddress = entries.addressOffset();
        links = OffHeapMemory.allocateResident(slots << LINK_SHIFT);
        put(ORPHANS, HEAD_OFFSET, NONE);
    }

    long bytes() {
        return (long) entries.capacity() + links.capacity();
    }

    boolean isLive(final int entry, final int generation) {
        if (entry < 0 || entry >= maxEntries) {
            throw new IndexOutOfBoundsException("entry=" + entry + " of " + maxEntries);
        }
        return UnsafeApi.getIntAcquire(null, entriesAddress + ((long) entry << ENTRY_SHIFT) + GENERATION_OFFSET) == generation;
    }

    int generation(final int entry) {
        return get(entry, GENERATION_OFFSET);
    }

    /** Entry of a live session; a new one has no records yet. */
    int acquire(final long session) {
        final int known = (int) entryBySession.get(session);
        if (known != NONE) {
            return known;
        }
        final int entry;
        if (freeHead != NONE) {
            entry = freeHead;
            freeHead = get(entry, NEXT_OFFSET);
        } else {
            entry = cutEntries++;
        }
        put(entry, HEAD_OFFSET, NONE);
        put(entry, COUNT_OFFSET, 0);
        entries.putLong((entry << ENTRY_SHIFT) + SESSION_OFFSET, session);
        entryBySession.put(session, entry);
        return entry;
    }

    void link(final int entry, final int slot) {
        final int head = get(entry, HEAD_OFFSET);
        nextSlot(slot, head);
        previousSlot(slot, NONE);
        if (head != NONE) {
            previousSlot(head, slot);
        }
        put(entry, HEAD_OFFSET, slot);
        put(entry, COUNT_OFFSET, get(entry, COUNT_OFFSET) + 1);
    }

    /** Takes a record out; a session without records is forgotten. */
    void unlink(final int entry, final int generation, final int slot) {
        final int next = nextSlot(slot);
        final int previous = previousSlot(slot);
        if (previous == NONE) {
            put(entry, HEAD_OFFSET, next);
        } else {
            nextSlot(previous, next);
        }
        if (next != NONE) {
            previousSlot(next, previous);
        }
        final int count = get(entry, COUNT_OFFSET) - 1;
        put(entry, COUNT_OFFSET, count);
        if (count == 0 && entry != ORPHANS) {
            if (isLive(entry, generation)) {
                end(entry);
            } else {
                removeFromReleased(entry);
            }
            put(entry, NEXT_OFFSET, freeHead);
            freeHead = entry;
        }
    }

    /** Ends a session; its records are found by {@link #nextReleasedSlot()} from now on. */
    boolean release(final long session) {
        final int entry = (int) entryBySession.get(session);
        if (entry == NONE) {
            return false;
        }
        end(entry);
        put(entry, NEXT_OFFSET, NONE);
        put(entry, PREVIOUS_OFFSET, releasedTail);
        if (releasedTail == NONE) {
            releasedHead = entry;
        } else {
            put(releasedTail, NEXT_OFFSET, entry);
        }
        releasedTail = entry;
        return true;
    }

    /** A record of an ended session, or -1; the same one until it is unlinked. */
    int nextReleasedSlot() {
        return releasedHead == NONE ? NONE : get(releasedHead, HEAD_OFFSET);
    }

    private void removeFromReleased(final int entry) {
        final int next = get(entry, NEXT_OFFSET);
        final int previous = get(entry, PREVIOUS_OFFSET);
        if (previous == NONE) {
            releasedHead = next;
        } else {
            put(previous, NEXT_OFFSET, next);
        }
        if (next == NONE) {
            releasedTail = previous;
        } else {
            put(next, PREVIOUS_OFFSET, previous);
        }
    }

    /** Live sessions that own records. */
    int sessions() {
        return entryBySession.size();
    }

    private void end(final int entry) {
        entries.putIntRelease((entry << ENTRY_SHIFT) + GENERATION_OFFSET, generation(entry) + 1);
        entryBySession.remove(entries.getLong((entry << ENTRY_SHIFT) + SESSION_OFFSET));
    }

    private int get(final int entry, final int offset) {
        return entries.getInt((entry << ENTRY_SHIFT) + offset);
    }

    private void put(final int entry, final int offset, final int value) {
        entries.putInt((entry << ENTRY_SHIFT) + offset, value);
    }

    private int nextSlot(final int slot) {
        return links.getInt(slot << LINK_SHIFT);
    }

    private void nextSlot(final int slot, final int next) {
        links.putInt(slot << LINK_SHIFT, next);
    }

    private int previousSlot(final int slot) {
        return links.getInt((slot << LINK_SHIFT) + BitUtil.SIZE_OF_INT);
    }

    private void previousSlot(final int slot, final int previous) {
        links.putInt((slot << LINK_SHIFT) + BitUtil.SIZE_OF_INT, previous);
    }
}
