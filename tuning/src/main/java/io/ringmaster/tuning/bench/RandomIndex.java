package io.ringmaster.tuning.bench;

/**
 * Evenly spread numbers below a bound for a nanosecond each: a multiplicative congruential generator whose high bits are used
 * (Steele and Vigna: "Computationally easy, spectrally good multipliers for congruential pseudorandom number generators", 2022;
 * Lemire: "Fast random integer generation in an interval", 2019). Not fit for anything that needs good randomness.
 * <p>
 * Threading: confined to one thread.
 */
final class RandomIndex {
    private static final long MULTIPLIER = 0xF1357AEA2E62A9C5L;

    private final long bound;
    private long state;

    RandomIndex(final int bound, final long seed) {
        this.bound = bound;
        this.state = seed * 0x9E37_79B9_7F4A_7C15L | 1;
    }

    int next() {
        state *= MULTIPLIER;
        return (int) ((state >>> 32) * bound >>> 32);
    }
}
