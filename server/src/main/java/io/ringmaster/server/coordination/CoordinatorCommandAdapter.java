package io.ringmaster.server.coordination;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.ring.CommandHandler;
import io.ringmaster.server.codec.AgentDownCommandDecoder;
import io.ringmaster.server.codec.AgentLoadCommandDecoder;
import io.ringmaster.server.codec.AgentUpCommandDecoder;
import io.ringmaster.server.codec.CancelCommandDecoder;
import io.ringmaster.server.codec.CapabilityWordsDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.ResultAckCommandDecoder;
import io.ringmaster.server.codec.SessionClosedCommandDecoder;
import io.ringmaster.server.codec.SessionDetachedCommandDecoder;
import io.ringmaster.server.codec.SessionUpCommandDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import io.ringmaster.server.codec.TaskCompletedCommandDecoder;
import io.ringmaster.server.codec.TaskRefusedCommandDecoder;
import io.ringmaster.server.codec.TaskRunningCommandDecoder;
import org.agrona.MutableDirectBuffer;

/**
 * Decodes commands of the coordination ring and calls the {@link Coordinator}.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class CoordinatorCommandAdapter implements CommandHandler {
    private final Coordinator coordinator;
    private final long taskLeaseNs;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final CapabilitySet capabilities = new CapabilitySet();
    private final SubmitBatchCommandDecoder submitBatch = new SubmitBatchCommandDecoder();
    private final TaskCompletedCommandDecoder taskCompleted = new TaskCompletedCommandDecoder();
    private final TaskRefusedCommandDecoder taskRefused = new TaskRefusedCommandDecoder();
    private final TaskRunningCommandDecoder taskRunning = new TaskRunningCommandDecoder();
    private final ResultAckCommandDecoder resultAck = new ResultAckCommandDecoder();
    private final CancelCommandDecoder cancel = new CancelCommandDecoder();
    private final AgentUpCommandDecoder agentUp = new AgentUpCommandDecoder();
    private final AgentDownCommandDecoder agentDown = new AgentDownCommandDecoder();
    private final AgentLoadCommandDecoder agentLoad = new AgentLoadCommandDecoder();
    private final SessionUpCommandDecoder sessionUp = new SessionUpCommandDecoder();
    private final SessionDetachedCommandDecoder sessionDetached = new SessionDetachedCommandDecoder();
    private final SessionClosedCommandDecoder sessionClosed = new SessionClosedCommandDecoder();
    private long nowNs;

    CoordinatorCommandAdapter(final Coordinator coordinator, final long taskLeaseNs) {
        this.coordinator = coordinator;
        this.taskLeaseNs = taskLeaseNs;
    }

    void nowNs(final long value) {
        nowNs = value;
    }

    @Override
    public void onCommand(final MutableDirectBuffer buffer, final int offset, final int length, final long enqueuedNs) {
        header.wrap(buffer, offset);
        switch (header.templateId()) {
            case TaskCompletedCommandDecoder.TEMPLATE_ID -> {
                taskCompleted.wrapAndApplyHeader(buffer, offset, header);
                final int resultLength = taskCompleted.resultLength();
                coordinator.onTaskCompleted(taskCompleted.sessionId(), taskCompleted.taskId(), taskCompleted.attempt(),
                    taskCompleted.agentId(), ResultCode.of(taskCompleted.code()), taskCompleted.serviceNs(), buffer,
                    taskCompleted.limit() + TaskCompletedCommandDecoder.resultHeaderLength(), resultLength, nowNs);
            }
            case SubmitBatchCommandDecoder.TEMPLATE_ID ->
                coordinator.onSubmitBatch(submitBatch.wrapAndApplyHeader(buffer, offset, header), nowNs);
            case ResultAckCommandDecoder.TEMPLATE_ID -> {
                resultAck.wrapAndApplyHeader(buffer, offset, header);
                coordinator.onResultAck(resultAck.sessionId(), resultAck.ackedResultSequence());
            }
            case TaskRefusedCommandDecoder.TEMPLATE_ID -> {
                taskRefused.wrapAndApplyHeader(buffer, offset, header);
                coordinator.onTaskRefused(taskRefused.sessionId(), taskRefused.taskId(), taskRefused.attempt(),
                    taskRefused.agentId(), taskRefused.capacityInNs(), nowNs);
            }
            case TaskRunningCommandDecoder.TEMPLATE_ID -> onTaskRunning(buffer, offset);
            case CancelCommandDecoder.TEMPLATE_ID -> {
                cancel.wrapAndApplyHeader(buffer, offset, header);
                coordinator.onCancel(cancel.sessionId(), cancel.correlationId(), cancel.batchId(), cancel.taskIndex(), nowNs);
            }
            case AgentLoadCommandDecoder.TEMPLATE_ID -> {
                agentLoad.wrapAndApplyHeader(buffer, offset, header);
                if (agentLoad.byRegistry() == 1) {
                    coordinator.onRecordReadiness(agentLoad.agentId(), (byte)agentLoad.readiness());
                } else {
                    coordinator.onAgentLoad(agentLoad.sessionId(), agentLoad.agentId(), (byte)agentLoad.readiness(),
                        agentLoad.estimatedWaitNs(), nowNs);
                }
            }
            case AgentUpCommandDecoder.TEMPLATE_ID -> onAgentUp(buffer, offset);
            case AgentDownCommandDecoder.TEMPLATE_ID -> {
                agentDown.wrapAndApplyHeader(buffer, offset, header);
                coordinator.onAgentDown(agentDown.agentId(), nowNs);
            }
            case SessionUpCommandDecoder.TEMPLATE_ID -> {
                sessionUp.wrapAndApplyHeader(buffer, offset, header);
                coordinator.onSessionUp(sessionUp.sessionId(), sessionUp.resumed() == 1, sessionUp.lastResultSequence(), nowNs);
            }
            case SessionDetachedCommandDecoder.TEMPLATE_ID ->
                coordinator.onSessionDetached(sessionDetached.wrapAndApplyHeader(buffer, offset, header).sessionId());
            case SessionClosedCommandDecoder.TEMPLATE_ID ->
                coordinator.onSessionClosed(sessionClosed.wrapAndApplyHeader(buffer, offset, header).sessionId());
            default -> throw new IllegalArgumentException("no such command in the coordination ring: " + header.templateId());
        }
    }

    private void onTaskRunning(final MutableDirectBuffer buffer, final int offset) {
        taskRunning.wrapAndApplyHeader(buffer, offset, header);
        final long sessionId = taskRunning.sessionId();
        TaskRunningCommandDecoder.RunningDecoder group = taskRunning.running();
        while (group.hasNext()) {
            group = group.next();
            coordinator.onTaskRunning(sessionId, group.taskId(), group.attempt(), taskLeaseNs, nowNs);
        }
    }

    private void onAgentUp(final MutableDirectBuffer buffer, final int offset) {
        agentUp.wrapAndApplyHeader(buffer, offset, header);
        final CapabilityWordsDecoder words = agentUp.capabilities();
        capabilities.word(0, words.w0());
        capabilities.word(1, words.w1());
        capabilities.word(2, words.w2());
        capabilities.word(3, words.w3());
        final int namespaceLength = agentUp.namespaceNameLength();
        coordinator.onAgentUp(agentUp.agentId(), agentUp.sessionId(), agentUp.localAgent(), agentUp.capacity(),
            agentUp.parallelism(), capabilities, buffer, agentUp.limit() + AgentUpCommandDecoder.namespaceNameHeaderLength(),
            namespaceLength, nowNs);
        coordinator.onRecordReadiness(agentUp.agentId(), (byte)agentUp.readiness());
    }
}
