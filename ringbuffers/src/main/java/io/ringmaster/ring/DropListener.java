package io.ringmaster.ring;

import org.agrona.DirectBuffer;

/**
 * Sees each message that {@link OverflowPolicy#DROP_OLDEST} takes out of a {@link Mailbox}, so that its sender can be told.
 * <p>
 * Threading: called by the producer whose offer caused the drop, inside the offer.
 */
@FunctionalInterface
public interface DropListener {
    /**
     * Called for each dropped message. Must not throw and must not offer to or poll the same mailbox.
     *
     * @param buffer that holds the message, valid only during the call.
     * @param offset of the message in the buffer.
     * @param length of the message in bytes.
     */
    void onDrop(DirectBuffer buffer, int offset, int length);
}
