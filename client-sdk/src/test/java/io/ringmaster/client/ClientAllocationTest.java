package io.ringmaster.client;

import com.sun.management.ThreadMXBean;
import io.ringmaster.protocol.codec.LookupReplyDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.lang.management.ManagementFactory;

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
