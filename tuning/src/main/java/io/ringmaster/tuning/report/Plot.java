package io.ringmaster.tuning.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A line plot as SVG: linear or logarithmic axes with labelled ticks, a grid, markers, and the name of each line at its right
 * end, so that no legend has to be matched by colour.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class Plot {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 460;
    private static final int LEFT = 90;
    private static final int RIGHT = 190;
    private static final int TOP = 64;
    private static final int BOTTOM = 66;
    private static final int MIN_LABEL_DISTANCE = 17;
    private static final String[] COLOURS = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56606b", "#e69f00"};

    private final String title;
    private final Axis x;
    private final Axis y;
    private final List<Series> series = new ArrayList<>();

    /**
     * A line.
     *
     * @param name   shown at its end.
     * @param x      of its points.
     * @param y      of its points.
     * @param dashed true for a reference, drawn thin without markers.
     */
    record Series(String name, double[] x, double[] y, boolean dashed) {
        Series {
            if (x.length != y.length || x.length == 0) {
                throw new IllegalArgumentException(name + " has " + x.length + " x and " + y.length + " y values");
            }
        }
    }

    Plot(final String title, final Axis x, final Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    Plot line(final String name, final double[] xs, final double[] ys) {
        series.add(new Series(name, xs, ys, false));
        return this;
    }

    Plot reference(final String name, final double[] xs, final double[] ys) {
        series.add(new Series(name, xs, ys, true));
        return this;
    }

    boolean isEmpty() {
        return series.isEmpty();
    }

    String svg() {
        for (final Series one : series) {
            for (int i = 0; i < one.x.length; i++) {
                x.cover(one.x[i]);
                y.cover(one.y[i]);
            }
        }
        final StringBuilder svg = new StringBuilder();
        append(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
            + "font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\" font-size=\"13\">", WIDTH, HEIGHT, WIDTH, HEIGHT);
        append(svg, "<title>%s</title>", escape(title));
        append(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
        append(svg, "<text x=\"%d\" y=\"30\" font-size=\"16\" font-weight=\"bold\" fill=\"#222222\">%s</text>", LEFT, escape(title));
        grid(svg);
        final double[] labels = labelPositions();
        for (int i = 0; i < series.size(); i++) {
            draw(svg, series.get(i), COLOURS[i % COLOURS.length], labels[i]);
        }
        svg.append("</svg>\n");
        return svg.toString();
    }

    private void grid(final StringBuilder svg) {
        final int bottom = HEIGHT - BOTTOM;
        final int right = WIDTH - RIGHT;
        for (final double tick : y.ticks()) {
            final double at = atY(tick);
            append(svg, "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>", LEFT, at, right, at);
            append(svg, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#444444\">%s</text>", LEFT - 8, at + 4.5, y.text(tick));
        }
        for (final double tick : x.ticks()) {
            final double at = atX(tick);
            append(svg, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#eeeeee\"/>", at, TOP, at, bottom);
            append(svg, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#444444\">%s</text>", at, bottom + 20, x.text(tick));
        }
        append(svg, "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#444444\"/>", LEFT, TOP, bottom, right);
        append(svg, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\" fill=\"#222222\">%s</text>",
            (LEFT + right) / 2, HEIGHT - 20, escape(x.label()));
        append(svg, "<text x=\"22\" y=\"%d\" text-anchor=\"middle\" fill=\"#222222\" transform=\"rotate(-90 22 %d)\">%s</text>",
            (TOP + bottom) / 2, (TOP + bottom) / 2, escape(y.label()));
    }

    private void draw(final StringBuilder svg, final Series one, final String colour, final double labelY) {
        final StringBuilder path = new StringBuilder();
        for (int i = 0; i < one.x.length; i++) {
            append(path, "%s%.1f %.1f ", i == 0 ? "M" : "L", atX(one.x[i]), atY(one.y[i]));
        }
        append(svg, "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>", path.toString().trim(), colour,
            one.dashed ? "1.5" : "2.5", one.dashed ? " stroke-dasharray=\"6 5\"" : "");
        for (int i = 0; !one.dashed && i < one.x.length; i++) {
            append(svg, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>", atX(one.x[i]), atY(one.y[i]), colour);
        }
        final double endX = atX(one.x[one.x.length - 1]);
        final double endY = atY(one.y[one.y.length - 1]);
        append(svg, "<path d=\"M%.1f %.1f L%d %.1f\" fill=\"none\" stroke=\"%s\" stroke-width=\"0.7\"/>",
            endX + 5, endY, WIDTH - RIGHT + 10, labelY, colour);
        append(svg, "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s</text>", WIDTH - RIGHT + 14, labelY + 4.5, colour, escape(one.name));
    }

    /** Where the names stand: beside the ends of their lines, moved apart where those are close together. */
    private double[] labelPositions() {
        final List<Integer> order = new ArrayList<>();
        final double[] wanted = new double[series.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = atY(series.get(i).y[series.get(i).y.length - 1]);
            order.add(i);
        }
        order.sort((a, b) -> Double.compare(wanted[a], wanted[b]));
        return spread(wanted, order, HEIGHT - BOTTOM);
    }

    private static double[] spread(final double[] wanted, final List<Integer> order, final double lowest) {
        final double[] positions = new double[wanted.length];
        double above = Double.NEGATIVE_INFINITY;
        for (final int i : order) {
            positions[i] = Math.max(wanted[i], above + MIN_LABEL_DISTANCE);
            above = positions[i];
        }
        double below = lowest + MIN_LABEL_DISTANCE;
        for (int k = order.size() - 1; k >= 0; k--) {
            final int i = order.get(k);
            positions[i] = Math.min(positions[i], below - MIN_LABEL_DISTANCE);
            below = positions[i];
        }
        return positions;
    }

    private double atX(final double value) {
        return LEFT + x.share(value) * (WIDTH - RIGHT - LEFT);
    }

    private double atY(final double value) {
        return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - BOTTOM - TOP);
    }

    private static void append(final StringBuilder svg, final String format, final Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append(format.startsWith("<") ? "\n" : "");
    }

    static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
