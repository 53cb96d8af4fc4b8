package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.server.codec.MessageHeaderDecoder;
import io.ringmaster.server.codec.RegisterCommandDecoder;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Frames of clients that know version 1 of the schema, and frames that claim a version and lack what it has. */
class OldVersionFramesTest {
    private final IngressRig rig = IngressRig.connected();

    @AfterEach
    void noErrors() {
        assertEquals(List.of(), rig.errors);
    }

    private void assertMalformed(final UnsafeBuffer frame) {
        final long before = rig.count(NetworkCounter.MALFORMED_FRAMES);
        rig.on(frame);
        assertEquals(before + 1, rig.count(NetworkCounter.MALFORMED_FRAMES));
        assertTrue(rig.drainPartitions().isEmpty());
    }

    private static UnsafeBuffer withVersion(final UnsafeBuffer frame, final int version) {
        new MessageHeaderEncoder().wrap(frame, 0).version(version);
        return frame;
    }

    @Test
    void shouldRegisterWithoutAttributesWhenTheFrameIsOfVersion1() {
        rig.on(Frames.version1(Frames.register(rig.sessionId, 5, "ns", "a", "x", 9, r -> { }), 0, 1));
        final RegisterCommandDecoder command =
            new RegisterCommandDecoder().wrapAndApplyHeader(rig.drainPartitions().get(0), 0, new MessageHeaderDecoder());
        assertEquals(0, command.attributes().present());
        assertEquals("ns", command.namespaceName());
        assertEquals("a", command.name());
        assertEquals(9, command.metadataLength());
    }

    @Test
    void shouldAnswerTheQueryWhenTheFrameIsOfVersion1() {
        rig.register("default", "a", "x", 0);
        rig.register("default", "b", "y", 0);
        rig.on(Frames.version1(Frames.query(rig.sessionId, 8, 0, 10, 0, "default", "x"), 2, 4));
        final QueryReplyDecoder reply = new QueryReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), QueryReplyDecoder.TEMPLATE_ID), 0,
            new io.ringmaster.protocol.codec.MessageHeaderDecoder());
        assertEquals(1, reply.records().count());
    }

    @Test
    void shouldTakeTheKeepAliveWhenTheFrameIsOfVersion1() {
        rig.on(Frames.version1(Frames.keepAlive(rig.sessionId, 3), 1, 0));
        assertEquals(1, rig.drain(rig.coordination).size());
    }

    @Test
    void shouldTakeTheFrameWhenItIsOfALaterVersion() {
        rig.on(withVersion(Frames.register(rig.sessionId, 5, "ns", "a", "x", 9, "zone=eu"), 3));
        assertEquals(1, rig.drainPartitions().size());
    }

    @Test
    void shouldRefuseTheFrameWhenItLacksWhatItsVersionHas() {
        assertMalformed(withVersion(
            Frames.version1(Frames.register(rig.sessionId, 5, "ns", "a", "x", 9, r -> { }), 0, 1), 2));
        assertMalformed(withVersion(Frames.version1(Frames.query(rig.sessionId, 8, 0, 10, 0, "", "x"), 2, 4), 2));
        assertMalformed(withVersion(Frames.version1(Frames.keepAlive(rig.sessionId, 3), 1, 0), 2));
    }

    @Test
    void shouldRefuseTheFrameWhenItsMessageIsNewerThanItsVersion() {
        assertMalformed(withVersion(Frames.update(rig.sessionId, 5, 0, 1, "ns", "a", "", 3, ""), 1));
        assertMalformed(withVersion(Frames.registerBatch(rig.sessionId, 5, 0, "ns", "a"), 1));
    }

    @Test
    void shouldRefuseTheFrameWhenItIsCutAnywhere() {
        final List<UnsafeBuffer> frames = List.of(
            Frames.update(rig.sessionId, 5, 0, 1, "ns", "a", "x", 3, "zone=eu"),
            Frames.registerBatch(rig.sessionId, 5, 0, "ns", "a", "b"),
            Frames.dropNamespace(rig.sessionId, 5, 0, "ns"),
            Frames.register(rig.sessionId, 5, "ns", "a", "x", 3, "zone=eu"),
            Frames.query(rig.sessionId, 5, "ns", "x", "y", "a", "zone=eu", 0),
            Frames.watch(rig.sessionId, 5, 6),
            Frames.registryStats(rig.sessionId, 5, 0));
        for (final UnsafeBuffer frame : frames) {
            for (int length = 0; length < frame.capacity(); length++) {
                final UnsafeBuffer cut = new UnsafeBuffer(new byte[length]);
                cut.putBytes(0, frame, 0, length);
                assertMalformed(cut);
            }
        }
        assertTrue(rig.watches.messages.isEmpty());
    }
}
