package io.ringmaster.registry.store;

/**
 * Key of a piece; mutable, so that no put allocates one.
 * <p>
 * Threading: confined to the thread that uses it.
 */
final class PieceKey {
    private long incarnation;
    private int index;

    PieceKey set(final long newIncarnation, final int newIndex) {
        incarnation = newIncarnation;
        index = newIndex;
        return this;
    }

    long incarnation() {
        return incarnation;
    }

    int index() {
        return index;
    }

    /** What {@link StoreNotes} looks for in Chronicle's messages. */
    @Override
    public String toString() {
        return "piece " + incarnation + "/" + index;
    }
}
