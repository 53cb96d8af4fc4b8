package io.ringmaster.server.ingress;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.CancelRequestDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.SubmitBatchDecoder;
import io.ringmaster.protocol.codec.TaskCompletedDecoder;
import io.ringmaster.protocol.codec.TaskRefusedDecoder;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.server.codec.CancelCommandEncoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.SubmitBatchCommandEncoder;
import io.ringmaster.server.codec.TaskCompletedCommandEncoder;
import io.ringmaster.server.codec.TaskRefusedCommandEncoder;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns batches, cancels and the answers of agents into commands for the coordinator. A new batch needs headroom in the ring
 * and is refused at once without it; cancels and answers may use the reserve, and without that the frame is put back.
 * <p>
 * Threading: confined to the network thread.
 */
final class TaskAdapter {
    private static final long MS = 1_000_000L;

    private final IngressContext context;
    private final RequestChecks checks;
    private final CommandRing ring;
    private final CapabilitySet capabilities = new CapabilitySet();
    private final SubmitBatchDecoder submit = new SubmitBatchDecoder();
    private final CancelRequestDecoder cancel = new CancelRequestDecoder();
    private final TaskRefusedDecoder refused = new TaskRefusedDecoder();
    private final TaskCompletedDecoder completed = new TaskCompletedDecoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SubmitBatchCommandEncoder submitCommand = new SubmitBatchCommandEncoder();
    private final CancelCommandEncoder cancelCommand = new CancelCommandEncoder();
    private final TaskRefusedCommandEncoder refusedCommand = new TaskRefusedCommandEncoder();
    private final TaskCompletedCommandEncoder completedCommand = new TaskCompletedCommandEncoder();
    private final ByteRange range = new ByteRange();
    private final ByteRange namespace = new ByteRange();
    private int payloadLength;

    TaskAdapter(final IngressContext context, final RequestChecks checks) {
        this.context = context;
        this.checks = checks;
        ring = context.coordination();
    }

    void onSubmitBatch(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        submit.wrapAndApplyHeader(frame, 0, frameHeader);
        final long correlationId = submit.correlationId();
        final SubmitBatchDecoder.TasksDecoder tasks = submit.tasks();
        final int count = tasks.count();
        if (!isValidBatch(frame, tasks)) {
            refuse(session, correlationId);
            return;
        }
        final int length = CommandLengths.submitBatch(count, payloadLength, namespace.length);
        final long sequence = ring.tryClaim(length, false);
        if (sequence == CommandRing.FULL) {
            context.counters().increment(NetworkCounter.OVERLOADED_REQUESTS);
            context.sessions().proxy().reply(
                session, correlationId, ResultCode.OVERLOADED, IngressContext.retryAfterMs(ring));
        } else if (sequence == CommandRing.TOO_LONG) {
            checks.tooLarge("batch", length, ring.maxMessageLength());
            refuse(session, correlationId);
        } else {
            boolean encoded = false;
            try {
                encodeBatch(session.sessionId(), frame, frameHeader, ring.offset(sequence), nowNs);
                encoded = true;
            } finally {
                if (encoded) {
                    ring.commit(sequence, length, nowNs);
                } else {
                    ring.abort(sequence);
                }
            }
        }
    }

    private boolean isValidBatch(final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder tasks) {
        if (submit.batchId() == 0) {
            return checks.invalid("batchId = 0 must be another number");
        }
        if (!checks.within("tasks", tasks.count(), 1, context.limits().maxBatchTasks())) {
            return false;
        }
        payloadLength = 0;
        for (int i = 0; tasks.hasNext(); i++) {
            if (!isValidTask(frame, tasks.next(), i)) {
                return false;
            }
        }
        namespace.set(frame, submit.limit() + SubmitBatchDecoder.namespaceNameHeaderLength(), submit.namespaceNameLength());
        return checks.namespace(namespace);
    }

    private boolean isValidTask(final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder task, final int index) {
        if (task.costNs() < 0) {
            return checks.notNegative(RequestChecks.element("tasks", index, "costNs"), task.costNs());
        }
        if (task.deadlineNs() < 0) {
            return checks.notNegative(RequestChecks.element("tasks", index, "deadlineNs"), task.deadlineNs());
        }
        if (task.priority() > Protocol.MAX_PRIORITY) {
            return checks.within(RequestChecks.element("tasks", index, "priority"), task.priority(), 0, Protocol.MAX_PRIORITY);
        }
        capabilityNames(frame, task);
        if (!checks.capabilityNames("tasks", index, range)) {
            return false;
        }
        kindName(frame, task);
        if (!checks.kindName("tasks", index, range)) {
            return false;
        }
        payload(frame, task);
        payloadLength += range.length;
        return checks.notLongerThan("tasks", index, "payload", range.length, context.limits().maxPayloadLength());
    }

    private void encodeBatch(
        final long sessionId, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final int offset,
        final long nowNs) {
        submit.wrapAndApplyHeader(frame, 0, frameHeader);
        submitCommand.wrapAndApplyHeader(ring.buffer(), offset, header)
            .sessionId(sessionId)
            .correlationId(submit.correlationId())
            .batchId(submit.batchId())
            .receivedNs(nowNs);
        final SubmitBatchDecoder.TasksDecoder tasks = submit.tasks();
        final SubmitBatchCommandEncoder.TasksEncoder encoder = submitCommand.tasksCount(tasks.count());
        while (tasks.hasNext()) {
            encodeTask(frame, tasks.next(), encoder.next());
        }
        submitCommand.putNamespaceName(namespace.buffer, namespace.offset, namespace.length);
    }

    private void encodeTask(
        final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder task,
        final SubmitBatchCommandEncoder.TasksEncoder encoder) {
        encoder.costNs(task.costNs())
            .deadlineNs(task.deadlineNs())
            .priority(task.priority())
            .maxAttempts(task.maxAttempts());
        capabilityNames(frame, task);
        // The names were checked: what the dictionary does not know here is a name that no agent ever had.
        final boolean unknown = context.capabilities().parse(frame, range.offset, range.length, capabilities, false) < 0;
        encoder.unknownCapability((short) (unknown ? 1 : 0));
        encoder.capabilities()
            .w0(capabilities.word(0))
            .w1(capabilities.word(1))
            .w2(capabilities.word(2))
            .w3(capabilities.word(3));
        kindName(frame, task);
        encoder.kindId(context.kinds().idOf(range));
        payload(frame, task);
        encoder.putPayload(frame, range.offset, range.length);
    }

    private void capabilityNames(final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder task) {
        range.set(
            frame, submit.limit() + SubmitBatchDecoder.TasksDecoder.capabilitiesHeaderLength(), task.capabilitiesLength());
        submit.limit(range.end());
    }

    private void kindName(final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder task) {
        range.set(frame, submit.limit() + SubmitBatchDecoder.TasksDecoder.taskKindHeaderLength(), task.taskKindLength());
        submit.limit(range.end());
    }

    private void payload(final DirectBuffer frame, final SubmitBatchDecoder.TasksDecoder task) {
        range.set(frame, submit.limit() + SubmitBatchDecoder.TasksDecoder.payloadHeaderLength(), task.payloadLength());
        submit.limit(range.end());
    }

    /** False: no room, the frame has to come again. */
    boolean onCancel(final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        cancel.wrapAndApplyHeader(frame, 0, frameHeader);
        if (cancel.batchId() == 0 || cancel.taskIndex() < -1) {
            if (cancel.batchId() == 0) {
                checks.invalid("batchId = 0 must be another number");
            } else {
                checks.within("taskIndex", cancel.taskIndex(), -1, Integer.MAX_VALUE);
            }
            refuse(session, cancel.correlationId());
            return true;
        }
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + CancelCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        cancelCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(session.sessionId())
            .correlationId(cancel.correlationId())
            .batchId(cancel.batchId())
            .taskIndex(cancel.taskIndex());
        ring.commit(sequence, length, nowNs);
        return true;
    }

    /** False: no room, the frame has to come again. */
    boolean onTaskRefused(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        refused.wrapAndApplyHeader(frame, 0, frameHeader);
        if (!checks.notNegative("capacityInMs", refused.capacityInMs())) {
            refuse(session, 0);
            return true;
        }
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + TaskRefusedCommandEncoder.BLOCK_LENGTH;
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        refusedCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
            .sessionId(session.sessionId())
            .taskId(refused.taskId())
            .attempt(refused.attempt())
            .agentId(refused.agentId())
            .code(refused.code())
            .capacityInNs(refused.capacityInMs() * MS);
        ring.commit(sequence, length, nowNs);
        return true;
    }

    /** False: no room, the frame has to come again. */
    boolean onTaskCompleted(
        final Session session, final DirectBuffer frame, final MessageHeaderDecoder frameHeader, final long nowNs) {
        completed.wrapAndApplyHeader(frame, 0, frameHeader);
        int code = completed.code();
        if (code != ResultCode.OK.value() && code != ResultCode.TASK_FAILED.value() && code != ResultCode.CANCELLED.value()) {
            checks.invalid("code = " + code + " must be OK, TASK_FAILED or CANCELLED");
            refuse(session, 0);
            return true;
        }
        if (!checks.notNegative("serviceNs", completed.serviceNs())) {
            refuse(session, 0);
            return true;
        }
        range.set(frame, completed.limit() + TaskCompletedDecoder.resultHeaderLength(), completed.resultLength());
        if (range.length > context.limits().maxPayloadLength()) {
            // The task did end: it fails with the reason as its result instead of waiting for its lease to run out.
            final byte[] text = ("the result of " + range.length + " bytes is longer than the server's bound of " +
                context.limits().maxPayloadLength() + " bytes").getBytes(StandardCharsets.US_ASCII);
            range.set(new UnsafeBuffer(text), 0, Math.min(text.length, context.limits().maxPayloadLength()));
            code = ResultCode.TASK_FAILED.value();
        }
        return completed(session.sessionId(), code, nowNs);
    }

    private boolean completed(final long sessionId, final int code, final long nowNs) {
        final int length = CommandLengths.taskCompleted(range.length);
        final long sequence = ring.tryClaim(length, true);
        if (sequence < 0) {
            return false;
        }
        boolean encoded = false;
        try {
            completedCommand.wrapAndApplyHeader(ring.buffer(), ring.offset(sequence), header)
                .sessionId(sessionId)
                .taskId(completed.taskId())
                .attempt(completed.attempt())
                .agentId(completed.agentId())
                .code(code)
                .serviceNs(completed.serviceNs())
                .putResult(range.buffer, range.offset, range.length);
            encoded = true;
        } finally {
            if (encoded) {
                ring.commit(sequence, length, nowNs);
            } else {
                ring.abort(sequence);
            }
        }
        return true;
    }

    private void refuse(final Session session, final long correlationId) {
        context.counters().increment(NetworkCounter.INVALID_REQUESTS);
        context.sessions().proxy().reply(session, correlationId, checks.code(), 0, checks.text());
    }
}
