package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.LocalOfferDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandEncoder;
import java.lang.management.ManagementFactory;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CoordinatorAllocationTest implements CoordinatorEffects {
    private static final int AGENTS = 12;
    private static final int BATCH = 4;

    private final Coordinator coordinator = new Coordinator(
        new CoordinatorSettings(1024, 64, 16, 1024 * 1024, 1024, 3, 1_000_000_000L, 1_000_000L, 256 * 1024, 1), this,
        id -> new byte[0], () -> 0);
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[4096]);
    private final SubmitBatchCommandEncoder encoder = new SubmitBatchCommandEncoder();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final SubmitBatchCommandDecoder decoder = new SubmitBatchCommandDecoder();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LocalOfferDecoder offer = new LocalOfferDecoder();
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[64]);
    private final UnsafeBuffer namespace = new UnsafeBuffer(new byte[] {'d'});
    private final long[] taskIds = new long[BATCH];
    private final long[] agentIds = new long[BATCH];
    private final int[] attempts = new int[BATCH];
    private int offers;
    private long results;
    private long nowNs = 1;

    @Test
    void shouldNotAllocateWhenBatchesAreDispatchedAndCompleted() {
        coordinator.onSessionUp(1, false, 0, nowNs);
        final CapabilitySet capabilities = new CapabilitySet();
        capabilities.add(0);
        for (int i = 0; i < AGENTS; i++) {
            coordinator.onAgentUp(100 + i, 0, i, 4, 1, capabilities, namespace, 0, 1, nowNs);
        }
        final ThreadMXBean threads = (ThreadMXBean)ManagementFactory.getThreadMXBean();
        final long threadId = Thread.currentThread().getId();
        long batchId = 1;
        for (int i = 0; i < 100_000; i++) {
            dispatch(batchId++);
        }
        final long before = threads.getThreadAllocatedBytes(threadId);
        final int rounds = 250_000;
        for (int i = 0; i < rounds; i++) {
            dispatch(batchId++);
        }
        final double bytesPerTask = (threads.getThreadAllocatedBytes(threadId) - before) / (double)(rounds * BATCH);
        assertTrue(bytesPerTask < 0.01, "bytes per task: " + bytesPerTask);
        assertEquals((100_000 + rounds) * (long)BATCH, results);
        assertEquals(0, coordinator.taskCount());
    }

    private void dispatch(final long batchId) {
        nowNs += 1_000;
        encoder.wrapAndApplyHeader(command, 0, headerEncoder)
            .sessionId(1).correlationId(batchId).batchId(batchId).receivedNs(nowNs);
        final SubmitBatchCommandEncoder.TasksEncoder group = encoder.tasksCount(BATCH);
        for (int i = 0; i < BATCH; i++) {
            group.next().costNs(1_000).deadlineNs(1_000_000_000L).priority((short)1).maxAttempts((short)0).kindId(1)
                .unknownCapability((short)0);
            group.capabilities().w0(1).w1(0).w2(0).w3(0);
            group.putPayload(payload, 0, 64);
        }
        encoder.putNamespaceName(namespace, 0, 1);
        offers = 0;
        coordinator.onSubmitBatch(decoder.wrapAndApplyHeader(command, 0, header), nowNs);
        coordinator.doWork(nowNs);
        final int offered = offers;
        for (int i = 0; i < offered; i++) {
            coordinator.onTaskCompleted(0, taskIds[i], attempts[i], agentIds[i], ResultCode.OK, 900, payload, 0, 64, nowNs);
        }
        coordinator.onResultAck(1, results);
        coordinator.doWork(nowNs);
    }

    @Override
    public boolean send(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        header.wrap(message, offset);
        if (header.templateId() == TaskResultDecoder.TEMPLATE_ID) {
            results++;
        }
        return true;
    }

    @Override
    public boolean trySend(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        return send(sessionId, message, offset, length);
    }

    @Override
    public void markResumed(final long sessionId) {
        throw new AssertionError("nobody re-attached");
    }

    @Override
    public boolean deliver(final int localAgent, final DirectBuffer message, final int offset, final int length) {
        offer.wrapAndApplyHeader(message, offset, header);
        taskIds[offers] = offer.taskId();
        agentIds[offers] = offer.agentId();
        attempts[offers++] = offer.attempt();
        return true;
    }
}
