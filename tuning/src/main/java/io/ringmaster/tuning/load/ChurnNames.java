package io.ringmaster.tuning.load;

/**
 * Names that a run registers and unregisters, each in one of four states. A name is registered only while it is free and
 * unregistered only after its registration was answered, so that the right answer is always {@code OK}. Both ways take the
 * name that has waited longest.
 * <p>
 * Threading: confined to the generator. Allocates nothing after construction.
 */
final class ChurnNames {
    private final IntQueue free;
    private final IntQueue registered;

    ChurnNames(final int count) {
        free = new IntQueue(count);
        registered = new IntQueue(count);
        for (int i = 0; i < count; i++) {
            free.add(i);
        }
    }

    /** A free name, now being registered; -1 if there is none. */
    int takeFree() {
        return free.poll();
    }

    /** A registered name, now being unregistered; -1 if there is none. */
    int takeRegistered() {
        return registered.poll();
    }

    void onRegistered(final int name) {
        registered.add(name);
    }

    void onFree(final int name) {
        free.add(name);
    }

    /** The request was not sent after all. */
    void putBack(final int name, final boolean wasFree) {
        if (wasFree) {
            free.addFirst(name);
        } else {
            registered.addFirst(name);
        }
    }

    /** A ring of numbers that holds all names at most. */
    private static final class IntQueue {
        private final int[] values;
        private int head;
        private int size;

        IntQueue(final int capacity) {
            values = new int[capacity];
        }

        void add(final int value) {
            values[(head + size) % values.length] = value;
            size++;
        }

        void addFirst(final int value) {
            head = (head + values.length - 1) % values.length;
            values[head] = value;
            size++;
        }

        int poll() {
            if (size == 0) {
                return -1;
            }
            final int value = values[head];
            head = (head + 1) % values.length;
            size--;
            return value;
        }
    }
}
