package io.ringmaster.ring;

import org.agrona.BitUtil;

/**
 * Layout of the buffer of a {@link Mailbox}, and the protocol that its threads follow.
 * <pre>
 *  +---------------------------------------------------------------+   0
 *  |  Enqueue position, int64, alone in 128 bytes                  |
 *  +---------------------------------------------------------------+ 128
 *  |  Dequeue position, int64, alone in 128 bytes                  |
 *  +---------------------------------------------------------------+ 256
 *  |  Refused count, int64; dropped count, int64; in 128 bytes     |
 *  +---------------------------------------------------------------+ 384
 *  |  Slot 0 ... slot N-1                                         ...
 *  +---------------------------------------------------------------+ 384 + N x slot length
 *  |  The consumer's copy of a message, one slot length            |
 *  +---------------------------------------------------------------+
 *
 *  Slot:
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                           Sequence                            |
 *  |                                                               |
 *  +---------------------------------------------------------------+
 *  |                        Message length                         |
 *  +---------------------------------------------------------------+
 *  |                            Unused                             |
 *  +---------------------------------------------------------------+
 *  |                            Message                           ...
 * ...                                                              |
 *  +---------------------------------------------------------------+
 * </pre>
 * Integers are in native byte order; slots start at multiples of 64 bytes.
 * <p>
 * Protocol (Dmitry Vyukov, "Bounded MPMC queue", 1024cores.net): position p uses slot p mod N, whose sequence says whose turn
 * it is:
 * <table>
 * <caption>Sequence of slot p mod N</caption>
 * <tr><td>p</td><td>free: a producer that moves the enqueue position from p to p + 1 (CAS) owns it</td></tr>
 * <tr><td>p + 1</td><td>holds message p: whoever moves the dequeue position from p to p + 1 (CAS) owns it</td></tr>
 * <tr><td>p + N</td><td>free for the next round</td></tr>
 * </table>
 * The owner releases the slot by a store of the next sequence with release semantics; the sequence is read with acquire
 * semantics before the CAS. Initially slot i has the sequence i. Since dequeuing is a CAS, the consumer is not the only one who
 * may do it: with {@link OverflowPolicy#DROP_OLDEST} a producer dequeues the head. The consumer copies a message out and
 * releases its slot before the handler runs, so a slow handler neither holds a slot nor sees its message change.
 * <p>
 * Threading: immutable.
 */
public final class MailboxDescriptor {
    /** Distance that keeps two hot words out of one pair of cache lines, which adjacent-line prefetch loads together. */
    private static final int PADDED_LENGTH = 2 * BitUtil.CACHE_LINE_LENGTH;

    /** Offset of the enqueue position. */
    public static final int ENQUEUE_POSITION_OFFSET = 0;
    /** Offset of the dequeue position. */
    public static final int DEQUEUE_POSITION_OFFSET = ENQUEUE_POSITION_OFFSET + PADDED_LENGTH;
    /** Offset of the number of offers refused. */
    public static final int REFUSED_COUNT_OFFSET = DEQUEUE_POSITION_OFFSET + PADDED_LENGTH;
    /** Offset of the number of messages dropped. */
    public static final int DROPPED_COUNT_OFFSET = REFUSED_COUNT_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of the header; slot 0 follows it. */
    public static final int HEADER_LENGTH = REFUSED_COUNT_OFFSET + PADDED_LENGTH;

    /** Offset of the sequence in a slot. */
    public static final int SEQUENCE_OFFSET = 0;
    /** Offset of the message length in a slot, int32. */
    public static final int MESSAGE_LENGTH_OFFSET = SEQUENCE_OFFSET + BitUtil.SIZE_OF_LONG;
    /** Length of a slot's header; the message follows it. */
    public static final int SLOT_HEADER_LENGTH = MESSAGE_LENGTH_OFFSET + 2 * BitUtil.SIZE_OF_INT;

    private MailboxDescriptor() {
    }

    /**
     * Shortest slot for messages up to a length.
     *
     * @param maxMessageLength in bytes.
     * @return length of the slot with its header, a multiple of {@link CommandSlotDescriptor#SLOT_ALIGNMENT}.
     */
    public static int slotLengthFor(final int maxMessageLength) {
        return BitUtil.align(maxMessageLength + SLOT_HEADER_LENGTH, CommandSlotDescriptor.SLOT_ALIGNMENT);
    }

    /**
     * Length of a mailbox's buffer.
     *
     * @param slots      number of slots.
     * @param slotLength length of a slot.
     * @return length in bytes.
     */
    public static int bufferLength(final int slots, final int slotLength) {
        return Math.addExact(HEADER_LENGTH, Math.multiplyExact(slots + 1, slotLength));
    }
}
