package io.ringmaster.server.session;

import static io.ringmaster.server.session.SessionRig.drain;
import static io.ringmaster.server.session.SessionRig.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.Publication;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.ConnectedDecoder;
import io.ringmaster.protocol.codec.KeepAliveDecoder;
import io.ringmaster.protocol.codec.RefusedDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.ReleaseSessionCommandDecoder;
import io.ringmaster.server.codec.SessionClosedCommandDecoder;
import io.ringmaster.server.codec.SessionDetachedCommandDecoder;
import io.ringmaster.server.codec.SessionUpCommandDecoder;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionManagerTest {
    private static final int UP = SessionUpCommandDecoder.TEMPLATE_ID;
    private static final int DETACHED = SessionDetachedCommandDecoder.TEMPLATE_ID;
    private static final int CLOSED = SessionClosedCommandDecoder.TEMPLATE_ID;
    private static final int RELEASE = ReleaseSessionCommandDecoder.TEMPLATE_ID;

    private final SessionRig rig = new SessionRig();

    private RefusedDecoder refused() {
        return Answers.refused(rig.publications.last().messages());
    }

    @Test
    void shouldAdvertiseTheLimitsWhenAClientConnects() {
        final Session session = rig.connect();
        final ConnectedDecoder connected = Answers.connected(rig.publications.last().messages());
        assertEquals(7, connected.correlationId());
        assertEquals(session.sessionId(), connected.sessionId());
        assertEquals(session.token, connected.token());
        assertEquals(Protocol.VERSION, connected.protocolVersion());
        assertEquals(0, connected.resumed());
        assertEquals(500, connected.keepAliveIntervalMs());
        assertEquals(10_000, connected.sessionTimeoutMs());
        assertEquals(SessionRig.MAX_MESSAGE, connected.maxMessageLength());
        assertEquals(512, connected.maxPayloadLength());
        assertEquals(256, connected.maxMetadataLength());
        assertEquals(16, connected.maxBatchTasks());
        assertEquals(8, connected.maxKeys());
        assertEquals("rig", connected.serverName());
        assertEquals(List.of(UP), drain(rig.coordination));
        assertNotEquals(session.sessionId(), rig.connect().sessionId());
    }

    @Test
    void shouldWaitForTheClientWhenItDoesNotListenYet() {
        rig.publications.available(false);
        final FakeStream stream = rig.ask(request(0, 0, 0));
        rig.advanceMs(1);
        assertNull(stream.session());
        rig.publications.available(true);
        rig.publications.last().connected(false);
        rig.advanceMs(1);
        assertNull(stream.session());
        rig.publications.last().connected(true);
        rig.advanceMs(1);
        assertTrue(stream.session().isActive());
    }

    @Test
    void shouldGiveUpWhenTheClientNeverListens() {
        rig.publications.available(false);
        final FakeStream first = rig.ask(request(0, 0, 0));
        rig.advanceMs(6_000);
        assertEquals(1, rig.publications.abandoned());
        rig.publications.available(true);
        final FakeStream second = new FakeStream();
        rig.sessions.onConnectRequest(second, request(0, 0, 0));
        rig.publications.last().connected(false);
        rig.advanceMs(1);
        rig.advanceMs(6_000);
        assertTrue(rig.publications.last().isClosed());
        assertEquals(2, rig.counters.get(NetworkCounter.CONNECTS_TIMED_OUT));
        assertNull(first.session());
        assertNull(second.session());
    }

    @Test
    void shouldRefuseWithTheReasonWhenARequestIsNotAcceptable() {
        rig.ask(request(2 << 16 | 3, "aeron:ipc", 1, 0, 0, 0, "x"));
        assertEquals(ResultCode.UNSUPPORTED_VERSION.value(), refused().code());
        assertEquals("protocol version 2.3 is not spoken here; this server speaks 1.1",
            Answers.refused(rig.publications.last().messages()).text());
        assertTrue(rig.publications.last().isClosed());
        rig.ask(request(Protocol.VERSION, "aeron:ipc", 1, 0, 0, 0, "n".repeat(129)));
        assertEquals(ResultCode.TOO_LARGE.value(), refused().code());
        rig.ask(request(Protocol.VERSION, "aeron:ipc", 1, 0, 0, 0, "a\nb"));
        assertEquals(ResultCode.INVALID_ARGUMENT.value(), refused().code());
        rig.ask(request(0, 0, -1));
        assertEquals(ResultCode.INVALID_ARGUMENT.value(), refused().code());
        rig.access = Authenticator.Access.REFUSED;
        rig.ask(request(0, 0, 0));
        assertEquals(ResultCode.UNAUTHENTICATED.value(), refused().code());
        assertEquals(5, rig.counters.get(NetworkCounter.CONNECTS_REFUSED));
        assertEquals(0, rig.sessions.table().size());
    }

    @Test
    void shouldNotAnswerWhenTheResponseChannelIsNotUsable() {
        rig.ask(request(Protocol.VERSION, "aeron:ipc?term-length=1g", 1, 0, 0, 0, "x"));
        rig.ask(request(Protocol.VERSION, "aeron:ipc", 0, 0, 0, 0, "x"));
        assertEquals(0, rig.publications.added());
        rig.publications.refused(true);
        rig.ask(request(0, 0, 0));
        assertEquals(3, rig.counters.get(NetworkCounter.CONNECTS_DROPPED));
    }

    @Test
    void shouldNameTheBoundWhenAllSessionsAreTaken() {
        for (int i = 0; i < SessionRig.MAX_SESSIONS; i++) {
            rig.connect();
        }
        rig.ask(request(0, 0, 0));
        assertEquals(ResultCode.OVERLOADED.value(), refused().code());
        assertEquals(1000, refused().retryAfterMs());
        assertEquals("all sessions of ringmaster.session.max = 4 are taken", refused().text());
    }

    @Test
    void shouldCountWaitingRequestsWhenTheLimitIsNear() {
        rig.publications.available(false);
        final FakeStream[] streams = new FakeStream[SessionRig.MAX_SESSIONS + 2];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = rig.ask(request(0, 0, 0));
        }
        rig.publications.available(true);
        rig.advanceMs(1);
        assertEquals(SessionRig.MAX_SESSIONS, rig.sessions.table().size());
        assertEquals(2, rig.counters.get(NetworkCounter.CONNECTS_REFUSED));
    }

    @Test
    void shouldDropRequestsWhenTooManyAreRefusedAtATime() {
        rig.publications.available(false);
        for (int i = 0; i < ConnectDesk.MAX_PENDING_REFUSALS + 3; i++) {
            rig.ask(request(0, "aeron:ipc", 1, 0, 0, 0, "x"));
        }
        assertEquals(ConnectDesk.MAX_PENDING_REFUSALS, rig.publications.added());
        assertEquals(3, rig.counters.get(NetworkCounter.CONNECTS_DROPPED));
        rig.publications.available(true);
        rig.advanceMs(1);
        for (int i = 0; i < 100; i++) {
            rig.ask(request(0, "aeron:ipc", 1, 0, 0, 0, "x"));
        }
        assertEquals(ConnectDesk.MAX_REFUSALS_PER_SECOND, rig.publications.added());
        rig.advanceMs(1_001);
        rig.ask(request(0, "aeron:ipc", 1, 0, 0, 0, "x"));
        assertEquals(ConnectDesk.MAX_REFUSALS_PER_SECOND + 1, rig.publications.added());
    }

    @Test
    void shouldKeepTheSessionWhenItComesBackWithItsToken() {
        final Session session = rig.connect();
        final FakePublication old = rig.publications.last();
        drain(rig.coordination);
        ((FakeStream) session.stream).close();
        rig.advanceMs(10);
        assertFalse(session.isActive());
        assertTrue(old.isClosed());
        assertEquals(List.of(DETACHED), drain(rig.coordination));
        final FakeStream back = rig.ask(request(session.sessionId(), session.token, 17));
        assertSame(session, back.session());
        assertTrue(session.isActive());
        assertEquals(1, Answers.connected(rig.publications.last().messages()).resumed());
        assertEquals(session.sessionId(), Answers.connected(rig.publications.last().messages()).sessionId());
        final long[] last = new long[1];
        rig.coordination.poll((buffer, offset, length, enqueuedNs) -> {
            final SessionUpCommandDecoder up = new SessionUpCommandDecoder().wrapAndApplyHeader(
                buffer, offset, new MessageHeaderDecoder());
            assertEquals(1, up.resumed());
            last[0] = up.lastResultSequence();
        }, 10);
        assertEquals(17, last[0]);
        assertEquals(1, rig.sessions.table().size());
    }

    @Test
    void shouldMoveTheSessionWhenTheClientIsBackBeforeItsLossWasNoticed() {
        final Session session = rig.connect();
        final FakePublication old = rig.publications.last();
        final ClientStream oldStream = session.stream;
        final FakeStream back = rig.ask(request(session.sessionId(), session.token, 0));
        assertSame(session, back.session());
        assertNull(oldStream.session());
        assertTrue(old.isClosed());
        assertFalse(rig.publications.last().isClosed());
        ((FakeStream) oldStream).close();
        rig.advanceMs(10);
        assertTrue(session.isActive(), "the end of the old stream is nothing to it");
    }

    @Test
    void shouldOpenANewSessionWhenTheTokenIsWrong() {
        final Session session = rig.connect();
        final FakeStream back = rig.ask(request(session.sessionId(), session.token + 1, 0));
        assertNotSame(session, back.session());
        assertEquals(0, Answers.connected(rig.publications.last().messages()).resumed());
        assertTrue(session.isActive());
    }

    @Test
    void shouldSayWhyTheOldSessionEndedWhenThereIsNoRoomForANewOne() {
        final Session session = rig.connect();
        rig.sessions.onCloseRequest(session);
        for (int i = 0; i < SessionRig.MAX_SESSIONS; i++) {
            drain(rig.coordination);
            rig.connect();
        }
        rig.ask(request(session.sessionId(), session.token, 0));
        assertEquals("all sessions of ringmaster.session.max = 4 are taken; session 100 ended: OK, closed by the client",
            refused().text());
    }

    @Test
    void shouldCloseTheSessionWhenNothingCameForItsTimeOut() {
        final Session session = rig.connect();
        drain(rig.coordination);
        rig.advanceMs(9_999);
        assertTrue(session.isActive());
        rig.advanceMs(20);
        assertTrue(session.isClosed());
        assertEquals(ResultCode.SESSION_CLOSED.value(), Answers.sessionClosed(rig.publications.last().messages()).code());
        assertEquals(List.of(CLOSED), drain(rig.coordination));
        assertEquals(List.of(RELEASE), drain(rig.partitions[0]));
        assertEquals(List.of(RELEASE), drain(rig.partitions[1]));
        assertEquals(1, rig.counters.get(NetworkCounter.SESSIONS_TIMED_OUT));
        assertEquals("SESSION_CLOSED, nothing came for 10019 ms, the session time-out is 10000 ms",
            rig.sessions.closedReason(session.sessionId()));
    }

    @Test
    void shouldCloseADetachedSessionWhenItDoesNotComeBack() {
        final Session session = rig.connect();
        ((FakeStream) session.stream).close();
        rig.advanceMs(10);
        rig.advanceMs(9_000);
        assertFalse(session.isClosed());
        rig.advanceMs(1_000);
        assertTrue(session.isClosed());
        assertEquals(List.of(UP, DETACHED, CLOSED), drain(rig.coordination));
    }

    @Test
    void shouldNotHoldAPauseOfTheServerAgainstTheClientWhenFramesWait() {
        final Session session = rig.connect();
        rig.nowNs += 15_000 * SessionRig.MS;
        rig.sessions.nowNs(rig.nowNs);
        rig.sessions.doWork(false);
        assertTrue(session.isActive());
        session.onReceived(rig.nowNs);
        rig.advanceMs(20);
        assertTrue(session.isActive());
        rig.nowNs += 20_001 * SessionRig.MS;
        rig.sessions.nowNs(rig.nowNs);
        rig.sessions.doWork(false);
        assertTrue(session.isClosed(), "but not for ever");
    }

    @Test
    void shouldSendKeepAlivesWhenNothingElseIsSent() {
        final Session session = rig.connect();
        final FakePublication publication = rig.publications.last();
        publication.clear();
        for (int i = 0; i < 20; i++) {
            rig.advanceMs(100);
            session.onReceived(rig.nowNs);
        }
        assertEquals(4, publication.messages().size());
        assertEquals(KeepAliveDecoder.TEMPLATE_ID, Answers.template(publication.messages().get(0)));
        publication.clear();
        for (int i = 0; i < 20; i++) {
            rig.advanceMs(100);
            session.onReceived(rig.nowNs);
            rig.sessions.proxy().reply(session, 1, ResultCode.OK, 0);
        }
        assertEquals(20, publication.messages().size(), "replies only");
    }

    @Test
    void shouldTellANewLoadStateWhileRepliesFlow() {
        final Session session = rig.connect();
        final FakePublication publication = rig.publications.last();
        publication.clear();
        for (final int state : new int[] {1, 4, 4, 4, 1, 1}) {
            rig.sessions.loadState(state);
            rig.advanceMs(100);
            session.onReceived(rig.nowNs);
            rig.sessions.proxy().reply(session, 1, ResultCode.OK, 0);
        }
        assertEquals(List.of(4, 1), publication.messages().stream()
            .filter(message -> Answers.template(message) == KeepAliveDecoder.TEMPLATE_ID)
            .map(Answers::loadState).collect(Collectors.toList()));
    }

    @Test
    void shouldTellEverybodyLaterWhenRingsWereFull() {
        final Session session = rig.connect();
        drain(rig.coordination);
        SessionRig.fill(rig.coordination);
        SessionRig.fill(rig.partitions[1]);
        rig.sessions.onCloseRequest(session);
        assertEquals(List.of(RELEASE), drain(rig.partitions[0]));
        rig.advanceMs(10);
        drain(rig.coordination);
        rig.advanceMs(10);
        assertEquals(List.of(CLOSED), drain(rig.coordination));
        drain(rig.partitions[1]);
        rig.advanceMs(10);
        assertEquals(List.of(RELEASE), drain(rig.partitions[1]));
        rig.advanceMs(10);
        assertTrue(drain(rig.coordination).isEmpty() && drain(rig.partitions[0]).isEmpty());
    }

    @Test
    void shouldHoldConnectedBackWhenTheCoordinatorCannotBeTold() {
        SessionRig.fill(rig.coordination);
        final FakeStream stream = rig.ask(request(0, 0, 0));
        assertNull(stream.session());
        drain(rig.coordination);
        rig.advanceMs(1);
        assertTrue(stream.session().isActive());
        assertEquals(List.of(UP), drain(rig.coordination));
    }

    @Test
    void shouldNotReportALossWhenTheClientIsBackBeforeTheRingHadRoom() {
        final Session session = rig.connect();
        drain(rig.coordination);
        SessionRig.fill(rig.coordination);
        ((FakeStream) session.stream).close();
        rig.advanceMs(10);
        drain(rig.coordination);
        rig.ask(request(session.sessionId(), session.token, 0));
        rig.advanceMs(20);
        final List<Integer> commands = drain(rig.coordination);
        assertEquals(UP, commands.get(commands.size() - 1), "the last word is that it is up");
    }

    @Test
    void shouldRefuseNewSessionsWhenClosedOnesAreStillToBeReported() {
        SessionRig.fill(rig.partitions[0]);
        for (int i = 0; i < SessionRig.MAX_SESSIONS; i++) {
            rig.sessions.onCloseRequest(rig.connect());
            drain(rig.coordination);
            drain(rig.partitions[1]);
        }
        rig.ask(request(0, 0, 0));
        assertEquals(ResultCode.OVERLOADED.value(), refused().code());
        drain(rig.partitions[0]);
        rig.advanceMs(10);
        assertTrue(rig.connect().isActive());
    }

    @Test
    void shouldDetachWhenTheClientStopsListening() {
        final Session session = rig.connect();
        rig.publications.last().refusal(Publication.NOT_CONNECTED);
        rig.sessions.proxy().reply(session, 1, ResultCode.OK, 0);
        assertFalse(session.isActive());
        assertEquals(List.of(UP, DETACHED), drain(rig.coordination));
        assertEquals(1, rig.counters.get(NetworkCounter.MESSAGES_DROPPED));
    }

    @Test
    void shouldTellClientsWhenTheServerStops() {
        rig.connect();
        rig.sessions.closeAll("the server stops");
        assertEquals("the server stops", Answers.sessionClosed(rig.publications.last().messages()).text());
        assertEquals(0, rig.sessions.table().size());
    }

    @Test
    void shouldUseBuffersAgainWhenSessionsComeAndGo() {
        final Session first = rig.connect();
        rig.sessions.onCloseRequest(first);
        drain(rig.coordination);
        assertSame(first.pending, rig.connect().pending);
    }
}
