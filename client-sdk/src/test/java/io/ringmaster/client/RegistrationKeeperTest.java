package io.ringmaster.client;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Which records a client's heartbeats name, and in which order. */
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
