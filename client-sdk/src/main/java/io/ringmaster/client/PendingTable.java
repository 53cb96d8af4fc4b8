package io.ringmaster.client;

import org.agrona.BitUtil;

import java.util.function.LongConsumer;

/**
 * Requests without an answer: a preallocated table of correlation ids and deadlines. Ids grow by at least one each and are
 * never used twice, so an id below the next one that is not here belongs to a request that was answered, timed out or lost.
 * <p>
 * Threading: confined to the thread that polls the channel.
 */
final class PendingTable {
    private static final long FREE = 0;

    private final int bound;
    private final int mask;
    private final long[] ids;
    private final long[] deadlinesNs;
    private long oldestId = 1;
    private long nextId = 1;
    private int count;

    PendingTable(final int bound) {
        this.bound = bound;
        final int capacity = BitUtil.findNextPositivePowerOfTwo(2 * bound);
        mask = capacity - 1;
        ids = new long[capacity];
        deadlinesNs = new long[capacity];
    }

    /** The id for the next request, whose slot is free; -1: the bound is reached. */
    long nextId() {
        if (count >= bound) {
            return -1;
        }
        while (ids[(int) nextId & mask] != FREE) {
            nextId++;
        }
        return nextId;
    }

    /** Takes the id that {@link #nextId()} returned. */
    void add(final long id, final long deadlineNs) {
        assert id == nextId && ids[(int) id & mask] == FREE;
        final int slot = (int) id & mask;
        ids[slot] = id;
        deadlinesNs[slot] = deadlineNs;
        if (count++ == 0) {
            oldestId = id;
        }
        nextId = id + 1;
    }

    /** Removes an id; false: it is not waited for. */
    boolean remove(final long id) {
        final int slot = (int) id & mask;
        if (id <= 0 || ids[slot] != id) {
            return false;
        }
        ids[slot] = FREE;
        count--;
        return true;
    }

    /** Whether an answer is waited for. */
    boolean contains(final long id) {
        return id > 0 && ids[(int) id & mask] == id;
    }

    /** Whether this id was given out, so that an answer to it is late, not wrong. */
    boolean wasIssued(final long id) {
        return id > 0 && id < nextId;
    }

    int count() {
        return count;
    }

    /** Removes what is due and tells the consumer of it. Returns how many. */
    int expire(final long nowNs, final LongConsumer consumer) {
        if (count == 0) {
            return 0;
        }
        // An id that waits longer than a whole turn of the table is older than this range: then every slot is looked at.
        final boolean isOneTurn = nextId - oldestId <= ids.length;
        final long first = isOneTurn ? oldestId : nextId - ids.length;
        final long end = nextId;
        long stillOldestId = Long.MAX_VALUE;
        int expired = 0;
        for (long i = first; i < end; i++) {
            final int slot = (int) i & mask;
            final long id = ids[slot];
            if (id == FREE) {
                continue;
            }
            if (nowNs - deadlinesNs[slot] >= 0) {
                ids[slot] = FREE;
                count--;
                expired++;
                consumer.accept(id);
            } else {
                stillOldestId = Math.min(stillOldestId, id);
            }
        }
        oldestId = stillOldestId == Long.MAX_VALUE ? end : stillOldestId;
        return expired;
    }

    /** Removes everything and tells the consumer of it. */
    void clear(final LongConsumer consumer) {
        final int slots = ids.length;
        final long end = nextId;
        for (int i = 0; i < slots && count > 0; i++) {
            final long id = ids[i];
            if (id != FREE && id < end) {
                ids[i] = FREE;
                count--;
                consumer.accept(id);
            }
        }
    }
}
