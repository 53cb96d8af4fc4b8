package io.ringmaster.client;

import io.ringmaster.protocol.codec.AgentLostDecoder;
import io.ringmaster.protocol.codec.KeepAliveEncoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyEncoder;
import io.ringmaster.protocol.codec.MessageHeaderEncoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.Random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Frames of other schema versions, and frames that are nonsense. */
@Timeout(60)
class FrameAdapterTest {
    private static final int HEADER = MessageHeaderEncoder.ENCODED_LENGTH;

    @TempDir
    File dir;
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[512]);
    private FakeServer server;
    private ClientChannel channel;
    private long lastAgentId;
    private String lastCapabilities;
    private long lastCursor;
    private long lastCount;
    private String lastText;
    private long lastLostAgentId;
    private long lastLeftOut;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
        channel = ClientChannel.connect(new ClientChannel.Context().dir(dir.getPath()), new ClientListener() {
            @Override
            public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
                lastAgentId = reply.agentId();
                lastCapabilities = reply.capabilities();
            }

            @Override
            public void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
                lastCursor = reply.nextCursor();
                lastCount = reply.count();
                reply.records();
                lastText = reply.text();
            }

            @Override
            public void onAgentLost(final AgentLostDecoder lost) {
                lastLostAgentId = lost.agentId();
                lastLeftOut = lost.leftOut();
                lastText = lost.text();
            }
        });
    }

    @AfterEach
    void stop() {
        channel.close();
        server.close();
    }

    private int reply(final long correlationId, final long agentId) {
        final LookupReplyEncoder reply = new LookupReplyEncoder();
        reply.wrapAndApplyHeader(frame, 0, new MessageHeaderEncoder()).correlationId(correlationId).code(0).agentId(agentId)
            .capabilities("caps").putMetadata(new byte[0], 0, 0).attributes("");
        return reply.limit();
    }

    private void deliver(final UnsafeBuffer bytes, final int length) {
        server.execute(() -> server.send(server.session(channel.sessionId()), bytes, length));
    }

    private long lookup() {
        final UnsafeBuffer name = new UnsafeBuffer("silent".getBytes());
        return channel.sendLookup(name, 0, 0, name, 0, 6);
    }

    @Test
    void shouldDecodeFrameWhenNewerServerAppendedFields() {
        final long id = lookup();
        final int length = reply(id, 77);
        final int added = 16;
        final int block = LookupReplyDecoder.BLOCK_LENGTH;
        final UnsafeBuffer longer = new UnsafeBuffer(new byte[length + added]);
        longer.putBytes(0, frame, 0, HEADER + block);
        longer.putBytes(HEADER + block + added, frame, HEADER + block, length - HEADER - block);
        new MessageHeaderEncoder().wrap(longer, 0).blockLength(block + added).version(3);
        deliver(longer, length + added);
        Await.until("decoded", () -> lastAgentId == 77, () -> channel.poll(10));
        assertEquals("caps", lastCapabilities);
    }

    @Test
    void shouldDecodeFramesWhenServerIsOfVersionOne() {
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
        keepAlive.wrapAndApplyHeader(frame, 0, header).sessionId(channel.sessionId()).ackedResultSequence(0);
        header.wrap(frame, 0).blockLength(16).version(1);
        deliver(frame, HEADER + 16);
        final UnsafeBuffer name = new UnsafeBuffer("silent".getBytes());
        final long id = lookup();
        frame.setMemory(0, frame.capacity(), (byte) 0);
        header.wrap(frame, 0).blockLength(18).templateId(QueryReplyDecoder.TEMPLATE_ID).schemaId(1001).version(1);
        frame.putLong(HEADER, id);
        frame.putLong(HEADER + 10, 42);
        deliver(frame, HEADER + 18 + 4);
        Await.until("page", () -> lastCursor == 42, () -> channel.poll(10));
        assertEquals(QueryReplyDecoder.countNullValue(), lastCount);
        assertEquals("", lastText);
        final long other = channel.sendLookup(name, 0, 0, name, 0, 6);
        final LookupReplyEncoder reply = new LookupReplyEncoder();
        reply.wrapAndApplyHeader(frame, 0, header).correlationId(other).code(0).agentId(81).capabilities("caps")
            .putMetadata(new byte[0], 0, 0);
        header.wrap(frame, 0).version(1);
        deliver(frame, reply.limit());
        Await.until("record", () -> lastAgentId == 81, () -> channel.poll(10));
        assertEquals(0, channel.stats().malformed());
    }

    @Test
    void shouldDecodeAgentLostWhenItsBlockIsThatOfVersionOne() {
        for (int version = 1; version <= 3; version++) {
            frame.setMemory(0, frame.capacity(), (byte) 0);
            new MessageHeaderEncoder().wrap(frame, 0).blockLength(AgentLostDecoder.leftOutEncodingOffset())
                .templateId(AgentLostDecoder.TEMPLATE_ID).schemaId(1001).version(version);
            final int agentId = 50 + version;
            frame.putLong(HEADER, agentId);
            frame.putShort(HEADER + 8, (short) 3);
            frame.putShort(HEADER + 10, (short) 5);
            frame.putStringWithoutLengthAscii(HEADER + 12, "lease");
            deliver(frame, HEADER + 12 + 5);
            Await.until("version " + version, () -> lastLostAgentId == agentId, () -> channel.poll(10));
            assertEquals(AgentLostDecoder.leftOutNullValue(), lastLeftOut);
            assertEquals("lease", lastText);
        }
        assertEquals(0, channel.stats().malformed());
    }

    @Test
    void shouldCountMalformedWhenBlockIsShorterThanTheFirstVersions() {
        final long id = lookup();
        final int length = reply(id, 78);
        new MessageHeaderEncoder().wrap(frame, 0).blockLength(LookupReplyDecoder.BLOCK_LENGTH - 8).version(0);
        deliver(frame, length);
        Await.until("counted", () -> channel.stats().malformed() == 1, () -> channel.poll(10));
        assertEquals(0, lastAgentId);
        deliver(frame, reply(id, 79));
        Await.until("still waited for", () -> lastAgentId == 79, () -> channel.poll(10));
    }

    @Test
    void shouldSurviveWhenFramesAreRandomOrTruncated() {
        final long seed = System.nanoTime();
        System.out.println("FrameAdapterTest seed " + seed);
        final Random random = new Random(seed);
        final int[] templates = {2, 104, 110, 112, 113, 114, 115, 116, 117, 118, 120, 121, 130, 131, 132, 999};
        for (int i = 0; i < 500; i++) {
            final byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            final UnsafeBuffer nonsense = new UnsafeBuffer(bytes);
            if (bytes.length >= HEADER) {
                new MessageHeaderEncoder().wrap(nonsense, 0).templateId(templates[random.nextInt(templates.length)])
                    .schemaId(random.nextInt(10) == 0 ? 7 : 1001).blockLength(random.nextInt(100)).version(1 + random.nextInt(2));
            }
            deliver(nonsense, bytes.length);
            channel.poll(100);
        }
        final long id = lookup();
        deliver(frame, reply(id, 80));
        Await.until("still works", () -> lastAgentId == 80, () -> channel.poll(10));
        assertTrue(channel.stats().malformed() > 0);
    }
}
