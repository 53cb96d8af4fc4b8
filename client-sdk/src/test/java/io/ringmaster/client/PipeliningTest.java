package io.ringmaster.client;

import io.ringmaster.protocol.ResultCode;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Very many requests without an answer, from one thread, answered in the other order. */
@Timeout(60)
class PipeliningTest {
    private static final int OUTSTANDING = 12_000;

    @TempDir
    File dir;
    private FakeServer server;

    @BeforeEach
    void start() {
        server = new FakeServer(dir, "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void shouldDeliverEveryAnswerOnceWhenThousandsAreOutstandingAndOrderIsReversed() {
        final BitSet answered = new BitSet();
        final int[] outOfOrder = new int[1];
        final long[] last = {Long.MAX_VALUE};
        final ClientListener listener = new ClientListener() {
            @Override
            public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
                assertEquals(correlationId, reply.agentId());
                assertTrue(!answered.get((int) correlationId));
                answered.set((int) correlationId);
                outOfOrder[0] += correlationId < last[0] ? 1 : 0;
                last[0] = correlationId;
            }
        };
        final UnsafeBuffer name = new UnsafeBuffer("held".getBytes());
        try (ClientChannel channel = ClientChannel.connect(new ClientChannel.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(30)).maxPending(OUTSTANDING), listener)) {
            for (int sent = 0; sent < OUTSTANDING;) {
                final long result = channel.sendLookup(name, 0, 0, name, 0, 4);
                if (result > 0) {
                    sent++;
                } else {
                    assertEquals(ClientChannel.BACK_PRESSURED, result);
                    channel.poll(10);
                }
            }
            assertEquals(ClientChannel.PENDING_FULL, channel.sendLookup(name, 0, 0, name, 0, 4));
            Await.until("all there", () -> heldAtServer() == OUTSTANDING, () -> channel.poll(10));
            assertEquals(0, answered.cardinality());
            server.execute(() -> server.replies.releaseHeld(true));
            Await.until("all answered", () -> answered.cardinality() == OUTSTANDING, () -> channel.poll(100));
            assertEquals(OUTSTANDING, outOfOrder[0]);
            assertEquals(0, channel.stats().timeouts());
            assertTrue(channel.sendLookup(name, 0, 0, name, 0, 4) > 0);
        }
    }

    private int heldAtServer() {
        final int[] held = new int[1];
        server.execute(() -> held[0] = server.replies.held.size());
        return held[0];
    }

    @Test
    void shouldTimeEachRequestOutByItselfWhenTimeoutsDiffer() {
        final List<Long> timedOut = new ArrayList<>();
        final ClientListener listener = new ClientListener() {
            @Override
            public void onRequestTimeout(final long correlationId) {
                timedOut.add(correlationId);
            }
        };
        final UnsafeBuffer name = new UnsafeBuffer("silent".getBytes());
        try (ClientChannel channel = ClientChannel.connect(new ClientChannel.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(30)), listener)) {
            channel.sendLookup(name, 0, 0, name, 0, 6);
            channel.requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));
            final long slow = channel.sendLookup(name, 0, 0, name, 0, 6);
            channel.requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(20));
            final long quick = channel.sendLookup(name, 0, 0, name, 0, 6);
            Await.until("two", () -> timedOut.size() == 2, () -> channel.poll(10));
            assertEquals(List.of(quick, slow), timedOut);
        }
    }

    @Test
    void shouldCompleteFuturesByThemselvesWhenTimeoutsDifferAndBoundIsReached() throws Exception {
        try (RingmasterClient client = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.getPath())
            .requestTimeoutNs(TimeUnit.SECONDS.toNanos(30)).maxPending(OUTSTANDING))) {
            final List<CompletableFuture<Optional<AgentRecord>>> futures = new ArrayList<>();
            for (int i = 1; i < OUTSTANDING; i++) {
                futures.add(client.lookupAsync("", "held"));
            }
            final CompletableFuture<Optional<AgentRecord>> quick =
                client.lookupAsync("", "silent", TimeUnit.MILLISECONDS.toNanos(50));
            final RefusedException refusal = assertThrows(RefusedException.class, () -> client.lookup("", "one too many"));
            assertEquals(ResultCode.OVERLOADED, refusal.code());
            assertTrue(refusal.getMessage().contains("maxPending"), refusal.getMessage());
            assertInstanceOf(RequestTimeoutException.class, assertThrows(Exception.class, quick::get).getCause());
            Await.until("all there", () -> heldAtServer() == OUTSTANDING - 1);
            server.execute(() -> server.replies.releaseHeld(true));
            for (final CompletableFuture<Optional<AgentRecord>> future : futures) {
                assertTrue(future.get(20, TimeUnit.SECONDS).isPresent());
            }
        }
    }
}
