package io.ringmaster.client;

import org.agrona.DirectBuffer;

/**
 * One offered task, as a view over the agent's mailbox.
 * <p>
 * Threading: confined to the worker that calls the handler, and valid only during that call.
 */
public interface Task {
    /**
     * Id of the task, unique for as long as the server lives.
     *
     * @return the id.
     */
    long taskId();

    /**
     * Attempt number: answers of an earlier attempt are ignored by the server.
     *
     * @return 1 for the first.
     */
    int attempt();

    /**
     * Priority band.
     *
     * @return 0 low to 3 urgent.
     */
    int priority();

    /**
     * The submitter's estimate of the service time on an ordinary agent, in nanoseconds.
     *
     * @return the estimate; 0 where it gave none.
     */
    long costNs();

    /**
     * Deadline on this process's {@link System#nanoTime()} clock.
     *
     * @return the deadline; {@link Long#MAX_VALUE} where there is none.
     */
    long deadlineNs();

    /**
     * Task kind as submitted; may be empty. Allocates nothing after the first task of a kind.
     *
     * @return the kind.
     */
    String kind();

    /**
     * Buffer that holds the payload.
     *
     * @return the buffer; read {@link #payloadLength()} bytes from {@link #payloadOffset()}.
     */
    DirectBuffer payloadBuffer();

    /**
     * Where the payload starts in {@link #payloadBuffer()}.
     *
     * @return offset in bytes.
     */
    int payloadOffset();

    /**
     * Length of the payload.
     *
     * @return length in bytes; 0 for none.
     */
    int payloadLength();
}
