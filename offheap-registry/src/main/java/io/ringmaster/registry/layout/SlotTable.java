package io.ringmaster.registry.layout;

import static io.ringmaster.registry.layout.SlotDescriptor.SEQUENCE_OFFSET;
import static io.ringmaster.registry.layout.SlotDescriptor.SLOT_LENGTH;

import java.lang.invoke.VarHandle;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Table of seq-locked slots ({@link SlotDescriptor}) in direct memory.
 * <p>
 * The writer changes a slot between {@link #beginWrite(int)} (sequence becomes odd, then a release fence: no later store,
 * neither to the slot nor to any block of the slab, can be seen before the odd sequence) and {@link #endWrite(int)}
 * (sequence becomes even, as a release store: whoever sees it sees all that was written before). A reader takes an even
 * sequence with {@link #beginRead(int)} (an acquire load), copies what it wants with plain loads, and throws the copy away
 * unless {@link #isUnchanged(int, long)} (an acquire fence, so that no load of the copy can be done after it, then a load of
 * the sequence) sees the same sequence. The orders are those of H.-J. Boehm, "Can seqlocks get along with programming
 * language memory models?", MSPC 2012, figures 4 and 6, with Java's {@link VarHandle} fences in place of the C++ ones. Plain
 * loads of off-heap memory cannot go wrong in Java when they race; they only give bytes that the second look at the sequence
 * rejects. {@link #copy(int, UnsafeBuffer)} does all of it for a whole slot.
 * <p>
 * The sequence is never reset, so a slot that was removed and used for another record in the middle of a copy is noticed as well:
 * it is 64 bit wide and does not come round. The same look protects the record's block in the slab: before a block is freed or
 * overwritten, the slot that points at it has been made odd, and the release fence keeps that order.
 * <p>
 * Threading: single writer = the partition's writer; readers any thread.
 */
public final class SlotTable {
    /** Most slots that one table can have. Its buffer has an int length, so that with long inline parts it can have fewer. */
    public static final int MAX_SLOTS = 1 << 23;
    /** What {@link #copy(int, UnsafeBuffer)} returns when the slot was changed meanwhile; no sequence that a reader sees is odd. */
    public static final long TORN = -1;

    private static final int SPINS_BEFORE_YIELD = 128;

    private final UnsafeBuffer buffer;
    /** Of {@link #buffer}, which keeps the memory. */
    private final long address;
    private final int slots;
    private final int inlineLength;
    private final int slotLength;
    private final long stride;

    /**
     * Allocates the table; every slot is free and has no inline part.
     *
     * @param slots 1 to {@link #MAX_SLOTS}.
     */
    public SlotTable(final int slots) {
        this(slots, 0);
    }

    /**
     * Allocates the table; every slot is free.
     *
     * @param slots        1 to {@link #maxSlots(int)}.
     * @param inlineLength bytes of each slot for variable parts that are no longer than that; a multiple of 64.
     */
    public SlotTable(final int slots, final int inlineLength) {
        if (inlineLength < 0 || inlineLength % BitUtil.CACHE_LINE_LENGTH != 0) {
            throw new IllegalArgumentException("inlineLength=" + inlineLength + " must be a multiple of 64");
        }
        if (slots < 1 || slots > maxSlots(inlineLength)) {
            throw new IllegalArgumentException("slots=" + slots + " must be from 1 to " + maxSlots(inlineLength));
        }
        this.slots = slots;
        this.inlineLength = inlineLength;
        slotLength = SLOT_LENGTH + inlineLength;
        stride = slotLength;
        buffer = OffHeapMemory.allocateResident(slots * slotLength);
        address = buffer.addressOffset();
    }

    /**
     * Most slots that a table can have.
     *
     * @param inlineLength bytes of each slot's inline part.
     * @return slots.
     */
    public static int maxSlots(final int inlineLength) {
        return Math.min(MAX_SLOTS, (Integer.MAX_VALUE - BitUtil.CACHE_LINE_LENGTH) / (SLOT_LENGTH + inlineLength));
    }

    /**
     * Length of each slot's inline part, at {@link SlotDescriptor#SLOT_LENGTH} from its start.
     *
     * @return bytes.
     */
    public int inlineLength() {
        return inlineLength;
    }

    /**
     * Length of each slot with its inline part.
     *
     * @return bytes, a multiple of 64.
     */
    public int slotLength() {
        return slotLength;
    }

    /**
     * Number of slots.
     *
     * @return as given to the constructor.
     */
    public int slots() {
        return slots;
    }

    /**
     * Size of the table.
     *
     * @return bytes of direct memory.
     */
    public long bytes() {
        return buffer.capacity();
    }

    /**
     * The memory of the table, for access to the fields of a slot at {@link #offset(int)} plus an offset of
     * {@link SlotDescriptor}.
     *
     * @return the one buffer of the table.
     */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Where a slot starts.
     *
     * @param slot from 0.
     * @return offset in {@link #buffer()}.
     */
    public int offset(final int slot) {
        return slot * slotLength;
    }

    /**
     * Writer: opens a slot for writing.
     *
     * @param slot from 0.
     */
    public void beginWrite(final int slot) {
        final int index = offset(slot) + SEQUENCE_OFFSET;
        final long sequence = buffer.getLong(index);
        assert (sequence & 1) == 0 : "slot " + slot + " is already being written";
        buffer.putLongOpaque(index, sequence + 1);
        VarHandle.releaseFence();
    }

    /**
     * Writer: publishes what was written since {@link #beginWrite(int)}.
     *
     * @param slot from 0.
     */
    public void endWrite(final int slot) {
        final int index = offset(slot) + SEQUENCE_OFFSET;
        final long sequence = buffer.getLong(index);
        assert (sequence & 1) == 1 : "slot " + slot + " is not being written";
        buffer.putLongRelease(index, sequence + 1);
    }

    /**
     * Reader: waits until the slot is not being written. The writer has a slot open for a few hundred nanoseconds and never
     * blocks meanwhile; only a writer that lost its core keeps a reader here for longer, and then the reader gives its own
     * core up.
     *
     * @param slot from 0.
     * @return an even sequence, for {@link #isUnchanged(int, long)}.
     */
    public long beginRead(final int slot) {
        return evenSequence(checkedAddress(slot) + SEQUENCE_OFFSET);
    }

    private static long evenSequence(final long sequenceAddress) {
        final long sequence = UnsafeApi.getLongAcquire(null, sequenceAddress);
        return (sequence & 1) == 0 ? sequence : awaitEvenSequence(sequenceAddress);
    }

    private static long awaitEvenSequence(final long sequenceAddress) {
        int spins = 0;
        while (true) {
            if (++spins < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
            final long sequence = UnsafeApi.getLongAcquire(null, sequenceAddress);
            if ((sequence & 1) == 0) {
                return sequence;
            }
        }
    }

    /**
     * Reader: whether all that was read since {@link #beginRead(int)} belongs together.
     *
     * @param slot     from 0.
     * @param sequence that {@link #beginRead(int)} returned.
     * @return false: throw the copy away.
     */
    public boolean isUnchanged(final int slot, final long sequence) {
        VarHandle.acquireFence();
        return UnsafeApi.getLongOpaque(null, checkedAddress(slot) + SEQUENCE_OFFSET) == sequence;
    }

    /**
     * Reader: copies a whole slot in one piece, if the writer does not change it meanwhile. Waits as {@link #beginRead(int)} does. The
     * copy does not look at the lengths first: all lines are on their way to the CPU at once, where a copy that first reads the lengths
     * waits for memory twice. It is made with few wide loads and stores, which leave the CPU room to begin the next lookup while it
     * waits for this one's memory (docs/decisions.md, 36).
     *
     * @param slot from 0 to {@link #slots()} - 1.
     * @param out  direct memory, at least as long as a slot.
     * @return the sequence that all of the copy belongs to, or {@link #TORN}: throw the copy away.
     */
    public long copy(final int slot, final UnsafeBuffer out) {
        final int length = slotLength;
        if (out.capacity() < length || out.byteArray() != null) {
            throw new IndexOutOfBoundsException("length=" + out.capacity() + " of direct memory is less than that of a slot, " + length);
        }
        final long from = checkedAddress(slot);
        final long sequence = evenSequence(from + SEQUENCE_OFFSET);
        UnsafeApi.copyMemory(from, out.addressOffset(), length);
        VarHandle.acquireFence();
        return UnsafeApi.getLongOpaque(null, from + SEQUENCE_OFFSET) == sequence ? sequence : TORN;
    }

    /**
     * Reader: loads a word of each line of a slot, so that they come into the CPU's cache.
     *
     * @param slot from 0 to {@link #slots()} - 1.
     * @return a number without a meaning that depends on all of them.
     */
    public long touch(final int slot) {
        final long from = checkedAddress(slot);
        long sum = 0;
        for (int i = 0; i < slotLength; i += BitUtil.CACHE_LINE_LENGTH) {
            sum += UnsafeApi.getLong(from + i);
        }
        return sum;
    }

    private long checkedAddress(final int slot) {
        if (slot < 0 || slot >= slots) {
            throw new IndexOutOfBoundsException("slot=" + slot + " of " + slots);
        }
        return address + slot * stride;
    }

    /**
     * Whether a slot has no record; plain load.
     *
     * @param slot from 0.
     * @return true if its kind is {@link SlotDescriptor#FREE}.
     */
    public boolean isFree(final int slot) {
        return buffer.getByte(offset(slot) + SlotDescriptor.KIND_OFFSET) == SlotDescriptor.FREE;
    }

    /**
     * Writer: sets the kind of a slot that is open for writing.
     *
     * @param slot from 0.
     * @param kind of its record, or {@link SlotDescriptor#FREE}.
     */
    public void kind(final int slot, final byte kind) {
        buffer.putByte(offset(slot) + SlotDescriptor.KIND_OFFSET, kind);
    }

    /**
     * Incarnation of the record in a slot; plain load.
     *
     * @param slot from 0.
     * @return fencing number.
     */
    public long incarnation(final int slot) {
        return buffer.getLong(offset(slot) + SlotDescriptor.INCARNATION_OFFSET);
    }

    /**
     * Lease deadline of the record in a slot; plain load.
     *
     * @param slot from 0.
     * @return nanoseconds, or {@link SlotDescriptor#NO_LEASE}.
     */
    public long leaseDeadlineNs(final int slot) {
        return buffer.getLong(offset(slot) + SlotDescriptor.LEASE_DEADLINE_NS_OFFSET);
    }

    /**
     * Owner of the record in a slot; plain load.
     *
     * @param slot from 0.
     * @return session id.
     */
    public long ownerSession(final int slot) {
        return buffer.getLong(offset(slot) + SlotDescriptor.OWNER_SESSION_OFFSET);
    }
}
