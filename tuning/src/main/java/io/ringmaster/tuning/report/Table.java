package io.ringmaster.tuning.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A Markdown table.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class Table {
    private final List<String> lines = new ArrayList<>();
    private final int columns;

    Table(final String... heads) {
        columns = heads.length;
        lines.add("| " + String.join(" | ", heads) + " |");
        lines.add("|" + "---|".repeat(columns));
    }

    Table row(final String... cells) {
        if (cells.length != columns) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns + " columns");
        }
        lines.add("| " + String.join(" | ", cells) + " |");
        return this;
    }

    boolean isEmpty() {
        return lines.size() == 2;
    }

    String text() {
        return String.join("\n", lines) + "\n";
    }

    /** A number with as many digits as mean something; a dash if it is not known. */
    static String number(final double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        final double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 || value == Math.rint(value) ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }

    /** A duration in the unit that suits it. */
    static String time(final double ns) {
        if (Double.isNaN(ns) || ns <= 0) {
            return "-";
        }
        return ns < 1e3 ? number(ns) + " ns" : ns < 1e6 ? number(ns / 1e3) + " us" : number(ns / 1e6) + " ms";
    }
}
