package io.ringmaster.server.watch;

import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.WatchEventEncoder;
import io.ringmaster.registry.index.CapabilitySet;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The changes of the registry that some watch has not looked at yet, oldest first, in one circular buffer off heap. Positions only
 * grow; a record is at {@code position & (capacity - 1)}, aligned to 8 bytes, and never wraps: padding fills the end.
 * <pre>
 *    0  int32  length of the record, padding to 8 bytes included
 *    4  int32  length of the event; 0: the record is padding
 *    8  uint8  change: {@link #NEW}, {@link #CHANGED}, {@link #REMOVED}
 *    9  uint8  reason, of a removal
 *   10  uint8  kind of the record
 *   11  uint8  kind before the change
 *   12  int32  unused
 *   16  int64[4]  capabilities
 *   48  int64[4]  capabilities before the change
 *   80  the event as on the wire, but for watch id, sequence and, where a filter makes the difference, type and reason
 * </pre>
 * The state before a change is what makes a watch without a memory of records possible: whether its filter let the record
 * through before can be told from the change alone, since namespace and name never change.
 * <p>
 * Threading: confined to the registry's role.
 */
final class ChangeLog {
    /** A record that was not there. */
    static final byte NEW = 1;
    /** The same record in another state. */
    static final byte CHANGED = 2;
    /** A record that is gone. */
    static final byte REMOVED = 3;

    private static final int EVENT_LENGTH_OFFSET = Integer.BYTES;
    private static final int CHANGE_OFFSET = EVENT_LENGTH_OFFSET + Integer.BYTES;
    private static final int REASON_OFFSET = CHANGE_OFFSET + Byte.BYTES;
    private static final int KIND_OFFSET = REASON_OFFSET + Byte.BYTES;
    private static final int PREVIOUS_KIND_OFFSET = KIND_OFFSET + Byte.BYTES;
    private static final int CAPABILITIES_OFFSET = PREVIOUS_KIND_OFFSET + Byte.BYTES + Integer.BYTES;
    private static final int PREVIOUS_CAPABILITIES_OFFSET = CAPABILITIES_OFFSET + CapabilitySet.WORDS * Long.BYTES;
    private static final int EVENT_OFFSET = PREVIOUS_CAPABILITIES_OFFSET + CapabilitySet.WORDS * Long.BYTES;
    private static final int NAMESPACE_OFFSET = MessageHeaderEncoder.ENCODED_LENGTH + WatchEventEncoder.BLOCK_LENGTH;
    private static final int ALIGNMENT = Long.BYTES;

    private final UnsafeBuffer buffer;
    private final int capacity;
    private final int mask;
    private long head;
    private long tail;

    /**
     * Allocates an empty log.
     *
     * @param capacity bytes; a power of two, at least four times the longest record.
     */
    ChangeLog(final int capacity) {
        if (!BitUtil.isPowerOfTwo(capacity)) {
            throw new IllegalArgumentException("capacity=" + capacity + " must be a power of two");
        }
        this.capacity = capacity;
        mask = capacity - 1;
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(capacity, BitUtil.CACHE_LINE_LENGTH));
    }

    int capacity() {
        return capacity;
    }

    /** Position behind the newest change. */
    long head() {
        return head;
    }

    /** Position of the oldest change. */
    long tail() {
        return tail;
    }

    /** Forgets what is older. */
    void tail(final long position) {
        assert position >= tail && position <= head : position + " is not from " + tail + " to " + head;
        tail = position;
    }

    /** Length of a record with an event of this length. */
    static int recordLength(final int eventLength) {
        return BitUtil.align(EVENT_OFFSET + eventLength, ALIGNMENT);
    }

    /** Bytes that {@link #append} needs for an event of this length at the present head. */
    int needed(final int eventLength) {
        final int length = recordLength(eventLength);
        final int toEnd = capacity - (int) (head & mask);
        return length <= toEnd ? length : toEnd + length;
    }

    boolean hasRoom(final int eventLength) {
        return capacity - (head - tail) >= needed(eventLength);
    }

    /** Appends a change; {@link #hasRoom} said yes. */
    void append(
        final byte change, final int reason, final byte kind, final CapabilitySet capabilities, final byte previousKind,
        final CapabilitySet previousCapabilities, final DirectBuffer event, final int eventOffset, final int eventLength) {
        final int length = recordLength(eventLength);
        int offset = (int) (head & mask);
        if (length > capacity - offset) {
            buffer.putInt(offset, capacity - offset);
            buffer.putInt(offset + EVENT_LENGTH_OFFSET, 0);
            head += capacity - offset;
            offset = 0;
        }
        buffer.putInt(offset, length);
        buffer.putInt(offset + EVENT_LENGTH_OFFSET, eventLength);
        buffer.putByte(offset + CHANGE_OFFSET, change);
        buffer.putByte(offset + REASON_OFFSET, (byte) reason);
        buffer.putByte(offset + KIND_OFFSET, kind);
        buffer.putByte(offset + PREVIOUS_KIND_OFFSET, previousKind);
        for (int i = 0; i < CapabilitySet.WORDS; i++) {
            buffer.putLong(offset + CAPABILITIES_OFFSET + i * Long.BYTES, capabilities.word(i));
            buffer.putLong(offset + PREVIOUS_CAPABILITIES_OFFSET + i * Long.BYTES, previousCapabilities.word(i));
        }
        buffer.putBytes(offset + EVENT_OFFSET, event, eventOffset, eventLength);
        head += length;
    }

    /** Position of the record after this one. */
    long next(final long position) {
        return position + buffer.getInt(offset(position));
    }

    /** Length of the event; 0: padding. */
    int eventLength(final long position) {
        return buffer.getInt(offset(position) + EVENT_LENGTH_OFFSET);
    }

    /** Where in {@link #buffer()} the event starts. */
    int eventOffset(final long position) {
        return offset(position) + EVENT_OFFSET;
    }

    byte change(final long position) {
        return buffer.getByte(offset(position) + CHANGE_OFFSET);
    }

    int reason(final long position) {
        return buffer.getByte(offset(position) + REASON_OFFSET) & 0xFF;
    }

    byte kind(final long position) {
        return buffer.getByte(offset(position) + KIND_OFFSET);
    }

    byte previousKind(final long position) {
        return buffer.getByte(offset(position) + PREVIOUS_KIND_OFFSET);
    }

    void capabilities(final long position, final CapabilitySet out) {
        words(offset(position) + CAPABILITIES_OFFSET, out);
    }

    void previousCapabilities(final long position, final CapabilitySet out) {
        words(offset(position) + PREVIOUS_CAPABILITIES_OFFSET, out);
    }

    /** Where in {@link #buffer()} the length of the namespace stands; the name's length follows the namespace. */
    int namespaceHeaderOffset(final long position) {
        return eventOffset(position) + NAMESPACE_OFFSET;
    }

    MutableDirectBuffer buffer() {
        return buffer;
    }

    private void words(final int offset, final CapabilitySet out) {
        out.words(
            buffer.getLong(offset),
            buffer.getLong(offset + Long.BYTES),
            buffer.getLong(offset + 2 * Long.BYTES),
            buffer.getLong(offset + 3 * Long.BYTES));
    }

    private int offset(final long position) {
        return (int) (position & mask);
    }
}
