package io.ringmaster.server.load;

import java.util.function.IntSupplier;

/**
 * The load of a queue of bytes, of which only the occupancy is known.
 * <p>
 * Threading: confined to the network thread; the size is readable from any thread.
 */
public final class BytesLoad implements LoadSource {
    private static final int PERMILLE = 1000;

    private final IntSupplier size;
    private final int refusableLength;
    private int occupancyPermille;

    /**
     * The load of a queue.
     *
     * @param size            bytes in it now.
     * @param refusableLength bytes that new work may take.
     */
    public BytesLoad(final IntSupplier size, final int refusableLength) {
        this.size = size;
        this.refusableLength = refusableLength;
    }

    @Override
    public void sample(final long nowNs) {
        occupancyPermille = (int) ((long) size.getAsInt() * PERMILLE / refusableLength);
    }

    @Override
    public int occupancyPermille() {
        return occupancyPermille;
    }

    @Override
    public long waitNs() {
        return 0;
    }
}
