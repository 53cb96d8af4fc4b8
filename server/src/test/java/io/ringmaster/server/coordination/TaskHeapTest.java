package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskHeapTest {
    private final TaskTable tasks = new TaskTable(512, 1);
    private final TaskHeap heap = new UrgencyHeap(tasks);

    @Test
    void shouldOrderLikeASortedListWhenAddedAndRemovedAtRandom() {
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        final List<Integer> twin = new ArrayList<>();
        final Comparator<Integer> order = Comparator
            .comparing((Integer t) -> -tasks.priority(t))
            .thenComparing((Integer t) -> tasks.deadlineNs(t))
            .thenComparing((Integer t) -> tasks.taskId(t));
        for (int i = 0; i < 200_000; i++) {
            if (twin.size() < 500 && random.nextInt(100) < 52) {
                final int task = tasks.allocate();
                tasks.priority(task, random.nextInt(4));
                tasks.deadlineNs(task, random.nextInt(5) == 0 ? TaskTable.NO_DEADLINE : random.nextInt(50));
                heap.add(task);
                twin.add(task);
            } else if (!twin.isEmpty()) {
                twin.sort(order);
                final int task = random.nextBoolean() ? heap.first() : twin.get(random.nextInt(twin.size()));
                heap.remove(task);
                twin.remove((Integer)task);
                tasks.release(task);
            }
            assertEquals(twin.size(), heap.size(), "seed " + seed);
            if (i % 16 == 0 && !twin.isEmpty()) {
                assertEquals(twin.stream().min(order).orElseThrow(), heap.first(), "seed " + seed + ", step " + i);
            }
        }
    }

    @Test
    void shouldKeepArrivalOrderWhenTasksAreEqual() {
        final int first = tasks.allocate();
        final int second = tasks.allocate();
        heap.add(second);
        heap.add(first);
        assertEquals(first, heap.first());
        heap.remove(first);
        assertEquals(second, heap.first());
        heap.remove(second);
        assertTrue(heap.isEmpty());
    }
}
