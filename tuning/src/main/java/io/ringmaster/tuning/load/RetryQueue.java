package io.ringmaster.tuning.load;

/**
 * Tasks that were refused and when they may be sent again: a binary heap by time in preallocated columns.
 * <p>
 * Threading: confined to the generator. Allocates nothing after construction.
 */
final class RetryQueue {
    private final long[] timesNs;
    private final int[] tasks;
    private int size;

    RetryQueue(final int capacity) {
        timesNs = new long[capacity];
        tasks = new int[capacity];
    }

    void add(final int task, final long timeNs) {
        int i = size++;
        while (i > 0 && timesNs[(i - 1) >>> 1] > timeNs) {
            move((i - 1) >>> 1, i);
            i = (i - 1) >>> 1;
        }
        timesNs[i] = timeNs;
        tasks[i] = task;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Whether the earliest may be sent. */
    boolean isDue(final long nowNs) {
        return size > 0 && timesNs[0] <= nowNs;
    }

    /** The earliest. */
    int peek() {
        return tasks[0];
    }

    /** Takes the earliest. */
    void remove() {
        size--;
        final long timeNs = timesNs[size];
        final int task = tasks[size];
        int i = 0;
        int child = 1;
        while (child < size) {
            child += child + 1 < size && timesNs[child + 1] < timesNs[child] ? 1 : 0;
            if (timesNs[child] >= timeNs) {
                break;
            }
            move(child, i);
            i = child;
            child = 2 * i + 1;
        }
        timesNs[i] = timeNs;
        tasks[i] = task;
    }

    private void move(final int from, final int to) {
        timesNs[to] = timesNs[from];
        tasks[to] = tasks[from];
    }
}
