package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.server.metrics.ServerCounter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host on which JNA cannot load its library: what the kernel is asked for beside the JDK is left out, and all else works. */
@Timeout(120)
class WithoutJnaSystemTest {
    private static final String[] NO_LIBRARY = {"-Djna.nosys=true", "-Djna.nounpack=true"};

    @TempDir
    private Path dir;

    @Test
    void shouldServeAndWriteItsStoreBack() throws Exception {
        // Slots of 45 MiB, which the server would like to have in huge pages.
        final String[] large = {
            "ringmaster.registry.entries=32768", "ringmaster.registry.inline-bytes=1024", "ringmaster.registry.partitions=1"};
        try (KillableServer server = new KillableServer(dir, large).start(NO_LIBRARY)) {
            try (RingmasterClient client = server.client()) {
                client.register(new RegistrationRequest().namespace("shop").name("svc").renew(false));
                assertTrue(client.lookup("shop", "svc").isPresent());
                ServerFixture.await("a portion of the store",
                    () -> ServerFixture.counter(server.dir(), ServerCounter.STORE_WRITE_BACKS) > 0);
                assertEquals(0, ServerFixture.counter(server.dir(), ServerCounter.ERRORS));
                server.kill();
            }
            server.start(NO_LIBRARY);
            assertTrue(server.opened().contains("recovered, 1 records restored, 0 dropped"), server.opened());
        }
    }
}
