package io.ringmaster.tuning.load;

import java.util.SplittableRandom;

/**
 * Which kind of operation comes next: out of each 100 in a row exactly 80 lookups, 10 registers, 5 unregisters and 5
 * queries, in an order that depends on the seed alone.
 * <p>
 * Threading: confined to the generator. Allocates nothing after construction.
 */
final class OperationMix implements RegistryWorkload.KindSource {
    /** Kind of a lookup. */
    static final int LOOKUP = 0;
    /** Kind of a register. */
    static final int REGISTER = 1;
    /** Kind of an unregister. */
    static final int UNREGISTER = 2;
    /** Kind of a query. */
    static final int QUERY = 3;
    /** Operations after which the shares are exact. */
    static final int ROUND = 100;

    private static final int REGISTERS = 10;
    private static final int UNREGISTERS = 5;
    private static final int QUERIES = 5;

    private final byte[] round = new byte[ROUND];
    private final SplittableRandom random;
    private int next;

    OperationMix(final long seed) {
        random = new SplittableRandom(seed);
        for (int i = 0; i < ROUND; i++) {
            round[i] = (byte) (i < REGISTERS ? REGISTER
                : i < REGISTERS + UNREGISTERS ? UNREGISTER
                : i < REGISTERS + UNREGISTERS + QUERIES ? QUERY : LOOKUP);
        }
        shuffle();
    }

    /** The kind of the next operation; the same until {@link #advance}. */
    @Override
    public int kind() {
        return round[next];
    }

    @Override
    public void advance() {
        next++;
        if (next == ROUND) {
            next = 0;
            shuffle();
        }
    }

    private void shuffle() {
        for (int i = ROUND - 1; i > 0; i--) {
            final int j = random.nextInt(i + 1);
            final byte kind = round[i];
            round[i] = round[j];
            round[j] = kind;
        }
    }
}
