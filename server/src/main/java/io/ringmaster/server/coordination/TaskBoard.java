package io.ringmaster.server.coordination;

import static io.ringmaster.server.coordination.TaskTable.FLAG_ACKED;
import static io.ringmaster.server.coordination.TaskTable.FLAG_BACKOFF;
import static io.ringmaster.server.coordination.TaskTable.FLAG_DONE;
import static io.ringmaster.server.coordination.TaskTable.NULL;
import static io.ringmaster.server.coordination.TaskTable.PLACE_NONE;
import static io.ringmaster.server.coordination.TaskTable.PLACE_OFFERED;
import static io.ringmaster.server.coordination.TaskTable.PLACE_PLANNED;
import static io.ringmaster.server.coordination.TaskTable.PLACE_WAITING;

import io.ringmaster.protocol.ResultCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where each task is and how it moves: the one place that changes a task's place.
 * <pre>
 *   NONE ──place──► PLANNED ──offer──► OFFERED ──answer──► NONE
 *    │                 ▲  │               │
 *    │ no agent        │  └─ replan ──────┤ refused: placed again in the same event
 *    ▼                 │                  │ agent lost, lease over: back-off, then placed again
 *   WAITING ───────────┘ ◄────────────────┘
 * </pre>
 * Beside its place a task is DONE once its result is decided, and ACKED once the submitter has it; a slot is free when it
 * is DONE, ACKED and in place NONE. So an agent that still holds a cancelled task keeps its credit taken.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class TaskBoard {
    private static final int STEAL_SCAN = 64;
    private static final int MAX_TIMERS_PER_CYCLE = 256;

    private final CoordinatorSettings settings;
    private final TaskTable tasks;
    private final AgentTable agents;
    private final BlockSlab slab;
    private final Planner planner;
    private final ServiceTimeModel model;
    private final ResultDesk desk;
    private final AnswerLog answers;
    private final OfferWriter offers;
    private final CoordinationStats stats;

    private final TaskList waiting;
    private final ArrayDeque<CoordinatedAgent> pumpQueue = new ArrayDeque<>();
    private final TaskHeap timers;
    private final UnsafeBuffer text = new UnsafeBuffer(0, 0);
    private final byte[] deadlineText = ascii("the deadline passed before the task was done");
    private final byte[] exhaustedText = ascii(
        "every attempt was lost with its agent; the last agent died, stalled or let its lease run out");
    private CoordinatedAgent firstBacklogged;
    private int waitingToScan;

    TaskBoard(final CoordinatorSettings settings, final TaskTable tasks, final AgentTable agents, final BlockSlab slab,
        final ServiceTimeModel model, final Planner planner, final Desks desks, final CoordinationStats stats) {
        this.settings = settings;
        this.tasks = tasks;
        this.agents = agents;
        this.slab = slab;
        this.model = model;
        this.planner = planner;
        this.desk = desks.results;
        this.answers = desks.answers;
        this.offers = desks.offers;
        this.stats = stats;
        waiting = new TaskList(tasks, TaskTable.LINK_PLACE);
        timers = new TimerHeap(tasks);
    }

    /** The ways out that a board uses. */
    record Desks(ResultDesk results, AnswerLog answers, OfferWriter offers) {
    }

    int waiting() {
        return waiting.size();
    }

    /** Puts an accepted task into the queue of an agent that the planner chose. */
    void plan(final int task, final CoordinatedAgent agent, final long serviceNs, final long nowNs) {
        assert tasks.place(task) == PLACE_NONE : "has a place";
        tasks.place(task, PLACE_PLANNED);
        tasks.agentSlot(task, agent.slot);
        tasks.plannedNs(task, serviceNs);
        agent.planned.add(task);
        agent.plannedNsByPriority[tasks.priority(task)] += serviceNs;
        backlog(agent);
        arm(task, nowNs);
        pumpLater(agent);
    }

    /** Chooses an agent for a task that has none; without one the task waits. */
    void place(final int task, final long nowNs) {
        final CoordinatedAgent agent = planner.choose(task, nowNs);
        if (agent == null) {
            tasks.place(task, PLACE_WAITING);
            tasks.agentSlot(task, NULL);
            waiting.addLast(task);
            arm(task, nowNs);
        } else {
            plan(task, agent, planner.serviceNs(), nowNs);
        }
    }

    /** Decides a task's result. What an agent still holds stays held until it answers or is lost. */
    void finish(final int task, final ResultCode code, final DirectBuffer result, final int offset, final int length,
        final long nowNs) {
        assert !tasks.is(task, FLAG_DONE) : "done twice";
        tasks.set(task, FLAG_DONE);
        tasks.code(task, code.value());
        tasks.completedNs(task, nowNs);
        answers.taskFinished(tasks.batchId(task), tasks.sessionId(task));
        final byte place = tasks.place(task);
        if (place == PLACE_PLANNED || place == PLACE_WAITING) {
            leavePlace(task);
        }
        freePayload(task);
        final CoordinatedSession session = desk.find(tasks.sessionId(task));
        desk.file(session, task, result, offset, length);
        if (place == PLACE_OFFERED) {
            arm(task, nowNs);
        } else {
            disarm(task);
        }
    }

    void finish(final int task, final ResultCode code, final byte[] message, final long nowNs) {
        text.wrap(message);
        finish(task, code, text, 0, message.length, nowNs);
    }

    /** The submitter has the result. */
    void acknowledge(final CoordinatedSession session, final int task) {
        desk.unfile(session, task);
        tasks.set(task, FLAG_ACKED);
        freeIfOver(task);
    }

    /** The submitter is gone for good: nobody waits for this task. */
    void abandon(final CoordinatedSession session, final int task, final long nowNs) {
        stats.tasksGivenUp++;
        tasks.set(task, FLAG_DONE);
        tasks.set(task, FLAG_ACKED);
        tasks.code(task, ResultCode.SESSION_CLOSED.value());
        answers.forget(tasks.batchId(task), tasks.sessionId(task));
        session.unfinished.remove(task);
        final byte place = tasks.place(task);
        if (place == PLACE_PLANNED || place == PLACE_WAITING) {
            leavePlace(task);
        } else if (place == PLACE_OFFERED) {
            offers.cancel(agents.get(tasks.agentSlot(task)), task);
            arm(task, nowNs);
        }
        freePayload(task);
        freeIfOver(task);
    }

    /** Cancels one task. Returns true when that was final at once, false when an agent was told. */
    boolean cancel(final int task, final long nowNs) {
        tasks.set(task, TaskTable.FLAG_CANCEL);
        if (tasks.place(task) == PLACE_OFFERED) {
            offers.cancel(agents.get(tasks.agentSlot(task)), task);
            return false;
        }
        stats.tasksCancelled++;
        finish(task, ResultCode.CANCELLED, text, 0, 0, nowNs);
        return true;
    }

    /** An agent answered the attempt that it holds: its credit is free, and the answer decides the task. */
    void answered(final int task, final CoordinatedAgent agent, final ResultCode code, final DirectBuffer result,
        final int offset, final int length, final long nowNs) {
        releaseOffer(task, agent, nowNs);
        if (tasks.is(task, FLAG_DONE)) {
            freeIfOver(task);
        } else {
            finish(task, code, result, offset, length, nowNs);
        }
        pump(agent, nowNs);
    }

    /** An agent does not take the offer: the task goes elsewhere in this event, and so does what was planned for it. */
    void refused(final int task, final CoordinatedAgent agent, final long untilNs, final long nowNs) {
        releaseOffer(task, agent, nowNs);
        final boolean alreadyExcluded = agent.excludedUntilNs > nowNs;
        agent.excludedUntilNs = Math.max(agent.excludedUntilNs, untilNs);
        if (tasks.is(task, FLAG_DONE)) {
            freeIfOver(task);
        } else if (tasks.is(task, TaskTable.FLAG_CANCEL)) {
            stats.tasksCancelled++;
            finish(task, ResultCode.CANCELLED, text, 0, 0, nowNs);
        } else {
            place(task, nowNs);
        }
        if (!alreadyExcluded) {
            replanQueue(agent);
        }
        pumpLater(agent);
    }

    /** Everything planned for an agent is planned anew, a bounded number in each cycle. */
    void replanQueue(final CoordinatedAgent agent) {
        int task;
        while ((task = agent.planned.first()) != NULL) {
            leavePlace(task);
            tasks.place(task, PLACE_WAITING);
            waiting.addLast(task);
        }
        waitingToScan = waiting.size();
    }

    /** An agent is gone: what it held is tried again after a back-off, what was planned for it goes elsewhere at once. */
    void agentDown(final CoordinatedAgent agent, final long nowNs) {
        planner.invalidate();
        int task;
        while ((task = agent.offered.first()) != NULL) {
            lose(task, agent, nowNs);
        }
        replanQueue(agent);
        agents.remove(agent);
        model.forgetAgent(agent.slot);
    }

    /** An agent came, came back or can do more: tasks without an agent are looked at again. */
    void agentUp(final CoordinatedAgent agent) {
        planner.invalidate();
        waitingToScan = waiting.size();
        pumpLater(agent);
    }

    /** The attempt is lost; the agent does not hold it any more. */
    private void lose(final int task, final CoordinatedAgent agent, final long nowNs) {
        releaseOffer(task, agent, nowNs);
        if (tasks.is(task, FLAG_DONE)) {
            freeIfOver(task);
            return;
        }
        final int losses = tasks.losses(task) + 1;
        tasks.losses(task, losses);
        if (tasks.is(task, TaskTable.FLAG_CANCEL)) {
            stats.tasksCancelled++;
            finish(task, ResultCode.CANCELLED, text, 0, 0, nowNs);
        } else if (losses >= tasks.maxAttempts(task)) {
            stats.tasksExhausted++;
            finish(task, ResultCode.ATTEMPTS_EXHAUSTED, exhaustedText, nowNs);
        } else {
            stats.tasksReassigned++;
            tasks.set(task, FLAG_BACKOFF);
            tasks.leaseDeadlineNs(task, nowNs + (settings.retryBackoffNs() << Math.min(losses - 1, 10)));
            tasks.place(task, PLACE_WAITING);
            waiting.addLast(task);
            arm(task, nowNs);
        }
    }

    int doWork(final long nowNs, final int limit) {
        int work = expireTimers(nowNs);
        work += scanWaiting(nowNs, limit);
        work += pumpAgents(nowNs, limit);
        return work;
    }

    private int scanWaiting(final long nowNs, final int limit) {
        int work = 0;
        for (; waitingToScan > 0 && work < limit && !waiting.isEmpty(); waitingToScan--, work++) {
            final int task = waiting.first();
            waiting.remove(task);
            if (tasks.is(task, FLAG_BACKOFF)) {
                waiting.addLast(task);
            } else {
                tasks.place(task, PLACE_NONE);
                place(task, nowNs);
            }
        }
        return work;
    }

    private int pumpAgents(final long nowNs, final int limit) {
        int work = 0;
        for (int i = Math.min(limit, pumpQueue.size()); i > 0; i--) {
            final CoordinatedAgent agent = pumpQueue.removeFirst();
            agent.queuedForPump = false;
            if (agent.live) {
                work += pump(agent, nowNs);
            }
        }
        return work;
    }

    private void pumpLater(final CoordinatedAgent agent) {
        if (!agent.queuedForPump) {
            agent.queuedForPump = true;
            pumpQueue.addLast(agent);
        }
    }

    /** Offers an agent what is planned for it, as far as its credits go; an agent that runs dry takes from others. */
    private int pump(final CoordinatedAgent agent, final long nowNs) {
        if (agent.suspended) {
            return 0;
        }
        if (agent.offersToRepeat && !repeatOffers(agent, nowNs)) {
            pumpLater(agent);
            return 0;
        }
        if (agent.excludedUntilNs > nowNs) {
            if (!agent.planned.isEmpty() || firstBacklogged != null) {
                pumpLater(agent);
            }
            return 0;
        }
        int work = 0;
        while (agent.takesOffer()) {
            if (agent.planned.isEmpty() && (agent.draining || !steal(agent, nowNs))) {
                break;
            }
            if (!offer(agent, agent.planned.first(), nowNs)) {
                pumpLater(agent);
                break;
            }
            work++;
        }
        return work;
    }

    /** Every offer that an agent holds was perhaps lost with its connection and goes out once more. */
    void repeatOffersLater(final CoordinatedAgent agent) {
        for (int task = agent.offered.first(); task != NULL; task = agent.offered.next(task)) {
            tasks.set(task, TaskTable.FLAG_REPEAT);
        }
        agent.offersToRepeat = true;
    }

    /** An agent host ignores a repeated offer that it has. */
    private boolean repeatOffers(final CoordinatedAgent agent, final long nowNs) {
        for (int task = agent.offered.first(); task != NULL; task = agent.offered.next(task)) {
            if (tasks.is(task, TaskTable.FLAG_REPEAT)) {
                if (!tasks.is(task, FLAG_DONE) && !offers.offer(agent, task, nowNs)) {
                    return false;
                }
                tasks.clear(task, TaskTable.FLAG_REPEAT);
            }
        }
        agent.offersToRepeat = false;
        return true;
    }

    private boolean offer(final CoordinatedAgent agent, final int task, final long nowNs) {
        final int attempt = tasks.attempt(task) + 1;
        tasks.attempt(task, attempt);
        if (!offers.offer(agent, task, nowNs)) {
            tasks.attempt(task, attempt - 1);
            return false;
        }
        leavePlace(task);
        tasks.place(task, PLACE_OFFERED);
        tasks.agentSlot(task, agent.slot);
        tasks.agentId(task, agent.agentId);
        tasks.offeredNs(task, nowNs);
        if (agent.offered.isEmpty()) {
            agent.runningSinceNs = nowNs;
        }
        agent.offered.addLast(task);
        agent.offeredNs += tasks.plannedNs(task);
        agent.offeredLength += tasks.payloadLength(task);
        tasks.leaseDeadlineNs(task, agent.isLocal() ? Long.MAX_VALUE : nowNs + settings.taskLeaseNs());
        stats.offers++;
        arm(task, nowNs);
        return true;
    }

    /** Work stealing: the first task in another agent's queue that this agent would finish sooner. */
    private boolean steal(final CoordinatedAgent thief, final long nowNs) {
        int scanned = 0;
        for (CoordinatedAgent victim = firstBacklogged; victim != null && scanned < STEAL_SCAN;
            victim = victim.nextBacklogged, scanned++) {
            final int task = victim.planned.first();
            if (victim == thief || task == NULL || !AgentTable.isCapable(thief, tasks, task)) {
                continue;
            }
            final long serviceNs = model.predictNs(thief.slot, tasks.kindId(task), tasks.costNs(task));
            final long here = thief.startsInNs(CoordinatedAgent.PRIORITIES, nowNs) + serviceNs;
            final long there = victim.startsInNs(CoordinatedAgent.PRIORITIES, nowNs) + tasks.plannedNs(task);
            if (here <= there || victim.suspended) {
                leavePlace(task);
                plan(task, thief, serviceNs, nowNs);
                stats.tasksStolen++;
                return true;
            }
        }
        return false;
    }

    private void releaseOffer(final int task, final CoordinatedAgent agent, final long nowNs) {
        agent.offered.remove(task);
        agent.offeredNs -= tasks.plannedNs(task);
        agent.offeredLength -= tasks.payloadLength(task);
        tasks.clear(task, TaskTable.FLAG_REPEAT);
        agent.runningSinceNs = nowNs;
        tasks.place(task, PLACE_NONE);
        tasks.agentSlot(task, NULL);
    }

    private void leavePlace(final int task) {
        if (tasks.place(task) == PLACE_PLANNED) {
            final CoordinatedAgent agent = agents.get(tasks.agentSlot(task));
            agent.planned.remove(task);
            agent.plannedNsByPriority[tasks.priority(task)] -= tasks.plannedNs(task);
            if (agent.planned.isEmpty()) {
                unbacklog(agent);
            }
        } else if (tasks.place(task) == PLACE_WAITING) {
            waiting.remove(task);
        }
        tasks.place(task, PLACE_NONE);
        tasks.agentSlot(task, NULL);
    }

    private void backlog(final CoordinatedAgent agent) {
        if (!agent.backlogged) {
            agent.backlogged = true;
            agent.previousBacklogged = null;
            agent.nextBacklogged = firstBacklogged;
            if (firstBacklogged != null) {
                firstBacklogged.previousBacklogged = agent;
            }
            firstBacklogged = agent;
        }
    }

    private void unbacklog(final CoordinatedAgent agent) {
        if (agent.backlogged) {
            agent.backlogged = false;
            if (agent.previousBacklogged == null) {
                firstBacklogged = agent.nextBacklogged;
            } else {
                agent.previousBacklogged.nextBacklogged = agent.nextBacklogged;
            }
            if (agent.nextBacklogged != null) {
                agent.nextBacklogged.previousBacklogged = agent.previousBacklogged;
            }
            agent.nextBacklogged = null;
            agent.previousBacklogged = null;
        }
    }

    private void freePayload(final int task) {
        if (tasks.payloadBlock(task) != NULL) {
            slab.free(tasks.payloadBlock(task));
            tasks.payloadBlock(task, NULL);
        }
    }

    private void freeIfOver(final int task) {
        if (tasks.is(task, FLAG_DONE) && tasks.is(task, FLAG_ACKED) && tasks.place(task) == PLACE_NONE) {
            disarm(task);
            tasks.release(task);
        }
    }

    /** One timer per task, for whichever is due first: deadline, lease or back-off. It may fire early and is armed again. */
    private void arm(final int task, final long nowNs) {
        final byte place = tasks.place(task);
        long dueNs = tasks.is(task, FLAG_DONE) ? Long.MAX_VALUE : tasks.deadlineNs(task);
        if (place == PLACE_OFFERED || tasks.is(task, FLAG_BACKOFF)) {
            dueNs = Math.min(dueNs, tasks.leaseDeadlineNs(task));
        }
        final long armed = tasks.dueNs(task);
        if (dueNs < armed) {
            disarm(task);
            tasks.dueNs(task, dueNs);
            timers.add(task);
        }
    }

    private void disarm(final int task) {
        if (tasks.dueNs(task) != TaskTable.NO_TIMER) {
            timers.remove(task);
            tasks.dueNs(task, TaskTable.NO_TIMER);
        }
    }

    private int expireTimers(final long nowNs) {
        int work = 0;
        int task;
        while (work < MAX_TIMERS_PER_CYCLE && (task = timers.first()) != NULL && tasks.dueNs(task) <= nowNs) {
            disarm(task);
            onDue(task, nowNs);
            work++;
        }
        return work;
    }

    private void onDue(final int task, final long nowNs) {
        if (!tasks.is(task, FLAG_DONE) && tasks.deadlineNs(task) <= nowNs) {
            stats.tasksDeadlineExceeded++;
            if (tasks.place(task) == PLACE_OFFERED) {
                offers.cancel(agents.get(tasks.agentSlot(task)), task);
            }
            finish(task, ResultCode.DEADLINE_EXCEEDED, deadlineText, nowNs);
        } else if (tasks.place(task) == PLACE_OFFERED && tasks.leaseDeadlineNs(task) <= nowNs) {
            stats.leasesExpired++;
            final CoordinatedAgent agent = agents.get(tasks.agentSlot(task));
            offers.cancel(agent, task);
            lose(task, agent, nowNs);
            pumpLater(agent);
        } else if (tasks.is(task, FLAG_BACKOFF) && tasks.leaseDeadlineNs(task) <= nowNs) {
            tasks.clear(task, FLAG_BACKOFF);
            leavePlace(task);
            place(task, nowNs);
        } else {
            arm(task, nowNs);
        }
    }

    private static byte[] ascii(final String value) {
        return value.getBytes(StandardCharsets.US_ASCII);
    }
}
