package io.ringmaster.client;

import io.ringmaster.protocol.Protocol;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Which records a client's heartbeats name, and in which order; what is registered again, and what the answers mean. */
class RegistrationKeeperTest {
    private static final int LEASE_MS = 300_000;

    /** Takes two agents in a frame, and as many frames as there is room for. */
    private static final class Frames extends HeartbeatWriter {
        private final List<List<Long>> sent = new ArrayList<>();
        private List<Long> frame = new ArrayList<>();
        private int room;

        Frames() {
            super(null);
        }

        @Override
        void beginAgents() {
            frame = new ArrayList<>();
        }

        @Override
        void agent(final long agentId, final byte readiness, final int inFlight, final long estimatedWaitNs) {
            frame.add(agentId);
        }

        @Override
        boolean isFull() {
            return frame.size() == 2;
        }

        @Override
        boolean send() {
            if (room == 0) {
                return false;
            }
            room--;
            sent.add(frame);
            return true;
        }
    }

    private final Frames frames = new Frames();
    private final RegistrationKeeper keeper = new RegistrationKeeper(frames);

    RegistrationKeeperTest() {
        for (int i = 1; i <= 5; i++) {
            keeper.add(new RegistrationRequest().name("service" + i), i, LEASE_MS, 1);
        }
    }

    private List<List<Long>> tick(final int room) {
        frames.room = room;
        frames.sent.clear();
        keeper.tick(1);
        return List.copyOf(frames.sent);
    }

    private List<String> due() {
        return keeper.due(1).stream().map(RegistrationRequest::name).toList();
    }

    @Test
    void shouldHoldRecordBackWhileWriteOfTheUserIsOpen() {
        keeper.writeOpened("", "service1");
        keeper.writeOpened(Protocol.DEFAULT_NAMESPACE, "service1");
        keeper.lost(1);
        keeper.lost(2);
        assertEquals(List.of("service2"), due());
        keeper.writeEnded("", "service1");
        assertEquals(List.of(), due());
        keeper.writeEnded("", "service1");
        assertEquals(List.of("service1"), due());
        assertEquals(List.of(), due());
    }

    @Test
    void shouldNotRegisterAgainWhenWriteOfTheUserWasAcknowledged() {
        keeper.writeOpened("", "service1");
        keeper.writeOpened("", "service2");
        keeper.lost(1);
        keeper.lost(2);
        assertEquals(List.of(), due());
        keeper.add(new RegistrationRequest().name("service1"), 11, LEASE_MS, 1);
        keeper.writeEnded("", "service1");
        keeper.remove(new Call.Key("", "service2"));
        keeper.writeEnded("", "service2");
        assertEquals(List.of(), due());
    }

    @Test
    void shouldIgnoreAnswerOfRepeatedRegistrationWhenTheUserHasWrittenSince() {
        keeper.lostAll();
        final List<RegistrationRequest> again = keeper.due(1);
        assertEquals(5, again.size());
        keeper.add(new RegistrationRequest().name("service1"), 11, LEASE_MS, 1);
        keeper.remove(new Call.Key("", "service2"));
        keeper.update(new UpdateRequest().name("service3").metadata("new".getBytes()));
        for (int i = 0; i < again.size(); i++) {
            keeper.addAgain(again.get(i), 21 + i, LEASE_MS, 1);
        }
        keeper.lostSome();
        assertEquals(List.of(List.of(11L, 25L), List.of(24L)), tick(10));
        final List<RegistrationRequest> updated = keeper.due(1);
        assertEquals(1, updated.size());
        assertEquals("new", new String(updated.get(0).metadata()));
        keeper.addAgain(updated.get(0), 33, LEASE_MS, 1);
        keeper.lostSome();
        assertEquals(List.of(List.of(11L, 25L), List.of(33L, 24L)), tick(10));
    }

    @Test
    void shouldNotAskTwiceWhenSessionIsLostBeforeTheAnswer() {
        keeper.lostAll();
        final List<RegistrationRequest> again = keeper.due(1);
        assertEquals(5, again.size());
        keeper.lostAll();
        assertEquals(List.of(), due());
        keeper.failed(again.get(1), 1);
        assertEquals(List.of("service2"),
            keeper.due(1 + TimeUnit.SECONDS.toNanos(1)).stream().map(RegistrationRequest::name).toList());
    }

    @Test
    void shouldForgetWhatWasKeptWhenItIsRegisteredWithoutRenewal() {
        keeper.add(new RegistrationRequest().name("service1").renew(false), 1, LEASE_MS, 1);
        keeper.lostSome();
        assertEquals(List.of(List.of(5L, 2L), List.of(3L, 4L)), tick(10));
        keeper.lostAll();
        assertEquals(List.of("service5", "service2", "service3", "service4"), due());
    }

    @Test
    void shouldEndTheSweepUnderWayBeforeTheNextOneWhenLossesAreNotNamed() {
        assertEquals(List.of(), tick(10));
        keeper.lostSome();
        assertEquals(List.of(List.of(1L, 2L)), tick(1));
        keeper.lostSome();
        keeper.lostSome();
        assertEquals(List.of(List.of(3L, 4L)), tick(1));
        keeper.lostSome();
        assertEquals(List.of(List.of(5L), List.of(1L, 2L), List.of(3L, 4L), List.of(5L)), tick(10));
        assertEquals(List.of(), tick(10));
    }
}
