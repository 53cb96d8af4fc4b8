package io.ringmaster.tuning.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One axis of a plot: grows to cover the values, and chooses round ticks: 1, 2 and 5 times powers of ten on a linear axis; on a
 * logarithmic one powers of ten, with 2 and 5 between them where there are few.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class Axis {
    private static final int LINEAR_TICKS = 6;
    private static final double FEW_DECADES = 2.5;
    private static final double HEADROOM = 1.08;

    private final String label;
    private final boolean logarithmic;
    private double min = Double.MAX_VALUE;
    private double max = -Double.MAX_VALUE;

    private Axis(final String label, final boolean logarithmic) {
        this.label = label;
        this.logarithmic = logarithmic;
    }

    /** From 0; the label names the unit. */
    static Axis linear(final String label) {
        final Axis axis = new Axis(label, false);
        axis.cover(0);
        return axis;
    }

    /** For values above 0; the label names the unit. */
    static Axis logarithmic(final String label) {
        return new Axis(label, true);
    }

    String label() {
        return label;
    }

    void cover(final double value) {
        if (logarithmic && value <= 0) {
            throw new IllegalArgumentException(value + " cannot stand on the logarithmic axis '" + label + "'");
        }
        min = Math.min(min, value);
        max = Math.max(max, value);
    }

    /** Where a value stands: 0 at the low end, 1 at the high end. */
    double share(final double value) {
        return logarithmic
            ? (Math.log10(value) - Math.log10(low())) / (Math.log10(high()) - Math.log10(low()))
            : (value - low()) / (high() - low());
    }

    List<Double> ticks() {
        final List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            final double decades = Math.log10(high() / low());
            for (double power = Math.pow(10, Math.floor(Math.log10(low()))); power <= high(); power *= 10) {
                for (final int factor : decades <= FEW_DECADES ? new int[] {1, 2, 5} : new int[] {1}) {
                    final double tick = power * factor;
                    if (tick >= low() * 0.999 && tick <= high() * 1.001) {
                        ticks.add(tick);
                    }
                }
            }
        } else {
            final double step = step();
            for (int i = 0; i * step <= high() * 1.0001; i++) {
                ticks.add(i * step);
            }
        }
        return ticks;
    }

    /** A number as short as it can be: 0.5, 20, 5k, 2M. */
    String text(final double value) {
        if (value >= 1e6) {
            return plain(value / 1e6) + "M";
        }
        return value >= 1e4 ? plain(value / 1e3) + "k" : plain(value);
    }

    private static String plain(final double value) {
        final double rounded = Math.round(value * 1e6) / 1e6;
        return rounded == Math.rint(rounded)
            ? String.format(Locale.ROOT, "%,.0f", rounded) : String.format(Locale.ROOT, "%s", rounded);
    }

    private double step() {
        final double raw = Math.max(max, 1e-9) / LINEAR_TICKS;
        final double power = Math.pow(10, Math.floor(Math.log10(raw)));
        final double factor = raw / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    private double low() {
        return logarithmic ? min / (min == max ? 2 : 1) / HEADROOM : Math.min(0, min);
    }

    private double high() {
        return logarithmic ? max * (min == max ? 2 : 1) * HEADROOM : Math.max(max * HEADROOM, 1e-9);
    }
}
