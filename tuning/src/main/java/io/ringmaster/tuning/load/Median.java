package io.ringmaster.tuning.load;

import java.util.Arrays;

/**
 * The value in the middle; of an even number of values the mean of the two in the middle.
 * <p>
 * Threading: static methods, no state; the values given stay as they are.
 */
public final class Median {
    private Median() {
    }

    /**
     * Of measured values.
     *
     * @param values in any order.
     * @return their median, NaN if there is none.
     */
    public static double of(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
