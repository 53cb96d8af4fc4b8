package io.ringmaster.tuning.load;

/**
 * Sessions that may send, first come, first served. In a closed loop it starts with as many turns as operations may be under
 * way; a turn that was used comes back with the answer. In an open loop it has no room and takes none.
 * <p>
 * Threading: confined to the generator. Allocates only in {@link #fill}.
 */
final class TurnQueue {
    private int[] sessions = new int[0];
    private int head;
    private int size;

    /**
     * Starts again.
     *
     * @param turns        in all; the session numbers go round.
     * @param sessionCount sessions.
     */
    void fill(final int turns, final int sessionCount) {
        sessions = new int[turns];
        head = 0;
        size = turns;
        for (int i = 0; i < turns; i++) {
            sessions[i] = i % sessionCount;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int first() {
        return sessions[head];
    }

    void removeFirst() {
        head = head + 1 == sessions.length ? 0 : head + 1;
        size--;
    }

    /** The first one could not use its turn: the others are not held up. */
    void firstGoesLast() {
        final int session = first();
        removeFirst();
        add(session);
    }

    /** A turn comes back; one that was never given out (an open loop) is ignored. */
    void add(final int session) {
        if (size < sessions.length) {
            final int tail = head + size;
            sessions[tail < sessions.length ? tail : tail - sessions.length] = session;
            size++;
        }
    }
}
