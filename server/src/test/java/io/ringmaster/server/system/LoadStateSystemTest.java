package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistrationResult;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.server.metrics.ServerCounter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The load state of a server that is flooded. */
@Timeout(60)
class LoadStateSystemTest {
    @TempDir
    private Path dir;

    @Test
    void shouldGoUpWhenRegistrationsFloodTheServerAndComeBackAfterwards() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, "ringmaster.registry.ring.slots=16",
            "ringmaster.registry.ring.reserved=4", "ringmaster.session.keep-alive-interval=50ms")) {
            final RingmasterClient client = fixture.client();
            ServerFixture.await("normal", () -> client.loadState() == LoadState.NORMAL);
            assertEquals(1, fixture.counter(ServerCounter.LOAD_STATE));
            assertEquals(0, fixture.counter(ServerCounter.LOAD_CRITICAL_ENTERED));

            long refused = 0;
            boolean wasTold = false;
            final long startNs = System.nanoTime();
            while (!wasTold || fixture.counter(ServerCounter.LOAD_CRITICAL_ENTERED) == 0) {
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(30), "after " + refused + " refusals: state " +
                    fixture.counter(ServerCounter.LOAD_STATE) + ", client " + client.loadState());
                refused += flood(client);
                wasTold |= client.loadState() == LoadState.OVERLOADED || client.loadState() == LoadState.CRITICAL;
            }
            assertTrue(refused > 0, "the ring of 12 places for new work refuses some of it");
            ServerFixture.await("normal again", () -> fixture.counter(ServerCounter.LOAD_STATE) == 1);
            ServerFixture.await("clients are told", () -> client.loadState() == LoadState.NORMAL);
            assertTrue(fixture.counter(ServerCounter.LOAD_NORMAL_ENTERED) > 0);
        }
    }

    /** Pipelined registrations; returns how many were refused. */
    private static long flood(final RingmasterClient client) {
        final List<CompletableFuture<RegistrationResult>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(client.registerAsync(new RegistrationRequest().namespace("flood").name("s-" + i)
                .kind(Protocol.KIND_SERVICE).leaseMs(60_000).renew(false)));
        }
        long refused = 0;
        for (final CompletableFuture<RegistrationResult> call : calls) {
            refused += call.handle((result, failure) -> failure == null ? 0 : 1).join();
        }
        return refused;
    }
}
