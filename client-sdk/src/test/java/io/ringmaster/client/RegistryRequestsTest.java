package io.ringmaster.client;

import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Updates, batches of registrations, drops, queries, statistics: what goes out, and what becomes of the answers. */
@Timeout(60)
class RegistryRequestsTest {
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

    private RingmasterClient.Context context(final ThreadingMode mode) {
        return new RingmasterClient.Context().dir(dir.getPath()).requestTimeoutNs(TimeUnit.SECONDS.toNanos(10)).threading(mode)
            .reconnectDelayNs(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.MILLISECONDS.toNanos(100));
    }

    private RingmasterClient connect(final ThreadingMode mode) {
        return RingmasterClient.connect(context(mode));
    }

    private static List<RegistrationRequest> items(final int count) {
        final List<RegistrationRequest> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            items.add(new RegistrationRequest().name("item-" + i));
        }
        return items;
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldSendWhatIsChangedWhenUpdating(final ThreadingMode mode) {
        try (RingmasterClient client = connect(mode)) {
            final UpdateResult merged = client.update(new UpdateRequest().name("a").expectedVersion(1)
                .metadata("new".getBytes()).mergeAttribute("zone", "eu").mergeAttribute("memory-mb", 512)
                .removeAttribute("rack"));
            assertTrue(merged.updated());
            assertEquals(2, merged.recordVersion());
            assertEquals("update a 1 9  new zone=eu,memory-mb=512,rack=", server.replies.registry.requests.poll());
            client.update(new UpdateRequest().name("b").capabilities(List.of("x", "y")).attributes(Map.of()));
            assertEquals("update b 0 6 x,y  ", server.replies.registry.requests.poll());
        }
    }

    @Test
    void shouldTellCurrentVersionWhenAnotherOneWasExpected() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final UpdateResult result = client.update(new UpdateRequest().name("conflict").expectedVersion(3));
            assertFalse(result.updated());
            assertEquals(ResultCode.VERSION_CONFLICT, result.code());
            assertEquals(7, result.recordVersion());
            assertEquals(ResultCode.NOT_OWNER, assertThrows(RefusedException.class,
                () -> client.update(new UpdateRequest().name("foreign"))).code());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.update(new UpdateRequest())).code());
        }
    }

    @Test
    void shouldFailUpdateOfVersionAndRepeatOtherWhenConnectionBreaks() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            final CompletableFuture<UpdateResult> compared =
                client.updateAsync(new UpdateRequest().name("silent").expectedVersion(1));
            final CompletableFuture<UpdateResult> blind = client.updateAsync(new UpdateRequest().name("silent"));
            Await.until("both there", () -> server.replies.registry.requests.size() == 2, client::poll);
            server.execute(() -> server.cut(server.session(client.sessionId())));
            Await.until("repeated", () -> server.replies.registry.requests.size() == 3, client::poll);
            final Throwable failure = assertThrows(Exception.class, compared::get).getCause();
            assertEquals(ResultCode.SESSION_CLOSED, ((RefusedException) failure).code());
            assertFalse(blind.isDone());
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldCollectResultsOfAllItemsWhenBatchIsAnsweredInParts(final ThreadingMode mode) {
        try (RingmasterClient client = connect(mode)) {
            final List<RegistrationRequest> items = items(20);
            items.set(7, new RegistrationRequest().name("taken"));
            items.set(9, new RegistrationRequest().name("b\u00e4d"));
            final BatchRegistration batch = client.registerBatch("ns", items);
            assertEquals(1, batch.requests());
            assertEquals(18, batch.registered());
            assertEquals(ResultCode.ALREADY_REGISTERED, batch.entries().get(7).code());
            assertEquals(99, batch.entries().get(7).ownerSessionId());
            assertEquals(ResultCode.INVALID_ARGUMENT, batch.entries().get(9).code());
            assertTrue(batch.text().contains("item 9"), batch.text());
            for (int i = 0; i < items.size(); i++) {
                assertEquals(items.get(i).name(), batch.entries().get(i).name());
                assertEquals(i != 7 && i != 9, batch.entries().get(i).agentId() > 0);
            }
            assertEquals(0, client.stats().lateReplies());
            assertEquals(0, client.stats().malformed());
        }
    }

    @Test
    void shouldSendSeveralMessagesWhenItemsAreTooMany() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final List<RegistrationRequest> items = items(100);
            items.get(50).leaseMs(1_000);
            final BatchRegistration batch = client.registerBatch("", items);
            assertEquals(100, batch.registered());
            assertEquals(5, batch.requests());
            assertEquals(List.of("batch 1  1000", "batch 3  0", "batch 32  0", "batch 32  0", "batch 32  0"),
                server.replies.registry.requests.stream().sorted().toList());
            server.replies.registry.requests.clear();
            final List<RegistrationRequest> long5 = items(5);
            long5.forEach(item -> item.metadata(new byte[1024]));
            long5.get(3).metadata(new byte[1025]);
            final BatchRegistration five = client.registerBatch("", long5);
            assertEquals(4, five.registered());
            assertEquals(ResultCode.TOO_LARGE, five.entries().get(3).code());
            assertEquals(0, client.registerBatch("", List.of()).requests());
            assertThrows(IllegalArgumentException.class,
                () -> client.registerBatch("a", List.of(new RegistrationRequest().namespace("b").name("x"))));
        }
    }

    @Test
    void shouldRefuseEveryItemWhenMessageIsRefused() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final BatchRegistration batch = client.registerBatch("full", items(3));
            assertEquals(0, batch.registered());
            assertEquals(ResultCode.OVERLOADED, batch.entries().get(2).code());
            assertEquals(40, batch.entries().get(2).retryAfterMs());
        }
    }

    @Test
    void shouldSayHowMuchWasAnsweredWhenBatchTimesOut() {
        try (RingmasterClient client = RingmasterClient.connect(context(ThreadingMode.OWN_THREAD)
            .requestTimeoutNs(TimeUnit.MILLISECONDS.toNanos(200)))) {
            final RequestTimeoutException failure = assertThrows(RequestTimeoutException.class,
                () -> client.registerBatch("half", items(5)));
            assertTrue(failure.getMessage().contains("3 of 5 items"), failure.getMessage());
        }
    }

    @Test
    void shouldRepeatWholeBatchWhenConnectionBreaksInTheMiddle() throws Exception {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            final CompletableFuture<BatchRegistration> batch = client.registerBatchAsync("halfOnce", items(5));
            Await.until("half an answer", () -> !server.replies.registry.requests.isEmpty(), client::poll);
            server.canResume = false;
            server.execute(() -> server.cut(server.session(client.sessionId())));
            Await.until("answered", batch::isDone, client::poll);
            assertEquals(5, batch.get().registered());
            assertEquals(client.sessionId(), batch.get().entries().get(0).ownerSessionId());
        }
    }

    @Test
    void shouldRegisterLastContentAgainWhenSessionIsNew() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            client.register(new RegistrationRequest().name("single").capabilities(List.of("a")).attribute("zone", "eu")
                .attribute("rack", 7).metadata("old".getBytes()));
            client.registerBatch("default", items(3));
            client.update(new UpdateRequest().name("item-1").capabilities(List.of("z")).metadata("new".getBytes()));
            client.update(new UpdateRequest().namespace("default").name("single").mergeAttribute("zone", "us")
                .removeAttribute("rack"));
            client.unregister("", "item-2");
            server.replies.registry.requests.clear();
            server.canResume = false;
            server.execute(() -> server.cut(server.session(client.sessionId())));
            Await.until("registered again", () -> server.replies.registry.requests.size() == 3, client::poll);
            assertEquals(List.of("register item-0   ", "register item-1 z new ", "register single a old zone=us"),
                server.replies.registry.requests.stream().sorted().toList());
        }
    }

    @Test
    void shouldNotRegisterAgainWhenAdministratorDroppedRecord() {
        final List<String> dropped = Collections.synchronizedList(new ArrayList<>());
        try (RingmasterClient client = RingmasterClient.connect(context(ThreadingMode.CALLER).listener(new SessionListener() {
            @Override
            public void onRegistrationDropped(final String namespace, final String name, final String reason) {
                dropped.add(namespace + '/' + name);
            }
        }))) {
            final long agentId = client.register(new RegistrationRequest().namespace("ns").name("a")).agentId();
            server.replies.registry.requests.clear();
            server.execute(() -> server.agentLost(server.session(client.sessionId()), agentId, ResultCode.CANCELLED));
            Await.until("told", () -> !dropped.isEmpty(), client::poll);
            assertEquals(List.of("ns/a"), dropped);
            server.canResume = false;
            server.execute(() -> server.cut(server.session(client.sessionId())));
            Await.until("connected again", () -> client.stats().disconnects() == 1 && client.isConnected(), client::poll);
            client.lookup("", "x");
            assertTrue(server.replies.registry.requests.isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldSendAllConditionsAndWalkPagesWhenQuerying(final ThreadingMode mode) {
        try (RingmasterClient client = connect(mode)) {
            final RegistryQuery query = new RegistryQuery().namespace("ns").namePrefix("wor").kind(Protocol.KIND_AGENT)
                .readiness(Protocol.READY).allOf(List.of("a", "b")).anyOf(List.of("c")).noneOf(List.of("d", "e"))
                .equal("zone", "eu").atLeast("m", 1).atMost("m", 9).lessThan("n", -3).moreThan("n", -9).equal("k", 5)
                .pageSize(10);
            final List<String> names = new ArrayList<>();
            client.query(query).forEach(record -> names.add(record.name()));
            assertEquals(List.of("n0", "n42"), names);
            assertEquals("query 1 1 10 ns a,b c d,e wor zone=eu,m>=1,m<=9,n<-3,n>-9,k=5",
                server.replies.registry.requests.poll());
            assertEquals(2_000, client.count(query));
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.query(new RegistryQuery().namespace("bad")).iterator().hasNext()).code());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.count(new RegistryQuery().namePrefix("x"))).code());
        }
    }

    @Test
    void shouldJoinAnswersOfPartitionsWhenDroppingNamespace() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            assertEquals(21, client.dropNamespace("ns", 500));
            assertEquals("drop ns 500", server.replies.registry.requests.poll());
            assertEquals(ResultCode.FORBIDDEN, assertThrows(RefusedException.class,
                () -> client.dropNamespace("forbidden", 0)).code());
            final RefusedException busy = assertThrows(RefusedException.class, () -> client.dropNamespace("busy", 0));
            assertEquals(ResultCode.OVERLOADED, busy.code());
            assertTrue(busy.getMessage().contains("partition 0"), busy.getMessage());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.dropNamespace("ns", -1)).code());
        }
    }

    @Test
    void shouldJoinPagesWhenAskingForStatistics() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final RegistryStatistics statistics = client.registryStats();
            assertEquals(21, statistics.entries());
            assertEquals(2, statistics.partitions().size());
            assertEquals(Map.of("default", 20L, "ml", 1L), statistics.namespaces());
            assertEquals(7, statistics.lookupHits());
        }
    }

    @Test
    void shouldCountFoundRecordsWhenWarming() {
        try (RingmasterClient client = connect(ThreadingMode.OWN_THREAD)) {
            final List<String> names = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                names.add(i % 10 == 3 ? "missing" : i % 10 == 5 ? "large" : "n" + i);
            }
            assertEquals(90, client.warm("ns", names));
            assertEquals(0, client.warm("ns", List.of()));
            assertEquals(4, client.stats().requests());
        }
    }

    @Test
    void shouldLookEachNameUpForAsLongAsAskedWhenWarming() {
        for (final ThreadingMode mode : ThreadingMode.values()) {
            try (RingmasterClient client = connect(mode)) {
                final List<String> names = List.of("a", "missing", "b");
                assertEquals(2, client.warm("ns", names, Duration.ZERO));
                final long once = client.stats().requests();
                assertEquals(1 + names.size(), once);
                final long start = System.nanoTime();
                assertEquals(2, client.warm("ns", names, Duration.ofMillis(50)));
                assertTrue(System.nanoTime() - start >= 50_000_000);
                assertTrue(client.stats().requests() > 2 * once, "requests " + client.stats().requests());
                assertEquals(0, client.warm("ns", List.of(), Duration.ofHours(1)));
                assertThrows(IllegalArgumentException.class, () -> client.warm("ns", names, Duration.ofMillis(-1)));
            }
        }
    }

    @Test
    void shouldTellAttributesAndLoadStateWhenServerSendsThem() {
        try (RingmasterClient client = connect(ThreadingMode.CALLER)) {
            assertEquals(Map.of("zone", "eu", "memory-mb", "512"), client.lookup("", "a").orElseThrow().attributes());
            server.loadState = 3;
            Await.until("overloaded", () -> client.loadState() == LoadState.OVERLOADED, client::poll);
            server.loadState = 77;
            Await.until("unknown", () -> client.loadState() == LoadState.UNKNOWN, client::poll);
        }
    }

    @Test
    void shouldPresentTokenOfFileAtEachConnectWhenAdministrator() throws IOException {
        final Path token = dir.toPath().resolve("admin.token");
        Files.writeString(token, "first");
        server.expectedCredentials = "first";
        try (RingmasterClient client = RingmasterClient.connect(context(ThreadingMode.CALLER).adminToken(token))) {
            assertEquals("first", server.lastCredentials);
            Files.writeString(token, "second");
            server.expectedCredentials = "second";
            server.execute(() -> server.cut(server.session(client.sessionId())));
            Await.until("connected again", () -> client.stats().disconnects() == 1 && client.isConnected(), client::poll);
            assertEquals("second", server.lastCredentials);
        }
        assertThrows(IllegalArgumentException.class, () -> context(ThreadingMode.CALLER).adminToken(dir.toPath().resolve("no")));
    }

    @Test
    void shouldRefuseAtOnceWhenSyntaxIsWrong() {
        final RegistrationRequest request = new RegistrationRequest();
        assertThrows(IllegalArgumentException.class, () -> request.attribute("a=b", "c"));
        assertThrows(IllegalArgumentException.class, () -> request.attribute("a", "b,c"));
        assertThrows(IllegalArgumentException.class, () -> request.attribute("a", ""));
        for (int i = 0; i < 8; i++) {
            request.attribute("key" + i, i);
        }
        assertThrows(IllegalArgumentException.class, () -> request.attribute("ninth", 1));
        assertEquals(8, request.attributes().size());
        assertThrows(IllegalArgumentException.class,
            () -> new UpdateRequest().attributes(Map.of("a", "b")).mergeAttribute("c", "d"));
        assertThrows(IllegalArgumentException.class, () -> new UpdateRequest().expectedVersion(-1));
        assertThrows(IllegalArgumentException.class, () -> new RegistryQuery().pageSize(0));
        assertThrows(IllegalArgumentException.class, () -> new RegistryQuery().allOf(List.of("a,b")));
        assertThrows(IllegalArgumentException.class, () -> new WatchFilter().windowBytes(100));
    }
}
