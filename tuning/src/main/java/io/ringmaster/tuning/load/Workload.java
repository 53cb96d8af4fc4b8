package io.ringmaster.tuning.load;

import java.util.List;

/**
 * One kind of load: sends operations and checks their answers. Answers that nobody asked for, or asked for already, are
 * faults.
 * <p>
 * Threading: confined to the generator.
 */
interface Workload extends AutoCloseable {
    /**
     * Sends the next operation.
     *
     * @param session    0 to {@link #sessions()} - 1.
     * @param intendedNs when it was meant to be sent.
     * @param tag        that comes back with its completion.
     * @return false if it was not sent now (back pressure) and has to be tried again.
     */
    boolean trySend(int session, long intendedNs, int tag);

    /**
     * Takes in what has arrived.
     *
     * @param nowNs time of this duty cycle.
     * @return work done.
     */
    int poll(long nowNs);

    /**
     * Sessions that operations can be spread over.
     *
     * @return at least 1.
     */
    int sessions();

    /**
     * Names of the kinds of operations.
     *
     * @return at least one.
     */
    List<String> kinds();

    /**
     * Where completions go.
     *
     * @param listener of the loop.
     */
    void listener(CompletionListener listener);

    /**
     * What was found wrong so far, in words, apart from the operations that ended with {@link Outcome#ERROR}.
     *
     * @return empty if nothing was.
     */
    List<String> faults();

    @Override
    void close();
}
