package io.ringmaster.client;

import com.sun.management.ThreadMXBean;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import io.ringmaster.protocol.codec.QueryReplyDecoder;
import io.ringmaster.protocol.codec.RegisterBatchReplyDecoder;
import io.ringmaster.protocol.codec.RegisterReplyDecoder;
import io.ringmaster.protocol.codec.WatchEventDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.util.List;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The callback form allocates nothing once it is warm: measured on the client's thread alone. */
@Timeout(60)
class ClientAllocationTest {
    private static final int WARM_UP = 20_000;
    private static final int OPERATIONS = 60_000;
    private static final int IN_FLIGHT = 32;

    @TempDir
    File dir;

    private static final class Counting implements ClientListener {
        private long replies;
        private long sum;

        @Override
        public void onLookupReply(final long correlationId, final LookupReplyDecoder reply) {
            replies++;
            sum += reply.agentId() + reply.code();
        }
    }

    @Test
    void shouldAllocateNothingWhenLookupsAreSentAndAnswered() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Counting listener = new Counting();
        try (FakeServer server = new FakeServer(dir, "");
             ClientChannel channel = ClientChannel.connect(new ClientChannel.Context().dir(dir.getPath()), listener)) {
            run(channel, listener, WARM_UP);
            final long before = threads.getCurrentThreadAllocatedBytes();
            run(channel, listener, OPERATIONS);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(WARM_UP + OPERATIONS, listener.replies);
            assertTrue(listener.sum > 0);
            assertTrue(allocated < OPERATIONS, allocated + " bytes for " + OPERATIONS + " look-ups");
            assertEquals(1, server.sessions.size());
        }
    }

    @Test
    void shouldAllocateNothingWhenRegistryIsChangedQueriedAndWatched() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final RegistryCounting listener = new RegistryCounting();
        try (FakeServer server = new FakeServer(dir, "");
             ClientChannel channel = ClientChannel.connect(new ClientChannel.Context().dir(dir.getPath()), listener)) {
            listener.channel = channel;
            mix(channel, listener, 20_000);
            watch(server, channel, listener, 1, 20_000);
            final long before = threads.getCurrentThreadAllocatedBytes();
            mix(channel, listener, 20_000);
            final long mixed = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(mixed < 20_000, mixed + " bytes for 20,000 requests");
            final long allocated = watch(server, channel, listener, 2, 20_000);
            assertTrue(allocated < 20_000, allocated + " bytes for 20,000 events");
            assertEquals(0, channel.stats().malformed());
        }
    }

    private static void mix(final ClientChannel channel, final RegistryCounting listener, final int operations) {
        final RegistryQuery query = new RegistryQuery().namespace("ns").allOf(List.of("a", "b")).atLeast("m", 5);
        final UpdateRequest update = new UpdateRequest().name("a").mergeAttribute("zone", "eu").metadata(new byte[10]);
        final List<RegistrationRequest> batch = List.of(new RegistrationRequest().name("x").attribute("k", 5),
            new RegistrationRequest().name("y").capabilities(List.of("c")), new RegistrationRequest().name("z"));
        final long end = listener.replies + operations;
        long sent = listener.replies;
        while (listener.replies < end) {
            while (sent < end && sent - listener.replies < IN_FLIGHT && send(channel, query, update, batch, (int) sent) > 0) {
                sent++;
            }
            if (channel.poll(64) == 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static long send(final ClientChannel channel, final RegistryQuery query, final UpdateRequest update,
                             final List<RegistrationRequest> batch, final int turn) {
        return switch (turn & 3) {
            case 0 -> channel.sendQuery(query, 0);
            case 1 -> channel.sendCount(query, 0);
            case 2 -> channel.sendUpdate(update);
            default -> channel.sendRegisterBatch("ns", batch);
        };
    }

    /** Returns the bytes that this thread allocated while the events came. */
    private static long watch(final FakeServer server, final ClientChannel channel, final RegistryCounting listener,
                              final long watchId, final int events) {
        channel.sendWatch(watchId, new WatchFilter());
        Await.until("watched", () -> server.replies.registry.watches.containsKey(watchId), () -> channel.poll(10));
        final FakeRegistry.FakeWatch watch = server.replies.registry.watches.get(watchId);
        listener.lastSequence = 0;
        server.execute(() -> {
            for (int i = 0; i < events; i++) {
                watch.send(4, "name", 5, 1, 0);
            }
        });
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long before = threads.getCurrentThreadAllocatedBytes();
        while (listener.lastSequence < events) {
            channel.poll(64);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static final class RegistryCounting implements ClientListener {
        private ClientChannel channel;
        private long replies;
        private long lastSequence;

        @Override
        public void onQueryReply(final long correlationId, final QueryReplyDecoder reply) {
            replies++;
        }

        @Override
        public void onRegisterReply(final long correlationId, final RegisterReplyDecoder reply) {
            replies++;
        }

        @Override
        public void onRegisterBatchReply(final long correlationId, final RegisterBatchReplyDecoder reply, final boolean isLast) {
            replies += isLast ? 1 : 0;
        }

        @Override
        public void onWatchEvent(final WatchEventDecoder event, final int frameLength) {
            assertTrue(event.sequence() == lastSequence + 1);
            lastSequence = event.sequence();
            if ((lastSequence & 63) == 0) {
                channel.sendWatchAck(event.watchId(), lastSequence);
            }
        }
    }

    private static void run(final ClientChannel channel, final Counting listener, final int operations) {
        final UnsafeBuffer text = new UnsafeBuffer("nsagent".getBytes());
        final long end = listener.replies + operations;
        long sent = listener.replies;
        while (listener.replies < end) {
            while (sent < end && sent - listener.replies < IN_FLIGHT && channel.sendLookup(text, 0, 2, text, 2, 5) > 0) {
                sent++;
            }
            if (channel.poll(64) == 0) {
                Thread.onSpinWait();
            }
        }
    }
}
