package io.ringmaster.server.store;

import io.ringmaster.server.config.ConfigException;
import io.ringmaster.server.config.StoreConfig;
import io.ringmaster.server.egress.ReplySink;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RecordDescriptor;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * What the registry's role sends, in one order: changes of records and messages to sessions. A record of the ring is
 * <pre>
 *   PUT     [int64 incarnation][record as stored]
 *   REMOVE  [int64 incarnation]
 *   MESSAGE [int64 session id][message as on the wire]
 * </pre>
 * Changes must never find the ring full, since the registry has made them already. So messages leave a reserve in which all
 * changes of {@link #MAX_COMMANDS} commands fit, and {@link #hasRoom} says no while less than the reserve is free: the
 * registry's role then takes no command and removes no record.
 * <p>
 * Threading: one producer, the registry's role; one consumer, the store's role; {@link #size()} any thread.
 */
public final class StoreRing implements ReplySink {
    /** Commands that the registry's role may take after {@link #hasRoom} has said yes, before it asks again. */
    public static final int MAX_COMMANDS = 16;
    static final int PUT = 1;
    static final int REMOVE = 2;
    static final int MESSAGE = 3;
    /** Bytes before a record or a message. */
    static final int KEY_LENGTH = Long.BYTES;
    /** Most removals of a command beside its one put: a dead record under the same name. */
    private static final int REMOVES_OF_COMMAND = 2;

    private final OneToOneRingBuffer ring;
    private final StoreCounters counters;
    private final int reserve;
    private long highWater;

    /**
     * Allocates the ring.
     *
     * @param ringLength      bytes; a power of two.
     * @param maxRecordLength longest stored record.
     * @param counters        to update.
     * @throws ConfigException if the ring is too short for that record; says what it has to be.
     */
    StoreRing(final int ringLength, final int maxRecordLength, final StoreCounters counters) {
        this.counters = counters;
        final long needed = minLength(maxRecordLength);
        if (ringLength < needed) {
            throw new ConfigException(StoreConfig.KEY + ".ring-bytes", "= " + ringLength + " must be at least " + needed +
                ": a record takes up to " + maxRecordLength + " bytes, and the changes of " + MAX_COMMANDS +
                " commands must take at most a quarter of it");
        }
        reserve = (int) reserve(maxRecordLength);
        ring = new OneToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            ringLength + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    }

    /** Shortest ring for records of this length. */
    static long minLength(final int maxRecordLength) {
        final long quadruple = 4 * reserve(maxRecordLength);
        return Math.max(64 * 1024, Long.highestOneBit(quadruple - 1) << 1);
    }

    private static long reserve(final int maxRecordLength) {
        final long put = recordLength(maxRecordLength);
        // One more put: what the end of the buffer may cost when a record does not fit there.
        return (MAX_COMMANDS + 1) * (put + REMOVES_OF_COMMAND * (long) recordLength(0)) + put;
    }

    private static int recordLength(final int length) {
        return BitUtil.align(length + KEY_LENGTH + RecordDescriptor.HEADER_LENGTH, RecordDescriptor.ALIGNMENT);
    }

    /**
     * Claims room for a record; {@link #commit} or {@link #abort} with the index has to follow.
     *
     * @param incarnation of the record.
     * @param length      of the record in bytes.
     * @return index of the record's first byte in {@link #buffer()}; -1: there is no room, which is a defect.
     */
    int tryClaimPut(final long incarnation, final int length) {
        return tryClaim(PUT, incarnation, length);
    }

    /** Puts a removal in; false: there is no room, which is a defect. */
    boolean remove(final long incarnation) {
        final int index = tryClaim(REMOVE, incarnation, 0);
        if (index < 0) {
            return false;
        }
        commit(index);
        return true;
    }

    @Override
    public int tryClaim(final long sessionId, final int messageLength) {
        if (free() < (long) reserve + 2L * recordLength(messageLength)) {
            counters.ringRefused.incrementRelease();
            return -1;
        }
        return tryClaim(MESSAGE, sessionId, messageLength);
    }

    private int tryClaim(final int type, final long key, final int length) {
        final int index = ring.tryClaim(type, KEY_LENGTH + length);
        if (index < 0) {
            counters.ringRefused.incrementRelease();
            return -1;
        }
        ring.buffer().putLong(index, key);
        return index + KEY_LENGTH;
    }

    @Override
    public MutableDirectBuffer buffer() {
        return ring.buffer();
    }

    @Override
    public void commit(final int index) {
        ring.commit(index - KEY_LENGTH);
        final int size = ring.size();
        if (size > highWater) {
            highWater = size;
            counters.ringHighWater.setRelease(size);
        }
    }

    @Override
    public void abort(final int index) {
        ring.abort(index - KEY_LENGTH);
    }

    /** Also asked for changes: with length 0 it says whether the changes of {@link #MAX_COMMANDS} commands have room. */
    @Override
    public boolean hasRoom(final int messageLength) {
        // Twice: for the headers of the messages, and for the end of the buffer.
        final long needed = (long) reserve + 2L * messageLength + recordLength(0);
        return free() >= Math.min(needed, ring.capacity());
    }

    private long free() {
        return ring.capacity() - (long) ring.size();
    }

    /**
     * Bytes that wait.
     *
     * @return with headers.
     */
    public int size() {
        return ring.size();
    }

    /**
     * Length of the ring.
     *
     * @return bytes.
     */
    public int capacity() {
        return ring.capacity();
    }

    OneToOneRingBuffer ring() {
        return ring;
    }
}
