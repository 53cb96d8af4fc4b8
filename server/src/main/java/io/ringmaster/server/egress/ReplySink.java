package io.ringmaster.server.egress;

import org.agrona.MutableDirectBuffer;

/**
 * Where a role puts messages to sessions, encoded in place. What is put in first comes out first.
 * <pre>
 *     final int index = sink.tryClaim(sessionId, length);
 *     if (index &gt;= 0) {
 *         encode(sink.buffer(), index);
 *         sink.commit(index);
 *     }
 * </pre>
 * A claim that is neither committed nor aborted stops the consumer for good.
 * <p>
 * Threading: as its implementation says; a claim is committed or aborted by the thread that made it.
 */
public interface ReplySink {
    /**
     * Claims room for a message. {@link #commit} or {@link #abort} has to follow soon.
     *
     * @param sessionId     of the receiver.
     * @param messageLength in bytes.
     * @return index of the message's first byte in {@link #buffer()}; -1: there is no room.
     */
    int tryClaim(long sessionId, int messageLength);

    /**
     * Where claimed messages are encoded.
     *
     * @return the buffer of the last claim.
     */
    MutableDirectBuffer buffer();

    /**
     * Hands a claimed message over.
     *
     * @param index from {@link #tryClaim}.
     */
    void commit(int index);

    /**
     * Gives a claim up.
     *
     * @param index from {@link #tryClaim}.
     */
    void abort(int index);

    /**
     * Whether messages of this length together will find room, if the caller claims them next. Conservative; what is more than
     * it can ever hold finds room when it is empty.
     *
     * @param messageLength bytes of all messages.
     * @return false: come back later.
     */
    boolean hasRoom(int messageLength);
}
