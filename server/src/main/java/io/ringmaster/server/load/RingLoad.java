package io.ringmaster.server.load;

import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.RingCounters;

/**
 * The load of a command ring: its depth against the slots that are not reserved, and the mean wait of the commands taken out
 * since the last sample. A ring out of which nothing was taken while something waited has waited since the first sample that
 * found it so.
 * <p>
 * Threading: confined to the network thread; the ring's figures are readable from any thread.
 */
public final class RingLoad implements LoadSource {
    private static final int PERMILLE = 1000;

    private final CommandRing ring;
    private final RingCounters counters;
    private final int slots;
    private boolean stuck;
    private long stuckSinceNs;
    private long consumed;
    private long waitTotalNs;
    private int occupancyPermille;
    private long waitNs;

    /**
     * The load of a ring.
     *
     * @param ring to look at.
     */
    public RingLoad(final CommandRing ring) {
        this.ring = ring;
        counters = ring.counters();
        slots = ring.capacity() - ring.settings().reservedSlots();
    }

    @Override
    public void sample(final long nowNs) {
        final int depth = ring.depth();
        occupancyPermille = (int) ((long) depth * PERMILLE / slots);
        final long nowConsumed = counters.consumed();
        if (nowConsumed != consumed) {
            final long nowWaitTotalNs = counters.waitTotalNs();
            waitNs = (nowWaitTotalNs - waitTotalNs) / (nowConsumed - consumed);
            consumed = nowConsumed;
            waitTotalNs = nowWaitTotalNs;
            stuck = false;
        } else if (depth == 0) {
            waitNs = 0;
            stuck = false;
        } else if (stuck) {
            waitNs = nowNs - stuckSinceNs;
        } else {
            waitNs = 0;
            stuck = true;
            stuckSinceNs = nowNs;
        }
    }

    @Override
    public int occupancyPermille() {
        return occupancyPermille;
    }

    @Override
    public long waitNs() {
        return waitNs;
    }
}
