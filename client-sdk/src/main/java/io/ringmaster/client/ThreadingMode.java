package io.ringmaster.client;

/** Which thread drives a {@link RingmasterClient}. Immutable. */
public enum ThreadingMode {
    /**
     * The caller's: everything, including Aeron's client conductor and for UDP the embedded media driver, runs inside
     * {@link RingmasterClient#poll()} and inside synchronous calls. One thread at a time may use the client, and it has
     * to call often enough: at least once per keep-alive interval, or the session is detached and re-attached later.
     */
    CALLER,
    /**
     * One thread of the client's own polls and completes futures; calls may come from any thread and take turns on a lock.
     */
    OWN_THREAD
}
