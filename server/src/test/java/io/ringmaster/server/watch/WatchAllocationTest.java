package io.ringmaster.server.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ringmaster.registry.Registration;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.WatchAckCommandDecoder;
import io.ringmaster.server.codec.WatchAckCommandEncoder;
import io.ringmaster.server.config.WatchSettings;
import java.lang.management.ManagementFactory;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class WatchAllocationTest {
    private static final int CHANGES = 1_000_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final WatchRig rig = new WatchRig(1, 1024, new WatchSettings(4, 4, 64 * 1024, 64 * 1024, 256 * 1024));
    private final UnsafeBuffer namespace = WatchRig.ascii("ml");
    private final UnsafeBuffer name = WatchRig.ascii("agent");
    private final Registration registration = new Registration();
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[64]);
    private final WatchAckCommandDecoder ack = new WatchAckCommandDecoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final WatchAckCommandEncoder ackEncoder = new WatchAckCommandEncoder();
    private final MessageHeaderEncoder encoderHeader = new MessageHeaderEncoder();
    private long read;
    private final MessageHandler egress = (type, buffer, index, length) -> read++;

    @Test
    void shouldNotAllocateWhenAMillionChangesGoToTwoWatchersOneOfWhichLoses() {
        rig.watch(8, 1, 16 * 1024);
        rig.watch(9, 1, 16 * 1024);
        rig.settle();
        rig.watchers.clear();
        long sequence = run(CHANGES / 10, 2);
        read = 0;
        final long lostBefore = rig.counters.lost();
        final long threadId = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(threadId);
        sequence = run(CHANGES, sequence);
        final long allocated = threads.getThreadAllocatedBytes(threadId) - before;
        assertEquals(CHANGES, read);
        assertEquals(CHANGES + CHANGES / 10 + 2, sequence);
        assertTrue(rig.counters.lost() - lostBefore > CHANGES / 2);
        assertTrue(allocated < CHANGES, allocated + " bytes for " + CHANGES + " changes");
    }

    private long run(final int changes, final long sentBefore) {
        long sequence = sentBefore;
        for (int i = 0; i < changes; i++) {
            registration.reset().kind((byte) 1).ownerSession(7).capacity(1).parallelism(1).localAgent(-1).leaseNs(1_000_000_000L)
                .namespace(namespace, 0, namespace.capacity()).name(name, 0, name.capacity())
                .metadata(name, 0, name.capacity());
            rig.partitions[0].register(registration, rig.nowNs);
            sequence++;
            if (i % 10 == 9) {
                rig.nowNs += 1000;
                rig.work();
                rig.egress.read(egress);
                rig.egress.read(egress);
                ackEncoder.wrapAndApplyHeader(command, 0, encoderHeader).sessionId(8).watchId(1).ackedSequence(sequence);
                rig.desk.onAck(ack.wrapAndApplyHeader(command, 0, header));
            }
        }
        return sequence;
    }
}
