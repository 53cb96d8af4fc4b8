package io.ringmaster.tuning.report;

/**
 * The table of what requirements bound: measured, bound, met or missed.
 * <p>
 * Threading: confined to the thread of the report.
 */
final class Goals {
    private final Table table = new Table("Row", "What", "Measured", "Bound", "");
    private int missed;

    void atMost(final String row, final String what, final double value, final double bound) {
        add(row, what, value, "<= " + Table.number(bound), value <= bound);
    }

    void atLeast(final String row, final String what, final double value, final double bound) {
        add(row, what, value, ">= " + Table.number(bound), value >= bound);
    }

    /** A value that was not measured is left out, not met. */
    void add(final String row, final String what, final double value, final String bound, final boolean met) {
        if (!Double.isNaN(value)) {
            table.row(row, what, Table.number(value), bound, met ? "met" : "**missed**");
            missed += met ? 0 : 1;
        }
    }

    int missed() {
        return missed;
    }

    boolean isEmpty() {
        return table.isEmpty();
    }

    String text() {
        return table.text();
    }
}
