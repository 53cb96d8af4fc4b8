package io.ringmaster.server.session;

import io.aeron.exceptions.AeronException;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import java.util.ArrayList;

/**
 * The connect dialogue: checks a request, adds the stream to the client without waiting for it, and says connected or refused
 * once the client listens. A refusal takes a stream too, so their number and rate are bounded; what is above gets no answer.
 * <p>
 * Threading: confined to the network thread.
 */
final class ConnectDesk {
    /** A client that does not listen for this long after its request is given up. */
    static final long CONNECT_TIMEOUT_NS = 5_000_000_000L;
    static final int MAX_PENDING_REFUSALS = 16;
    static final int MAX_REFUSALS_PER_SECOND = 64;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int RETRY_AFTER_LIMIT_MS = 1000;

    private final SessionManager manager;
    private final PublicationSource publications;
    private final Authenticator authenticator;
    private final NetworkCounters counters;
    private final ArrayList<ConnectAttempt> attempts = new ArrayList<>();
    private int pendingNew;
    private int pendingRefusals;
    private int refusalsInWindow;
    private long windowEndNs = Long.MIN_VALUE;

    ConnectDesk(
        final SessionManager manager, final PublicationSource publications, final Authenticator authenticator,
        final NetworkCounters counters) {
        this.manager = manager;
        this.publications = publications;
        this.authenticator = authenticator;
        this.counters = counters;
    }

    void onConnectRequest(final ClientStream stream, final ConnectRequest request, final long nowNs) {
        if (stream.session() != null) {
            counters.increment(NetworkCounter.MALFORMED_FRAMES);
            counters.increment(NetworkCounter.CONNECTS_REFUSED);
            manager.proxy().refused(stream.session(), request.correlationId(), ResultCode.MALFORMED,
                "this stream is connected already as session " + stream.session().sessionId);
            return;
        }
        if (stream.attempt() != null) {
            counters.increment(NetworkCounter.MALFORMED_FRAMES);
            counters.increment(NetworkCounter.CONNECTS_DROPPED);
            return;
        }
        final ResponseChannel channel = ResponseChannel.parse(request.responseChannel());
        if (channel == null || request.responseStreamId() <= 0) {
            counters.increment(NetworkCounter.CONNECTS_DROPPED);
            return;
        }
        Authenticator.Access access = Authenticator.Access.REFUSED;
        Refusal refusal = checkValues(request);
        if (refusal == null) {
            access = authenticator.authenticate(
                request.clientName(), request.credentials(), 0, request.credentials().capacity());
            refusal = checkAccess(request, access);
        }
        if (refusal != null && !admitRefusal(nowNs)) {
            counters.increment(NetworkCounter.CONNECTS_DROPPED);
            return;
        }
        final ConnectAttempt attempt = new ConnectAttempt(stream, request.correlationId(),
            publications.add(channel, request.responseStreamId()), nowNs + CONNECT_TIMEOUT_NS);
        if (refusal != null) {
            refuse(attempt, refusal);
        } else {
            attempt.clientName = request.clientName();
            attempt.resumeSessionId = request.resumeSessionId();
            attempt.resumeToken = request.resumeToken();
            attempt.lastResultSequence = request.lastResultSequence();
            attempt.administrator = access == Authenticator.Access.ADMINISTRATOR;
            pendingNew++;
        }
        stream.attempt(attempt);
        attempts.add(attempt);
    }

    /** Goes on with every attempt as far as it can; returns the number of those that ended. */
    int poll(final long nowNs) {
        int work = 0;
        for (int i = attempts.size() - 1; i >= 0; i--) {
            final ConnectAttempt attempt = attempts.get(i);
            boolean ended;
            try {
                ended = advance(attempt, nowNs);
            } catch (final AeronException ex) {
                // The driver refused the endpoint, or the Aeron client has closed: nobody can be told.
                counters.increment(NetworkCounter.CONNECTS_DROPPED);
                ended = true;
            }
            if (ended) {
                attempts.remove(i);
                attempt.stream.attempt(null);
                if (attempt.isRefused()) {
                    pendingRefusals--;
                } else {
                    pendingNew--;
                }
                work++;
            }
        }
        return work;
    }

    void close() {
        for (final ConnectAttempt attempt : attempts) {
            abandon(attempt);
        }
        attempts.clear();
    }

    private boolean advance(final ConnectAttempt attempt, final long nowNs) {
        if (attempt.stream.isClosed() || nowNs - attempt.deadlineNs > 0) {
            counters.increment(NetworkCounter.CONNECTS_TIMED_OUT);
            abandon(attempt);
            return true;
        }
        if (attempt.publication == null) {
            attempt.publication = publications.poll(attempt.publicationId);
        }
        if (attempt.publication == null || !attempt.publication.isConnected()) {
            return false;
        }
        if (attempt.isRefused()) {
            final long result = manager.proxy().refused(
                attempt.publication, attempt.correlationId, attempt.refusal, attempt.retryAfterMs, attempt.refusalText);
            if (result <= 0) {
                return false;
            }
            attempt.publication.close();
            counters.increment(NetworkCounter.CONNECTS_REFUSED);
            return true;
        }
        return accept(attempt, nowNs);
    }

    private boolean accept(final ConnectAttempt attempt, final long nowNs) {
        final Session resumed = resumable(attempt.resumeSessionId, attempt.resumeToken);
        if (resumed != null) {
            return manager.resume(resumed, attempt, nowNs);
        }
        final Refusal refusal = checkLimit(pendingNew - 1, attempt.resumeSessionId);
        if (refusal != null) {
            // The session that it wanted to come back to has ended meanwhile, and there is no room for a new one.
            pendingNew--;
            pendingRefusals++;
            setRefusal(attempt, refusal);
            return false;
        }
        return manager.open(attempt, nowNs);
    }

    private void refuse(final ConnectAttempt attempt, final Refusal refusal) {
        pendingRefusals++;
        setRefusal(attempt, refusal);
    }

    private static void setRefusal(final ConnectAttempt attempt, final Refusal refusal) {
        attempt.refusal = refusal.code;
        attempt.refusalText = refusal.text;
        attempt.retryAfterMs = refusal.retryAfterMs;
    }

    private void abandon(final ConnectAttempt attempt) {
        if (attempt.publication == null) {
            publications.abandon(attempt.publicationId);
        } else {
            attempt.publication.close();
        }
    }

    private Session resumable(final long sessionId, final long token) {
        final Session session = sessionId == 0 ? null : manager.table().find(sessionId);
        return session != null && session.token == token ? session : null;
    }

    private Refusal checkValues(final ConnectRequest request) {
        if (Protocol.major(request.protocolVersion()) != Protocol.MAJOR_VERSION) {
            return new Refusal(ResultCode.UNSUPPORTED_VERSION, "protocol version " +
                Protocol.major(request.protocolVersion()) + "." + (request.protocolVersion() & 0xFFFF) +
                " is not spoken here; this server speaks " + Protocol.MAJOR_VERSION + "." + Protocol.MINOR_VERSION, 0);
        }
        final String name = request.clientName();
        if (name.length() > Protocol.MAX_NAME_LENGTH) {
            return new Refusal(ResultCode.TOO_LARGE,
                "clientName = " + name.length() + " bytes is more than " + Protocol.MAX_NAME_LENGTH, 0);
        }
        if (!name.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return new Refusal(ResultCode.INVALID_ARGUMENT, "clientName must be printable ASCII", 0);
        }
        if (request.lastResultSequence() < 0) {
            return new Refusal(ResultCode.INVALID_ARGUMENT,
                "lastResultSequence = " + request.lastResultSequence() + " must not be negative", 0);
        }
        return null;
    }

    private Refusal checkAccess(final ConnectRequest request, final Authenticator.Access access) {
        if (access == Authenticator.Access.REFUSED) {
            return new Refusal(ResultCode.UNAUTHENTICATED, "the credentials are missing or wrong", 0);
        }
        return resumable(request.resumeSessionId(), request.resumeToken()) != null ?
            null : checkLimit(pendingNew, request.resumeSessionId());
    }

    private Refusal checkLimit(final int others, final long resumeSessionId) {
        final int max = manager.table().maxSessions();
        if (manager.sessionsHeld() + others < max) {
            return null;
        }
        final String reason = resumeSessionId == 0 ? null : manager.closedReason(resumeSessionId);
        return new Refusal(ResultCode.OVERLOADED, "all sessions of ringmaster.session.max = " + max + " are taken" +
            (reason == null ? "" : "; session " + resumeSessionId + " ended: " + reason), RETRY_AFTER_LIMIT_MS);
    }

    private boolean admitRefusal(final long nowNs) {
        if (nowNs - windowEndNs >= 0 || windowEndNs == Long.MIN_VALUE) {
            windowEndNs = nowNs + SECOND_NS;
            refusalsInWindow = 0;
        }
        if (pendingRefusals >= MAX_PENDING_REFUSALS || refusalsInWindow >= MAX_REFUSALS_PER_SECOND) {
            return false;
        }
        refusalsInWindow++;
        return true;
    }

    private record Refusal(ResultCode code, String text, int retryAfterMs) {
    }
}
