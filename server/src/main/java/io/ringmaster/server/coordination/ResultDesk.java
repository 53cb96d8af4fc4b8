package io.ringmaster.server.coordination;

import static io.ringmaster.server.coordination.TaskTable.NULL;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.TaskResultEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sessions and what is owed to them: a result is numbered, sent in order, and kept until it is acknowledged; after a
 * re-attach everything that was not acknowledged is sent again.
 * <p>
 * Threading: confined to the coordinator's role.
 */
final class ResultDesk {
    /** Result block of a result that was sent but could not be kept: the store was full. */
    static final int NOT_KEPT = -2;
    /**
     * Bytes of results that are under way to one session; more are sent when it has acknowledged. So a burst of results never
     * fills the session's pending buffer: whoever reads at all is not taken for a slow client.
     */
    static final int WINDOW_LENGTH = 64 * 1024;
    /** Bytes that a result takes beside its content. */
    private static final int RESULT_OVERHEAD = 128;
    private static final byte[] NOT_KEPT_TEXT =
        "the task is done, but its result was lost with the connection: ringmaster.coordination.payload-bytes was full"
            .getBytes(StandardCharsets.US_ASCII);

    private final TaskTable tasks;
    private final BlockSlab slab;
    private final CoordinatorEffects effects;
    private final CoordinationStats stats;
    private final Long2ObjectHashMap<CoordinatedSession> sessions = new Long2ObjectHashMap<>();
    private final ArrayDeque<CoordinatedSession> pumpQueue = new ArrayDeque<>();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final TaskResultEncoder encoder = new TaskResultEncoder();
    private final ExpandableArrayBuffer scratch;
    private final UnsafeBuffer resultScratch;

    ResultDesk(final TaskTable tasks, final BlockSlab slab, final int maxPayloadLength, final CoordinatorEffects effects,
        final CoordinationStats stats) {
        this.tasks = tasks;
        this.slab = slab;
        this.effects = effects;
        this.stats = stats;
        scratch = new ExpandableArrayBuffer(maxPayloadLength + 256);
        resultScratch = new UnsafeBuffer(new byte[Math.max(maxPayloadLength, NOT_KEPT_TEXT.length)]);
    }

    CoordinatedSession find(final long sessionId) {
        return sessions.get(sessionId);
    }

    int sessions() {
        return sessions.size();
    }

    CoordinatedSession open(final long sessionId) {
        final CoordinatedSession session = new CoordinatedSession(sessionId, tasks);
        sessions.put(sessionId, session);
        return session;
    }

    /** Forgets a session that owns nothing any more. */
    void remove(final CoordinatedSession session) {
        assert session.unfinished.isEmpty() && session.results.isEmpty() : "still owns tasks";
        sessions.remove(session.sessionId);
    }

    /** A session is back: what it did not receive is sent again. */
    void reattach(final CoordinatedSession session) {
        session.attached = true;
        session.nextToSend = session.results.first();
        session.underWayLength = 0;
        stats.resultsResent += session.results.size();
        pumpLater(session);
    }

    /**
     * Files the result of a finished task and sends it if its turn has come.
     *
     * @param result may be null when length is 0.
     */
    void file(final CoordinatedSession session, final int task, final DirectBuffer result, final int offset,
        final int length) {
        session.unfinished.remove(task);
        tasks.resultSequence(task, ++session.lastSequence);
        tasks.resultLength(task, length);
        session.results.addLast(task);
        final boolean inTurn = session.attached && session.nextToSend == NULL && hasWindow(session);
        final boolean sent = inTurn && send(session, task, result, offset, length);
        if (BlockSlab.blocksFor(length) <= slab.free()) {
            tasks.resultBlock(task, slab.store(result, offset, length));
        } else {
            tasks.resultBlock(task, NOT_KEPT);
            stats.resultsNotKept++;
        }
        if (!sent) {
            if (session.nextToSend == NULL) {
                session.nextToSend = task;
            }
            pumpLater(session);
        }
    }

    /**
     * The first result that a session owns and acknowledges with a sequence, or NULL. What was never sent cannot be acknowledged:
     * a sequence beyond the last one that was counts as that one.
     */
    int firstAcknowledged(final CoordinatedSession session, final long sequence) {
        final int task = session.results.first();
        return task != NULL && tasks.resultSequence(task) <= Math.min(sequence, session.sentSequence) ? task : NULL;
    }

    private static boolean hasWindow(final CoordinatedSession session) {
        return session.underWayLength < WINDOW_LENGTH;
    }

    /** Takes a result off the list of those that are owed. */
    void unfile(final CoordinatedSession session, final int task) {
        session.underWayLength = Math.max(0, session.underWayLength - RESULT_OVERHEAD - tasks.resultLength(task));
        if (session.attached && session.nextToSend != NULL) {
            pumpLater(session);
        }
        if (session.nextToSend == task) {
            session.nextToSend = session.results.next(task);
        }
        session.results.remove(task);
        if (tasks.resultBlock(task) >= 0) {
            slab.free(tasks.resultBlock(task));
        }
        tasks.resultBlock(task, NULL);
    }

    /** Sends what is due. Returns the messages sent. */
    int pump(final int limit) {
        int work = 0;
        CoordinatedSession session;
        while (work < limit && (session = pumpQueue.peekFirst()) != null) {
            while (work < limit && isDue(session)) {
                if (!sendStored(session, session.nextToSend)) {
                    return work;
                }
                session.nextToSend = session.results.next(session.nextToSend);
                work++;
            }
            if (!isDue(session)) {
                pumpQueue.removeFirst();
                session.queuedForPump = false;
            }
        }
        return work;
    }

    private static boolean isDue(final CoordinatedSession session) {
        return session.attached && session.nextToSend != NULL && hasWindow(session);
    }

    private void pumpLater(final CoordinatedSession session) {
        if (!session.queuedForPump) {
            session.queuedForPump = true;
            pumpQueue.addLast(session);
        }
    }

    private boolean sendStored(final CoordinatedSession session, final int task) {
        final int block = tasks.resultBlock(task);
        if (block == NOT_KEPT) {
            tasks.code(task, ResultCode.OVERLOADED.value());
            resultScratch.putBytes(0, NOT_KEPT_TEXT);
            return send(session, task, resultScratch, 0, NOT_KEPT_TEXT.length);
        }
        final int length = block == NULL ? 0 : tasks.resultLength(task);
        slab.copyTo(block, length, resultScratch, 0);
        return send(session, task, resultScratch, 0, length);
    }

    private boolean send(final CoordinatedSession session, final int task, final DirectBuffer result, final int offset,
        final int length) {
        encoder.wrapAndApplyHeader(scratch, 0, header)
            .sessionId(session.sessionId)
            .resultSequence(tasks.resultSequence(task))
            .batchId(tasks.batchId(task))
            .taskId(tasks.taskId(task))
            .taskIndex(tasks.taskIndex(task))
            .code(tasks.code(task))
            .attempt(tasks.attempt(task))
            .agentId(tasks.agentId(task))
            .waitNs(tasks.offeredNs(task) == 0 ? 0 : Math.max(0, tasks.offeredNs(task) - tasks.receivedNs(task)))
            .serviceNs(tasks.serviceNs(task))
            .totalNs(Math.max(0, tasks.completedNs(task) - tasks.receivedNs(task)));
        if (length == 0) {
            encoder.putResult(scratch, 0, 0);
        } else {
            encoder.putResult(result, offset, length);
        }
        final boolean sent =
            effects.trySend(session.sessionId, scratch, 0, MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength());
        if (sent) {
            session.sentSequence = Math.max(session.sentSequence, tasks.resultSequence(task));
            session.underWayLength += RESULT_OVERHEAD + tasks.resultLength(task);
        }
        return sent;
    }
}
