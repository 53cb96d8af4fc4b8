package io.ringmaster.server.registry;

import com.sun.management.ThreadMXBean;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.ring.CommandHandler;
import org.agrona.concurrent.MessageHandler;
import org.junit.jupiter.api.Test;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class RegistryAllocationTest {
    private static final int OPERATIONS = 1_000_000;
    private static final int BURST = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final byte[] name = "agent".getBytes(StandardCharsets.US_ASCII);
    private long announced;
    private long replied;
    private final CommandHandler coordinator = (buffer, offset, length, enqueuedNs) -> announced++;
    private final MessageHandler session = (type, buffer, index, length) -> replied++;

    @Test
    void shouldNotAllocateWhenAgentsRegisterAndRenewAMillionTimes() {
        final RegistryRig rig = new RegistryRig(1, 1024, 64, 64 * 1024);
        run(rig, 100_000);
        announced = 0;
        replied = 0;
        final long threadId = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(threadId);
        run(rig, OPERATIONS);
        final long allocated = threads.getThreadAllocatedBytes(threadId) - before;

        assertEquals(OPERATIONS / 2, announced);
        assertEquals(OPERATIONS / 2, replied);
        assertEquals(0, rig.errors.size());
        assertTrue(allocated < OPERATIONS, allocated + " bytes for " + OPERATIONS + " commands");
    }

    private void run(final RegistryRig rig, final int operations) {
        for (int i = 0; i < operations; i += BURST) {
            for (int j = 0; j < BURST / 2; j++) {
                rig.register(7, i, Protocol.KIND_AGENT, name, 1_000_000_000L, 0);
                rig.renew(7, 1);
            }
            rig.nowNs += 1_000;
            while (rig.work() > 0) {
                rig.coordinationRing.poll(coordinator, 64);
                rig.egressRing.read(session, 64);
            }
        }
    }
}
