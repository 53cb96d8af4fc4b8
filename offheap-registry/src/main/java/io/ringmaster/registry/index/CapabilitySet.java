package io.ringmaster.registry.index;

/**
 * Set of capability ids 0 to 255, as four 64-bit words: id {@code i} is bit {@code i & 63} of word {@code i / 64}. Mutable,
 * for reuse; no method allocates, but {@link #toString()}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class CapabilitySet {
    /** Number of ids. */
    public static final int MAX_CAPABILITIES = 256;
    /** Number of words. */
    public static final int WORDS = MAX_CAPABILITIES / Long.SIZE;

    private long word0;
    private long word1;
    private long word2;
    private long word3;

    /**
     * Removes all ids.
     *
     * @return this.
     */
    public CapabilitySet clear() {
        return words(0, 0, 0, 0);
    }

    /**
     * Adds an id.
     *
     * @param id 0 to 255.
     * @return this.
     */
    public CapabilitySet add(final int id) {
        final int index = checkId(id) >>> 6;
        return word(index, word(index) | 1L << id);
    }

    /**
     * Removes an id.
     *
     * @param id 0 to 255.
     * @return this.
     */
    public CapabilitySet remove(final int id) {
        final int index = checkId(id) >>> 6;
        return word(index, word(index) & ~(1L << id));
    }

    /**
     * Whether an id is in the set.
     *
     * @param id 0 to 255.
     * @return true if it is.
     */
    public boolean contains(final int id) {
        return (word(checkId(id) >>> 6) & 1L << id) != 0;
    }

    /**
     * Whether all ids of another set are in this one.
     *
     * @param other set.
     * @return true also for an empty one.
     */
    public boolean containsAll(final CapabilitySet other) {
        return ((other.word0 & ~word0) | (other.word1 & ~word1) | (other.word2 & ~word2) | (other.word3 & ~word3)) == 0;
    }

    /**
     * Whether at least one id of another set is in this one.
     *
     * @param other set.
     * @return false also for an empty one.
     */
    public boolean containsAny(final CapabilitySet other) {
        return (other.word0 & word0 | other.word1 & word1 | other.word2 & word2 | other.word3 & word3) != 0;
    }

    /**
     * Whether there is no id.
     *
     * @return true for the empty set.
     */
    public boolean isEmpty() {
        return (word0 | word1 | word2 | word3) == 0;
    }

    /**
     * Number of ids.
     *
     * @return 0 to 256.
     */
    public int size() {
        return Long.bitCount(word0) + Long.bitCount(word1) + Long.bitCount(word2) + Long.bitCount(word3);
    }

    /**
     * Becomes equal to another set.
     *
     * @param other set.
     * @return this.
     */
    public CapabilitySet copyFrom(final CapabilitySet other) {
        return words(other.word0, other.word1, other.word2, other.word3);
    }

    /**
     * One word.
     *
     * @param index 0 to 3.
     * @return its 64 bits.
     */
    public long word(final int index) {
        return switch (index) {
            case 0 -> word0;
            case 1 -> word1;
            case 2 -> word2;
            case 3 -> word3;
            default -> throw new IndexOutOfBoundsException("word=" + index + " must be from 0 to 3");
        };
    }

    /**
     * Sets one word.
     *
     * @param index 0 to 3.
     * @param value its 64 bits.
     * @return this.
     */
    public CapabilitySet word(final int index, final long value) {
        switch (index) {
            case 0 -> word0 = value;
            case 1 -> word1 = value;
            case 2 -> word2 = value;
            case 3 -> word3 = value;
            default -> throw new IndexOutOfBoundsException("word=" + index + " must be from 0 to 3");
        }
        return this;
    }

    /**
     * Sets all words.
     *
     * @param w0 ids 0 to 63.
     * @param w1 ids 64 to 127.
     * @param w2 ids 128 to 191.
     * @param w3 ids 192 to 255.
     * @return this.
     */
    public CapabilitySet words(final long w0, final long w1, final long w2, final long w3) {
        word0 = w0;
        word1 = w1;
        word2 = w2;
        word3 = w3;
        return this;
    }

    /**
     * Smallest id that is not below a bound; for iteration.
     *
     * @param fromId from 0; 256 and more finds nothing.
     * @return id, or -1.
     */
    public int nextId(final int fromId) {
        for (int index = fromId >>> 6; index < WORDS; index++) {
            final long word = index == fromId >>> 6 ? word(index) & -1L << fromId : word(index);
            if (word != 0) {
                return (index << 6) + Long.numberOfTrailingZeros(word);
            }
        }
        return -1;
    }

    private static int checkId(final int id) {
        if (id < 0 || id >= MAX_CAPABILITIES) {
            throw new IndexOutOfBoundsException("capability id=" + id + " must be from 0 to " + (MAX_CAPABILITIES - 1));
        }
        return id;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof CapabilitySet set
            && word0 == set.word0 && word1 == set.word1 && word2 == set.word2 && word3 == set.word3;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(word0 * 31 + word1 * 37 + word2 * 41 + word3);
    }

    @Override
    public String toString() {
        final StringBuilder builder = new StringBuilder("{");
        for (int id = nextId(0); id >= 0; id = nextId(id + 1)) {
            builder.append(builder.length() == 1 ? "" : ",").append(id);
        }
        return builder.append('}').toString();
    }
}
