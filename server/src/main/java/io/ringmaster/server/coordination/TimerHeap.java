package io.ringmaster.server.coordination;

/**
 * Tasks with something due, earliest first. A heap rather than Agrona's timer wheel: the wheel grows every spoke to the
 * longest one, and a batch gives all of its tasks the same deadline.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class TimerHeap extends TaskHeap {
    TimerHeap(final TaskTable tasks) {
        super(tasks, TaskTable.TIMER_HEAP);
    }

    @Override
    boolean before(final int a, final int b) {
        return tasks.dueNs(a) < tasks.dueNs(b);
    }
}
