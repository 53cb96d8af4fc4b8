package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.aeron.logbuffer.ControlledFragmentHandler.Action;
import io.ringmaster.server.session.FakePublication;
import io.ringmaster.server.session.FakeStream;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import io.ringmaster.server.session.Session;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Changed and cut frames of every kind: no exception, each one counted or answered or forwarded, nothing stuck. */
class IngressFuzzTest {
    private static final int ROUNDS = 200_000;

    private final IngressRig rig = IngressRig.connected();
    private FakeStream stream = rig.stream;

    @Test
    void shouldCountOrAnswerEveryFrameWhenFramesAreChangedAtRandom() {
        final long seed = System.nanoTime();
        System.out.println("IngressFuzzTest seed " + seed);
        final Random random = new Random(seed);
        rig.register("default", "a", "x,y", 100);
        for (int round = 0; round < ROUNDS; round++) {
            reconnectIfClosed();
            final List<UnsafeBuffer> frames = frames(stream.session().sessionId());
            final UnsafeBuffer frame = changed(frames.get(random.nextInt(frames.size())), random);
            final long outcomes = outcomes();
            final long framesBefore = rig.count(NetworkCounter.FRAMES);
            rig.publications.last().clear();
            // The frame lies between bytes that must not be read: they are another message's.
            final UnsafeBuffer surrounded = new UnsafeBuffer(new byte[frame.capacity() + 64]);
            surrounded.setMemory(0, surrounded.capacity(), (byte) 0x7F);
            surrounded.putBytes(32, frame, 0, frame.capacity());
            rig.sessions.nowNs(rig.nowNs);
            rig.adapter.onCycleStart(rig.nowNs);
            final String where = "seed " + seed + " round " + round;
            assertEquals(Action.CONTINUE, rig.adapter.onFrame(surrounded, 32, frame.capacity(), stream), where);
            assertEquals(framesBefore + 1, rig.count(NetworkCounter.FRAMES), where);
            assertTrue(rig.errors.isEmpty(), () -> where + " " + rig.errors);
            assertTrue(outcomes() > outcomes || isKeepAlive(frame), where + ": neither counted nor answered nor forwarded");
            rig.drain(rig.coordination);
            rig.drainPartitions();
        }
        assertTrue(rig.count(NetworkCounter.MALFORMED_FRAMES) > ROUNDS / 10, "the changes do hit the structure");
        assertEquals(0, rig.count(NetworkCounter.FAILED_FRAMES));
    }

    /** What a frame can cause. */
    private long outcomes() {
        final FakePublication publication = rig.publications.last();
        return rig.count(NetworkCounter.MALFORMED_FRAMES) + rig.count(NetworkCounter.UNKNOWN_SESSION_FRAMES) +
            rig.count(NetworkCounter.CONNECTS_REFUSED) + rig.count(NetworkCounter.SESSIONS_CLOSED) + publication.sent() +
            rig.coordination.counters().enqueued() + rig.partitionRings[0].counters().enqueued() +
            rig.partitionRings[1].counters().enqueued() + rig.watches.messages.size();
    }

    /** Acknowledgements that do not advance, and heartbeats without parts, only keep the session alive. */
    private static boolean isKeepAlive(final UnsafeBuffer frame) {
        final int templateId = IngressRig.template(frame);
        return templateId == 2 || templateId == 22 || templateId == 12;
    }

    private void reconnectIfClosed() {
        final Session session = stream.session();
        if (session == null || !session.isActive()) {
            stream = new FakeStream();
            rig.connect(stream);
        }
    }

    private static UnsafeBuffer changed(final UnsafeBuffer frame, final Random random) {
        final int cut = random.nextInt(4) == 0 ? random.nextInt(frame.capacity() + 1) : frame.capacity();
        final UnsafeBuffer changed = new UnsafeBuffer(new byte[cut]);
        changed.putBytes(0, frame, 0, cut);
        for (int i = random.nextInt(4); i > 0 && cut > 0; i--) {
            final int offset = random.nextInt(cut);
            switch (random.nextInt(4)) {
                case 0 -> changed.putByte(offset, (byte) random.nextInt());
                case 1 -> changed.putByte(offset, (byte) 0xFF);
                case 2 -> changed.putByte(offset, (byte) 0);
                default -> {
                    if (offset + Integer.BYTES <= cut) {
                        changed.putInt(offset, random.nextBoolean() ? random.nextInt() : random.nextInt(300));
                    }
                }
            }
        }
        return changed;
    }

    private static List<UnsafeBuffer> frames(final long sessionId) {
        return List.of(
            Frames.connect(1, 2001, 0, 0),
            Frames.keepAlive(sessionId, 3),
            Frames.close(sessionId),
            Frames.register(sessionId, 5, "ns", "a", "x,y", 20, r -> { }),
            Frames.unregister(sessionId, 5, "ns", "a"),
            Frames.heartbeat(sessionId, new long[] {1, 2, 3}, 1, 2, 4),
            Frames.lookup(sessionId, 5, "", "a"),
            Frames.lookupBatch(sessionId, 5, "", "a", "b", "c"),
            Frames.query(sessionId, 5, 0, 10, 0, "", "x"),
            Frames.submit(sessionId, 9, 3, "x,y", "kind", 40, t -> { }),
            Frames.cancel(sessionId, 5, 6, -1),
            Frames.resultAck(sessionId, 3),
            Frames.taskRefused(sessionId, 5, 6),
            Frames.taskCompleted(sessionId, 5, 0, 6, 30),
            Frames.register(sessionId, 5, "ns", "a", "x,y", 20, "zone=eu,memory-mb=7"),
            Frames.update(sessionId, 5, 3, 15 - 4, "ns", "a", "x", 20, "zone=,memory-mb=7"),
            Frames.registerBatch(sessionId, 5, 0, "ns", "a", "b", "c"),
            Frames.dropNamespace(sessionId, 5, 100, "ns"),
            Frames.query(sessionId, 5, "ns", "x,z", "y", "a", "memory-mb>=7", 0),
            Frames.version1(Frames.query(sessionId, 5, 0, 10, 0, "", "x"), 2, 4),
            Frames.version1(Frames.register(sessionId, 5, "ns", "a", "x,y", 20, r -> { }), 0, 1),
            Frames.registryStats(sessionId, 5, 0),
            Frames.watch(sessionId, 5, 6),
            Frames.unwatch(sessionId, 5, 6),
            Frames.watchAck(sessionId, 6, 7));
    }
}
