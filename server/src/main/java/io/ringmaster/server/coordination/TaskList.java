package io.ringmaster.server.coordination;

/**
 * A doubly linked list of tasks through one of the link pairs of {@link TaskTable}: no allocation, removal in one step.
 * A task is in at most one list per link pair.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class TaskList {
    private final TaskTable tasks;
    private final int link;
    private int first = TaskTable.NULL;
    private int last = TaskTable.NULL;
    private int size;

    TaskList(final TaskTable tasks, final int link) {
        this.tasks = tasks;
        this.link = link;
    }

    int first() {
        return first;
    }

    int last() {
        return last;
    }

    int next(final int task) {
        return tasks.linkNext(link, task);
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void addLast(final int task) {
        tasks.linkNext(link, task, TaskTable.NULL);
        tasks.linkPrevious(link, task, last);
        if (last == TaskTable.NULL) {
            first = task;
        } else {
            tasks.linkNext(link, last, task);
        }
        last = task;
        size++;
    }

    void remove(final int task) {
        final int next = tasks.linkNext(link, task);
        final int previous = tasks.linkPrevious(link, task);
        if (previous == TaskTable.NULL) {
            assert first == task : "not in this list";
            first = next;
        } else {
            tasks.linkNext(link, previous, next);
        }
        if (next == TaskTable.NULL) {
            last = previous;
        } else {
            tasks.linkPrevious(link, next, previous);
        }
        tasks.linkNext(link, task, TaskTable.NULL);
        tasks.linkPrevious(link, task, TaskTable.NULL);
        size--;
    }
}
