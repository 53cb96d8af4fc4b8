package io.ringmaster.server.agents;

import io.ringmaster.client.TaskHandler;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.Mailbox;
import io.ringmaster.ring.MailboxDescriptor;
import io.ringmaster.ring.MailboxSettings;
import io.ringmaster.ring.OverflowPolicy;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.codec.LocalCancelEncoder;
import io.ringmaster.server.codec.LocalOfferEncoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.MessageHeaderEncoder;
import io.ringmaster.server.codec.TaskCompletedCommandDecoder;
import io.ringmaster.server.codec.TaskRefusedCommandDecoder;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One worker with one agent, a real mailbox, a real coordination ring and a hand-moved clock. */
final class WorkerRig {
    static final int MAX_PAYLOAD = 256;
    static final long AGENT_ID = 77;

    final List<Throwable> errors = new ArrayList<>();
    final List<String> answers = new ArrayList<>();
    final KindTable kinds = new KindTable(4);
    final CommandRing ring;
    final LocalAgent agent;
    final WorkerRole role;
    long nowNs = 1_000;

    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[1024]);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final LocalOfferEncoder offer = new LocalOfferEncoder();
    private final LocalCancelEncoder cancel = new LocalCancelEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final TaskCompletedCommandDecoder completed = new TaskCompletedCommandDecoder();
    private final TaskRefusedCommandDecoder refused = new TaskRefusedCommandDecoder();

    WorkerRig(final int capacity, final int ringSlots, final TaskHandler handler) {
        final int answerLength = AnswerProxy.maxLength(MAX_PAYLOAD);
        ring = new CommandRing(
            new RingSettings("coordination", ringSlots, CommandSlotDescriptor.slotLengthFor(answerLength), 1), errors::add);
        final int mailboxSlotLength = MailboxDescriptor.slotLengthFor(LocalAgents.maxMessageLength(MAX_PAYLOAD));
        final Mailbox mailbox =
            new Mailbox(new MailboxSettings("a", 64, mailboxSlotLength, OverflowPolicy.REJECT), errors::add);
        final AgentGroup group = new AgentGroup("a", "default", 1, "test", List.of("x"), capacity, 1, Map.of());
        agent = new LocalAgent(3, "a", group, mailbox, handler);
        role = new WorkerRole(
            0, List.of(agent), new WorkerContext(ring, kinds, MAX_PAYLOAD, 16, () -> nowNs, errors::add));
    }

    boolean offer(final long taskId, final int attempt, final String payload) {
        return offer(taskId, attempt, 0, 0, payload.getBytes(StandardCharsets.US_ASCII));
    }

    boolean offer(final long taskId, final int attempt, final int kindId, final long deadlineNs, final byte[] payload) {
        offer.wrapAndApplyHeader(scratch, 0, header)
            .taskId(taskId)
            .agentId(AGENT_ID)
            .attempt(attempt)
            .priority((short) 2)
            .kindId(kindId)
            .costNs(5)
            .deadlineNs(deadlineNs)
            .putPayload(payload, 0, payload.length);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + offer.encodedLength();
        return agent.mailbox().offer(scratch, 0, length) >= 0;
    }

    void cancel(final long taskId, final int attempt) {
        cancel.wrapAndApplyHeader(scratch, 0, header).taskId(taskId).attempt(attempt);
        agent.mailbox().offer(scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + LocalCancelEncoder.BLOCK_LENGTH);
    }

    int work() {
        return role.doWork(nowNs);
    }

    /** Takes up to {@code limit} answers out of the ring, as text. */
    List<String> answers(final int limit) {
        answers.clear();
        ring.poll(this::onCommand, limit);
        return List.copyOf(answers);
    }

    List<String> answers() {
        return answers(Integer.MAX_VALUE);
    }

    private void onCommand(final MutableDirectBuffer buffer, final int offset, final int length, final long enqueuedNs) {
        headerDecoder.wrap(buffer, offset);
        if (headerDecoder.templateId() == TaskCompletedCommandDecoder.TEMPLATE_ID) {
            completed.wrapAndApplyHeader(buffer, offset, headerDecoder);
            final byte[] result = new byte[completed.resultLength()];
            final String prefix = check(completed.sessionId(), completed.agentId(), completed.taskId(), completed.attempt());
            final int code = completed.code();
            final long serviceNs = completed.serviceNs();
            completed.getResult(result, 0, result.length);
            answers.add(prefix + ResultCode.of(code) + " " + serviceNs + "ns " +
                new String(result, StandardCharsets.US_ASCII));
        } else {
            refused.wrapAndApplyHeader(buffer, offset, headerDecoder);
            answers.add(check(refused.sessionId(), refused.agentId(), refused.taskId(), refused.attempt()) +
                ResultCode.of(refused.code()) + " in " + refused.capacityInNs());
        }
    }

    private static String check(final long sessionId, final long agentId, final long taskId, final int attempt) {
        return (sessionId == 0 && agentId == AGENT_ID ? "" : "WRONG ") + taskId + "/" + attempt + " ";
    }
}
