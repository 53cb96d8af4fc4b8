package io.ringmaster.tuning.bench;

/**
 * Evenly spread numbers below a bound for a nanosecond or two each (Marsaglia: "Xorshift RNGs", 2003; Lemire: "Fast random
 * integer generation in an interval", 2019). Not fit for anything that needs good randomness.
 * <p>
 * Threading: confined to one thread.
 */
final class RandomIndex {
    private final int bound;
    private long state;

    RandomIndex(final int bound, final long seed) {
        this.bound = bound;
        this.state = seed * 0x9E37_79B9_7F4A_7C15L | 1;
    }

    int next() {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        return (int) ((state >>> 32) * bound >>> 32);
    }
}
