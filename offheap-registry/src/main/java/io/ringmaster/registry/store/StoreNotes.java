package io.ringmaster.registry.store;

import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.hash.ChronicleHashCorruption;

/**
 * Gathers what goes into a {@link StoreReport} while a store is opened.
 * <p>
 * Threading: confined to the thread that opens the store.
 */
final class StoreNotes implements ChronicleHashCorruption.Listener {
    private final List<String> notes = new ArrayList<>();
    private long left;
    private long dropped;
    private long corruptions;
    private int redone;

    @Override
    public void onCorruption(final ChronicleHashCorruption corruption) {
        if (notes.size() < StoreReport.MAX_NOTES) {
            corruption("segment " + corruption.segmentIndex() + ": " + message(corruption));
        } else {
            corruptions++;
            left++;
        }
    }

    void corruption(final String line) {
        corruptions++;
        note(line);
    }

    /** The message is formatted with the damaged entry, which may fail. */
    private static String message(final ChronicleHashCorruption corruption) {
        try {
            return corruption.message();
        } catch (final RuntimeException e) {
            return "cannot be described: " + e;
        }
    }

    void drop(final long incarnation, final String why) {
        dropped++;
        note("dropped incarnation " + incarnation + ": " + why);
    }

    void redone() {
        redone = 1;
    }

    private void note(final String line) {
        if (notes.size() < StoreReport.MAX_NOTES) {
            notes.add(line);
        } else {
            left++;
        }
    }

    long dropped() {
        return dropped;
    }

    StoreReport report(final StoreReport.Opening opening, final long entries, final long pieces, final long durationNs) {
        final List<String> lines = new ArrayList<>(notes);
        if (left > 0) {
            lines.add("and " + left + " more");
        }
        return new StoreReport(opening, entries, pieces, dropped, redone, corruptions, lines, durationNs);
    }
}
