package io.ringmaster.server.watch;

/**
 * What watches leave to others on the way out.
 * <p>
 * Threading: immutable.
 *
 * @param sessionWindowLength bytes that may be under way to one session from all of its watches: a part of what may wait for a
 *                            slow session, so that watches do not make it a slow client.
 * @param egressReserve       bytes of the egress ring that events leave to answers and offers.
 */
public record WatchRoom(int sessionWindowLength, int egressReserve) {
    /**
     * Half of what may wait for a session, and half of the egress ring, an eighth of which is always left free.
     *
     * @param pendingLength    of a session.
     * @param egressRingLength of the egress ring.
     * @return the room.
     */
    public static WatchRoom of(final int pendingLength, final int egressRingLength) {
        return new WatchRoom(pendingLength / 2, egressRingLength / 8 * 3);
    }
}
