package io.ringmaster.server.egress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.AgentLostEncoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.TaskResultEncoder;
import io.aeron.Publication;
import io.ringmaster.server.session.FakePublication;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import io.ringmaster.server.session.SessionRig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class EgressRoleTest {
    private static final int LENGTH = 1000;

    private final SessionRig rig = new SessionRig();
    private final EgressProxy proxy = new EgressProxy(64 * 1024, 4096, rig.counters);
    private final EgressRole role = new EgressRole(proxy, rig.sessions, rig.counters);
    private long nowNs = 1_000_000_000L;

    private boolean put(final Session session, final int value) {
        final int index = proxy.tryClaim(session.sessionId(), LENGTH);
        if (index < 0) {
            return false;
        }
        proxy.buffer().putInt(index, value);
        proxy.commit(index);
        return true;
    }

    private FakePublication connect() {
        rig.connect();
        final FakePublication publication = rig.publications.last();
        publication.clear();
        return publication;
    }

    private static void assertNumbered(final FakePublication publication, final int count) {
        assertEquals(count, publication.messages().size());
        for (int i = 0; i < count; i++) {
            assertEquals(i, publication.messages().get(i).getInt(0));
            assertEquals(LENGTH, publication.messages().get(i).capacity());
        }
    }

    @Test
    void shouldDeliverInOrderWhenTheClientReads() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        for (int i = 0; i < 10; i++) {
            assertTrue(put(session, i));
        }
        assertTrue(role.doWork(nowNs) > 0);
        assertNumbered(publication, 10);
        assertEquals(0, proxy.size());
        assertEquals(0, role.doWork(nowNs), "no work, no work reported");
    }

    @Test
    void shouldDropWhatIsSentAgainUntilTheCoordinatorHasHeardOfTheReattach() {
        connect();
        final Session session = rig.sessions.table().find(100);
        rig.comeBack(session);
        assertTrue(session.isActive() && session.awaitsResumeMark());
        final FakePublication publication = rig.publications.last();
        publication.clear();
        putResult(session, 4);
        assertTrue(put(session, 0));
        proxy.markResumed(session.sessionId());
        putResult(session, 1);
        role.doWork(nowNs);
        assertEquals(2, publication.messages().size(), "the old result is dropped, the reply is not");
        assertEquals(0, publication.messages().get(0).getInt(0));
        final TaskResultDecoder result = new TaskResultDecoder().wrapAndApplyHeader(
            publication.messages().get(1), 0, new MessageHeaderDecoder());
        assertEquals(1, result.resultSequence());
    }

    private void putResult(final Session session, final long sequence) {
        final TaskResultEncoder encoder = new TaskResultEncoder();
        final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
        encoder.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder()).resultSequence(sequence);
        encoder.putResult(new byte[0], 0, 0);
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
        final int index = proxy.tryClaim(session.sessionId(), length);
        proxy.buffer().putBytes(index, message, 0, length);
        proxy.commit(index);
    }

    @Test
    void shouldKeepOrderWhenTheClientReadsNowAndThen() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        for (int i = 0; i < 40; i++) {
            publication.room(i % 7 == 0 ? 2 : 0);
            assertTrue(put(session, i));
            role.doWork(nowNs);
        }
        publication.room(Integer.MAX_VALUE);
        role.doWork(nowNs);
        assertNumbered(publication, 40);
        assertTrue(rig.counters.get(NetworkCounter.MESSAGES_PENDED) > 0);
    }

    @Test
    void shouldSendAtOnceWhenATermIsRotated() {
        final FakePublication publication = connect();
        publication.refusal(Publication.ADMIN_ACTION);
        put(rig.sessions.table().find(100), 0);
        role.doWork(nowNs);
        publication.refusal(0);
        role.doWork(nowNs);
        assertNumbered(publication, 1);
    }

    @Test
    void shouldDisconnectTheSlowClientOnlyWhenItsBufferIsFull() {
        final FakePublication slow = connect();
        final FakePublication quick = connect();
        final Session slowSession = rig.sessions.table().find(100);
        final Session quickSession = rig.sessions.table().find(101);
        slow.room(0);
        int sent = 0;
        for (; slowSession.isActive() && sent < 200; sent++) {
            assertTrue(put(slowSession, sent));
            assertTrue(put(quickSession, sent));
            role.doWork(nowNs);
            assertEquals(sent + 1, quick.messages().size(), "never delayed by the slow one");
        }
        assertTrue(sent > 100 && sent < 140, "128 KiB of pending messages: " + sent);
        assertTrue(slowSession.isClosed());
        assertTrue(slow.isClosed());
        assertEquals(1, rig.counters.get(NetworkCounter.SLOW_CLIENTS));
        assertTrue(rig.sessions.closedReason(100).startsWith("SLOW_CLIENT, "), rig.sessions.closedReason(100));
        put(slowSession, 0);
        role.doWork(nowNs);
        assertTrue(quickSession.isActive());
    }

    @Test
    void shouldDisconnectTheSlowClientWhenItsOldestMessageWaitedTooLong() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.room(0);
        put(session, 0);
        role.doWork(nowNs);
        nowNs += 4_000 * SessionRig.MS;
        put(session, 1);
        role.doWork(nowNs);
        assertTrue(session.isActive());
        publication.room(1);
        nowNs += 900 * SessionRig.MS;
        role.doWork(nowNs);
        nowNs += 900 * SessionRig.MS;
        role.doWork(nowNs);
        assertTrue(session.isActive(), "the first one was read, the second one is young");
        nowNs += 5_000 * SessionRig.MS;
        role.doWork(nowNs);
        assertTrue(session.isClosed());
    }

    @Test
    void shouldDropMessagesWhenTheSessionIsDetachedOrUnknown() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.refusal(Publication.CLOSED);
        put(session, 0);
        put(session, 1);
        final int index = proxy.tryClaim(999, LENGTH);
        proxy.commit(index);
        role.doWork(nowNs);
        assertFalse(session.isActive());
        assertFalse(session.isClosed());
        assertEquals(3, rig.counters.get(NetworkCounter.MESSAGES_DROPPED));
    }

    @Test
    void shouldDetachWhenAStreamHasUsedUpItsPositions() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.refusal(Publication.MAX_POSITION_EXCEEDED);
        put(session, 0);
        role.doWork(nowNs);
        assertFalse(session.isActive());
        assertTrue(publication.isClosed());
    }

    @Test
    void shouldSayThatThereIsNoRoomBeforeClaimsFail() {
        connect();
        final Session session = rig.sessions.table().find(100);
        int put = 0;
        while (proxy.hasRoom(LENGTH)) {
            assertTrue(put(session, put++));
        }
        assertTrue(put > 40, "most of the ring can be used: " + put);
        assertTrue(put(session, put), "the reserve is left");
        role.doWork(nowNs);
        assertTrue(proxy.hasRoom(1 << 20), "more than the ring holds: an empty ring is room enough");
        put(session, 0);
        assertFalse(proxy.hasRoom(1 << 20));
    }

    @Test
    void shouldFailTheClaimWhenTheRingIsFull() {
        connect();
        final Session session = rig.sessions.table().find(100);
        for (int i = 0; i < 100 && put(session, i); i++) {
            assertTrue(i < 99);
        }
        assertEquals(1, rig.counters.get(NetworkCounter.EGRESS_RING_FULL));
    }

    @Test
    void shouldSkipTheMessageWhenItsClaimWasAborted() {
        final FakePublication publication = connect();
        proxy.abort(proxy.tryClaim(100, LENGTH));
        put(rig.sessions.table().find(100), 0);
        role.doWork(nowNs);
        role.doWork(nowNs);
        assertNumbered(publication, 1);
    }

    @Test
    void shouldRefuseARingThatCannotTakeTheLongestMessage() {
        final IllegalArgumentException ex = assertThrows(
            IllegalArgumentException.class, () -> new EgressProxy(64 * 1024, 8185, rig.counters));
        assertEquals("ringmaster.egress.ring-bytes = 65536 takes messages of 8184 bytes, but the longest message has 8185",
            ex.getMessage());
    }

    @Test
    void shouldNotDisconnectForAMassOfLostAgentsAndTellTheNumberOfThoseLeftOut() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        final int losses = 10_000;
        publication.room(0);
        for (int i = 1; i <= losses; i++) {
            putLost(session, i, ResultCode.DEADLINE_EXCEEDED);
            role.doWork(nowNs);
        }
        assertTrue(session.isActive());
        assertEquals(0, rig.counters.get(NetworkCounter.SLOW_CLIENTS));
        final long leftOut = rig.counters.get(NetworkCounter.LOSSES_LEFT_OUT);
        assertTrue(leftOut > 0 && leftOut < losses, "left out " + leftOut);
        publication.room(Integer.MAX_VALUE);
        for (int i = 0; i < losses; i++) {
            role.doWork(nowNs);
        }
        final List<Long> named = new ArrayList<>();
        long counted = 0;
        for (final UnsafeBuffer message : publication.messages()) {
            final AgentLostDecoder lost = new AgentLostDecoder().wrapAndApplyHeader(message, 0, new MessageHeaderDecoder());
            assertEquals(ResultCode.DEADLINE_EXCEEDED.value(), lost.code());
            if (lost.agentId() == 0) {
                counted += lost.leftOut();
            } else {
                named.add(lost.agentId());
            }
        }
        assertEquals(LongStream.rangeClosed(1, losses - leftOut).boxed().toList(), named);
        assertEquals(leftOut, counted);
        putLost(session, 77, ResultCode.DEADLINE_EXCEEDED);
        publication.clear();
        role.doWork(nowNs);
        assertEquals(1, publication.messages().size(), "named again");
    }

    @Test
    void shouldTellOfAgentsLostWhileDetachedWhenTheSessionIsBack() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.refusal(Publication.CLOSED);
        put(session, 0);
        role.doWork(nowNs);
        assertFalse(session.isActive());
        putLost(session, 5, ResultCode.DEADLINE_EXCEEDED);
        putLost(session, 6, ResultCode.NOT_FOUND);
        role.doWork(nowNs);
        rig.comeBack(session);
        final List<UnsafeBuffer> messages = rig.publications.last().messages();
        final AgentLostDecoder lost = new AgentLostDecoder().wrapAndApplyHeader(
            messages.get(messages.size() - 1), 0, new MessageHeaderDecoder());
        assertEquals(0, lost.agentId());
        assertEquals(2, lost.leftOut());
    }

    @Test
    void shouldSendEachWithdrawalByAnAdministratorWhenTheClientIsSlow() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.room(0);
        for (int i = 0; i < 50; i++) {
            put(session, i);
        }
        putLost(session, 5, ResultCode.CANCELLED);
        putLost(session, 6, ResultCode.DEADLINE_EXCEEDED);
        role.doWork(nowNs);
        assertEquals(1, rig.counters.get(NetworkCounter.LOSSES_LEFT_OUT));
        publication.room(Integer.MAX_VALUE);
        role.doWork(nowNs);
        final UnsafeBuffer cancelled = publication.messages().get(50);
        assertEquals(5, new AgentLostDecoder().wrapAndApplyHeader(cancelled, 0, new MessageHeaderDecoder()).agentId());
        final UnsafeBuffer number = publication.messages().get(51);
        assertEquals(1, new AgentLostDecoder().wrapAndApplyHeader(number, 0, new MessageHeaderDecoder()).leftOut());
    }

    @Test
    void shouldTellOfLossesLeftOutAfterASecondWhenTheBacklogStands() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.room(0);
        backlog(session, 50);
        putLost(session, 6, ResultCode.DEADLINE_EXCEEDED);
        role.doWork(nowNs);
        assertEquals(1, rig.counters.get(NetworkCounter.LOSSES_LEFT_OUT));
        role.doWork(nowNs + 1_000_000_000L);
        assertEquals(50, rig.counters.get(NetworkCounter.MESSAGES_PENDED), "not yet");
        role.doWork(nowNs + 1_000_000_001L);
        assertEquals(51, rig.counters.get(NetworkCounter.MESSAGES_PENDED));
        role.doWork(nowNs + 1_000_000_002L);
        assertEquals(51, rig.counters.get(NetworkCounter.MESSAGES_PENDED), "told once");
        publication.room(Integer.MAX_VALUE);
        role.doWork(nowNs + 1_000_000_003L);
        final AgentLostDecoder lost = new AgentLostDecoder().wrapAndApplyHeader(
            publication.messages().get(50), 0, new MessageHeaderDecoder());
        assertEquals(1, lost.leftOut());
    }

    @Test
    void shouldNotTellOfLossesLeftOutWhenMoreThanThreeQuartersWait() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.room(0);
        final int waiting = backlog(session, 100);
        putLost(session, 6, ResultCode.DEADLINE_EXCEEDED);
        role.doWork(nowNs);
        role.doWork(nowNs + 1_000_000_001L);
        assertEquals(waiting, rig.counters.get(NetworkCounter.MESSAGES_PENDED));
        assertTrue(session.isActive());
    }

    @Test
    void shouldAnswerHeartbeatsOfLostAgentsWhileABacklogStands() {
        final FakePublication publication = connect();
        final Session session = rig.sessions.table().find(100);
        publication.room(0);
        final int waiting = backlog(session, 50);
        putLost(session, 6, ResultCode.DEADLINE_EXCEEDED);
        putLost(session, 6, ResultCode.NOT_FOUND);
        role.doWork(nowNs);
        assertEquals(1, rig.counters.get(NetworkCounter.LOSSES_LEFT_OUT));
        assertEquals(waiting + 1, rig.counters.get(NetworkCounter.MESSAGES_PENDED), "the answer to the heartbeat");
        backlog(session, 50);
        putLost(session, 7, ResultCode.NOT_FOUND);
        role.doWork(nowNs);
        assertEquals(2, rig.counters.get(NetworkCounter.LOSSES_LEFT_OUT), "more than three quarters wait");
        assertTrue(session.isActive());
    }

    private int backlog(final Session session, final int count) {
        for (int i = 0; i < count; i++) {
            assertTrue(put(session, i));
            role.doWork(nowNs);
        }
        return count;
    }

    private void putLost(final Session session, final long agentId, final ResultCode code) {
        final AgentLostEncoder encoder = new AgentLostEncoder();
        final UnsafeBuffer message = new UnsafeBuffer(new byte[256]);
        encoder.wrapAndApplyHeader(message, 0, new MessageHeaderEncoder()).agentId(agentId).code(code.value()).leftOut(0)
            .text("lease");
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength();
        final int index = proxy.tryClaim(session.sessionId(), length);
        proxy.buffer().putBytes(index, message, 0, length);
        proxy.commit(index);
    }
}
