package io.ringmaster.server.load;

/**
 * A queue as the load monitor sees it.
 * <p>
 * Threading: confined to the network thread, which reads figures that others write.
 */
public interface LoadSource {
    /**
     * Takes its figures anew.
     *
     * @param nowNs the clock of the duty cycle.
     */
    void sample(long nowNs);

    /**
     * Places taken of those that new work may take, when the last sample was taken.
     *
     * @return from 0 to 1,000 and above, where what may not be refused has taken more.
     */
    int occupancyPermille();

    /**
     * How long what is taken out now has waited, or, when nothing is taken out, how long that has been so.
     *
     * @return nanoseconds; 0 for a queue that does not know.
     */
    long waitNs();
}
