package io.ringmaster.server.coordination;

import static io.ringmaster.server.coordination.TaskTable.FLAG_DONE;
import static io.ringmaster.server.coordination.TaskTable.NULL;
import static io.ringmaster.server.coordination.TaskTable.PLACE_OFFERED;

import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.ReplyEncoder;
import io.ringmaster.registry.index.CapabilitySet;
import io.ringmaster.server.codec.SubmitBatchCommandDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.IntFunction;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.NanoClock;

/**
 * The coordinator's state machine: commands in, effects out. Every command is applied whole before the next one; the
 * caller makes sure that there is room for one reply before each command. Effects that find no room are kept as state
 * (planned offers, unsent results) and go out from {@link #doWork}.
 * <p>
 * Threading: confined to the coordinator's role.
 */
public final class Coordinator {
    private static final int CLOSING_TASKS_PER_CYCLE = 256;
    private static final byte[] AGENTS_FULL =
        "all agents of ringmaster.coordination.max-agents, or all namespaces, are taken".getBytes(StandardCharsets.US_ASCII);
    private static final long MAX_RETRY_AFTER_NS = 10_000_000_000L;

    private final TaskTable tasks;
    private final AgentTable agents;
    private final BlockSlab slab;
    private final ServiceTimeModel model;
    private final Planner planner;
    private final ResultDesk desk;
    private final AnswerLog answers;
    private final OfferWriter offers;
    private final TaskBoard board;
    private final BatchAdmission admission;
    private final CoordinatorEffects effects;
    private final CoordinationStats stats = new CoordinationStats();
    private final ArrayDeque<CoordinatedSession> closing = new ArrayDeque<>();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(512);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ReplyEncoder reply = new ReplyEncoder();
    private final AgentLostEncoder lost = new AgentLostEncoder();
    /** Owners of remote agents that found no room and have not been told; bounded by the registry's entries. */
    private final Long2LongHashMap refusedAgents = new Long2LongHashMap(Long.MIN_VALUE);

    /**
     * A coordinator without agents or tasks.
     *
     * @param settings  its bounds.
     * @param effects   what it does outside itself.
     * @param kindNames names of task kinds by id, in ASCII; id 0 is the unnamed kind.
     * @param stopwatch only to report how long planning took; no decision depends on it.
     */
    public Coordinator(final CoordinatorSettings settings, final CoordinatorEffects effects,
        final IntFunction<byte[]> kindNames, final NanoClock stopwatch) {
        this.effects = effects;
        tasks = new TaskTable(settings.maxTasks(), settings.idSeed());
        agents = new AgentTable(settings.maxAgents(), tasks);
        slab = new BlockSlab(settings.payloadBytes());
        model = new ServiceTimeModel(settings.maxAgents());
        planner = new Planner(agents, tasks, model);
        desk = new ResultDesk(tasks, slab, settings.maxPayloadLength(), effects, stats);
        answers = new AnswerLog(settings.answerBytes());
        offers = new OfferWriter(settings, tasks, slab, effects, kindNames);
        board = new TaskBoard(settings, tasks, agents, slab, model, planner,
            new TaskBoard.Desks(desk, answers, offers), stats);
        admission = new BatchAdmission(settings, tasks, agents, slab, planner, board, answers, effects, stats,
            stopwatch);
    }

    CoordinationStats stats() {
        return stats;
    }

    int taskCount() {
        return tasks.size();
    }

    int waitingTasks() {
        return board.waiting();
    }

    int agentCount() {
        return agents.size();
    }

    int payloadBlocksUsed() {
        return slab.used();
    }

    int sessionCount() {
        return desk.sessions();
    }

    /**
     * A session was opened or is back.
     *
     * @param sessionId          of the session.
     * @param resumed            whether it is back.
     * @param lastResultSequence what it received before; results after it are sent again.
     * @param nowNs              the clock.
     */
    public void onSessionUp(final long sessionId, final boolean resumed, final long lastResultSequence, final long nowNs) {
        CoordinatedSession session = desk.find(sessionId);
        if (session == null) {
            session = desk.open(sessionId);
        }
        if (resumed) {
            effects.markResumed(sessionId);
            acknowledge(session, lastResultSequence);
            desk.reattach(session);
            for (int slot = 0; slot < agents.slotLimit(); slot++) {
                final CoordinatedAgent agent = agents.get(slot);
                if (agent.live && agent.sessionId == sessionId) {
                    agent.suspended = false;
                    board.repeatOffersLater(agent);
                    board.agentUp(agent);
                }
            }
        }
    }

    /**
     * A session's connection is gone; it may come back.
     *
     * @param sessionId of the session.
     */
    public void onSessionDetached(final long sessionId) {
        final CoordinatedSession session = desk.find(sessionId);
        if (session != null) {
            session.attached = false;
            session.nextToSend = NULL;
        }
        suspendAgents(sessionId);
    }

    private void suspendAgents(final long sessionId) {
        for (int slot = 0; slot < agents.slotLimit(); slot++) {
            final CoordinatedAgent agent = agents.get(slot);
            if (agent.live && agent.sessionId == sessionId && !agent.isLocal()) {
                agent.suspended = true;
                board.replanQueue(agent);
            }
        }
    }

    /**
     * A session is over: its tasks are given up, a bounded number in each cycle.
     *
     * @param sessionId of the session.
     */
    public void onSessionClosed(final long sessionId) {
        final CoordinatedSession session = desk.find(sessionId);
        if (session != null) {
            session.attached = false;
            session.nextToSend = NULL;
            closing.addLast(session);
        }
        suspendAgents(sessionId);
    }

    /**
     * A session has received results.
     *
     * @param sessionId of the session.
     * @param sequence  up to which.
     */
    public void onResultAck(final long sessionId, final long sequence) {
        final CoordinatedSession session = desk.find(sessionId);
        if (session != null) {
            acknowledge(session, sequence);
        }
    }

    private void acknowledge(final CoordinatedSession session, final long sequence) {
        int task;
        while ((task = desk.firstAcknowledged(session, sequence)) != NULL) {
            board.acknowledge(session, task);
        }
    }

    /**
     * A batch arrived.
     *
     * @param batch decoder over the command; read whole before this returns.
     * @param nowNs the clock.
     */
    public void onSubmitBatch(final SubmitBatchCommandDecoder batch, final long nowNs) {
        final CoordinatedSession session = desk.find(batch.sessionId());
        if (session == null) {
            reply(batch.sessionId(), batch.correlationId(), ResultCode.SESSION_CLOSED, 0, 0, 0, "the session is closed");
            return;
        }
        final long batchId = batch.batchId();
        final long position = answers.find(batchId);
        if (position >= 0) {
            repeat(batch, session, position);
            return;
        }
        admission.admit(batch, session, nowNs);
    }

    private void repeat(final SubmitBatchCommandDecoder batch, final CoordinatedSession session, final long position) {
        if (answers.sessionId(position) != session.sessionId) {
            reply(session.sessionId, batch.correlationId(), ResultCode.FORBIDDEN, 0, 0, 0,
                "batch " + batch.batchId() + " belongs to another session");
            return;
        }
        stats.batchesRepeated++;
        answers.readdress(position, batch.correlationId());
        effects.send(session.sessionId, answers.buffer(), answers.answerOffset(position), answers.answerLength(position));
    }

    /**
     * Cancels one task of a batch, or all that are not done.
     *
     * @param sessionId     of the submitter.
     * @param correlationId of the request.
     * @param batchId       of the batch.
     * @param taskIndex     of the task; -1 for all.
     * @param nowNs         the clock.
     */
    public void onCancel(final long sessionId, final long correlationId, final long batchId, final int taskIndex,
        final long nowNs) {
        final CoordinatedSession session = desk.find(sessionId);
        final long position = answers.find(batchId);
        if (session == null || position < 0) {
            reply(sessionId, correlationId, ResultCode.NOT_FOUND, 0, 0, 0, "no batch " + batchId);
            return;
        }
        if (answers.sessionId(position) != sessionId) {
            reply(sessionId, correlationId, ResultCode.FORBIDDEN, 0, 0, 0, "batch " + batchId + " belongs to another session");
            return;
        }
        int atOnce = 0;
        int flagged = 0;
        int next;
        for (int task = session.unfinished.first(); task != NULL; task = next) {
            next = session.unfinished.next(task);
            if (tasks.batchId(task) == batchId && (taskIndex < 0 || tasks.taskIndex(task) == taskIndex)) {
                if (board.cancel(task, nowNs)) {
                    atOnce++;
                } else {
                    flagged++;
                }
            }
        }
        reply(sessionId, correlationId, ResultCode.OK, 0, atOnce, flagged, "");
    }

    /**
     * An agent registered, or registered again with other properties.
     *
     * @param agentId      of the agent.
     * @param sessionId    its owner; 0 for the server.
     * @param localAgent   index of an in-server agent; -1 for a remote one.
     * @param capacity     offers it takes at a time.
     * @param parallelism  tasks it runs at a time.
     * @param capabilities its capabilities; copied.
     * @param namespace    buffer with its namespace.
     * @param offset       of the namespace.
     * @param length       of the namespace.
     * @param nowNs        the clock.
     */
    @SuppressWarnings("checkstyle:ParameterNumber")
    public void onAgentUp(final long agentId, final long sessionId, final int localAgent, final int capacity,
        final int parallelism, final CapabilitySet capabilities, final DirectBuffer namespace, final int offset, final int length,
        final long nowNs) {
        CoordinatedAgent agent = agents.find(agentId);
        if (agent == null) {
            agent = agents.add(agentId, namespace, offset, length);
            if (agent == null) {
                stats.agentsRefused++;
                refusedAgents.put(agentId, sessionId);
                return;
            }
            refusedAgents.remove(agentId);
            agent.excludedUntilNs = nowNs;
        }
        final CoordinatedSession session = desk.find(sessionId);
        agent.sessionId = sessionId;
        agent.localAgent = localAgent;
        agent.suspended = !agent.isLocal() && (session == null || !session.attached);
        final boolean changed = agent.capacity != capacity || agent.parallelism != Math.max(1, parallelism)
            || !(agent.capabilities.containsAll(capabilities) && capabilities.containsAll(agent.capabilities));
        agent.capacity = capacity;
        agent.parallelism = Math.max(1, parallelism);
        agents.capabilities(agent, capabilities);
        if (changed || agent.suspended) {
            board.replanQueue(agent);
        }
        board.agentUp(agent);
    }

    /**
     * Tells the owner of an agent for which there was no room. It waits for the agent's first heartbeat: the owner sends that when
     * it has the answer of its registration, which takes another way than this and must not be overtaken.
     */
    private void reportRefused(final long sessionId, final long agentId) {
        lost.wrapAndApplyHeader(scratch, 0, header)
            .agentId(agentId).code(ResultCode.REGISTRY_FULL.value()).leftOut(0).putText(AGENTS_FULL, 0, AGENTS_FULL.length);
        if (effects.send(sessionId, scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + lost.encodedLength())) {
            refusedAgents.remove(agentId);
        }
    }

    /**
     * An agent is gone.
     *
     * @param agentId of the agent.
     * @param nowNs   the clock.
     */
    public void onAgentDown(final long agentId, final long nowNs) {
        final CoordinatedAgent agent = agents.find(agentId);
        if (agent != null) {
            board.agentDown(agent, nowNs);
        } else {
            refusedAgents.remove(agentId);
        }
    }

    /**
     * The registry's word on an agent's readiness. If it drains an agent, heartbeats of the agent do not end that.
     *
     * @param agentId   of the agent.
     * @param readiness see {@link Protocol#READY} and its neighbours.
     */
    public void onRecordReadiness(final long agentId, final byte readiness) {
        final CoordinatedAgent agent = agents.find(agentId);
        if (agent != null) {
            agent.drainedByRegistry = readiness == Protocol.DRAINING;
            draining(agent, agent.drainedByRegistry);
        }
    }

    private void draining(final CoordinatedAgent agent, final boolean draining) {
        if (draining != agent.draining) {
            agent.draining = draining;
            if (draining) {
                board.replanQueue(agent);
            } else {
                board.agentUp(agent);
            }
        }
    }

    /**
     * An agent reported its readiness.
     *
     * @param sessionId       of the agent's session.
     * @param agentId         of the agent.
     * @param readiness       see {@link Protocol#READY} and its neighbours.
     * @param estimatedWaitNs when it expects to have room.
     * @param nowNs           the clock.
     */
    public void onAgentLoad(final long sessionId, final long agentId, final byte readiness, final long estimatedWaitNs,
        final long nowNs) {
        final CoordinatedAgent agent = agents.find(agentId);
        if (agent == null) {
            if (refusedAgents.get(agentId) == sessionId) {
                reportRefused(sessionId, agentId);
            }
            return;
        }
        if (agent.sessionId != sessionId) {
            return;
        }
        draining(agent, agent.drainedByRegistry || readiness == Protocol.DRAINING);
        if (readiness == Protocol.READINESS_OVERLOADED) {
            agent.excludedUntilNs = Math.max(agent.excludedUntilNs,
                nowNs + Math.min(MAX_RETRY_AFTER_NS, Math.max(0, estimatedWaitNs)));
        }
    }

    /**
     * An agent still works on an attempt: its lease is renewed.
     *
     * @param sessionId of the agent's session.
     * @param taskId    of the task.
     * @param attempt   that it works on.
     * @param leaseNs   new lease from now.
     * @param nowNs     the clock.
     */
    public void onTaskRunning(final long sessionId, final long taskId, final int attempt, final long leaseNs,
        final long nowNs) {
        final int task = tasks.find(taskId);
        if (task != NULL && tasks.place(task) == PLACE_OFFERED && tasks.attempt(task) == attempt) {
            final CoordinatedAgent agent = agents.get(tasks.agentSlot(task));
            if (agent.sessionId == sessionId && !agent.isLocal()) {
                tasks.leaseDeadlineNs(task, nowNs + leaseNs);
            }
        }
    }

    /**
     * An agent does not take an attempt.
     *
     * @param sessionId    of the agent's session.
     * @param taskId       of the task.
     * @param attempt      that is refused.
     * @param agentId      of the agent.
     * @param capacityInNs when it expects to have room, from now.
     * @param nowNs        the clock.
     */
    public void onTaskRefused(final long sessionId, final long taskId, final int attempt, final long agentId,
        final long capacityInNs, final long nowNs) {
        final int task = held(sessionId, taskId, attempt, agentId);
        if (task != NULL) {
            stats.refusals++;
            final long inNs = Math.min(MAX_RETRY_AFTER_NS, Math.max(1_000_000L, capacityInNs));
            board.refused(task, agents.get(tasks.agentSlot(task)), nowNs + inNs, nowNs);
        }
    }

    /**
     * An agent answered an attempt.
     *
     * @param sessionId of the agent's session; 0 for an in-server agent.
     * @param taskId    of the task.
     * @param attempt   that is answered; an older one is ignored.
     * @param agentId   of the agent.
     * @param code      OK, TASK_FAILED, CANCELLED or TOO_LARGE.
     * @param serviceNs how long the agent worked on it.
     * @param result    buffer with the result; copied.
     * @param offset    of the result.
     * @param length    of the result.
     * @param nowNs     the clock.
     */
    @SuppressWarnings("checkstyle:ParameterNumber")
    public void onTaskCompleted(final long sessionId, final long taskId, final int attempt, final long agentId,
        final ResultCode code, final long serviceNs, final DirectBuffer result, final int offset, final int length,
        final long nowNs) {
        final int task = held(sessionId, taskId, attempt, agentId);
        if (task == NULL) {
            return;
        }
        final CoordinatedAgent agent = agents.get(tasks.agentSlot(task));
        if (code == ResultCode.OK) {
            model.learn(agent.slot, tasks.kindId(task), tasks.costNs(task), serviceNs);
        }
        if (!tasks.is(task, FLAG_DONE)) {
            tasks.serviceNs(task, Math.max(0, serviceNs));
            if (code == ResultCode.OK) {
                stats.tasksCompleted++;
            } else if (code == ResultCode.CANCELLED) {
                stats.tasksCancelled++;
            } else {
                stats.tasksFailed++;
            }
        }
        board.answered(task, agent, code, result, offset, length, nowNs);
    }

    /** The task of an answer that is current; a late one is counted and fenced off. */
    private int held(final long sessionId, final long taskId, final int attempt, final long agentId) {
        final int task = tasks.find(taskId);
        if (task == NULL || tasks.place(task) != PLACE_OFFERED || tasks.attempt(task) != attempt
            || tasks.agentId(task) != agentId || agents.get(tasks.agentSlot(task)).sessionId != sessionId) {
            stats.lateAnswers++;
            return NULL;
        }
        return task;
    }

    /**
     * Timers, offers and results that wait for room, tasks of ended sessions: bounded work.
     *
     * @param nowNs the clock.
     * @return work done.
     */
    public int doWork(final long nowNs) {
        int work = board.doWork(nowNs, CLOSING_TASKS_PER_CYCLE);
        work += desk.pump(CLOSING_TASKS_PER_CYCLE);
        if (!closing.isEmpty()) {
            work += giveUp(closing.peekFirst(), nowNs);
        }
        return work;
    }

    private int giveUp(final CoordinatedSession session, final long nowNs) {
        int work = 0;
        while (work < CLOSING_TASKS_PER_CYCLE && !session.unfinished.isEmpty()) {
            board.abandon(session, session.unfinished.first(), nowNs);
            work++;
        }
        while (work < CLOSING_TASKS_PER_CYCLE && !session.results.isEmpty()) {
            final int task = session.results.first();
            answers.forget(tasks.batchId(task), session.sessionId);
            board.acknowledge(session, task);
            work++;
        }
        if (session.unfinished.isEmpty() && session.results.isEmpty()) {
            closing.removeFirst();
            desk.remove(session);
        }
        return work;
    }

    @SuppressWarnings("checkstyle:ParameterNumber")
    private void reply(final long sessionId, final long correlationId, final ResultCode code, final int retryAfterMs,
        final long value, final long value2, final String text) {
        final byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        reply.wrapAndApplyHeader(scratch, 0, header)
            .correlationId(correlationId).code(code.value()).retryAfterMs(retryAfterMs).value(value).value2(value2)
            .putText(ascii, 0, ascii.length);
        effects.send(sessionId, scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + reply.encodedLength());
    }
}
