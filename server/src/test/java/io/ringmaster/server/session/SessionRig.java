package io.ringmaster.server.session;

import io.ringmaster.ring.CommandRing;
import io.ringmaster.ring.CommandSlotDescriptor;
import io.ringmaster.ring.RingSettings;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.config.SessionSettings;
import io.ringmaster.protocol.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A session manager with real rings; streams are fakes and the clock is moved by hand.
 * <p>
 * Threading: confined to the test's thread.
 */
public final class SessionRig {
    /** A millisecond. */
    public static final long MS = 1_000_000L;
    /** Most sessions of the rig. */
    public static final int MAX_SESSIONS = 4;
    static final int MAX_MESSAGE = 8 * 1024;
    static final int SLOTS = 16;

    /** Counters of the rig. */
    public final NetworkCounters counters = NetworkCounters.unmanaged();
    /** Streams of the rig. */
    public final FakePublications publications = new FakePublications(MAX_MESSAGE);
    /** The manager. */
    public final SessionManager sessions;
    final CommandRing coordination = ring("coordination");
    final CommandRing[] partitions = {ring("partition-0"), ring("partition-1")};
    final List<String> authenticated = new ArrayList<>();
    Authenticator.Access access = Authenticator.Access.ORDINARY;
    long nowNs = 1_000_000_000L;
    private long nextToken = 1;

    /** A rig without sessions. */
    public SessionRig() {
        sessions = new SessionManager(
            new SessionSettings(MAX_SESSIONS, 500 * MS, 10_000 * MS, 5_000 * MS, 64 * 1024, 512, 16, 8),
            new Advertisement("rig", 500, 10_000, MAX_MESSAGE, 512, 256, 16, 8), publications,
            new SessionCommandProxy(coordination, partitions), this::authenticate, new SessionIds(100, () -> nextToken++),
            counters);
        sessions.nowNs(nowNs);
    }

    private Authenticator.Access authenticate(
        final String clientName, final DirectBuffer credentials, final int offset, final int length) {
        authenticated.add(clientName);
        return access;
    }

    private static CommandRing ring(final String name) {
        return new CommandRing(new RingSettings(name, SLOTS, CommandSlotDescriptor.slotLengthFor(256), 4), error -> {
            throw new AssertionError(error);
        });
    }

    /** A connect request for IPC. */
    static ConnectRequest request(final long resumeId, final long token, final long lastResultSequence) {
        return request(Protocol.VERSION, "aeron:ipc", 2001, resumeId, token, lastResultSequence, "test");
    }

    static ConnectRequest request(
        final int version, final String channel, final int streamId, final long resumeId, final long token,
        final long lastResultSequence, final String name) {
        return new ConnectRequest(
            7, version, channel, streamId, resumeId, token, lastResultSequence, name, new UnsafeBuffer(new byte[0]));
    }

    /**
     * Connects a client.
     *
     * @return its session.
     */
    public Session connect() {
        final FakeStream stream = new FakeStream();
        sessions.onConnectRequest(stream, request(0, 0, 0));
        sessions.doWork(true);
        return stream.session();
    }

    /**
     * A client comes back with its token.
     *
     * @param session that it had.
     */
    public void comeBack(final Session session) {
        if (session.stream != null) {
            ((FakeStream) session.stream).close();
        }
        advanceMs(10);
        ask(request(session.sessionId(), session.token, 0));
    }

    FakeStream ask(final ConnectRequest request) {
        final FakeStream stream = new FakeStream();
        sessions.onConnectRequest(stream, request);
        sessions.doWork(true);
        return stream;
    }

    /**
     * Moves the clock and runs a duty cycle.
     *
     * @param ms milliseconds.
     */
    public void advanceMs(final long ms) {
        nowNs += ms * MS;
        sessions.nowNs(nowNs);
        sessions.doWork(true);
    }

    /** Templates of the commands of a ring, taken out of it. */
    static List<Integer> drain(final CommandRing ring) {
        final List<Integer> templates = new ArrayList<>();
        ring.poll((buffer, offset, length, enqueuedNs) -> {
            if (length > 0) {
                templates.add(new MessageHeaderDecoder().wrap(buffer, offset).templateId());
            }
        }, SLOTS);
        return templates;
    }

    static void fill(final CommandRing ring) {
        final UnsafeBuffer nothing = new UnsafeBuffer(new byte[0]);
        for (int i = 0; i < SLOTS && ring.offer(nothing, 0, 0, true, 0) >= 0; i++) {
            if (ring.depth() == SLOTS) {
                return;
            }
        }
    }
}
