package io.ringmaster.tuning.load;

/**
 * The operations that are under way, in preallocated columns. A slot is found again by its number; its sequence tells
 * whether it is still the same operation, so a second answer to one operation is noticed.
 * <p>
 * Threading: confined to the generator. Allocates nothing after construction.
 */
final class OperationTable {
    private final long[] sequences;
    private final long[] intendedNs;
    private final int[] sessions;
    private final int[] tags;
    private final int[] kinds;
    private final int[] keys;
    private final int[] free;
    private int freeCount;
    private long nextSequence = 1;

    OperationTable(final int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity = " + capacity + " is not at least 1");
        }
        sequences = new long[capacity];
        intendedNs = new long[capacity];
        sessions = new int[capacity];
        tags = new int[capacity];
        kinds = new int[capacity];
        keys = new int[capacity];
        free = new int[capacity];
        for (int i = 0; i < capacity; i++) {
            free[i] = capacity - 1 - i;
        }
        freeCount = capacity;
    }

    /**
     * Takes a slot.
     *
     * @return its number, or -1 when all are taken.
     */
    int acquire(final int session, final long intended, final int tag) {
        if (freeCount == 0) {
            return -1;
        }
        final int slot = free[--freeCount];
        sequences[slot] = nextSequence++;
        sessions[slot] = session;
        intendedNs[slot] = intended;
        tags[slot] = tag;
        kinds[slot] = 0;
        keys[slot] = 0;
        return slot;
    }

    /** Gives a slot back. */
    void release(final int slot) {
        sequences[slot] = 0;
        free[freeCount++] = slot;
    }

    boolean isLive(final int slot, final long sequence) {
        return slot >= 0 && slot < sequences.length && sequence != 0 && sequences[slot] == sequence;
    }

    void what(final int slot, final int kind, final int key) {
        kinds[slot] = kind;
        keys[slot] = key;
    }

    long sequence(final int slot) {
        return sequences[slot];
    }

    long intendedNs(final int slot) {
        return intendedNs[slot];
    }

    int session(final int slot) {
        return sessions[slot];
    }

    int tag(final int slot) {
        return tags[slot];
    }

    int kind(final int slot) {
        return kinds[slot];
    }

    int key(final int slot) {
        return keys[slot];
    }

    /** Operations under way. */
    int size() {
        return sequences.length - freeCount;
    }
}
