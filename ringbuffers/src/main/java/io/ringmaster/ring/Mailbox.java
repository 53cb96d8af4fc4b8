package io.ringmaster.ring;

import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Bounded off-heap mailbox of one agent: a Vyukov queue of fixed slots with an {@link OverflowPolicy}. Layout and protocol are
 * in {@link MailboxDescriptor}.
 * <p>
 * Threading: the offers are thread-safe (lock-free); poll and clear are confined to one consumer at a time, which may hand over
 * to another thread with a happens-before; the counts any thread.
 */
public final class Mailbox {
    /** The mailbox is full. */
    public static final int FULL = -1;
    /** The message does not fit a slot, now or later. */
    public static final int TOO_LONG = -2;

    /** Tries of a DROP_OLDEST offer while another thread holds the slot that it waits for. */
    private static final int MAX_DROP_TRIES = 256;

    private final MailboxSettings settings;
    private final MailboxCounters counters;
    private final DropListener dropListener;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final UnsafeBuffer buffer;
    private final int slotLength;
    private final int slotMask;
    private final int maxMessageLength;
    private final int copyOffset;
    private final boolean dropsOldest;
    private volatile boolean polling;

    /**
     * A mailbox whose counters nobody else sees and whose drops nobody is told.
     *
     * @param settings     of the mailbox.
     * @param errorHandler gets what a handler throws.
     */
    public Mailbox(final MailboxSettings settings, final ErrorHandler errorHandler) {
        this(settings, MailboxCounters.unmanaged(), null, SystemNanoClock.INSTANCE, errorHandler);
    }

    /**
     * Allocates the mailbox and its buffer.
     *
     * @param settings     of the mailbox.
     * @param counters     to update; may be shared with other mailboxes.
     * @param dropListener sees the messages that the policy drops; may be null.
     * @param clock        of the deadlines of the waiting offer.
     * @param errorHandler gets what a handler or the drop listener throws.
     */
    public Mailbox(
        final MailboxSettings settings,
        final MailboxCounters counters,
        final DropListener dropListener,
        final NanoClock clock,
        final ErrorHandler errorHandler) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.counters = Objects.requireNonNull(counters, "counters");
        this.dropListener = dropListener;
        this.clock = Objects.requireNonNull(clock, "clock");
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        slotLength = settings.slotLength();
        slotMask = settings.slots() - 1;
        maxMessageLength = settings.maxMessageLength();
        dropsOldest = OverflowPolicy.DROP_OLDEST == settings.policy();
        copyOffset = MailboxDescriptor.HEADER_LENGTH + settings.slots() * slotLength;
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            MailboxDescriptor.bufferLength(settings.slots(), slotLength), CommandSlotDescriptor.SLOT_ALIGNMENT));
        for (int i = 0; i < settings.slots(); i++) {
            buffer.putLongRelease(slotOffset(i) + MailboxDescriptor.SEQUENCE_OFFSET, i);
        }
    }

    /**
     * Puts a message into the mailbox. Never waits: under {@link OverflowPolicy#BLOCK} it tries once.
     *
     * @param src    buffer with the message.
     * @param offset of the message.
     * @param length of the message, at most {@link #maxMessageLength()}.
     * @return the number of messages dropped to make place, 0 as a rule; or {@link #FULL}, or {@link #TOO_LONG}. Under
     *     {@link OverflowPolicy#DROP_OLDEST}, FULL means that other threads held the needed slots all through some hundred tries.
     */
    public int offer(final DirectBuffer src, final int offset, final int length) {
        src.boundsCheck(offset, length);
        if (length > maxMessageLength) {
            return TOO_LONG;
        }
        final int result = tryOffer(src, offset, length);
        if (FULL == result) {
            onRefused();
        }
        return result;
    }

    /**
     * Puts a message into the mailbox; under {@link OverflowPolicy#BLOCK} waits for place until a deadline. Under the other
     * policies this is {@link #offer(DirectBuffer, int, int)}. Never to be used on the thread of a role.
     *
     * @param src          buffer with the message.
     * @param offset       of the message.
     * @param length       of the message, at most {@link #maxMessageLength()}.
     * @param deadlineNs   on the mailbox's clock.
     * @param idleStrategy how to wait.
     * @return as the other offer; {@link #FULL} if the deadline passed or the thread was interrupted (it stays interrupted).
     */
    public int offer(
        final DirectBuffer src, final int offset, final int length, final long deadlineNs, final IdleStrategy idleStrategy) {
        if (OverflowPolicy.BLOCK != settings.policy()) {
            return offer(src, offset, length);
        }
        src.boundsCheck(offset, length);
        if (length > maxMessageLength) {
            return TOO_LONG;
        }
        idleStrategy.reset();
        int result = tryOffer(src, offset, length);
        while (FULL == result && deadlineNs - clock.nanoTime() > 0 && !Thread.currentThread().isInterrupted()) {
            idleStrategy.idle();
            result = tryOffer(src, offset, length);
        }
        if (FULL == result) {
            onRefused();
        }
        return result;
    }

    /**
     * Hands waiting messages to the handler, oldest first. What the handler throws goes to the error handler; the message
     * counts as consumed.
     *
     * @param handler to call.
     * @param limit   most messages to consume.
     * @return number of messages consumed.
     */
    public int poll(final MailboxHandler handler, final int limit) {
        if (polling) {
            throw new IllegalStateException("mailbox " + settings.name() + ": polled by its own handler or by a second consumer");
        }
        int messages = 0;
        while (messages < limit) {
            final long position = claimHead();
            if (position < 0) {
                break;
            }
            if (0 == messages) {
                polling = true;
                counters.onDepth(buffer.getLongVolatile(MailboxDescriptor.ENQUEUE_POSITION_OFFSET) - position);
            }
            messages++;
            final int slot = slotOffset(position);
            final int length = buffer.getInt(slot + MailboxDescriptor.MESSAGE_LENGTH_OFFSET);
            buffer.putBytes(copyOffset, buffer, slot + MailboxDescriptor.SLOT_HEADER_LENGTH, length);
            releaseHead(slot, position);
            try {
                handler.onMessage(buffer, copyOffset, length);
            } catch (final Throwable t) {
                counters.onHandlerError();
                SafeErrors.report(errorHandler, t);
            }
        }
        if (messages > 0) {
            polling = false;
            counters.onConsumed(messages);
        }
        return messages;
    }

    /**
     * Discards what waits, for a mailbox that is given to another agent. By the consumer only.
     *
     * @return number of messages discarded.
     */
    public int clear() {
        int messages = 0;
        for (long position = claimHead(); position >= 0 && messages <= slotMask; position = claimHead()) {
            releaseHead(slotOffset(position), position);
            messages++;
        }
        return messages;
    }

    private int tryOffer(final DirectBuffer src, final int offset, final int length) {
        int dropped = 0;
        int tries = 0;
        while (true) {
            final long position = buffer.getLongVolatile(MailboxDescriptor.ENQUEUE_POSITION_OFFSET);
            final int slot = slotOffset(position);
            final long turn = buffer.getLongAcquire(slot + MailboxDescriptor.SEQUENCE_OFFSET) - position;
            if (0 == turn) {
                if (buffer.compareAndSetLong(MailboxDescriptor.ENQUEUE_POSITION_OFFSET, position, position + 1)) {
                    buffer.putInt(slot + MailboxDescriptor.MESSAGE_LENGTH_OFFSET, length);
                    buffer.putBytes(slot + MailboxDescriptor.SLOT_HEADER_LENGTH, src, offset, length);
                    // Counted before it is visible, so that consumed never exceeds enqueued.
                    counters.onEnqueued();
                    buffer.putLongRelease(slot + MailboxDescriptor.SEQUENCE_OFFSET, position + 1);
                    return dropped;
                }
            } else if (turn < 0) {
                if (!dropsOldest || ++tries > MAX_DROP_TRIES) {
                    return FULL;
                }
                // Only a mailbox that is full at this very position loses its head: one whose slot is merely not released yet
                // by the consumer or another producer would otherwise lose more than it has to.
                if (dropHead(position - settings.slots())) {
                    dropped++;
                } else {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private boolean dropHead(final long position) {
        final int slot = slotOffset(position);
        if (position < 0
            || buffer.getLongVolatile(MailboxDescriptor.DEQUEUE_POSITION_OFFSET) != position
            || buffer.getLongAcquire(slot + MailboxDescriptor.SEQUENCE_OFFSET) != position + 1
            || !buffer.compareAndSetLong(MailboxDescriptor.DEQUEUE_POSITION_OFFSET, position, position + 1)) {
            return false;
        }
        buffer.getAndAddLong(MailboxDescriptor.DROPPED_COUNT_OFFSET, 1);
        counters.onDropped();
        if (null != dropListener) {
            try {
                final int length = buffer.getInt(slot + MailboxDescriptor.MESSAGE_LENGTH_OFFSET);
                dropListener.onDrop(buffer, slot + MailboxDescriptor.SLOT_HEADER_LENGTH, length);
            } catch (final Throwable t) {
                SafeErrors.report(errorHandler, t);
            }
        }
        releaseHead(slot, position);
        return true;
    }

    /** Takes the head. Returns its position, or -1 if the mailbox is empty or the message at its head is still being written. */
    private long claimHead() {
        while (true) {
            final long position = buffer.getLongVolatile(MailboxDescriptor.DEQUEUE_POSITION_OFFSET);
            final long turn = buffer.getLongAcquire(slotOffset(position) + MailboxDescriptor.SEQUENCE_OFFSET) - (position + 1);
            if (turn < 0) {
                return -1;
            }
            if (0 == turn && buffer.compareAndSetLong(MailboxDescriptor.DEQUEUE_POSITION_OFFSET, position, position + 1)) {
                return position;
            }
        }
    }

    private void releaseHead(final int slot, final long position) {
        buffer.putLongRelease(slot + MailboxDescriptor.SEQUENCE_OFFSET, position + settings.slots());
    }

    private int slotOffset(final long position) {
        return MailboxDescriptor.HEADER_LENGTH + ((int)position & slotMask) * slotLength;
    }

    private void onRefused() {
        buffer.getAndAddLong(MailboxDescriptor.REFUSED_COUNT_OFFSET, 1);
        counters.onRefused();
    }

    /**
     * Messages that wait, those that are being written included.
     *
     * @return number of messages, from 0 to {@link #capacity()}.
     */
    public int depth() {
        // The dequeue position first: it is never ahead of an enqueue position that is read later.
        final long dequeued = buffer.getLongVolatile(MailboxDescriptor.DEQUEUE_POSITION_OFFSET);
        return (int)Math.min(buffer.getLongVolatile(MailboxDescriptor.ENQUEUE_POSITION_OFFSET) - dequeued, settings.slots());
    }

    /**
     * Number of slots.
     *
     * @return the number.
     */
    public int capacity() {
        return settings.slots();
    }

    /**
     * Whether no message waits.
     *
     * @return true if empty.
     */
    public boolean isEmpty() {
        return 0 == depth();
    }

    /**
     * Longest message that fits.
     *
     * @return length in bytes.
     */
    public int maxMessageLength() {
        return maxMessageLength;
    }

    /**
     * Offers to this mailbox that were answered with {@link #FULL}.
     *
     * @return number of offers.
     */
    public long refusedCount() {
        return buffer.getLongVolatile(MailboxDescriptor.REFUSED_COUNT_OFFSET);
    }

    /**
     * Messages that {@link OverflowPolicy#DROP_OLDEST} took out of this mailbox.
     *
     * @return number of messages.
     */
    public long droppedCount() {
        return buffer.getLongVolatile(MailboxDescriptor.DROPPED_COUNT_OFFSET);
    }

    /**
     * Bytes of off-heap memory.
     *
     * @return length of the buffer.
     */
    public int bufferLength() {
        return buffer.capacity();
    }

    /**
     * The mailbox's settings.
     *
     * @return the settings.
     */
    public MailboxSettings settings() {
        return settings;
    }
}
