package io.ringmaster.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.util.Objects;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.LangUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Hands commands from any number of producers to one consumer: an LMAX Disruptor ring whose slots are regions of one direct
 * buffer, see {@link CommandSlotDescriptor}.
 * <p>
 * New work is refused while only the reserved slots are left, so that a completion, refusal, heartbeat or cancel always finds
 * room as long as the consumer runs. A full ring answers {@link #FULL} at once; {@link #retryAfterHintNs()} says when to come
 * back. Nothing waits: a producer only ever uses the Disruptor's {@code tryNext}.
 * <pre>
 *     final long sequence = ring.tryClaim(length, false);
 *     if (sequence &gt;= 0) {
 *         boolean encoded = false;
 *         try {
 *             encode(ring.buffer(), ring.offset(sequence));
 *             encoded = true;
 *         } finally {
 *             if (encoded) { ring.commit(sequence, length, nowNs); } else { ring.abort(sequence); }
 *         }
 *     }
 * </pre>
 * A claim that is neither committed nor aborted stops the consumer at its slot for good.
 * <p>
 * Threading: claim, commit, abort and offer are thread-safe (lock-free); poll is confined to one consumer at a time, which may
 * hand over to another thread with a happens-before; all other methods any thread.
 */
public final class CommandRing {
    /** No slot is left for this kind of command. */
    public static final long FULL = -1;
    /** The command does not fit a slot, now or later. */
    public static final long TOO_LONG = -2;
    /** Bounds of {@link #retryAfterHintNs()}. */
    public static final long MIN_RETRY_AFTER_NS = 1_000_000;
    /** Bounds of {@link #retryAfterHintNs()}. */
    public static final long MAX_RETRY_AFTER_NS = 1_000_000_000;

    private final RingSettings settings;
    private final RingCounters counters;
    private final NanoClock clock;
    private final ErrorHandler errorHandler;
    private final UnsafeBuffer buffer;
    private final RingBuffer<CommandSlot> ring;
    private final EventPoller<CommandSlot> poller;
    private final Sequence consumerSequence;
    private final int capacity;
    private final int maxMessageLength;
    private final Drain drain = new Drain();
    private final ServiceRate serviceRate = new ServiceRate();
    private volatile boolean polling;
    private int initialisedSlots;

    /**
     * A ring whose counters nobody else sees.
     *
     * @param settings     of the ring.
     * @param errorHandler gets what a handler throws.
     */
    public CommandRing(final RingSettings settings, final ErrorHandler errorHandler) {
        this(settings, RingCounters.unmanaged(), SystemNanoClock.INSTANCE, errorHandler);
    }

    /**
     * Allocates the ring and its buffer.
     *
     * @param settings     of the ring.
     * @param counters     to update.
     * @param clock        the producers' clock, read once by a {@link #poll(CommandHandler, int)} that finds commands.
     * @param errorHandler gets what a handler throws.
     */
    public CommandRing(
        final RingSettings settings, final RingCounters counters, final NanoClock clock, final ErrorHandler errorHandler) {
        this.settings = Objects.requireNonNull(settings, "settings");
        this.counters = Objects.requireNonNull(counters, "counters");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.errorHandler = Objects.requireNonNull(errorHandler, "errorHandler");
        capacity = settings.slots();
        maxMessageLength = settings.maxMessageLength();
        buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            settings.slots() * settings.slotLength(), CommandSlotDescriptor.SLOT_ALIGNMENT));
        // The wait strategy is never waited on, an EventPoller polls; the default one would take a lock for every publication.
        ring = RingBuffer.createMultiProducer(this::newSlot, settings.slots(), new BusySpinWaitStrategy());
        poller = ring.newPoller();
        consumerSequence = poller.getSequence();
        ring.addGatingSequences(consumerSequence);
    }

    private CommandSlot newSlot() {
        return new CommandSlot(initialisedSlots++ * settings.slotLength());
    }

    /**
     * Claims the next slot. The caller has to {@link #commit} or {@link #abort} it soon, whatever happens.
     * <p>
     * With producers that claim at the very same instant, each but the first may take one slot of the reserve.
     *
     * @param length     of the command, at most {@link #maxMessageLength()}.
     * @param completion true for a command that may use the reserve.
     * @return the sequence of the slot, or {@link #FULL}, or {@link #TOO_LONG}.
     */
    public long tryClaim(final int length, final boolean completion) {
        if (length > maxMessageLength) {
            return TOO_LONG;
        }
        if (length < 0) {
            throw new IllegalArgumentException("ring " + settings.name() + ": length=" + length + " must not be negative");
        }
        final long reserved = completion ? 0 : settings.reservedSlots();
        if (capacity - depth() <= reserved) {
            counters.onRefused();
            return FULL;
        }
        try {
            return ring.tryNext();
        } catch (final InsufficientCapacityException ignore) {
            // Another producer took the last slot after the check above; the exception is a constant without a stack trace.
            counters.onRefused();
            return FULL;
        }
    }

    /**
     * Where to write the command of a claimed slot.
     *
     * @param sequence from {@link #tryClaim}.
     * @return offset in {@link #buffer()}.
     */
    public int offset(final long sequence) {
        return ring.get(sequence).messageOffset;
    }

    /**
     * The ring's buffer. Only claimed slots may be written.
     *
     * @return the buffer.
     */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /**
     * Publishes the command of a claimed slot to the consumer.
     *
     * @param sequence from {@link #tryClaim}.
     * @param length   of the command as encoded; may differ from the length claimed.
     * @param nowNs    the enqueue time, {@link System#nanoTime()}.
     * @throws IllegalArgumentException if the length does not fit the slot; the slot is aborted then.
     */
    public void commit(final long sequence, final int length, final long nowNs) {
        if (length < 0 || length > maxMessageLength) {
            abort(sequence);
            throw new IllegalArgumentException(
                "ring " + settings.name() + ": length=" + length + " must be from 0 to " + maxMessageLength);
        }
        final int headerOffset = ring.get(sequence).headerOffset;
        buffer.putInt(headerOffset + CommandSlotDescriptor.MESSAGE_LENGTH_OFFSET, length);
        buffer.putLong(headerOffset + CommandSlotDescriptor.ENQUEUED_NS_OFFSET, nowNs);
        // Counted before it is visible, so that consumed never exceeds enqueued.
        counters.onEnqueued();
        ring.publish(sequence);
    }

    /**
     * Gives a claimed slot up: it is published as padding, which the consumer skips.
     *
     * @param sequence from {@link #tryClaim}.
     */
    public void abort(final long sequence) {
        final int headerOffset = ring.get(sequence).headerOffset;
        buffer.putInt(headerOffset + CommandSlotDescriptor.MESSAGE_LENGTH_OFFSET, CommandSlotDescriptor.ABORTED_LENGTH);
        counters.onAborted();
        ring.publish(sequence);
    }

    /**
     * Claims a slot, copies an encoded command into it and commits it.
     *
     * @param src        buffer with the command.
     * @param offset     of the command.
     * @param length     of the command.
     * @param completion true for a command that may use the reserve.
     * @param nowNs      the enqueue time.
     * @return the sequence of the command, or {@link #FULL}, or {@link #TOO_LONG}.
     */
    public long offer(
        final DirectBuffer src, final int offset, final int length, final boolean completion, final long nowNs) {
        src.boundsCheck(offset, Math.max(0, length));
        final long sequence = tryClaim(length, completion);
        if (sequence >= 0) {
            buffer.putBytes(offset(sequence), src, offset, length);
            commit(sequence, length, nowNs);
        }
        return sequence;
    }

    /**
     * Hands waiting commands to the handler; reads the clock only if there are some.
     *
     * @param handler to call.
     * @param limit   most slots to consume.
     * @return commands handed to the handler.
     */
    public int poll(final CommandHandler handler, final int limit) {
        return isEmpty() ? 0 : poll(handler, limit, clock.nanoTime());
    }

    /**
     * Hands waiting commands to the handler. What the handler throws goes to the error handler; the command counts as consumed.
     *
     * @param handler to call.
     * @param limit   most slots to consume.
     * @param nowNs   the time of the duty cycle; waits are measured up to here.
     * @return commands handed to the handler.
     */
    public int poll(final CommandHandler handler, final int limit, final long nowNs) {
        final int depth = depth();
        if (0 == depth || limit <= 0) {
            return 0;
        }
        if (polling) {
            throw new IllegalStateException("ring " + settings.name() + ": polled by its own handler or by a second consumer");
        }
        polling = true;
        try {
            counters.onDepth(depth);
            serviceRate.onPollStart(nowNs);
            drain.begin(handler, limit, nowNs);
            poller.poll(drain);
            if (counters.isTimed() && drain.commands > 0) {
                counters.onHandled(drain.commands, nowNs, clock.nanoTime());
            }
            counters.onConsumed(drain.commands, drain.waitSumNs, drain.waitLongestNs);
            serviceRate.onPollEnd(nowNs, drain.commands, !isEmpty());
            return drain.commands;
        } catch (final Exception ex) {
            // EventPoller declares it; the drain lets nothing through.
            LangUtil.rethrowUnchecked(ex);
            return drain.commands;
        } finally {
            drain.handler = null;
            polling = false;
        }
    }

    /**
     * Commands that wait, claimed slots and the batch that is being consumed included.
     *
     * @return number of slots taken, from 0 to {@link #capacity()}.
     */
    public int depth() {
        // The consumer first: its sequence is never ahead of a cursor that is read later.
        final long consumed = consumerSequence.get();
        return (int)Math.min(ring.getCursor() - consumed, capacity);
    }

    /**
     * Number of slots, the reserve included.
     *
     * @return the number.
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Longest command that fits.
     *
     * @return length in bytes.
     */
    public int maxMessageLength() {
        return maxMessageLength;
    }

    /**
     * Whether no slot is taken.
     *
     * @return true if empty.
     */
    public boolean isEmpty() {
        return ring.getCursor() == consumerSequence.get();
    }

    /**
     * When a refused producer should come back: the time in which the consumer, at its present rate, serves what waits now.
     *
     * @return nanoseconds, from {@link #MIN_RETRY_AFTER_NS} to {@link #MAX_RETRY_AFTER_NS}.
     */
    public long retryAfterHintNs() {
        // Bounded before the product, which could overflow after a pause of hours.
        final long commandNs = Math.min(serviceRate.commandNs(), MAX_RETRY_AFTER_NS);
        return Math.max(MIN_RETRY_AFTER_NS, Math.min(depth() * commandNs, MAX_RETRY_AFTER_NS));
    }

    /**
     * Most slots that the consumer ever found taken.
     *
     * @return number of slots.
     */
    public long highWaterMark() {
        return counters.depthHighWater();
    }

    /**
     * The ring's counters.
     *
     * @return the counters.
     */
    public RingCounters counters() {
        return counters;
    }

    /**
     * The ring's settings.
     *
     * @return the settings.
     */
    public RingSettings settings() {
        return settings;
    }

    /** The consumer's side of one poll; one instance, so that a poll does not allocate. */
    private final class Drain implements EventPoller.Handler<CommandSlot> {
        private CommandHandler handler;
        private int slotsLeft;
        private int commands;
        private long nowNs;
        private long waitSumNs;
        private long waitLongestNs;

        void begin(final CommandHandler handler, final int limit, final long nowNs) {
            this.handler = handler;
            this.slotsLeft = limit;
            this.nowNs = nowNs;
            commands = 0;
            waitSumNs = 0;
            waitLongestNs = 0;
        }

        @Override
        public boolean onEvent(final CommandSlot slot, final long sequence, final boolean endOfBatch) {
            final int length = buffer.getInt(slot.headerOffset + CommandSlotDescriptor.MESSAGE_LENGTH_OFFSET);
            if (CommandSlotDescriptor.ABORTED_LENGTH != length) {
                commands++;
                final long enqueuedNs = buffer.getLong(slot.headerOffset + CommandSlotDescriptor.ENQUEUED_NS_OFFSET);
                final long waitNs = Math.max(0, nowNs - enqueuedNs);
                waitSumNs += waitNs;
                waitLongestNs = Math.max(waitLongestNs, waitNs);
                counters.onWait(waitNs);
                try {
                    handler.onCommand(buffer, slot.messageOffset, length, enqueuedNs);
                } catch (final Throwable t) {
                    counters.onHandlerError();
                    SafeErrors.report(errorHandler, t);
                }
            }
            return --slotsLeft > 0;
        }
    }
}
