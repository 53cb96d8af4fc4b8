package io.ringmaster.registry;

import java.util.Arrays;

/**
 * Conditions on the attributes of a record that must all hold: for each attribute at most one range, both ends included. An
 * attribute with a condition must be there. Mutable, for reuse; no method allocates, but {@link #toString()}.
 * <p>
 * Threading: confined to the thread that uses it.
 */
public final class AttributeFilter {
    private final long[] minValues = new long[AttributeSchema.MAX_ATTRIBUTES];
    private final long[] maxValues = new long[AttributeSchema.MAX_ATTRIBUTES];
    private int conditions;
    private boolean nothing;

    /** A filter without conditions. */
    public AttributeFilter() {
        clear();
    }

    /**
     * Removes all conditions.
     *
     * @return this.
     */
    public AttributeFilter clear() {
        conditions = 0;
        nothing = false;
        Arrays.fill(minValues, Long.MIN_VALUE);
        Arrays.fill(maxValues, Long.MAX_VALUE);
        return this;
    }

    /**
     * Whether there is no condition.
     *
     * @return true: every record matches.
     */
    public boolean isEmpty() {
        return conditions == 0 && !nothing;
    }

    /**
     * Adds a lower end.
     *
     * @param index of the attribute, 0 to 7.
     * @param value least value that matches.
     * @return this.
     */
    public AttributeFilter atLeast(final int index, final long value) {
        minValues[index] = Math.max(minValues[index], value);
        return added(index);
    }

    /**
     * Adds an upper end.
     *
     * @param index of the attribute, 0 to 7.
     * @param value greatest value that matches.
     * @return this.
     */
    public AttributeFilter atMost(final int index, final long value) {
        maxValues[index] = Math.min(maxValues[index], value);
        return added(index);
    }

    /**
     * Adds equality.
     *
     * @param index of the attribute, 0 to 7.
     * @param value that matches.
     * @return this.
     */
    public AttributeFilter equal(final int index, final long value) {
        return atLeast(index, value).atMost(index, value);
    }

    /**
     * Adds a condition that no record fulfils.
     *
     * @return this.
     */
    public AttributeFilter matchNothing() {
        nothing = true;
        return this;
    }

    private AttributeFilter added(final int index) {
        conditions |= 1 << index;
        nothing |= minValues[index] > maxValues[index];
        return this;
    }

    /**
     * Whether no record can match.
     *
     * @return true when a range is empty, or {@link #matchNothing()} was called.
     */
    public boolean matchesNothing() {
        return nothing;
    }

    /**
     * Whether there is a condition on an attribute.
     *
     * @param index of the attribute, 0 to 7.
     * @return true if there is.
     */
    public boolean has(final int index) {
        return (conditions & 1 << index) != 0;
    }

    /**
     * Which attributes have conditions.
     *
     * @return bit {@code i} for attribute {@code i}.
     */
    public int conditions() {
        return conditions;
    }

    /**
     * Lower end of a condition.
     *
     * @param index of the attribute, 0 to 7.
     * @return least value that matches.
     */
    public long min(final int index) {
        return minValues[index];
    }

    /**
     * Upper end of a condition.
     *
     * @param index of the attribute, 0 to 7.
     * @return greatest value that matches.
     */
    public long max(final int index) {
        return maxValues[index];
    }

    /**
     * Whether all conditions hold.
     *
     * @param values of a record.
     * @return true if they do.
     */
    public boolean matches(final AttributeValues values) {
        if (nothing || (conditions & ~values.present()) != 0) {
            return false;
        }
        for (int rest = conditions; rest != 0; rest &= rest - 1) {
            final int index = Integer.numberOfTrailingZeros(rest);
            final long value = values.get(index);
            if (value < minValues[index] || value > maxValues[index]) {
                return false;
            }
        }
        return true;
    }

    /**
     * Becomes equal to another filter.
     *
     * @param other filter.
     * @return this.
     */
    public AttributeFilter copyFrom(final AttributeFilter other) {
        conditions = other.conditions;
        nothing = other.nothing;
        System.arraycopy(other.minValues, 0, minValues, 0, minValues.length);
        System.arraycopy(other.maxValues, 0, maxValues, 0, maxValues.length);
        return this;
    }

    @Override
    public String toString() {
        final StringBuilder builder = new StringBuilder(nothing ? "{nothing" : "{");
        for (int i = 0; i < minValues.length; i++) {
            if (has(i)) {
                builder.append(builder.length() == 1 ? "" : ",").append(minValues[i]).append("<=").append(i).append("<=")
                    .append(maxValues[i]);
            }
        }
        return builder.append('}').toString();
    }
}
