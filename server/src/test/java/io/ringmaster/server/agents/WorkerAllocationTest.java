package io.ringmaster.server.agents;

import com.sun.management.ThreadMXBean;
import io.ringmaster.ring.CommandHandler;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.util.Map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class WorkerAllocationTest {
    private static final int OPERATIONS = 1_000_000;
    private static final int BURST = 8;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final byte[] payload = new byte[100];
    private long answered;
    private final CommandHandler counter = (buffer, offset, length, enqueuedNs) -> answered++;

    @Test
    void shouldNotAllocateWhenAMillionTasksAreEchoed() {
        final WorkerRig rig = new WorkerRig(16, 4, new EchoHandlerProvider().create("a", Map.of()));
        rig.kinds.publish(1, "embed");
        run(rig, 100_000);
        answered = 0;
        final long threadId = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(threadId);
        run(rig, OPERATIONS);
        final long allocated = threads.getThreadAllocatedBytes(threadId) - before;

        assertEquals(OPERATIONS, answered);
        assertTrue(rig.role.stats().postponedAnswers() > 0, "the outbox was not used");
        assertEquals(0, rig.errors.size());
        assertTrue(allocated < OPERATIONS, allocated + " bytes for " + OPERATIONS + " tasks");
    }

    private void run(final WorkerRig rig, final int operations) {
        long taskId = 1;
        for (int i = 0; i < operations; i += BURST) {
            for (int j = 0; j < BURST; j++) {
                rig.offer(taskId++, 1, 1, 0, payload);
            }
            for (int before = -1; before != rig.agent.mailbox().depth() + rig.ring.depth();) {
                before = rig.agent.mailbox().depth() + rig.ring.depth();
                rig.work();
                rig.ring.poll(counter, BURST);
            }
        }
        rig.work();
        rig.ring.poll(counter, BURST);
    }
}
