package io.ringmaster.server.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Columns for people.
 * <p>
 * Threading: confined to the main thread.
 */
final class TextTable {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final int[] widths;

    TextTable(final String... header) {
        widths = new int[header.length];
        row((Object[])header);
    }

    TextTable row(final Object... cells) {
        final String[] row = new String[widths.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = String.valueOf(cells[i]);
            widths[i] = Math.max(widths[i], row[i].length());
        }
        rows.add(row);
        return this;
    }

    void print(final PrintWriter out) {
        for (final String[] row : rows) {
            final StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]);
                if (i < row.length - 1) {
                    line.append(" ".repeat(widths[i] - row[i].length())).append(GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
