package io.ringmaster.server.watch;

/**
 * What is under way to one session from all of its watches. It is bounded by a part of the session's pending buffer, so that a
 * session is never taken for a slow client because of its watches: events wait in the change log instead.
 * <p>
 * Threading: confined to the registry's role.
 */
final class SessionWindow {
    /** Bytes that a message takes in a pending buffer beside its own: header, time stamp, alignment. */
    private static final int MESSAGE_OVERHEAD = 32;

    private final int windowLength;
    private long underWayLength;
    private int watches;

    SessionWindow(final int windowLength) {
        this.windowLength = windowLength;
    }

    boolean hasRoom(final int length) {
        return underWayLength == 0 || underWayLength + length + MESSAGE_OVERHEAD <= windowLength;
    }

    void add(final int length) {
        underWayLength += length + MESSAGE_OVERHEAD;
    }

    void remove(final int length) {
        underWayLength -= length + MESSAGE_OVERHEAD;
    }

    int watches() {
        return watches;
    }

    void addWatch() {
        watches++;
    }

    /** False: that was the last one. */
    boolean removeWatch() {
        return --watches > 0;
    }
}
