package io.ringmaster.client;

import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Calls that wait while there is no connection. */
class CallBookTest {
    private static Call<?> open(final CallBook book, final long timeoutNs) {
        final Call<?> call = new ReadCalls.Lookup(new Call.Key("ns", "a"));
        call.timeoutNs = timeoutNs;
        book.open(call, new UnsafeBuffer(new byte[64]), 64);
        return call;
    }

    @Test
    void shouldLetGoOfEndedCallsWhenOneBeforeThemWaitsForLong() {
        final RingmasterClient.Context ctx = new RingmasterClient.Context().dir("d");
        ctx.conclude();
        try (ClientChannel channel = new ClientChannel(ctx, new ClientListener() {
        })) {
            final CallBook book = new CallBook(new CallDesk(null, ctx), ctx, channel);
            final Call<?> patient = open(book, TimeUnit.HOURS.toNanos(1));
            int most = 0;
            for (int i = 0; i < 2_000; i++) {
                final Call<?> hasty = open(book, 1);
                book.tick(System.nanoTime() + 1);
                assertTrue(hasty.isDone);
                most = Math.max(most, book.unsent());
            }
            assertTrue(most <= 100, "held at most: " + most);
            assertFalse(patient.isDone);
            book.tick(System.nanoTime() + TimeUnit.HOURS.toNanos(2));
            assertTrue(patient.isDone);
            book.tick(System.nanoTime());
            assertEquals(0, book.unsent());
        }
    }
}
