package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskCancelDecoder;
import io.ringmaster.protocol.codec.TaskOfferDecoder;
import org.agrona.MutableDirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the conductor of an {@link AgentHost} does in a duty cycle: registers agents, hands offers to workers, sends their
 * answers, and beats. Heartbeats list every task that the host holds, queued or running, so that none loses its lease
 * while it waits behind another.
 * <p>
 * An answer that went out with a dying connection is not sent again: there is no acknowledgement of it in the protocol. The
 * task's lease covers that: the server gives the task to another attempt.
 * <p>
 * Threading: guarded by the host's lock.
 */
final class HostConductor implements ClientListener {
    private static final int FRAGMENTS = 64;
    private static final int ANSWERS = 32;
    private static final int MAX_REFUSALS = 4096;
    private static final int LEASE_PARTS = 3;
    private static final int FULL_PAUSE_MS = 100;
    private static final long DEFAULT_BEAT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SHORTEST_BEAT_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long REGISTER_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final List<HostedAgent> agents = new ArrayList<>();
    private final Long2ObjectHashMap<HostedAgent> byAgentId = new Long2ObjectHashMap<>();
    private final Long2ObjectHashMap<HostedAgent> byCorrelationId = new Long2ObjectHashMap<>();
    private final ArrayDeque<Refusal> refusals = new ArrayDeque<>();
    private final ControlledMessageHandler onAnswer = this::onAnswer;
    private ClientChannel channel;
    private HeartbeatWriter heartbeat;
    private HostedAgent answering;
    private long epochs;
    private long nowNs = System.nanoTime();
    private long nextBeatNs = nowNs;
    private long beatNs = DEFAULT_BEAT_NS;

    private long offers;
    private long duplicateOffers;
    private long completions;
    private long failures;
    private long refused;
    private long cancels;
    private long staleCompletions;
    private long registrations;
    private long agentsLost;

    void channel(final ClientChannel value) {
        channel = value;
        heartbeat = new HeartbeatWriter(value);
    }

    void add(final HostedAgent agent) {
        agents.add(agent);
    }

    void remove(final HostedAgent agent) {
        agents.remove(agent);
        byAgentId.remove(agent.agentId);
        byCorrelationId.remove(agent.registerCorrelationId);
        agent.forget(nowNs);
    }

    List<HostedAgent> agents() {
        return agents;
    }

    int doWork() {
        int work = channel.poll(FRAGMENTS);
        nowNs = System.nanoTime();
        if (channel.isConnected()) {
            work += sendRefusals();
            for (int i = 0; i < agents.size(); i++) {
                final HostedAgent agent = agents.get(i);
                answering = agent;
                work += agent.mailbox.answers.controlledRead(onAnswer, ANSWERS);
                if (agent.epoch == HostedAgent.NO_EPOCH && agent.registerCorrelationId == 0
                    && nowNs - agent.nextRegisterNs >= 0 && !agent.isDraining) {
                    register(agent);
                    work++;
                }
            }
            if (nowNs - nextBeatNs >= 0 && beat()) {
                nextBeatNs = nowNs + beatNs;
                work++;
            }
        }
        return work;
    }

    // Registration.

    private void register(final HostedAgent agent) {
        final long result = channel.sendRegister(agent.spec.registration());
        if (result > 0) {
            agent.registerCorrelationId = result;
            byCorrelationId.put(result, agent);
        } else if (result == ClientChannel.TOO_LARGE || result == ClientChannel.INVALID_ARGUMENT) {
            agent.nextRegisterNs = Long.MAX_VALUE / 2;
            agent.registered.completeExceptionally(new RefusedException(result == ClientChannel.TOO_LARGE
                ? ResultCode.TOO_LARGE : ResultCode.INVALID_ARGUMENT, 0, "agent " + agent.spec.registration().name()
                + ": a name or the metadata is over a bound or not printable ASCII; server " + channel.limits()));
        }
    }

    private HostedAgent takeRegistering(final long correlationId) {
        final HostedAgent agent = byCorrelationId.remove(correlationId);
        if (agent != null) {
            agent.registerCorrelationId = 0;
            // If the answer cannot be read, this is when to ask again.
            agent.nextRegisterNs = nowNs + REGISTER_PAUSE_NS;
        }
        return agent;
    }

    @Override
    public void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
        final HostedAgent agent = takeRegistering(correlationId);
        if (agent == null) {
            return;
        }
        final ResultCode code = ResultCode.of(reply.code());
        final boolean isOurs = code == ResultCode.ALREADY_REGISTERED && reply.ownerSessionId() == channel.sessionId()
            && reply.agentId() != 0;
        if (code == ResultCode.OK || isOurs) {
            registrations++;
            if (agent.epoch == HostedAgent.NO_EPOCH || agent.agentId != reply.agentId()) {
                byAgentId.remove(agent.agentId);
                agent.forget(nowNs);
                agent.agentId = reply.agentId();
                agent.epoch = ++epochs;
                byAgentId.put(agent.agentId, agent);
            }
            renewWithin(reply.leaseMs());
            nextBeatNs = nowNs;
            agent.registered.complete(agent.agentId);
        } else {
            registrationRefused(agent, code, reply.retryAfterMs(), reply.text()
                + (code == ResultCode.ALREADY_REGISTERED ? " (owner session " + reply.ownerSessionId() + ")" : ""));
        }
    }

    private void registrationRefused(final HostedAgent agent, final ResultCode code, final int retryAfterMs, final String text) {
        agent.nextRegisterNs = nowNs + Math.max(REGISTER_PAUSE_NS, TimeUnit.MILLISECONDS.toNanos(retryAfterMs));
        final boolean isPassing = code == ResultCode.ALREADY_REGISTERED || code == ResultCode.OVERLOADED
            || code == ResultCode.REGISTRY_FULL || code == ResultCode.SESSION_CLOSED;
        if (!isPassing || nowNs - agent.registerDeadlineNs >= 0) {
            agent.registered.completeExceptionally(new RefusedException(code, retryAfterMs,
                "agent " + agent.spec.registration().namespace() + '/' + agent.spec.registration().name() + ": " + text));
        }
    }

    @Override
    public void onReply(final long correlationId, final ReplyDecoder reply) {
        final HostedAgent agent = takeRegistering(correlationId);
        if (agent != null) {
            registrationRefused(agent, ResultCode.of(reply.code()), reply.retryAfterMs(), reply.text());
        }
    }

    @Override
    public void onRequestTimeout(final long correlationId) {
        onRequestLost(correlationId);
    }

    @Override
    public void onRequestLost(final long correlationId) {
        final HostedAgent agent = takeRegistering(correlationId);
        if (agent != null) {
            agent.nextRegisterNs = nowNs;
        }
    }

    @Override
    public void onConnected(final long sessionId, final boolean resumed) {
        refusals.clear();
        nextBeatNs = System.nanoTime();
        if (!resumed) {
            byAgentId.clear();
            byCorrelationId.clear();
        }
        for (final HostedAgent agent : agents) {
            if (!resumed) {
                agent.forget(nextBeatNs);
            } else if (agent.epoch == HostedAgent.NO_EPOCH) {
                agent.nextRegisterNs = nextBeatNs;
            }
            // The answers to the heartbeat that is due now say which of the others are gone. To register them again would
            // bring back what an administrator took away.
        }
    }

    @Override
    public void onAgentLost(final AgentLostDecoder lost) {
        if (lost.agentId() == 0) {
            // It is not said which: the answers to heartbeats will say it.
            nextBeatNs = nowNs;
            return;
        }
        final HostedAgent agent = byAgentId.remove(lost.agentId());
        if (agent != null) {
            agentsLost++;
            agent.forget(nowNs);
            // An administrator took it away: it is not for the host to bring it back.
            agent.isDraining |= lost.code() == ResultCode.CANCELLED.value();
        }
    }

    // Offers.

    @Override
    public void onTaskOffer(final TaskOfferDecoder offer) {
        final HostedAgent agent = byAgentId.get(offer.agentId());
        final long taskId = offer.taskId();
        final int attempt = offer.attempt();
        if (agent == null) {
            // It can overtake the answer to its agent's registration. Of an agent that is gone the server takes no refusal.
            refuse(taskId, attempt, offer.agentId(), FULL_PAUSE_MS);
            return;
        }
        if (agent.isDuplicate(taskId, attempt)) {
            duplicateOffers++;
            return;
        }
        final boolean isFull = agent.held.size() >= agent.spec.registration().capacity();
        if (isFull || agent.isDraining || agent.worker.isDead()) {
            refuse(taskId, attempt, offer.agentId(), FULL_PAUSE_MS);
            return;
        }
        final int older = agent.heldAttempt(taskId);
        if (older > 0 && agent.mailbox.cancel(agent.epoch, taskId, older)) {
            cancels++;
        }
        renewWithin(offer.leaseMs());
        final long agentId = offer.agentId();
        if (agent.mailbox.offer(offer, agent.epoch, System.nanoTime())) {
            offers++;
            agent.hold(taskId, attempt);
        } else {
            refuse(taskId, attempt, agentId, FULL_PAUSE_MS);
        }
    }

    @Override
    public void onTaskCancel(final TaskCancelDecoder cancel) {
        final HostedAgent agent = byAgentId.get(cancel.agentId());
        if (agent != null && agent.heldAttempt(cancel.taskId()) == cancel.attempt()
            && agent.mailbox.cancel(agent.epoch, cancel.taskId(), cancel.attempt())) {
            cancels++;
        }
    }

    /** A refusal that finds no room is dropped: the lease of the offer covers it. */
    private void refuse(final long taskId, final int attempt, final long agentId, final int capacityInMs) {
        if (refusals.size() < MAX_REFUSALS) {
            refusals.add(new Refusal(taskId, attempt, agentId, capacityInMs));
        }
    }

    private int sendRefusals() {
        int sent = 0;
        while (!refusals.isEmpty()) {
            final Refusal next = refusals.peek();
            if (channel.sendRefused(next.taskId, next.attempt, next.agentId, next.capacityInMs) < 0) {
                break;
            }
            refusals.poll();
            refused++;
            sent++;
        }
        return sent;
    }

    // Answers.

    private ControlledMessageHandler.Action onAnswer(final int type, final MutableDirectBuffer buffer, final int index,
                                                     final int length) {
        final HostedAgent agent = answering;
        final long taskId = buffer.getLong(index + HostMailbox.TASK_ID_OFFSET);
        final int attempt = buffer.getInt(index + HostMailbox.ATTEMPT_OFFSET);
        if (buffer.getLong(index + HostMailbox.EPOCH_OFFSET) != agent.epoch) {
            staleCompletions++;
            return ControlledMessageHandler.Action.CONTINUE;
        }
        final int code = buffer.getInt(index + HostMailbox.CODE_OFFSET);
        final long result;
        if (type == HostMailbox.REFUSAL) {
            result = channel.sendRefused(taskId, attempt, agent.agentId, code);
        } else {
            final long serviceNs = buffer.getLong(index + HostMailbox.SERVICE_OFFSET);
            result = sendAnswer(buffer, index, taskId, attempt, code, serviceNs);
            if (result > 0) {
                agent.onServiceTime(serviceNs);
            }
        }
        if (result < 0) {
            return ControlledMessageHandler.Action.ABORT;
        }
        agent.release(taskId, attempt);
        if (type == HostMailbox.REFUSAL) {
            refused++;
        } else {
            agent.answered(taskId, attempt);
            completions++;
            failures += code == ResultCode.OK.value() ? 0 : 1;
        }
        return ControlledMessageHandler.Action.CONTINUE;
    }

    private long sendAnswer(final MutableDirectBuffer buffer, final int index, final long taskId, final int attempt,
                            final int code, final long serviceNs) {
        final int length = buffer.getInt(index + HostMailbox.RESULT_LENGTH_OFFSET);
        final long result = channel.sendCompleted(taskId, attempt, answering.agentId, code, serviceNs, buffer,
            index + HostMailbox.RESULT_OFFSET, length);
        // A server that was restarted with smaller limits: the task fails rather than wait for ever.
        return result != ClientChannel.TOO_LARGE ? result : channel.sendCompleted(taskId, attempt, answering.agentId,
            ResultCode.TOO_LARGE.value(), serviceNs, new UnsafeBuffer(new byte[0]), 0, 0);
    }

    // Heartbeats.

    private void renewWithin(final int leaseMs) {
        if (leaseMs > 0) {
            beatNs = Math.max(SHORTEST_BEAT_NS, Math.min(beatNs, TimeUnit.MILLISECONDS.toNanos(leaseMs) / LEASE_PARTS));
            if (nextBeatNs - nowNs > beatNs) {
                nextBeatNs = nowNs + beatNs;
            }
        }
    }

    /** Beats now. */
    void beatSoon() {
        nextBeatNs = nowNs;
    }

    /** True: everything was sent. */
    private boolean beat() {
        heartbeat.beginAgents();
        for (int i = 0; i < agents.size(); i++) {
            final HostedAgent agent = agents.get(i);
            if (agent.epoch != HostedAgent.NO_EPOCH && !agent.worker.isDead()) {
                heartbeat.agent(agent.agentId, agent.isDraining ? Protocol.DRAINING : Protocol.READY, agent.held.size(),
                    agent.estimatedWaitNs());
                if (heartbeat.isFull()) {
                    if (!heartbeat.send()) {
                        return false;
                    }
                    heartbeat.beginAgents();
                }
            }
        }
        heartbeat.beginTasks();
        for (int i = 0; i < agents.size(); i++) {
            final HostedAgent agent = agents.get(i);
            if (!agent.worker.isDead() && !beatTasks(agent)) {
                return false;
            }
        }
        return heartbeat.send();
    }

    private boolean beatTasks(final HostedAgent agent) {
        final var entries = agent.held.entrySet().iterator();
        while (entries.hasNext()) {
            entries.next();
            heartbeat.task(entries.getLongKey(), (int) entries.getLongValue());
            if (heartbeat.isFull()) {
                if (!heartbeat.send()) {
                    return false;
                }
                heartbeat.beginAgents();
                heartbeat.beginTasks();
            }
        }
        return true;
    }

    AgentHostStats stats() {
        long held = 0;
        long stray = 0;
        for (final HostedAgent agent : agents) {
            held += agent.held.size();
        }
        for (final HostWorker worker : agents.stream().map(agent -> agent.worker).distinct().toList()) {
            stray += worker.strayAnswers();
        }
        return new AgentHostStats(offers, duplicateOffers, completions, failures, refused, cancels,
            staleCompletions + stray, registrations, agentsLost, held, channel.stats());
    }

    private record Refusal(long taskId, int attempt, long agentId, int capacityInMs) {
    }
}
