package io.ringmaster.server.agents;

import org.agrona.BitUtil;

import java.util.Arrays;

/**
 * The tasks that one agent holds: (taskId, attempt) to agent id and start time. Open addressing with linear probing over
 * preallocated columns of twice the capacity; removal shifts back (Knuth, TAOCP 3, 6.4 R), so there are no tombstones.
 * <p>
 * Threading: confined to the worker.
 */
final class RunningTasks {
    static final int MISSING = -1;

    /** Attempts start at 1. */
    private static final int FREE = Integer.MIN_VALUE;

    private final int capacity;
    private final int mask;
    private final long[] taskIds;
    private final int[] attempts;
    private final long[] agentIds;
    private final long[] startsNs;
    private int size;

    RunningTasks(final int capacity) {
        this.capacity = capacity;
        final int length = BitUtil.findNextPositivePowerOfTwo(Math.max(2, capacity * 2));
        mask = length - 1;
        taskIds = new long[length];
        attempts = new int[length];
        agentIds = new long[length];
        startsNs = new long[length];
        Arrays.fill(attempts, FREE);
    }

    int size() {
        return size;
    }

    /**
     * Adds a task.
     *
     * @return false when the agent holds as many as its capacity, or holds this attempt already.
     */
    boolean add(final long taskId, final int attempt, final long agentId, final long startNs) {
        if (size == capacity || attempt == FREE) {
            return false;
        }
        int slot = home(taskId);
        while (attempts[slot] != FREE) {
            if (taskIds[slot] == taskId && attempts[slot] == attempt) {
                return false;
            }
            slot = (slot + 1) & mask;
        }
        taskIds[slot] = taskId;
        attempts[slot] = attempt;
        agentIds[slot] = agentId;
        startsNs[slot] = startNs;
        size++;
        return true;
    }

    /** Slot of a task, or {@link #MISSING}; valid until the next change. */
    int find(final long taskId, final int attempt) {
        int slot = home(taskId);
        while (attempts[slot] != FREE) {
            if (taskIds[slot] == taskId && attempts[slot] == attempt) {
                return slot;
            }
            slot = (slot + 1) & mask;
        }
        return MISSING;
    }

    long agentId(final int slot) {
        return agentIds[slot];
    }

    long startNs(final int slot) {
        return startsNs[slot];
    }

    void remove(final int slot) {
        int free = slot;
        int next = (slot + 1) & mask;
        while (attempts[next] != FREE) {
            final int home = home(taskIds[next]);
            if (((next - home) & mask) >= ((next - free) & mask)) {
                taskIds[free] = taskIds[next];
                attempts[free] = attempts[next];
                agentIds[free] = agentIds[next];
                startsNs[free] = startsNs[next];
                free = next;
            }
            next = (next + 1) & mask;
        }
        attempts[free] = FREE;
        size--;
    }

    private int home(final long taskId) {
        final long mixed = taskId * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 32) & mask;
    }
}
