package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.BatchReplyDecoder;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.MessageHeaderDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.ReplyDecoder;
import io.ringmaster.protocol.codec.TaskResultDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Answers whose lengths and counts are wrong behind their root block: what waits for them ends at once, and takes no memory by them. */
@Timeout(60)
class UnreadableAnswerTest {
    private static final int HEADER = MessageHeaderDecoder.ENCODED_LENGTH;

    @TempDir
    File dir;
    private FakeServer server;
    private RingmasterClient client;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
        client = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(20)));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    /** Changes frames of one kind on their way. */
    private void mangle(final int templateId, final Consumer<UnsafeBuffer> change) {
        server.mangler = frame -> {
            if (new MessageHeaderDecoder().wrap(frame, 0).templateId() == templateId) {
                change.accept(frame);
            }
            return frame;
        };
    }

    private static void assertUnreadable(final String what, final Class<? extends RuntimeException> cause, final Runnable call) {
        final RingmasterException failure = assertThrows(RingmasterException.class, call::run);
        assertSame(RingmasterException.class, failure.getClass(), failure.toString());
        assertTrue(failure.getMessage().contains(what) && failure.getMessage().contains("cannot be read"), failure.getMessage());
        assertInstanceOf(cause, failure.getCause());
    }

    private BatchHandle submitOne() {
        return client.submit(new Batch().add(new TaskSpec().capabilities("echo").payload(new byte[20])));
    }

    @Test
    void shouldFailTheCallWhenItsAnswerNamesMoreBytesThanItHas() {
        for (final int length : new int[] {Integer.MAX_VALUE, -1, 100}) {
            mangle(LookupReplyDecoder.TEMPLATE_ID, frame -> {
                final LookupReplyDecoder reply = new LookupReplyDecoder();
                reply.wrapAndApplyHeader(frame, 0, new MessageHeaderDecoder()).skipCapabilities();
                frame.putInt(reply.limit(), length);
            });
            assertUnreadable("lookup ns/a", IndexOutOfBoundsException.class, () -> client.lookup("ns", "a"));
        }
        server.mangler = null;
        assertTrue(client.lookup("ns", "a").isPresent());
        assertEquals(3, client.stats().errors());
    }

    @Test
    void shouldFailTheCallWhenAGroupOfItsAnswerIsLongerThanTheFrame() {
        mangle(RegisterBatchReplyDecoder.TEMPLATE_ID,
            frame -> frame.putShort(HEADER + RegisterBatchReplyDecoder.BLOCK_LENGTH + 2, (short) 200));
        assertUnreadable("registerBatch of 1 items", IndexOutOfBoundsException.class,
            () -> client.registerBatch("ns", List.of(new RegistrationRequest().name("a").renew(false))));
    }

    @Test
    void shouldFailTheBatchWhenItsAnswerIsNotAboutItsTasks() {
        mangle(BatchReplyDecoder.TEMPLATE_ID, frame -> {
            frame.putShort(HEADER + BatchReplyDecoder.BLOCK_LENGTH, (short) 0);
            frame.putShort(HEADER + BatchReplyDecoder.BLOCK_LENGTH + 2, (short) 300);
        });
        assertUnreadable("batch", IndexOutOfBoundsException.class, this::submitOne);
        mangle(BatchReplyDecoder.TEMPLATE_ID, frame -> frame.putShort(HEADER + BatchReplyDecoder.BLOCK_LENGTH + 2, (short) 0));
        assertUnreadable("batch", RingmasterException.class, this::submitOne);
    }

    @Test
    void shouldEndTheBatchWhenAResultCannotBeRead() throws Exception {
        mangle(TaskResultDecoder.TEMPLATE_ID, frame -> frame.putInt(HEADER + TaskResultDecoder.BLOCK_LENGTH, Integer.MAX_VALUE));
        final List<TaskOutcome> outcomes = submitOne().awaitResults(20, TimeUnit.SECONDS);
        assertEquals(1, outcomes.size());
        assertEquals(ResultCode.INTERNAL, outcomes.get(0).code());
        assertEquals(0, outcomes.get(0).taskIndex());
    }

    @Test
    void shouldSayLostAndAskAgainWhenAWatchEventCannotBeRead() {
        final AtomicInteger losses = new AtomicInteger();
        final Watch watch = client.watch(new WatchFilter(), new WatchListener() {
            @Override
            public void onLost(final long count) {
                losses.incrementAndGet();
            }
        });
        server.execute(() -> server.replies.registry.watch().snapshot("a"));
        Await.until("current", watch::isCurrent);
        mangle(WatchEventDecoder.TEMPLATE_ID, frame -> frame.putInt(frame.capacity() - Integer.BYTES - 1, Integer.MAX_VALUE));
        server.execute(() -> server.replies.registry.watch().send(5, "b", 11, 1, 0));
        Await.until("lost", () -> losses.get() == 1 && !watch.isCurrent());
        server.mangler = null;
        Await.until("asked again", () -> server.replies.registry.watch() != null
            && server.replies.registry.watch().sequence == 0);
        server.execute(() -> server.replies.registry.watch().snapshot("a", "b"));
        Await.until("current again", watch::isCurrent);
    }

    @Test
    void shouldFailTheWatchWhenItsRefusalCannotBeRead() {
        server.replies.registry.refuseWatchWith = ResultCode.INVALID_ARGUMENT;
        mangle(ReplyDecoder.TEMPLATE_ID, frame -> frame.putShort(HEADER + ReplyDecoder.BLOCK_LENGTH, (short) 5_000));
        assertUnreadable("", IndexOutOfBoundsException.class, () -> client.watch(new WatchFilter(), new WatchListener() { }));
    }
}
