package io.ringmaster.ring;

import org.agrona.MutableDirectBuffer;

/**
 * Receives the messages of a {@link Mailbox}.
 * <p>
 * Threading: called by the thread that polls the mailbox, inside the poll.
 */
@FunctionalInterface
public interface MailboxHandler {
    /**
     * Called for each message, oldest first.
     * <p>
     * The bytes are the consumer's own copy: no producer can overwrite them while the handler runs, however long it takes.
     * They must not be used after the return. An exception is reported to the mailbox's error handler; the message counts
     * as consumed.
     *
     * @param buffer that holds the message.
     * @param offset of the message in the buffer.
     * @param length of the message in bytes.
     */
    void onMessage(MutableDirectBuffer buffer, int offset, int length);
}
