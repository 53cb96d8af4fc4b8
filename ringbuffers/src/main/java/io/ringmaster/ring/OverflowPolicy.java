package io.ringmaster.ring;

/**
 * What a full {@link Mailbox} does with one more message.
 * <p>
 * Threading: immutable.
 */
public enum OverflowPolicy {
    /** The new message is refused: {@link Mailbox#FULL}. */
    REJECT,
    /** The oldest message is taken out, counted and shown to the {@link DropListener}; the new one takes its place. */
    DROP_OLDEST,
    /**
     * {@link Mailbox#offer(org.agrona.DirectBuffer, int, int, long, org.agrona.concurrent.IdleStrategy)} tries until a deadline.
     * Never on the thread of a role: it would stop every other role of the thread, and may wait for itself.
     */
    BLOCK
}
