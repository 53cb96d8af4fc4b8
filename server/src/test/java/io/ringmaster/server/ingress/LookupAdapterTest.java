package io.ringmaster.server.ingress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.aeron.Publication;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupBatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.ring.CommandHandler;
import io.ringmaster.server.session.Answers;
import io.ringmaster.server.session.Frames;
import io.ringmaster.server.session.NetworkCounter;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Answers in place. */
class LookupAdapterTest {
    private static final CommandHandler IGNORE = (buffer, offset, length, enqueuedNs) -> { };

    private final IngressRig rig = IngressRig.connected();
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();

    private LookupReplyDecoder lookup(final String name) {
        rig.on(Frames.lookup(rig.sessionId, 5, "", name));
        return new LookupReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), LookupReplyDecoder.TEMPLATE_ID), 0, header);
    }

    @Test
    void shouldAnswerWithTheRecordWhenItIsRegistered() {
        final long incarnation = rig.register("default", "a", "gpu,llm", 10);
        rig.nowNs += 1000 * IngressRig.MS;
        final LookupReplyDecoder reply = lookup("a");
        assertEquals(5, reply.correlationId());
        assertEquals(ResultCode.OK.value(), reply.code());
        assertEquals(incarnation, reply.agentId());
        assertEquals(rig.sessionId, reply.ownerSessionId());
        assertEquals(4, reply.capacity());
        assertEquals(2, reply.parallelism());
        assertEquals(4000, reply.leaseRemainingMs());
        assertEquals("gpu,llm", reply.capabilities());
        assertEquals(10, reply.metadataLength());
        assertEquals(1, rig.count(NetworkCounter.LOOKUP_HITS));
    }

    @Test
    void shouldAnswerNotFoundWhenThereIsNoRecord() {
        final LookupReplyDecoder reply = lookup("b");
        assertEquals(ResultCode.NOT_FOUND.value(), reply.code());
        assertEquals("", reply.capabilities());
        assertEquals(0, reply.metadataLength());
        assertEquals(1, rig.count(NetworkCounter.LOOKUP_MISSES));
    }

    @Test
    void shouldKeepTheAnswersInOrderWhenTheClientDoesNotRead() {
        rig.register("default", "a", "gpu", 10);
        rig.publication.refusal(Publication.BACK_PRESSURED);
        for (int i = 0; i < 10; i++) {
            rig.on(Frames.lookup(rig.sessionId, i, "", i % 2 == 0 ? "a" : "b"));
        }
        assertTrue(rig.publication.messages().isEmpty());
        rig.publication.refusal(0);
        rig.on(Frames.lookup(rig.sessionId, 10, "", "a"));
        assertTrue(rig.publication.messages().isEmpty(), "it goes behind what waits");
        rig.sessions.sender().flush();
        assertEquals(11, rig.publication.messages().size());
        for (int i = 0; i <= 10; i++) {
            final LookupReplyDecoder reply =
                new LookupReplyDecoder().wrapAndApplyHeader(rig.publication.messages().get(i), 0, header);
            assertEquals(i, reply.correlationId());
            assertEquals(i % 2 == 0 ? 0 : 1, reply.code());
        }
    }

    @Test
    void shouldAnswerEveryKeyWhenABatchIsLookedUp() {
        final long incarnation = rig.register("default", "a", "gpu", 10);
        rig.on(Frames.lookupBatch(rig.sessionId, 6, "", "a", "nobody", "bad name", "a"));
        final LookupBatchReplyDecoder reply = new LookupBatchReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), LookupBatchReplyDecoder.TEMPLATE_ID), 0, header);
        assertEquals(6, reply.correlationId());
        LookupBatchReplyDecoder.RecordsDecoder records = reply.records();
        final ResultCode[] codes =
            {ResultCode.OK, ResultCode.NOT_FOUND, ResultCode.INVALID_ARGUMENT, ResultCode.OK};
        assertEquals(codes.length, records.count());
        for (final ResultCode code : codes) {
            records = records.next();
            assertEquals(code.value(), records.code());
            assertEquals(code == ResultCode.OK ? incarnation : 0, records.agentId());
            assertEquals(code == ResultCode.OK ? 10 : 0, records.skipMetadata());
        }
    }

    @Test
    void shouldPageThroughAllRecordsWhenTheyDoNotFitOneMessage() {
        final Set<Long> expected = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            expected.add(rig.register("default", "agent-with-a-rather-long-name-" + i, i % 2 == 0 ? "x" : "x,y", 0));
        }
        final Set<Long> found = new HashSet<>();
        long cursor = 0;
        int pages = 0;
        do {
            rig.publication.clear();
            rig.on(Frames.query(rig.sessionId, 8, 1, 65_534, cursor, "default", "x"));
            final UnsafeBuffer message = Answers.last(rig.publication.messages(), QueryReplyDecoder.TEMPLATE_ID);
            assertTrue(message.capacity() <= IngressRig.MAX_MESSAGE);
            final QueryReplyDecoder reply = new QueryReplyDecoder().wrapAndApplyHeader(message, 0, header);
            cursor = reply.nextCursor();
            QueryReplyDecoder.RecordsDecoder records = reply.records();
            while (records.hasNext()) {
                records = records.next();
                assertTrue(found.add(records.agentId()), "no record comes twice");
                assertEquals("default", records.namespaceName());
                assertTrue(records.name().startsWith("agent-with"));
                assertTrue(records.capabilities().startsWith("x"));
            }
            pages++;
        } while (cursor != 0);
        assertEquals(expected, found);
        assertTrue(pages > 1);
    }

    @Test
    void shouldFindNobodyWhenNoAgentEverHadTheCapability() {
        rig.register("default", "a", "gpu", 0);
        rig.on(Frames.query(rig.sessionId, 8, 0, 10, 0, "", "gpu,tpu"));
        final QueryReplyDecoder reply = new QueryReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), QueryReplyDecoder.TEMPLATE_ID), 0, header);
        assertEquals(0, reply.nextCursor());
        assertEquals(0, reply.records().count());
        assertEquals(1, rig.capabilities.size());
    }

    @Test
    void shouldLimitRecordsWhenTheClientAsksForFewer() {
        rig.register("default", "a", "gpu", 0);
        rig.register("default", "b", "gpu", 0);
        rig.on(Frames.query(rig.sessionId, 8, 0, 1, 0, "", ""));
        final QueryReplyDecoder reply = new QueryReplyDecoder().wrapAndApplyHeader(
            Answers.last(rig.publication.messages(), QueryReplyDecoder.TEMPLATE_ID), 0, header);
        assertNotEquals(0, reply.nextCursor());
        assertEquals(1, reply.records().count());
    }

    @Test
    void shouldNotAllocateWhenRequestsAreAnsweredOrForwarded() {
        rig.register("default", "a", "gpu,llm", 100, "zone=eu,memory-mb=4096");
        rig.publication.recording(false);
        final UnsafeBuffer[] frames = {
            Frames.lookup(rig.sessionId, 5, "", "a"),
            Frames.lookup(rig.sessionId, 5, "default", "nobody"),
            Frames.lookupBatch(rig.sessionId, 5, "", "a", "nobody", "a"),
            Frames.query(rig.sessionId, 5, 1, 10, 0, "", "gpu"),
            Frames.query(rig.sessionId, 5, "default", "gpu", "tpu", "a", "zone=eu,memory-mb>7", 0),
            Frames.query(rig.sessionId, 5, "", "", "", "", "memory-mb<5000", 1),
            Frames.update(rig.sessionId, 5, 0, 15 - 4, "", "a", "gpu", 100, "zone=,memory-mb=7"),
            Frames.registerBatch(rig.sessionId, 5, 0, "", "a", "b", "c"),
            Frames.submit(rig.sessionId, 9, 3, "gpu", "kind", 40, t -> { }),
            Frames.taskCompleted(rig.sessionId, 5, 0, 6, 30),
            Frames.heartbeat(rig.sessionId, new long[] {1, 2}, 1, 2, 4),
            Frames.keepAlive(rig.sessionId, 0)};
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long threadId = Thread.currentThread().getId();
        run(frames, 50_000);
        final int rounds = 130_000;
        final long before = threads.getThreadAllocatedBytes(threadId);
        run(frames, rounds);
        final double bytesPerFrame =
            (threads.getThreadAllocatedBytes(threadId) - before) / (double) (rounds * frames.length);
        assertTrue(bytesPerFrame < 1.0, "bytes per frame: " + bytesPerFrame);
        assertFalse(rig.publication.isClosed());
        assertEquals(0, rig.count(NetworkCounter.FAILED_FRAMES));
    }

    private void run(final UnsafeBuffer[] frames, final int rounds) {
        for (int i = 0; i < rounds; i++) {
            for (final UnsafeBuffer frame : frames) {
                rig.on(frame);
            }
            rig.coordination.poll(IGNORE, 64);
            rig.partitionRings[0].poll(IGNORE, 64);
            rig.partitionRings[1].poll(IGNORE, 64);
        }
    }
}
