package io.ringmaster.ring;

import org.agrona.MutableDirectBuffer;

/**
 * Receives the commands of a {@link CommandRing}.
 * <p>
 * Threading: called by the thread that polls the ring, inside the poll.
 */
@FunctionalInterface
public interface CommandHandler {
    /**
     * Called for each command, in the order of their sequences.
     * <p>
     * The command is a region of the ring's own buffer: it may be changed in place, and must not be used after the return.
     * An exception is reported to the ring's error handler; the command counts as consumed.
     *
     * @param buffer     of the ring.
     * @param offset     of the command in the buffer.
     * @param length     of the command in bytes.
     * @param enqueuedNs when the producer committed the command, on its {@link System#nanoTime()} clock.
     */
    void onCommand(MutableDirectBuffer buffer, int offset, int length, long enqueuedNs);
}
