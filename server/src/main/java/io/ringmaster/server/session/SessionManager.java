package io.ringmaster.server.session;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.config.SessionSettings;
import io.ringmaster.server.load.LoadMonitor;

/**
 * Life of the sessions: opened and resumed by the connect dialogue, detached when the connection is lost, closed by the
 * client, by its time-out or because it does not read. The coordinator and the registry hear of each step through their
 * rings; a command that finds no room there is kept and tried again.
 * <p>
 * Threading: confined to the network thread.
 */
public final class SessionManager {
    private static final long SLOW_TICK_NS = 10_000_000L;
    private static final long MS = 1_000_000L;
    private static final int CLOSED_REASONS = 256;

    private final SessionSettings settings;
    private final Advertisement advertisement;
    private final SessionCommandProxy commands;
    private final SessionIds ids;
    private final NetworkCounters counters;
    private final SessionTable table;
    private final SessionSender sender;
    private final SessionProxy proxy;
    private final ConnectDesk connectDesk;
    private final Teardowns teardowns;
    private final ClosedSessions closed = new ClosedSessions(CLOSED_REASONS);
    private long nowNs;
    private long nextTickNs = Long.MIN_VALUE;
    private int loadState = LoadMonitor.NORMAL;

    /**
     * A manager without sessions.
     *
     * @param settings      of sessions.
     * @param advertisement what clients are told; its longest message bounds those to all clients.
     * @param publications  makes the streams to clients.
     * @param commands      to the coordinator and the registry.
     * @param authenticator says who may connect.
     * @param ids           of new sessions.
     * @param counters      to update.
     */
    public SessionManager(
        final SessionSettings settings, final Advertisement advertisement, final PublicationSource publications,
        final SessionCommandProxy commands, final Authenticator authenticator, final SessionIds ids,
        final NetworkCounters counters) {
        this.settings = settings;
        this.advertisement = advertisement;
        this.commands = commands;
        this.ids = ids;
        this.counters = counters;
        table = new SessionTable(settings.maxSessions(), settings.pendingLength(), advertisement.maxMessageLength());
        sender = new SessionSender(
            settings.slowClientTimeoutNs(), advertisement.maxMessageLength(), counters, new ConnectionFailures());
        proxy = new SessionProxy(sender);
        connectDesk = new ConnectDesk(this, publications, authenticator, counters);
        teardowns = new Teardowns(commands);
    }

    /**
     * Where replies to sessions go.
     *
     * @return the sender.
     */
    public SessionSender sender() {
        return sender;
    }

    /**
     * Encodes short replies.
     *
     * @return the proxy.
     */
    public SessionProxy proxy() {
        return proxy;
    }

    /**
     * The sessions that are there.
     *
     * @return the table.
     */
    public SessionTable table() {
        return table;
    }

    /**
     * What clients are told.
     *
     * @return the limits.
     */
    public Advertisement advertisement() {
        return advertisement;
    }

    /**
     * Sets the clock of the duty cycle; comes before any frame of it.
     *
     * @param value the clock.
     */
    public void nowNs(final long value) {
        nowNs = value;
        sender.nowNs(value);
    }

    /**
     * Sets the load state that clients are told with the next keep-alives.
     *
     * @param value as in {@link LoadMonitor}.
     */
    public void loadState(final int value) {
        loadState = value;
    }

    /**
     * Goes on with connect dialogues and, on the slow tick, looks at every session.
     *
     * @param ingressIdle whether ingress has read all that was there. A silent session is not closed while frames wait to be
     *                    read, so that a pause of the server is not held against its clients.
     * @return work done.
     */
    public int doWork(final boolean ingressIdle) {
        int work = connectDesk.poll(nowNs);
        if (nextTickNs == Long.MIN_VALUE || nowNs - nextTickNs >= 0) {
            nextTickNs = nowNs + SLOW_TICK_NS;
            work += teardowns.retry(nowNs);
            for (int i = table.size() - 1; i >= 0; i--) {
                work += tick(table.get(i), ingressIdle);
            }
        }
        return work;
    }

    /**
     * A client asks for a connection.
     *
     * @param stream  that it asks on.
     * @param request of it.
     */
    public void onConnectRequest(final ClientStream stream, final ConnectRequest request) {
        connectDesk.onConnectRequest(stream, request, nowNs);
    }

    /**
     * A client ends its session.
     *
     * @param session of it.
     */
    public void onCloseRequest(final Session session) {
        counters.increment(NetworkCounter.SESSIONS_CLOSED);
        close(session, ResultCode.OK, "closed by the client");
    }

    /**
     * Forwards what {@link Session#onResultAck} noted; what finds no room now goes with a later tick, the latest wins.
     *
     * @param session of the client.
     */
    public void forwardResultAck(final Session session) {
        if (session.ackedResultSequence > session.forwardedResultSequence &&
            commands.resultAck(session.sessionId, session.ackedResultSequence, nowNs)) {
            session.forwardedResultSequence = session.ackedResultSequence;
        }
    }

    /**
     * Why a session was closed.
     *
     * @param sessionId of it.
     * @return null: it is not one of the last that were.
     */
    public String closedReason(final long sessionId) {
        return closed.reason(sessionId);
    }

    /**
     * Ends all sessions, as far as clients can still be told.
     *
     * @param text why.
     */
    public void closeAll(final String text) {
        connectDesk.close();
        for (int i = table.size() - 1; i >= 0; i--) {
            close(table.get(i), ResultCode.SESSION_CLOSED, text);
        }
    }

    /** Sessions, and closed ones of which not all have heard. */
    int sessionsHeld() {
        return table.size() + teardowns.size();
    }

    /** False: the coordinator's ring has no room, try again. */
    boolean open(final ConnectAttempt attempt, final long now) {
        final long sessionId = ids.nextId();
        if (!commands.sessionUp(sessionId, false, 0, now)) {
            return false;
        }
        final Session session = table.add(sessionId, ids.nextToken(), attempt.clientName);
        counters.increment(NetworkCounter.SESSIONS_OPENED);
        counters.set(NetworkCounter.SESSIONS, table.size());
        attach(session, attempt, false, now);
        return true;
    }

    /** False: the coordinator's ring has no room, try again. */
    boolean resume(final Session session, final ConnectAttempt attempt, final long now) {
        if (!commands.sessionUp(session.sessionId, true, attempt.lastResultSequence, now)) {
            return false;
        }
        counters.add(NetworkCounter.MESSAGES_DROPPED, session.dropConnection(Session.State.DETACHED));
        session.ackedResultSequence = Math.max(session.ackedResultSequence, attempt.lastResultSequence);
        session.forwardedResultSequence = Math.max(session.forwardedResultSequence, attempt.lastResultSequence);
        counters.increment(NetworkCounter.SESSIONS_RESUMED);
        session.resumeMarksDue++;
        attach(session, attempt, true, now);
        return true;
    }

    private void attach(final Session session, final ConnectAttempt attempt, final boolean resumed, final long now) {
        session.administrator |= attempt.administrator;
        session.attach(attempt.stream, attempt.publication, advertisement.maxMessageLength(), now);
        proxy.connected(session, attempt.correlationId, resumed, advertisement);
        sender.tellLeftOut(session);
    }

    private int tick(final Session session, final boolean ingressIdle) {
        if (session.isActive() && session.stream.isClosed()) {
            detach(session);
            return 1;
        }
        final long silentNs = nowNs - session.lastReceivedNs;
        if (silentNs > settings.timeoutNs() && (ingressIdle || silentNs > 2 * settings.timeoutNs())) {
            counters.increment(NetworkCounter.SESSIONS_TIMED_OUT);
            close(session, ResultCode.SESSION_CLOSED, "nothing came for " + silentNs / MS +
                " ms, the session time-out is " + settings.timeoutNs() / MS + " ms");
            return 1;
        }
        if (session.detachedCommandDue && commands.sessionDetached(session.sessionId, nowNs)) {
            session.detachedCommandDue = false;
        }
        forwardResultAck(session);
        if (session.isActive() && session.pendingCount == 0 && isKeepAliveDue(session)) {
            session.toldLoadState = loadState;
            proxy.keepAlive(session, loadState);
            return 1;
        }
        return 0;
    }

    /** When nothing else was sent, and when the load state is news: under load replies flow and leave no gap for it. */
    private boolean isKeepAliveDue(final Session session) {
        return nowNs - session.lastSentNs >= settings.keepAliveIntervalNs()
            || session.toldLoadState != loadState && (session.toldLoadState != 0 || loadState != LoadMonitor.NORMAL);
    }

    private void detach(final Session session) {
        if (session.isActive()) {
            counters.increment(NetworkCounter.SESSIONS_DETACHED);
            counters.add(NetworkCounter.MESSAGES_DROPPED, session.dropConnection(Session.State.DETACHED));
            session.detachedCommandDue = !commands.sessionDetached(session.sessionId, nowNs);
        }
    }

    private void close(final Session session, final ResultCode code, final String text) {
        if (session.isClosed()) {
            return;
        }
        if (session.isActive()) {
            proxy.sessionClosed(session, code, text);
        }
        counters.add(NetworkCounter.MESSAGES_DROPPED, session.dropConnection(Session.State.CLOSED));
        table.remove(session);
        counters.set(NetworkCounter.SESSIONS, table.size());
        closed.add(session.sessionId, code + ", " + text);
        teardowns.add(session.sessionId, code, nowNs);
    }

    private final class ConnectionFailures implements SessionSender.Failures {
        @Override
        public void onDisconnected(final Session session) {
            detach(session);
        }

        @Override
        public void onSlowClient(final Session session, final String reason) {
            counters.increment(NetworkCounter.SLOW_CLIENTS);
            close(session, ResultCode.SLOW_CLIENT, reason);
        }
    }
}
