package io.ringmaster.registry.index;

import io.ringmaster.registry.layout.OffHeapMemory;
import io.ringmaster.registry.layout.SlotTable;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hashed timing wheel for leases (G. Varghese, T. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987, scheme 6): the
 * slots that come due in the same tick are chained in a doubly linked list in direct memory, 8 bytes a slot. Scheduling,
 * cancelling and moving a whole tick to the due list take constant time, whatever number of leases there is and however many
 * of them end at the same moment, and no memory is allocated after construction. (Agrona's DeadlineTimerWheel scans an array
 * for each tick and doubles all of them when one is full: 50,000 leases with the same deadline took 1.7 s and 0.5 GB of
 * heap, 100,000 did not fit 1 GB.)
 * <p>
 * A lease that is renewed stays where it is; when its tick comes, {@link #pollDue()} hands it out and the caller, seeing that the
 * deadline has moved, schedules it again. A lease longer than a turn of the wheel (34 s) comes by once each turn in the same way.
 * A deadline is noticed up to one tick (8.4 ms) late; readers compare deadlines themselves.
 * <p>
 * Threading: confined to the partition's writer.
 */
public final class LeaseWheel {
    /** {@code 1 << TICK_SHIFT} nanoseconds are a tick: 8.4 ms. */
    public static final int TICK_SHIFT = 23;
    /** Length of a tick. */
    public static final long TICK_NS = 1L << TICK_SHIFT;
    /** Ticks in a turn of the wheel. */
    public static final int TICKS_PER_WHEEL = 4096;

    private static final int NODE_LENGTH = 2 * BitUtil.SIZE_OF_INT;
    private static final int UNLINKED = -1;

    private final UnsafeBuffer links;
    private final int firstBucket;
    private final int due;
    private long nextTick = Long.MIN_VALUE;
    private int size;

    /**
     * A wheel without leases.
     *
     * @param slots of the partition.
     */
    public LeaseWheel(final int slots) {
        assert slots <= SlotTable.MAX_SLOTS;
        firstBucket = slots;
        due = slots + TICKS_PER_WHEEL;
        links = OffHeapMemory.allocateResident((due + 1) * NODE_LENGTH);
        for (int list = firstBucket; list <= due; list++) {
            next(list, list);
            previous(list, list);
        }
    }

    /**
     * Size of the wheel.
     *
     * @return bytes of direct memory.
     */
    public long bytes() {
        return links.capacity();
    }

    /**
     * Number of leases.
     *
     * @return from 0.
     */
    public int size() {
        return size;
    }

    /**
     * Schedules a slot; one that is scheduled already is moved.
     *
     * @param slot       with the lease.
     * @param deadlineNs when the lease runs out.
     * @param nowNs      time now.
     */
    public void schedule(final int slot, final long deadlineNs, final long nowNs) {
        cancel(slot);
        if (nextTick == Long.MIN_VALUE) {
            nextTick = nowNs >> TICK_SHIFT;
        }
        final long tick = Math.max(deadlineNs >> TICK_SHIFT, nextTick);
        append(bucket(tick), slot);
        size++;
    }

    /**
     * Takes a slot out, if it is in.
     *
     * @param slot with or without a lease.
     */
    public void cancel(final int slot) {
        final int next = next(slot);
        if (next != UNLINKED) {
            final int previous = previous(slot);
            next(previous, next);
            previous(next, previous);
            next(slot, UNLINKED);
            size--;
        }
    }

    /**
     * Moves the slots of ticks that are over to the end of the due list.
     *
     * @param nowNs     time now; a time before the last one changes nothing.
     * @param tickLimit most ticks to go on in this call.
     * @return number of ticks that had slots.
     */
    public int advance(final long nowNs, final int tickLimit) {
        final long nowTick = nowNs >> TICK_SHIFT;
        if (size == 0 || nextTick < nowTick - TICKS_PER_WHEEL) {
            nextTick = Math.max(nextTick, size == 0 ? nowTick : nowTick - TICKS_PER_WHEEL);
        }
        int moved = 0;
        for (int i = 0; i < tickLimit && nextTick < nowTick; i++) {
            moved += appendAllToDue(bucket(nextTick)) ? 1 : 0;
            nextTick++;
        }
        return moved;
    }

    /**
     * First slot of the due list, which stays there until it is cancelled or scheduled again.
     *
     * @return slot, or -1.
     */
    public int pollDue() {
        final int slot = next(due);
        return slot == due ? -1 : slot;
    }

    private int bucket(final long tick) {
        return firstBucket + (int) (tick & TICKS_PER_WHEEL - 1);
    }

    private void append(final int list, final int slot) {
        final int last = previous(list);
        next(last, slot);
        previous(slot, last);
        next(slot, list);
        previous(list, slot);
    }

    private boolean appendAllToDue(final int list) {
        final int first = next(list);
        if (first == list) {
            return false;
        }
        final int last = previous(list);
        final int dueLast = previous(due);
        next(dueLast, first);
        previous(first, dueLast);
        next(last, due);
        previous(due, last);
        next(list, list);
        previous(list, list);
        return true;
    }

    /** Kept inverted, so that memory that was never touched says {@link #UNLINKED}. */
    private int next(final int node) {
        return ~links.getInt(node * NODE_LENGTH);
    }

    private void next(final int node, final int next) {
        links.putInt(node * NODE_LENGTH, ~next);
    }

    private int previous(final int node) {
        return links.getInt(node * NODE_LENGTH + BitUtil.SIZE_OF_INT);
    }

    private void previous(final int node, final int previous) {
        links.putInt(node * NODE_LENGTH + BitUtil.SIZE_OF_INT, previous);
    }
}
