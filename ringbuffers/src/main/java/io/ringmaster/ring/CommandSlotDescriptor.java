package io.ringmaster.ring;

import org.agrona.BitUtil;

/**
 * Layout of a slot of a {@link CommandRing}.
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |             Message length (-1: aborted, skip it)             |
 *  +---------------------------------------------------------------+
 *  |                            Unused                             |
 *  +---------------------------------------------------------------+
 *  |                         Enqueued (ns)                         |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                            Message                           ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * Slot {@code sequence & (slots - 1)} of the buffer belongs to {@code sequence}; slots have the same length, a multiple of 64
 * bytes, and start at multiples of 64 bytes, so two slots never share a cache line. Integers are in native byte order.
 * <p>
 * Protocol: a producer owns the slot from the claim of its sequence to the publication of it; it writes the message, then the
 * header, then publishes the sequence in the Disruptor's sequencer (a release), after which the slot belongs to the consumer
 * (whose read of the published sequence is an acquire) until the consumer's own sequence passes it.
 * <p>
 * Threading: immutable.
 */
public final class CommandSlotDescriptor {
    /** Slots start at, and their length is, a multiple of this. */
    public static final int SLOT_ALIGNMENT = BitUtil.CACHE_LINE_LENGTH;
    /** Offset of the message length, int32. */
    public static final int MESSAGE_LENGTH_OFFSET = 0;
    /** Offset of the enqueue time, int64 nanoseconds. */
    public static final int ENQUEUED_NS_OFFSET = MESSAGE_LENGTH_OFFSET + 2 * BitUtil.SIZE_OF_INT;
    /** Length of the header; the message follows it. */
    public static final int HEADER_LENGTH = ENQUEUED_NS_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Message length of a slot that was aborted. */
    public static final int ABORTED_LENGTH = -1;

    private CommandSlotDescriptor() {
    }

    /**
     * Shortest slot for messages up to a length.
     *
     * @param maxMessageLength in bytes.
     * @return length of the slot with its header, a multiple of {@link #SLOT_ALIGNMENT}.
     */
    public static int slotLengthFor(final int maxMessageLength) {
        return BitUtil.align(maxMessageLength + HEADER_LENGTH, SLOT_ALIGNMENT);
    }
}
