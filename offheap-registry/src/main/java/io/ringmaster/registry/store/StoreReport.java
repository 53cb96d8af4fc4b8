package io.ringmaster.registry.store;

import java.util.List;

/**
 * What opening a store found.
 * <p>
 * Threading: immutable.
 *
 * @param opening         how the store was left.
 * @param entries         records that are there now.
 * @param pieces          pieces that they take.
 * @param dropped         records that were damaged or twice there, and are gone.
 * @param redone          1 if the operation under way at the kill was completed, else 0.
 * @param corruptions     places where the map's own structure was found damaged.
 * @param notes           one line for each drop and corruption, at most {@link #MAX_NOTES}; then one that says how many more.
 * @param durationNs      nanoseconds that opening took.
 */
public record StoreReport(
    Opening opening, long entries, long pieces, long dropped, int redone, long corruptions, List<String> notes, long durationNs) {
    /** Most lines of {@link #notes()}, without the last. */
    public static final int MAX_NOTES = 100;

    /** How the store was left. */
    public enum Opening {
        /** There was none. */
        CREATED,
        /** It was closed, and is as it was left. */
        CLEAN,
        /** It was not closed: its process died. */
        RECOVERED,
        /** It was closed, and its file was changed since. */
        ALTERED
    }

    /**
     * Takes a copy of the notes.
     */
    public StoreReport {
        notes = List.copyOf(notes);
    }

    /**
     * Whether nothing had to be mended.
     *
     * @return false after a kill or damage.
     */
    public boolean clean() {
        return opening == Opening.CREATED || opening == Opening.CLEAN;
    }

    @Override
    public String toString() {
        return opening.name().toLowerCase(java.util.Locale.ROOT) + ": " + entries + " entries in " + pieces + " pieces, " + dropped
            + " dropped, " + redone + " redone, " + corruptions + " corruptions, in " + durationNs / 1_000_000 + " ms";
    }
}
