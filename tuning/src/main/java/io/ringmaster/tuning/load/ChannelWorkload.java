package io.ringmaster.tuning.load;

import io.ringmaster.client.ClientChannel;
import io.ringmaster.client.ClientStats;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What all loads over client sessions share: the operations that are under way, the way from an answer back to its
 * operation, and the list of what went wrong.
 * <p>
 * Threading: confined to the generator. Sending and receiving allocate nothing while nothing goes wrong.
 */
abstract class ChannelWorkload implements Workload {
    private static final long RECONNECT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int FRAGMENT_LIMIT = 16;
    private static final int MAX_FAULTS = 20;

    /** The operations under way. */
    protected final OperationTable operations;

    private final Sessions sessions;
    private final Map<String, Long> faults = new LinkedHashMap<>();
    private CompletionListener listener = (session, intendedNs, tag, kind, outcome) -> { };
    private long notConnectedSinceNs;

    /**
     * Connects the sessions.
     *
     * @param target         to connect to.
     * @param clients        sessions.
     * @param maxOutstanding operations under way at most.
     */
    protected ChannelWorkload(final Target target, final int clients, final int maxOutstanding) {
        operations = new OperationTable(maxOutstanding);
        sessions = Sessions.connect(target, clients, Math.max(256, maxOutstanding / clients), this);
    }

    @Override
    public int poll(final long nowNs) {
        return sessions.poll(FRAGMENT_LIMIT);
    }

    @Override
    public final int sessions() {
        return sessions.count();
    }

    @Override
    public final void listener(final CompletionListener completionListener) {
        listener = completionListener;
    }

    @Override
    public List<String> faults() {
        final List<String> all = new ArrayList<>();
        faults.forEach((fault, count) -> all.add(count == 1 ? fault : fault + " (" + count + " times)"));
        for (int i = 0; i < sessions.count(); i++) {
            addClientFaults(all, i, sessions.port(i).channel().stats());
        }
        return all;
    }

    /** What the client noticed and kept from its listener. */
    private static void addClientFaults(final List<String> all, final int session, final ClientStats stats) {
        addFault(all, session, stats.malformed(), "frames that could not be decoded, or were not asked for");
        addFault(all, session, stats.lateReplies(), "answers that came twice, or after their deadline");
        addFault(all, session, stats.resumes() > 0 ? 0 : stats.duplicateResults(), "results that came twice");
        addFault(all, session, stats.resultGaps(), "gaps in the results");
        addFault(all, session, stats.errors(), "exceptions in the client");
    }

    private static void addFault(final List<String> all, final int session, final long count, final String what) {
        if (count > 0) {
            all.add("session " + session + ": " + count + ' ' + what);
        }
    }

    @Override
    public void close() {
        sessions.close();
    }

    /** Session by its number. */
    protected final SessionPort port(final int session) {
        return sessions.port(session);
    }

    /**
     * Notes the answer of a channel's send.
     *
     * @param port          of the session.
     * @param slot          of the operation.
     * @param correlationId or why it was not sent.
     * @return true if it was sent; otherwise the slot is given back.
     */
    protected final boolean sent(final SessionPort port, final int slot, final long correlationId) {
        if (correlationId > 0) {
            port.expect(correlationId, slot);
            notConnectedSinceNs = 0;
            return true;
        }
        operations.release(slot);
        notSent(correlationId);
        return false;
    }

    /** Sorts out why something was not sent: back pressure is in order, a connection may come back, the rest is the end. */
    protected final void notSent(final long reason) {
        if (reason == ClientChannel.NOT_CONNECTED) {
            final long nowNs = System.nanoTime();
            notConnectedSinceNs = notConnectedSinceNs == 0 ? nowNs : notConnectedSinceNs;
            if (nowNs - notConnectedSinceNs > RECONNECT_TIMEOUT_NS) {
                throw new LoadException("the connection to the server is lost and did not come back within 10 s" + faultLines());
            }
        } else if (reason != ClientChannel.BACK_PRESSURED && reason != ClientChannel.PENDING_FULL) {
            throw new LoadException("the client cannot send any more (" + reason + ")" + faultLines());
        }
    }

    /** A task did not fit into its batch: wrong options, nothing that time would mend. */
    protected static void checkAdded(final int result) {
        if (result < 0) {
            throw new LoadException("the server does not take a task of this load (" + result + "): too many tasks or bytes");
        }
    }

    /** Ends an operation. */
    protected final void finish(final int slot, final Outcome outcome) {
        final int session = operations.session(slot);
        final long intendedNs = operations.intendedNs(slot);
        final int tag = operations.tag(slot);
        final int kind = operations.kind(slot);
        operations.release(slot);
        listener.onCompleted(session, intendedNs, tag, kind, outcome);
    }

    /** Tells the loop of an operation that is in no slot. */
    protected final void finished(final int session, final long intendedNs, final int tag, final Outcome outcome) {
        listener.onCompleted(session, intendedNs, tag, 0, outcome);
    }

    /** Notes something that is wrong. */
    protected final void fault(final String fault) {
        if (faults.size() < MAX_FAULTS || faults.containsKey(fault)) {
            faults.merge(fault, 1L, Long::sum);
        }
    }

    /** Refusals for load are in order, everything else but OK is an error. */
    protected final Outcome outcomeOf(final int code) {
        if (code == ResultCode.OK.value()) {
            return Outcome.OK;
        }
        if (isLoadRefusal(code)) {
            return Outcome.REJECTED;
        }
        fault("answered with " + ResultCode.of(code));
        return Outcome.ERROR;
    }

    /** Whether a code says that there is too much load, and nothing else. */
    static boolean isLoadRefusal(final int code) {
        return code == ResultCode.OVERLOADED.value() || code == ResultCode.REGISTRY_FULL.value() ||
            code == ResultCode.CANNOT_MEET_DEADLINE.value();
    }

    /** An answer to an operation of another kind. */
    private void mismatch(final int slot, final String answer) {
        fault("got " + answer + " for another kind of request");
        finish(slot, Outcome.ERROR);
    }

    /** A session was disconnected; its client connects it again by itself. */
    void onDisconnected(final int session, final String reason) {
        fault("session " + session + " was disconnected: " + reason);
    }

    void onLookupReply(final int slot, final LookupReplyDecoder reply) {
        mismatch(slot, "LookupReply");
    }

    void onLookupBatchReply(final int slot, final LookupBatchReplyDecoder reply) {
        mismatch(slot, "LookupBatchReply");
    }

    void onRegisterReply(final int slot, final RegisterReplyDecoder reply) {
        mismatch(slot, "RegisterReply");
    }

    void onQueryReply(final int slot, final QueryReplyDecoder reply) {
        mismatch(slot, "QueryReply");
    }

    /** The answer of a request without a reply of its own, and every refusal. */
    abstract void onReply(int slot, ReplyDecoder reply);

    void onBatchReply(final int slot, final BatchReplyDecoder reply) {
        mismatch(slot, "BatchReply");
    }

    void onTaskResult(final SessionPort port, final TaskResultDecoder result) {
        fault("got a TaskResult without a task");
    }

    /** The answer did not come in time, or was lost with the connection. */
    void onNoAnswer(final int slot, final String why) {
        fault(why);
        finish(slot, Outcome.ERROR);
    }

    private String faultLines() {
        final List<String> lines = faults();
        return lines.isEmpty() ? "" : ": " + String.join("; ", lines);
    }
}
