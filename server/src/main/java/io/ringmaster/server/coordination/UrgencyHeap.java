package io.ringmaster.server.coordination;

/**
 * Tasks planned for one agent, most urgent first: higher priority band, then earlier deadline, then earlier task.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class UrgencyHeap extends TaskHeap {
    UrgencyHeap(final TaskTable tasks) {
        super(tasks, TaskTable.URGENCY_HEAP);
    }

    /** Task ids grow, so equal tasks keep their order of arrival. */
    @Override
    boolean before(final int a, final int b) {
        if (tasks.priority(a) != tasks.priority(b)) {
            return tasks.priority(a) > tasks.priority(b);
        }
        if (tasks.deadlineNs(a) != tasks.deadlineNs(b)) {
            return tasks.deadlineNs(a) < tasks.deadlineNs(b);
        }
        return tasks.taskId(a) < tasks.taskId(b);
    }
}
