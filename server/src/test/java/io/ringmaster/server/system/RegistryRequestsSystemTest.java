package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.AgentHost;
import io.ringmaster.client.AgentRecord;
import io.ringmaster.client.AgentSpec;
import io.ringmaster.client.BatchRegistration;
import io.ringmaster.client.RefusedException;
import io.ringmaster.client.RegistrationEntry;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RegistryStatistics;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.client.SessionListener;
import io.ringmaster.client.UpdateRequest;
import io.ringmaster.client.UpdateResult;
import io.ringmaster.protocol.LoadState;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.protocol.ResultCode;
import io.ringmaster.server.session.AdminToken;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The registry through the SDK and a real driver: updates, batches, queries, drops, statistics. */
@Timeout(120)
class RegistryRequestsSystemTest {
    private static final String ATTRIBUTES = "ringmaster.registry.attributes=[{name=zone,type=keyword},"
        + "{name=memory-mb,type=integer}]";
    private static final String ENTRIES = "ringmaster.registry.entries=16384";

    @TempDir
    private Path dir;

    private static RegistrationRequest service(final String name) {
        return new RegistrationRequest().namespace("shop").name(name);
    }

    private static AgentRecord found(final RingmasterClient client, final String name) {
        return client.lookup("shop", name).orElseThrow();
    }

    private static RingmasterClient administrator(final ServerFixture fixture) {
        return fixture.track(RingmasterClient.connect(fixture.clientContext()
            .adminToken(Path.of(fixture.dir(), AdminToken.FILE_NAME))));
    }

    private static Set<String> names(final RingmasterClient client, final RegistryQuery query) {
        final Set<String> names = new TreeSet<>();
        client.query(query).forEach(record -> assertTrue(names.add(record.name()), record.name() + " came twice"));
        assertEquals(names.size(), client.count(query), query.toString());
        return names;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReplaceAndMergeWhatAnUpdateNames(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, ATTRIBUTES)) {
            final RingmasterClient client = fixture.client();
            final long agentId = client.register(service("a").capabilities(List.of("x", "y")).attribute("zone", "eu")
                .attribute("memory-mb", 512).metadata("first".getBytes(StandardCharsets.US_ASCII))).agentId();
            final UpdateResult merged = client.update(new UpdateRequest().namespace("shop").name("a")
                .mergeAttribute("zone", "us").metadata("second".getBytes(StandardCharsets.US_ASCII)));
            assertTrue(merged.updated());
            assertEquals(2, merged.recordVersion());
            assertEquals(agentId, merged.agentId());
            AgentRecord record = found(client, "a");
            assertEquals(Map.of("zone", "us", "memory-mb", "512"), record.attributes());
            assertEquals(Set.of("x", "y"), new HashSet<>(record.capabilities()));
            assertArrayEquals("second".getBytes(StandardCharsets.US_ASCII), record.metadata());
            client.update(new UpdateRequest().namespace("shop").name("a").removeAttribute("memory-mb")
                .capabilities(List.of("z")));
            record = found(client, "a");
            assertEquals(Map.of("zone", "us"), record.attributes());
            assertEquals(List.of("z"), record.capabilities());
            assertEquals(3, record.recordVersion());
            assertEquals(agentId, record.agentId());
            assertArrayEquals("second".getBytes(StandardCharsets.US_ASCII), record.metadata());
            client.update(new UpdateRequest().namespace("shop").name("a").attributes(Map.of("memory-mb", "7"))
                .metadata(new byte[0]));
            assertEquals(Map.of("memory-mb", "7"), found(client, "a").attributes());
            assertEquals(0, found(client, "a").metadata().length);
        }
    }

    @ParameterizedTest
    @CsvSource({"128, 8", "192, 0", "0, 8"})
    void shouldKeepARecordInItsSlotWhenInlineBytesHaveRoom(final int inlineBytes, final int inSlab) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, "ringmaster.registry.inline-bytes=" + inlineBytes)) {
            final RingmasterClient client = fixture.client();
            final byte[] metadata = new byte[150];
            for (int i = 0; i < 8; i++) {
                metadata[149] = (byte) i;
                client.register(service("long-" + i).metadata(metadata));
            }
            final long used = client.registryStats().partitions().stream().mapToLong(RegistryStatistics.Partition::slabUsedBytes).sum();
            assertTrue(inSlab == 0 ? used == 0 : used >= inSlab * 150L, "bytes used of the slab: " + used);
            for (int i = 0; i < 8; i++) {
                metadata[149] = (byte) i;
                assertArrayEquals(metadata, found(client, "long-" + i).metadata());
            }
        }
    }

    @Test
    void shouldConflictWhenTheNameWasRegisteredAnewWithTheSameVersion() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final RingmasterClient client = fixture.client();
            client.register(service("a"));
            final AgentRecord before = found(client, "a");
            client.unregister("shop", "a");
            client.register(service("a").metadata(new byte[] {7}));
            final AgentRecord after = found(client, "a");
            assertEquals(before.recordVersion(), after.recordVersion(), "what makes the version alone say too little");
            final UpdateResult late = client.update(
                new UpdateRequest().namespace("shop").name("a").expected(before).metadata(new byte[] {8}));
            assertEquals(ResultCode.VERSION_CONFLICT, late.code());
            assertEquals(after.agentId(), late.agentId());
            assertArrayEquals(new byte[] {7}, found(client, "a").metadata());
            assertTrue(client.update(
                new UpdateRequest().namespace("shop").name("a").expected(after).metadata(new byte[] {8})).updated());
            assertArrayEquals(new byte[] {8}, found(client, "a").metadata());
        }
    }

    @Test
    void shouldNotKeepCapabilityNamesOfARegistrationWithWrongAttributes() throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final RingmasterClient client = fixture.client();
            for (int i = 0; i < 300; i++) {
                final RegistrationRequest wrong = service("a").capabilities(List.of("wrong-" + i)).attribute("undeclared", i);
                assertEquals(ResultCode.INVALID_ARGUMENT,
                    assertThrows(RefusedException.class, () -> client.register(wrong)).code());
            }
            client.register(service("a").capabilities(List.of("right")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLetOneOfTwoWinWhenBothCompareAndSetTheSameVersion(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp)) {
            final RingmasterClient client = fixture.client();
            final long version = client.register(service("a")).recordVersion();
            assertTrue(client.update(new UpdateRequest().namespace("shop").name("a").expectedVersion(version)
                .metadata(new byte[] {1})).updated());
            final UpdateResult second = client.update(new UpdateRequest().namespace("shop").name("a").expectedVersion(version)
                .metadata(new byte[] {2}));
            assertFalse(second.updated());
            assertEquals(ResultCode.VERSION_CONFLICT, second.code());
            assertEquals(version + 1, second.recordVersion());
            assertArrayEquals(new byte[] {1}, found(client, "a").metadata());
            assertTrue(client.update(new UpdateRequest().namespace("shop").name("a")
                .expectedVersion(second.recordVersion()).metadata(new byte[] {2})).updated());
            final RingmasterClient other = fixture.client();
            assertEquals(ResultCode.NOT_OWNER, assertThrows(RefusedException.class, () -> other.update(
                new UpdateRequest().namespace("shop").name("a").metadata(new byte[] {3}))).code());
            assertEquals(ResultCode.NOT_FOUND, assertThrows(RefusedException.class, () -> client.update(
                new UpdateRequest().namespace("shop").name("none").metadata(new byte[] {3}))).code());
        }
    }

    @Test
    void shouldLetAdministratorChangeAndRemoveWhatOthersOwn() throws Exception {
        final ConcurrentLinkedQueue<String> dropped = new ConcurrentLinkedQueue<>();
        try (ServerFixture fixture = new ServerFixture(dir)) {
            final RingmasterClient owner = fixture.track(RingmasterClient.connect(fixture.clientContext()
                .listener(new SessionListener() {
                    @Override
                    public void onRegistrationDropped(final String namespace, final String name, final String reason) {
                        dropped.add(namespace + '/' + name);
                    }
                })));
            owner.register(service("a"));
            final RingmasterClient administrator = administrator(fixture);
            assertTrue(administrator.update(new UpdateRequest().namespace("shop").name("a").metadata(new byte[] {9})).updated());
            assertArrayEquals(new byte[] {9}, found(owner, "a").metadata());
            assertTrue(administrator.unregister("shop", "a"));
            ServerFixture.await("owner told", () -> dropped.contains("shop/a"));
            assertTrue(owner.lookup("shop", "a").isEmpty());
            assertEquals(ResultCode.UNAUTHENTICATED, assertThrows(RefusedException.class, () -> RingmasterClient.connect(
                fixture.clientContext().credentials(new byte[] {1}))).code());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldRegisterAllButTheTakenOneWhenBatchHasADuplicate(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, ENTRIES)) {
            fixture.client().register(service("item-123"));
            final RingmasterClient client = fixture.client();
            final List<RegistrationRequest> items = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                items.add(new RegistrationRequest().name("item-" + i).capabilities(List.of("c" + i % 5)));
            }
            final BatchRegistration batch = client.registerBatch("shop", items);
            assertEquals(499, batch.registered());
            assertTrue(batch.requests() > 1);
            final Set<Long> ids = new HashSet<>();
            for (int i = 0; i < 500; i++) {
                final RegistrationEntry entry = batch.entries().get(i);
                assertEquals("item-" + i, entry.name());
                assertEquals(i == 123 ? ResultCode.ALREADY_REGISTERED : ResultCode.OK, entry.code());
                assertTrue(i == 123 || ids.add(entry.agentId()));
                assertTrue(i == 123 || found(client, "item-" + i).agentId() == entry.agentId());
            }
            final List<String> names = items.stream().map(RegistrationRequest::name).toList();
            assertEquals(500, client.warm("shop", names));
            final BatchRegistration again = client.registerBatch("shop", items.subList(0, 10));
            assertEquals(2, again.entries().get(0).recordVersion());
            assertEquals(batch.entries().get(0).agentId(), again.entries().get(0).agentId());
        }
    }

    @Test
    void shouldKeepBatchAndItsUpdatesAliveWhenServerIsStartedAgain() throws Exception {
        final RingmasterClient client;
        try (ServerFixture fixture = new ServerFixture(dir, ENTRIES)) {
            client = RingmasterClient.connect(fixture.clientContext().reconnectDelayNs(
                TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.MILLISECONDS.toNanos(200)).requestTimeoutNs(TimeUnit.SECONDS.toNanos(20)));
            final List<RegistrationRequest> items = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                items.add(new RegistrationRequest().name("item-" + i));
            }
            assertEquals(50, client.registerBatch("shop", items).registered());
            client.update(new UpdateRequest().namespace("shop").name("item-7").metadata(new byte[] {7}));
        }
        try (ServerFixture fixture = new ServerFixture(dir, ENTRIES)) {
            ServerFixture.await("all registered again", () -> client.isConnected() && client.count(
                new RegistryQuery().namespace("shop").readiness(Protocol.READY)) == 50);
            assertArrayEquals(new byte[] {7}, found(client, "item-7").metadata());
            assertEquals(client.sessionId(), found(client, "item-7").ownerSessionId());
            assertEquals(50, fixture.client().registryStats().entries());
            client.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldApplyEveryFilterWhenQuerying(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, ATTRIBUTES)) {
            final RingmasterClient client = fixture.client();
            client.register(service("web-1").capabilities(List.of("http", "tls")).attribute("zone", "eu").attribute("memory-mb", 256));
            client.register(service("web-2").capabilities(List.of("http")).attribute("zone", "us").attribute("memory-mb", 512));
            client.register(service("db-1").kind(Protocol.KIND_AGENT).capabilities(List.of("sql", "tls")).attribute("zone", "eu")
                .attribute("memory-mb", 1024));
            client.register(service("plain"));
            client.register(new RegistrationRequest().namespace("other").name("web-9").capabilities(List.of("http")));
            assertEquals(Set.of("web-1", "web-2", "db-1", "plain"), names(client, new RegistryQuery().namespace("shop")));
            assertEquals(Set.of("web-1", "web-2", "web-9"), names(client, new RegistryQuery().allOf(List.of("http"))));
            assertEquals(Set.of("web-1"), names(client, new RegistryQuery().allOf(List.of("http", "tls"))));
            assertEquals(Set.of("web-1", "web-2", "db-1"),
                names(client, new RegistryQuery().namespace("shop").anyOf(List.of("sql", "http"))));
            assertEquals(Set.of("web-2", "plain"), names(client, new RegistryQuery().namespace("shop").noneOf(List.of("tls"))));
            assertEquals(Set.of("web-1", "web-2"), names(client, new RegistryQuery().namespace("shop").namePrefix("web")));
            assertEquals(Set.of("db-1"), names(client, new RegistryQuery().kind(Protocol.KIND_AGENT)));
            assertEquals(Set.of("web-1", "db-1"), names(client, new RegistryQuery().equal("zone", "eu")));
            assertEquals(Set.of(), names(client, new RegistryQuery().equal("zone", "mars")));
            assertEquals(Set.of("web-2"), names(client, new RegistryQuery().equal("memory-mb", 512)));
            assertEquals(Set.of("web-2", "db-1"), names(client, new RegistryQuery().atLeast("memory-mb", 512)));
            assertEquals(Set.of("web-1", "web-2"), names(client, new RegistryQuery().atMost("memory-mb", 512)));
            assertEquals(Set.of("db-1"), names(client, new RegistryQuery().moreThan("memory-mb", 512)));
            assertEquals(Set.of("web-1"), names(client, new RegistryQuery().lessThan("memory-mb", 512)));
            assertEquals(Set.of("web-1"), names(client, new RegistryQuery().namespace("shop").namePrefix("w")
                .kind(Protocol.KIND_SERVICE).readiness(Protocol.READY).anyOf(List.of("tls")).noneOf(List.of("sql"))
                .equal("zone", "eu").moreThan("memory-mb", 100).lessThan("memory-mb", 300)));
            assertEquals(Set.of(), names(client, new RegistryQuery().readiness(Protocol.DRAINING)));
            final RefusedException refusal = assertThrows(RefusedException.class,
                () -> client.count(new RegistryQuery().equal("colour", "red")));
            assertEquals(ResultCode.INVALID_ARGUMENT, refusal.code());
            assertTrue(refusal.getMessage().contains("colour"), refusal.getMessage());
            assertEquals(ResultCode.INVALID_ARGUMENT, assertThrows(RefusedException.class,
                () -> client.count(new RegistryQuery().moreThan("zone", 1))).code());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReturnEveryRecordOnceWhenThereAreManyPages(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp, ENTRIES, "ringmaster.registry.lease.default=30s")) {
            final RingmasterClient client = fixture.client();
            final List<RegistrationRequest> items = new ArrayList<>();
            final Set<String> expected = new TreeSet<>();
            for (int i = 0; i < 5_000; i++) {
                items.add(new RegistrationRequest().name("record-" + i).capabilities(List.of("c" + i % 2)));
                expected.add("record-" + i);
            }
            int registered = 0;
            for (int from = 0; from < items.size(); from += 250) {
                registered += client.registerBatch("shop", items.subList(from, from + 250)).registered();
            }
            assertEquals(5_000, registered);
            assertEquals(expected, names(client, new RegistryQuery().namespace("shop").pageSize(100)));
            assertEquals(2_500, names(client, new RegistryQuery().allOf(List.of("c1")).pageSize(7)).size());
            assertEquals(5_000, client.count(new RegistryQuery()));
            final RegistryStatistics statistics = client.registryStats();
            assertEquals(5_000, statistics.entries());
            assertEquals(5_000L, statistics.namespaces().get("shop"));
            assertTrue(statistics.partitions().get(0).bytes() > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDropServicesAtOnceAndAgentsAfterGraceWhenNamespaceIsDropped(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp)) {
            final RingmasterClient owner = fixture.client();
            for (int i = 0; i < 20; i++) {
                owner.register(service("service-" + i));
            }
            owner.register(new RegistrationRequest().namespace("other").name("stays"));
            final AgentHost host = fixture.agentHost();
            host.addAgent(new AgentSpec().namespace("shop").name("worker").capacity(1).handler((task, completion) -> { }));
            assertEquals(ResultCode.FORBIDDEN,
                assertThrows(RefusedException.class, () -> owner.dropNamespace("shop", 0)).code());
            final RingmasterClient administrator = administrator(fixture);
            assertEquals(21, administrator.dropNamespace("shop", 1_000));
            ServerFixture.await("services gone",
                () -> administrator.count(new RegistryQuery().namespace("shop").kind(Protocol.KIND_SERVICE)) == 0);
            assertEquals(Protocol.DRAINING, found(administrator, "worker").readiness());
            ServerFixture.await("agent gone", () -> administrator.lookup("shop", "worker").isEmpty());
            assertTrue(administrator.lookup("other", "stays").isPresent());
            ServerFixture.await("host told", () -> host.stats().agentsLost() == 1);
            assertEquals(0, administrator.count(new RegistryQuery().namespace("shop")));
            owner.register(service("new"));
            assertEquals(1, administrator.dropNamespace("shop", 0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellLoadState(final boolean udp) throws Exception {
        try (ServerFixture fixture = new ServerFixture(dir, udp)) {
            final RingmasterClient client = fixture.client();
            ServerFixture.await("told", () -> client.loadState() == LoadState.NORMAL);
        }
    }
}
