package io.ringmaster.registry;

/**
 * Values of a record's attributes: up to 8 integers, and which of them are there. What they mean is said by an
 * {@link AttributeSchema}. Mutable, for reuse; no method allocates, but {@link #toString()}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class AttributeValues {
    private final long[] values = new long[AttributeSchema.MAX_ATTRIBUTES];
    private int present;

    /**
     * Removes all values.
     *
     * @return this.
     */
    public AttributeValues clear() {
        present = 0;
        return this;
    }

    /**
     * Whether there is a value.
     *
     * @param index of the attribute, 0 to 7.
     * @return true if there is.
     */
    public boolean has(final int index) {
        return (present & bit(index)) != 0;
    }

    /**
     * A value.
     *
     * @param index of the attribute, 0 to 7.
     * @return its value; undefined when there is none.
     */
    public long get(final int index) {
        return values[index];
    }

    /**
     * Sets a value.
     *
     * @param index of the attribute, 0 to 7.
     * @param value of it.
     * @return this.
     */
    public AttributeValues set(final int index, final long value) {
        present |= bit(index);
        values[index] = value;
        return this;
    }

    /**
     * Removes a value.
     *
     * @param index of the attribute, 0 to 7.
     * @return this.
     */
    public AttributeValues unset(final int index) {
        present &= ~bit(index);
        return this;
    }

    /**
     * Which values are there.
     *
     * @return bit {@code i} for attribute {@code i}.
     */
    public int present() {
        return present;
    }

    /**
     * Number of values.
     *
     * @return 0 to 8.
     */
    public int count() {
        return Integer.bitCount(present);
    }

    /**
     * Becomes equal to others.
     *
     * @param other values.
     * @return this.
     */
    public AttributeValues copyFrom(final AttributeValues other) {
        present = other.present;
        System.arraycopy(other.values, 0, values, 0, values.length);
        return this;
    }

    /** Takes over all values of others, and removes some. */
    void merge(final AttributeValues other, final int removed) {
        for (int rest = other.present; rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            values[index] = other.values[index];
        }
        present = (present | other.present) & ~removed;
    }

    private static int bit(final int index) {
        if (index < 0 || index >= AttributeSchema.MAX_ATTRIBUTES) {
            throw new IndexOutOfBoundsException(
                "attribute=" + index + " must be from 0 to " + (AttributeSchema.MAX_ATTRIBUTES - 1));
        }
        return 1 << index;
    }

    @Override
    public boolean equals(final Object other) {
        if (!(other instanceof AttributeValues that) || present != that.present) {
            return false;
        }
        for (int i = 0; i < values.length; i++) {
            if (has(i) && values[i] != that.values[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int hash = present;
        for (int i = 0; i < values.length; i++) {
            hash = 31 * hash + (has(i) ? Long.hashCode(values[i]) : 0);
        }
        return hash;
    }

    @Override
    public String toString() {
        final StringBuilder builder = new StringBuilder("{");
        for (int i = 0; i < values.length; i++) {
            if (has(i)) {
                builder.append(builder.length() == 1 ? "" : ",").append(i).append('=').append(values[i]);
            }
        }
        return builder.append('}').toString();
    }
}
