package io.ringmaster.server.store;

import java.util.Arrays;

/**
 * Says which part of the store's file is written to the disk next, and when: every part once in a period, in the order of the file, if
 * it may have changed. Changes are taken to be spread evenly over the file, as the store's hash spreads its records, so what a part has
 * had is what the store has had since that part's last turn. Parts that follow each other are put together until there are some
 * {@value #LEAST_PAGES} changed pages in them, because each write has a price of its own.
 * <p>
 * The idea is that of PostgreSQL's spread checkpoints ({@code checkpoint_completion_target}).
 * <p>
 * Threading: confined to the thread that writes.
 */
final class WriteBackPace {
    /** Parts of the file. */
    static final int PARTS = 1024;
    /** Fewer changed pages wait for more, until the end of the file is due as well. */
    static final int LEAST_PAGES = 128;
    /** No part is added to a portion that has more. */
    static final int MOST_PAGES = 256;
    /** A change of a record of one piece writes to that piece, which may cross a page, the place of its key, and what says what is free. */
    static final int PAGES_OF_A_CHANGE = 4;
    private static final int PAGE_LENGTH = 4096;
    private static final long LONGEST_PAUSE_NS = 10_000_000;

    private final long fileLength;
    private final long partLength;
    private final int parts;
    private final double partsPerNs;
    /** Changes of the store when a part had its last turn. */
    private final long[] changesAtTurn;
    private int next;
    /** Parts that may have their turn by now. */
    private double due;
    private long lastNs;
    private long from;
    private long to;

    /**
     * A pace for a file.
     *
     * @param isWritten  whether nothing in the file has changed since it was last on the disk; else every part is taken to be full
     *                   of changes.
     * @param fileLength bytes, more than 0.
     * @param periodNs   in which every part has its turn, more than 0.
     * @param changes    that the store has had.
     * @param nowNs      monotonic time.
     */
    WriteBackPace(final boolean isWritten, final long fileLength, final long periodNs, final long changes, final long nowNs) {
        this.fileLength = fileLength;
        final long pages = (fileLength + PAGE_LENGTH - 1) / PAGE_LENGTH;
        partLength = (pages + PARTS - 1) / PARTS * PAGE_LENGTH;
        parts = (int) ((fileLength + partLength - 1) / partLength);
        partsPerNs = (double) parts / periodNs;
        changesAtTurn = new long[parts];
        Arrays.fill(changesAtTurn, isWritten ? changes : Long.MIN_VALUE / 2);
        lastNs = nowNs;
    }

    /**
     * Looks for a portion to write. If there is one, it is {@link #from()} to {@link #to()}, and its turn is over.
     *
     * @param changes that the store has had by now.
     * @param nowNs   monotonic time.
     * @return whether there is one.
     */
    boolean advance(final long changes, final long nowNs) {
        due = Math.min(parts, due + (nowNs - lastNs) * partsPerNs);
        lastNs = nowNs;
        if (isClean(changes)) {
            due = 0;
            return false;
        }
        final int end = (int) Math.min(parts, next + (long) due);
        double pages = 0;
        int behind = next;
        while (behind < end && pages < MOST_PAGES) {
            pages += changedPages(behind, changes);
            behind++;
        }
        final boolean isEndOfFile = behind == parts;
        if (behind == next || pages < LEAST_PAGES && !isEndOfFile) {
            return false;
        }
        from = next * partLength;
        to = Math.min(fileLength, behind * partLength);
        due -= behind - next;
        Arrays.fill(changesAtTurn, next, behind, changes);
        next = isEndOfFile ? 0 : behind;
        return true;
    }

    /** Whether nothing has changed since every part had its turn: the next part's turn is the longest ago. */
    boolean isClean(final long changes) {
        return changesAtTurn[next] == changes;
    }

    /**
     * How long it takes at least until the next portion. At this rate a pace that has fallen behind takes half a period for the file,
     * so that what has waited for more changes is not written in one go when they come.
     *
     * @return nanoseconds, at most {@value #LONGEST_PAUSE_NS}.
     */
    long pauseNs() {
        return Math.min(LONGEST_PAUSE_NS, (long) (1 / (2 * partsPerNs)));
    }

    private double changedPages(final int part, final long changes) {
        return Math.min(partLength / PAGE_LENGTH, (double) PAGES_OF_A_CHANGE * (changes - changesAtTurn[part]) / parts);
    }

    /** First byte of the portion. */
    long from() {
        return from;
    }

    /** Behind the last byte of the portion. */
    long to() {
        return to;
    }
}
