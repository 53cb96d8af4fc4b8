package io.ringmaster.registry.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.openhft.chronicle.hash.ChronicleHashCorruption;
import org.agrona.collections.LongHashSet;

/**
 * Gathers what goes into a {@link StoreReport} while a store is opened.
 * <p>
 * Threading: confined to the thread that opens the store.
 */
final class StoreNotes implements ChronicleHashCorruption.Listener {
    /** How {@link PieceKey} names itself. */
    private static final Pattern PIECE = Pattern.compile("piece (-?\\d+)/(\\d+)");
    /** What Chronicle says of its own counters, and of copies that it removes: no entry is lost by that. */
    private static final Pattern HARMLESS = Pattern.compile("(?i)duplicate key|number of entries counter|lowest free chunk");

    private final List<String> notes = new ArrayList<>();
    private final LongHashSet lostRecords = new LongHashSet();
    private long lostEntries;
    private long left;
    private long dropped;
    private long corruptions;
    private int redone;

    /** Chronicle removes an entry that is damaged: a record with its first piece is not found any more by whoever looks for records. */
    @Override
    public void onCorruption(final ChronicleHashCorruption corruption) {
        final String message = message(corruption);
        corruption("segment " + corruption.segmentIndex() + ": " + message);
        if (HARMLESS.matcher(message).find()) {
            return;
        }
        final Matcher piece = PIECE.matcher(message);
        if (!piece.find()) {
            lostEntries++;
        } else if ("0".equals(piece.group(2))) {
            lostRecords.add(Long.parseLong(piece.group(1)));
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

    /**
     * Counts the records as dropped that Chronicle has removed, but for the one that the intent has brought back.
     *
     * @param isThere whether a record is in the map now.
     */
    void dropLost(final LongPredicate isThere) {
        final LongHashSet.LongIterator records = lostRecords.iterator();
        while (records.hasNext()) {
            final long incarnation = records.nextValue();
            if (!isThere.test(incarnation)) {
                drop(incarnation, "its bytes do not have the checksum that Chronicle Map has for them");
            }
        }
    }

    /** Whether something is missing, or may be: a damaged entry may not have said what it was. */
    boolean isLossPossible() {
        return dropped > 0 || lostEntries > 0;
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

    StoreReport report(final StoreReport.Opening opening, final long entries, final long pieces, final long durationNs) {
        final List<String> lines = new ArrayList<>(notes);
        if (left > 0) {
            lines.add("and " + left + " more");
        }
        return new StoreReport(opening, entries, pieces, dropped, redone, corruptions, lines, durationNs);
    }
}
