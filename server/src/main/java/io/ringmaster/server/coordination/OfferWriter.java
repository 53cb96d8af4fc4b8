package io.ringmaster.server.coordination;

import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.TaskCancelEncoder;
import io.ringmaster.protocol.codec.TaskOfferEncoder;
import io.ringmaster.server.codec.LocalCancelEncoder;
import io.ringmaster.server.codec.LocalOfferEncoder;
import java.util.function.IntFunction;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Encodes offers and cancels: to the mailbox of an in-server agent, or to the session of a remote one.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class OfferWriter {
    private static final byte[] NO_KIND = new byte[0];

    private final TaskTable tasks;
    private final BlockSlab slab;
    private final CoordinatorEffects effects;
    private final IntFunction<byte[]> kindNames;
    private final int taskLeaseMs;
    private final ExpandableArrayBuffer scratch;
    private final UnsafeBuffer payload;
    private final MessageHeaderEncoder wireHeader = new MessageHeaderEncoder();
    private final io.ringmaster.server.codec.MessageHeaderEncoder localHeader =
        new io.ringmaster.server.codec.MessageHeaderEncoder();
    private final TaskOfferEncoder remoteOffer = new TaskOfferEncoder();
    private final TaskCancelEncoder remoteCancel = new TaskCancelEncoder();
    private final LocalOfferEncoder localOffer = new LocalOfferEncoder();
    private final LocalCancelEncoder localCancel = new LocalCancelEncoder();

    OfferWriter(final CoordinatorSettings settings, final TaskTable tasks, final BlockSlab slab,
        final CoordinatorEffects effects, final IntFunction<byte[]> kindNames) {
        this.tasks = tasks;
        this.slab = slab;
        this.effects = effects;
        this.kindNames = kindNames;
        taskLeaseMs = (int)Math.min(Integer.MAX_VALUE, settings.taskLeaseNs() / 1_000_000);
        scratch = new ExpandableArrayBuffer(settings.maxPayloadLength() + 512);
        payload = new UnsafeBuffer(new byte[Math.max(1, settings.maxPayloadLength())]);
    }

    /** Sends the task's current attempt to an agent; false when there is no room for it now. */
    boolean offer(final CoordinatedAgent agent, final int task, final long nowNs) {
        final int length = payloadLength(task);
        slab.copyTo(tasks.payloadBlock(task), length, payload, 0);
        final long deadlineNs = tasks.deadlineNs(task);
        if (agent.isLocal()) {
            localOffer.wrapAndApplyHeader(scratch, 0, localHeader)
                .taskId(tasks.taskId(task))
                .agentId(agent.agentId)
                .attempt(tasks.attempt(task))
                .priority((short)tasks.priority(task))
                .kindId(tasks.kindId(task))
                .costNs(tasks.costNs(task))
                .deadlineNs(deadlineNs == TaskTable.NO_DEADLINE ? 0 : deadlineNs)
                .putPayload(payload, 0, length);
            return effects.deliver(agent.localAgent, scratch, 0,
                io.ringmaster.server.codec.MessageHeaderEncoder.ENCODED_LENGTH + localOffer.encodedLength());
        }
        final byte[] kind = tasks.kindId(task) == 0 ? NO_KIND : kindNames.apply(tasks.kindId(task));
        remoteOffer.wrapAndApplyHeader(scratch, 0, wireHeader)
            .taskId(tasks.taskId(task))
            .agentId(agent.agentId)
            .attempt(tasks.attempt(task))
            .priority((short)tasks.priority(task))
            .costNs(tasks.costNs(task))
            .deadlineNs(deadlineNs == TaskTable.NO_DEADLINE ? 0 : Math.max(1, deadlineNs - nowNs))
            .leaseMs(taskLeaseMs)
            .putTaskKind(kind, 0, kind.length)
            .putPayload(payload, 0, length);
        return effects.trySend(agent.sessionId, scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + remoteOffer.encodedLength());
    }

    /** Bytes of payload that a task's offer carries. */
    int payloadLength(final int task) {
        return tasks.payloadBlock(task) == TaskTable.NULL ? 0 : tasks.payloadLength(task);
    }

    /**
     * Tells an agent that an attempt it holds is not wanted any more. Best effort: a cancel that finds no room costs work
     * done in vain, never a wrong answer, since the answer is fenced.
     */
    void cancel(final CoordinatedAgent agent, final int task) {
        if (agent.isLocal()) {
            localCancel.wrapAndApplyHeader(scratch, 0, localHeader).taskId(tasks.taskId(task)).attempt(tasks.attempt(task));
            effects.deliver(agent.localAgent, scratch, 0,
                io.ringmaster.server.codec.MessageHeaderEncoder.ENCODED_LENGTH + localCancel.encodedLength());
        } else {
            remoteCancel.wrapAndApplyHeader(scratch, 0, wireHeader)
                .taskId(tasks.taskId(task)).agentId(agent.agentId).attempt(tasks.attempt(task));
            effects.trySend(agent.sessionId, scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + remoteCancel.encodedLength());
        }
    }
}
