package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistrationResult;
import io.ringmaster.client.RegistryStatistics;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.client.UpdateResult;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.session.AdminToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The registry's requests over a launched server. */
@Timeout(60)
class RegistrySystemTest {
    private static final String ATTRIBUTES =
        "ringmaster.registry.attributes=[{name=zone,type=keyword},{name=memory-mb,type=integer}]";

    @TempDir
    private Path dir;

    private static RegistrationRequest service(final String name) {
        return new RegistrationRequest().namespace("ns").name(name).kind(Protocol.KIND_SERVICE).leaseMs(10_000);
    }

    private static byte[] token(final ServerFixture server) throws IOException {
        return Files.readAllBytes(Path.of(server.dir(), AdminToken.FILE_NAME));
    }

    private static RingmasterClient administrator(final ServerFixture server) throws IOException {
        return server.track(RingmasterClient.connect(server.clientContext().credentials(token(server))));
    }

    private static ResultCode codeOf(final CompletableFuture<?> future)
        throws InterruptedException, TimeoutException {
        try {
            future.get(20, TimeUnit.SECONDS);
            return ResultCode.OK;
        } catch (final ExecutionException | CompletionException ex) {
            return ((RefusedException) ex.getCause()).code();
        }
    }

    @Test
    void shouldHaveExactlyOneWinnerWhenEightSessionsRegisterOneName() throws Exception {
        try (ServerFixture server = new ServerFixture(dir, "ringmaster.registry.partitions=2")) {
            final List<RingmasterClient> clients = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                clients.add(server.client());
            }
            for (int round = 0; round < 20; round++) {
                final String name = "contested-" + round;
                final List<CompletableFuture<RegistrationResult>> calls = new ArrayList<>();
                for (final RingmasterClient client : clients) {
                    calls.add(client.registerAsync(service(name)));
                }
                int winners = 0;
                long owner = 0;
                for (int i = 0; i < calls.size(); i++) {
                    final ResultCode code = codeOf(calls.get(i));
                    assertTrue(code == ResultCode.OK || code == ResultCode.ALREADY_REGISTERED, code.toString());
                    if (code == ResultCode.OK) {
                        winners++;
                        owner = clients.get(i).sessionId();
                    }
                }
                assertEquals(1, winners, name);
                assertEquals(owner, clients.get(0).lookup("ns", name).orElseThrow().ownerSessionId());
            }
        }
    }

    @Test
    void shouldWriteTheStoreBackUnlessThatIsOff() throws Exception {
        try (ServerFixture server = new ServerFixture(dir.resolve("on"), "ringmaster.registry.store.write-back=1s");
            ServerFixture off = new ServerFixture(dir.resolve("off"), "ringmaster.registry.store.write-back=0s")) {
            off.client().register(service("a"));
            server.client().register(service("a"));
            ServerFixture.await("the first portion", () -> server.counter(ServerCounter.STORE_WRITE_BACKS) > 0);
            server.client().register(service("b"));
            ServerFixture.await("another one", () -> server.counter(ServerCounter.STORE_WRITE_BACKS) > 1);
            assertTrue(server.counter(ServerCounter.STORE_WRITE_BACK_NS) > 0);
            assertEquals(0, server.counter(ServerCounter.ERRORS));
            assertEquals(0, off.counter(ServerCounter.STORE_WRITE_BACKS));
        }
    }

    @Test
    void shouldLetExactlyOneUpdateWinWhenAdministratorsExpectTheSameVersion() throws Exception {
        try (ServerFixture server = new ServerFixture(dir, ATTRIBUTES)) {
            final List<RingmasterClient> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                clients.add(administrator(server));
            }
            long version = clients.get(0).register(service("a").attribute("zone", "eu")).recordVersion();
            for (int round = 0; round < 20; round++) {
                final List<CompletableFuture<UpdateResult>> calls = new ArrayList<>();
                for (int i = 0; i < clients.size(); i++) {
                    calls.add(clients.get(i).updateAsync(new UpdateRequest().namespace("ns").name("a").expectedVersion(version)
                        .mergeAttribute("memory-mb", i)));
                }
                int winners = 0;
                for (final CompletableFuture<UpdateResult> call : calls) {
                    final UpdateResult result = call.get(20, TimeUnit.SECONDS);
                    winners += result.updated() ? 1 : 0;
                    assertEquals(version + 1, result.recordVersion());
                    assertEquals(result.updated() ? ResultCode.OK : ResultCode.VERSION_CONFLICT, result.code());
                }
                assertEquals(1, winners);
                version++;
            }
            assertEquals("eu", clients.get(0).lookup("ns", "a").orElseThrow().attributes().get("zone"));
        }
    }

    @Test
    void shouldKeepAdministrationFromOrdinarySessionsWhenTheyTry() throws Exception {
        try (ServerFixture server = new ServerFixture(dir)) {
            final RingmasterClient owner = server.client();
            final RingmasterClient other = server.client();
            final RingmasterClient admin = administrator(server);
            owner.register(service("a"));
            owner.register(service("b"));
            owner.register(service("c").namespace("kept"));
            assertEquals(ResultCode.FORBIDDEN, codeOf(other.dropNamespaceAsync("ns", 0)));
            assertEquals(ResultCode.NOT_OWNER, codeOf(other.unregisterAsync("ns", "a")));
            assertTrue(admin.unregister("ns", "a"));
            assertEquals(1, admin.dropNamespace("ns", 0));
            ServerFixture.await("the namespace is empty", () -> owner.lookup("ns", "b").isEmpty());
            assertTrue(owner.lookup("kept", "c").isPresent());
            final byte[] wrong = token(server);
            wrong[0] = (byte) (wrong[0] == '0' ? '1' : '0');
            final RefusedException refused = assertThrows(RefusedException.class,
                () -> RingmasterClient.connect(server.clientContext().credentials(wrong)));
            assertEquals(ResultCode.UNAUTHENTICATED, refused.code());
        }
    }

    @Test
    void shouldAnswerEveryItemWhenABatchRegisters() throws Exception {
        try (ServerFixture server = new ServerFixture(dir, ATTRIBUTES, "ringmaster.registry.partitions=4")) {
            final RingmasterClient client = server.client();
            final RingmasterClient other = server.client();
            other.register(service("item-7"));
            final List<RegistrationRequest> items = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                items.add(service("item-" + i).attribute("memory-mb", i));
            }
            final var batch = client.registerBatch("ns", items);
            assertEquals(200, batch.entries().size());
            assertEquals(199, batch.registered());
            assertEquals(ResultCode.ALREADY_REGISTERED, batch.entries().get(7).code());
            assertEquals(other.sessionId(), batch.entries().get(7).ownerSessionId());
            for (int i = 0; i < 200; i += 13) {
                assertEquals(batch.entries().get(i).agentId(), client.lookup("ns", "item-" + i).orElseThrow().agentId());
            }
            final RegistryStatistics stats = client.registryStats();
            assertEquals(4, stats.partitions().size());
            assertEquals(200, stats.partitions().stream().mapToLong(RegistryStatistics.Partition::entries).sum());
            for (int i = 0; i < 100; i++) {
                client.lookup("ns", "item-" + i);
                client.lookup("ns", "nobody");
            }
            ServerFixture.await("times of lookups are exported", () -> server.counter(ServerCounter.LOOKUP_HIT_P50_NS) > 0 &&
                server.counter(ServerCounter.LOOKUP_MISS_P99_NS) > 0);
        }
    }
}
