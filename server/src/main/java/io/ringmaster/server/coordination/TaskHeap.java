package io.ringmaster.server.coordination;

import static io.ringmaster.server.coordination.TaskTable.NULL;

/**
 * A priority queue of tasks: a pairing heap (Fredman, Sedgewick, Sleator, Tarjan: "The pairing heap", Algorithmica 1986)
 * through three links in {@link TaskTable}: insert O(1), removal of any task O(log n) amortised, no allocation. A task is
 * in at most one heap per set of links.
 * <p>
 * Threading: confined to the coordinator's role.
 */
abstract class TaskHeap {
    final TaskTable tasks;
    private final int child;
    private final int sibling;
    private final int previous;
    private int root = NULL;
    private int size;

    /** A heap through the links at a place of the task's slot. */
    TaskHeap(final TaskTable tasks, final int links) {
        this.tasks = tasks;
        child = links;
        sibling = links + Integer.BYTES;
        previous = links + 2 * Integer.BYTES;
    }

    /** Whether a comes before b. */
    abstract boolean before(int a, int b);

    int first() {
        return root;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return root == NULL;
    }

    void add(final int task) {
        tasks.heapLink(child, task, NULL);
        tasks.heapLink(sibling, task, NULL);
        tasks.heapLink(previous, task, NULL);
        root = root == NULL ? task : meld(root, task);
        size++;
    }

    void remove(final int task) {
        final int merged = mergePairs(tasks.heapLink(child, task));
        if (task == root) {
            root = merged;
        } else {
            cut(task);
            if (merged != NULL) {
                root = meld(root, merged);
            }
        }
        tasks.heapLink(child, task, NULL);
        tasks.heapLink(sibling, task, NULL);
        tasks.heapLink(previous, task, NULL);
        size--;
    }

    private void cut(final int task) {
        final int before = tasks.heapLink(previous, task);
        final int after = tasks.heapLink(sibling, task);
        if (tasks.heapLink(child, before) == task) {
            tasks.heapLink(child, before, after);
        } else {
            tasks.heapLink(sibling, before, after);
        }
        if (after != NULL) {
            tasks.heapLink(previous, after, before);
        }
    }

    private int meld(final int a, final int b) {
        final int top = before(a, b) ? a : b;
        final int below = top == a ? b : a;
        final int first = tasks.heapLink(child, top);
        tasks.heapLink(sibling, below, first);
        if (first != NULL) {
            tasks.heapLink(previous, first, below);
        }
        tasks.heapLink(previous, below, top);
        tasks.heapLink(child, top, below);
        tasks.heapLink(sibling, top, NULL);
        tasks.heapLink(previous, top, NULL);
        return top;
    }

    /** Two passes: pairs from left to right, then melded from right to left. Iterative: a heap may be wide. */
    private int mergePairs(final int firstChild) {
        int pending = NULL;
        int next = firstChild;
        while (next != NULL) {
            final int second = tasks.heapLink(sibling, next);
            final int rest = second == NULL ? NULL : tasks.heapLink(sibling, second);
            tasks.heapLink(sibling, next, NULL);
            tasks.heapLink(previous, next, NULL);
            int pair = next;
            if (second != NULL) {
                tasks.heapLink(sibling, second, NULL);
                tasks.heapLink(previous, second, NULL);
                pair = meld(next, second);
            }
            tasks.heapLink(sibling, pair, pending);
            pending = pair;
            next = rest;
        }
        int merged = NULL;
        while (pending != NULL) {
            final int after = tasks.heapLink(sibling, pending);
            tasks.heapLink(sibling, pending, NULL);
            merged = merged == NULL ? pending : meld(merged, pending);
            pending = after;
        }
        return merged;
    }
}
