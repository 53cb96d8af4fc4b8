package io.ringmaster.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.LocalCancelDecoder;
import io.ringmaster.server.codec.LocalOfferDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import io.ringmaster.server.codec.SubmitBatchCommandEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A coordinator with a hand-moved clock, agents and submitters that are plain objects, and checks at every effect. */
final class CoordinatorHarness implements CoordinatorEffects {
    /** An offer as an agent holds it. */
    record Offer(long taskId, long agentId, int attempt, long payload, long costNs) {
    }

    /** One line of a batch's answer. */
    record Placement(int index, ResultCode code, long taskId, long agentId, long estimatedFinishNs, int retryAfterMs) {
    }

    /** An answer to a batch. */
    record Answer(long batchId, ResultCode code, boolean duplicate, int accepted, int rejected, int retryAfterMs,
        List<Placement> tasks) {
    }

    /** A result as a submitter got it. */
    record Result(long batchId, int index, ResultCode code, int attempt, long agentId, String text) {
    }

    /** One task to submit. */
    record Spec(long costNs, long deadlineNs, int priority, int capability, long payload) {
        static Spec of(final long costNs) {
            return new Spec(costNs, 0, 1, 0, 0);
        }
    }

    /** An agent's side. */
    static final class Agent {
        final long agentId;
        final long sessionId;
        final int capacity;
        final CapabilitySet capabilities = new CapabilitySet();
        final Map<Long, Offer> held = new LinkedHashMap<>();
        final List<Long> cancelled = new ArrayList<>();
        boolean reachable = true;

        Agent(final long agentId, final long sessionId, final int capacity, final int... capabilities) {
            this.agentId = agentId;
            this.sessionId = sessionId;
            this.capacity = capacity;
            for (final int id : capabilities) {
                this.capabilities.add(id);
            }
        }
    }

    final Map<Long, Agent> agents = new LinkedHashMap<>();
    final Map<Long, Agent> localAgents = new HashMap<>();
    final Map<Long, Integer> requiredCapability = new HashMap<>();
    final List<Answer> answers = new ArrayList<>();
    final List<Result> results = new ArrayList<>();
    final List<ReplyCopy> replies = new ArrayList<>();
    final List<String> lost = new ArrayList<>();
    final Map<Long, Long> lastSequence = new HashMap<>();
    final Coordinator coordinator;
    long nowNs = 1_000_000_000L;
    boolean roomForSends = true;
    boolean roomForMailbox = true;
    boolean receiving = true;
    int resumeMarks;
    int sendBudget = Integer.MAX_VALUE;

    /** A plain reply. */
    record ReplyCopy(long correlationId, ResultCode code, long value, long value2) {
    }

    private final UnsafeBuffer command = new UnsafeBuffer(new byte[64 * 1024]);
    /** Length of the payloads that are submitted; the first 8 bytes are {@link Spec#payload()}. */
    int payloadLength = 8;
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[1024]);
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    CoordinatorHarness(final CoordinatorSettings settings) {
        coordinator = new Coordinator(settings, this, id -> ("kind-" + id).getBytes(StandardCharsets.US_ASCII),
            () -> nowNs);
    }

    static CoordinatorSettings settings(final int maxTasks) {
        return new CoordinatorSettings(maxTasks, 16, 64, 256 * 1024, 1024, 3, 1_000_000_000L, 10_000_000L, 64 * 1024, 1);
    }

    Agent agentUp(final Agent agent, final int localAgent, final int parallelism) {
        return agentUp("default", agent, localAgent, parallelism);
    }

    Agent agentUp(final String namespace, final Agent agent, final int localAgent, final int parallelism) {
        final UnsafeBuffer name = new UnsafeBuffer(namespace.getBytes(StandardCharsets.US_ASCII));
        agents.put(agent.agentId, agent);
        if (localAgent >= 0) {
            localAgents.put((long)localAgent, agent);
        }
        coordinator.onAgentUp(agent.agentId, agent.sessionId, localAgent, agent.capacity, parallelism, agent.capabilities,
            name, 0, name.capacity(), nowNs);
        coordinator.doWork(nowNs);
        return agent;
    }

    void agentDown(final Agent agent) {
        agents.remove(agent.agentId);
        agent.held.clear();
        coordinator.onAgentDown(agent.agentId, nowNs);
        coordinator.doWork(nowNs);
    }

    Answer submit(final long sessionId, final long batchId, final Spec... specs) {
        return submitTo("default", sessionId, batchId, specs);
    }

    Answer submitTo(final String namespace, final long sessionId, final long batchId, final Spec... specs) {
        final SubmitBatchCommandEncoder encoder = new SubmitBatchCommandEncoder();
        encoder.wrapAndApplyHeader(command, 0, new io.ringmaster.server.codec.MessageHeaderEncoder())
            .sessionId(sessionId).correlationId(batchId).batchId(batchId).receivedNs(nowNs);
        final SubmitBatchCommandEncoder.TasksEncoder group = encoder.tasksCount(specs.length);
        for (final Spec spec : specs) {
            payload.putLong(0, spec.payload);
            group.next().costNs(spec.costNs).deadlineNs(spec.deadlineNs).priority((short)spec.priority).maxAttempts((short)0)
                .kindId(1).unknownCapability((short)0);
            group.capabilities().w0(1L << spec.capability).w1(0).w2(0).w3(0);
            group.putPayload(payload, 0, payloadLength);
            requiredCapability.put(spec.payload, spec.capability);
        }
        encoder.namespaceName(namespace);
        final int before = answers.size();
        final SubmitBatchCommandDecoder decoder = new SubmitBatchCommandDecoder();
        decoder.wrapAndApplyHeader(command, 0, new io.ringmaster.server.codec.MessageHeaderDecoder());
        coordinator.onSubmitBatch(decoder, nowNs);
        assertEquals(before + 1, answers.size(), "a batch is answered once, in the same event");
        coordinator.doWork(nowNs);
        return answers.get(before);
    }

    void complete(final Agent agent, final Offer offer, final ResultCode code) {
        agent.held.remove(offer.taskId);
        payload.putLong(0, offer.payload);
        coordinator.onTaskCompleted(agent.sessionId, offer.taskId, offer.attempt, agent.agentId, code, offer.costNs, payload, 0, 8,
            nowNs);
        coordinator.doWork(nowNs);
    }

    void refuse(final Agent agent, final Offer offer, final long capacityInNs) {
        agent.held.remove(offer.taskId);
        coordinator.onTaskRefused(agent.sessionId, offer.taskId, offer.attempt, agent.agentId, capacityInNs, nowNs);
        coordinator.doWork(nowNs);
    }

    void advance(final long ns) {
        final long until = nowNs + ns;
        while (nowNs < until) {
            nowNs = Math.min(until, nowNs + 50_000_000L);
            for (final Agent agent : agents.values()) {
                if (agent.reachable) {
                    agent.held.values().forEach(offer -> coordinator.onTaskRunning(agent.sessionId, offer.taskId(),
                        offer.attempt(), 1_000_000_000L, nowNs));
                }
            }
            coordinator.doWork(nowNs);
        }
    }

    void acknowledgeAll(final long sessionId) {
        coordinator.onResultAck(sessionId, lastSequence.getOrDefault(sessionId, 0L));
    }

    @Override
    public boolean trySend(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        return roomForSends && sendBudget-- > 0 && send(sessionId, message, offset, length);
    }

    @Override
    public void markResumed(final long sessionId) {
        resumeMarks++;
    }

    @Override
    public boolean send(final long sessionId, final DirectBuffer message, final int offset, final int length) {
        header.wrap(message, offset);
        final int template = header.templateId();
        switch (template) {
            case TaskOfferDecoder.TEMPLATE_ID -> {
                final TaskOfferDecoder offer = new TaskOfferDecoder().wrapAndApplyHeader(message, offset, header);
                final byte[] kind = new byte[offer.taskKindLength()];
                offer.getTaskKind(kind, 0, kind.length);
                assertEquals("kind-1", new String(kind, StandardCharsets.US_ASCII));
                assertEquals(payloadLength, offer.payloadLength());
                offer.getPayload(payload, 0, payloadLength);
                take(agents.get(offer.agentId()), new Offer(offer.taskId(), offer.agentId(), offer.attempt(), payload.getLong(0),
                    offer.costNs()), sessionId);
            }
            case TaskCancelDecoder.TEMPLATE_ID -> {
                final TaskCancelDecoder cancel = new TaskCancelDecoder().wrapAndApplyHeader(message, offset, header);
                final Agent agent = agents.get(cancel.agentId());
                if (agent != null) {
                    agent.cancelled.add(cancel.taskId());
                }
            }
            case TaskResultDecoder.TEMPLATE_ID -> onResult(new TaskResultDecoder().wrapAndApplyHeader(message, offset, header));
            case BatchReplyDecoder.TEMPLATE_ID -> onAnswer(new BatchReplyDecoder().wrapAndApplyHeader(message, offset, header));
            case ReplyDecoder.TEMPLATE_ID -> {
                final ReplyDecoder decoder = new ReplyDecoder().wrapAndApplyHeader(message, offset, header);
                replies.add(new ReplyCopy(decoder.correlationId(), ResultCode.of(decoder.code()), decoder.value(), decoder.value2()));
            }
            case AgentLostDecoder.TEMPLATE_ID -> {
                final AgentLostDecoder decoder = new AgentLostDecoder().wrapAndApplyHeader(message, offset, header);
                lost.add("to " + sessionId + " lost " + decoder.agentId() + " " + ResultCode.of(decoder.code()));
            }
            default -> throw new AssertionError("unexpected message " + template);
        }
        return true;
    }

    @Override
    public boolean deliver(final int localAgent, final DirectBuffer message, final int offset, final int length) {
        if (!roomForMailbox) {
            return false;
        }
        final io.ringmaster.server.codec.MessageHeaderDecoder local = new io.ringmaster.server.codec.MessageHeaderDecoder();
        local.wrap(message, offset);
        final Agent agent = localAgents.get((long)localAgent);
        if (local.templateId() == LocalOfferDecoder.TEMPLATE_ID) {
            final LocalOfferDecoder offer = new LocalOfferDecoder().wrapAndApplyHeader(message, offset, local);
            offer.getPayload(payload, 0, payloadLength);
            take(agent, new Offer(offer.taskId(), offer.agentId(), offer.attempt(), payload.getLong(0), offer.costNs()),
                agent.sessionId);
        } else {
            final LocalCancelDecoder cancel = new LocalCancelDecoder().wrapAndApplyHeader(message, offset, local);
            agent.cancelled.add(cancel.taskId());
        }
        return true;
    }

    private void take(final Agent agent, final Offer offer, final long sessionId) {
        assertNotNull(agent, "offered to an agent that is gone");
        assertEquals(agent.agentId, offer.agentId);
        assertEquals(agent.sessionId, sessionId);
        assertTrue(agent.capabilities.contains(requiredCapability.get(offer.payload)), "offered to an agent that cannot do it");
        if (!agent.reachable) {
            return;
        }
        final Offer known = agent.held.put(offer.taskId, offer);
        if (known == null) {
            assertTrue(agent.held.size() <= agent.capacity, "more offers than credits");
        } else {
            assertTrue(known.attempt <= offer.attempt, "an older attempt after a newer one");
        }
    }

    private void onResult(final TaskResultDecoder result) {
        final long sessionId = result.sessionId();
        if (!receiving) {
            return;
        }
        final long last = lastSequence.getOrDefault(sessionId, 0L);
        if (result.resultSequence() <= last) {
            return;
        }
        assertEquals(last + 1, result.resultSequence(), "a gap in the results");
        lastSequence.put(sessionId, result.resultSequence());
        final long batchId = result.batchId();
        final int index = result.taskIndex();
        final ResultCode code = ResultCode.of(result.code());
        final int attempt = result.attempt();
        final long agentId = result.agentId();
        final byte[] bytes = new byte[result.resultLength()];
        result.getResult(bytes, 0, bytes.length);
        results.add(new Result(batchId, index, code, attempt, agentId,
            bytes.length == 8 ? Long.toString(new UnsafeBuffer(bytes).getLong(0)) : new String(bytes, StandardCharsets.US_ASCII)));
    }

    private void onAnswer(final BatchReplyDecoder reply) {
        final long batchId = reply.batchId();
        final ResultCode code = ResultCode.of(reply.code());
        final boolean duplicate = reply.duplicate() == 1;
        final int accepted = reply.accepted();
        final int rejected = reply.rejected();
        final int retryAfterMs = reply.retryAfterMs();
        final List<Placement> placements = new ArrayList<>();
        for (final BatchReplyDecoder.TasksDecoder task : reply.tasks()) {
            placements.add(new Placement(placements.size(), ResultCode.of(task.code()), task.taskId(), task.agentId(),
                task.estimatedFinishNs(), task.retryAfterMs()));
        }
        answers.add(new Answer(batchId, code, duplicate, accepted, rejected, retryAfterMs, placements));
    }
}
