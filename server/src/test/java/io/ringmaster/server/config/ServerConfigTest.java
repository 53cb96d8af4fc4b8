package io.ringmaster.server.config;

import com.typesafe.config.ConfigFactory;
import io.ringmaster.registry.AttributeSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ServerConfigTest {
    @TempDir
    private Path temp;

    @Test
    void shouldConvertUnitsWhenDefaultsAreLoaded() {
        final ServerSettings settings = load().settings();
        assertEquals(Path.of("ringmaster-data").toAbsolutePath(), settings.dir());
        assertEquals(128 * 1024, settings.aeron().ipcTermLength());
        assertEquals(16 * 1024, settings.maxMessageLength());
        assertEquals(5_000_000_000L, settings.aeron().clientLivenessTimeoutNs());
        assertEquals(128, settings.session().maxSessions());
        assertEquals(500_000_000L, settings.session().keepAliveIntervalNs());
        assertEquals(16L << 20, settings.registry().slabLength());
        assertTrue(settings.registry().isDurable());
        assertEquals(30_000_000_000L, settings.registry().store().restartGraceNs());
        assertEquals(1 << 20, settings.registry().store().ringLength());
        assertEquals(AttributeSchema.NONE, settings.registry().attributes().schema());
        assertEquals(50_000_000L, settings.coordination().retryBackoffNs());
        assertEquals(4 << 20, settings.egress().ringLength());
        assertEquals(settings.dir().resolve("plugins"), settings.agents().pluginsDir());
        assertEquals(500_000_000L, settings.metrics().sampleIntervalNs());
        assertFalse(settings.udp().isEnabled());
        assertEquals(List.of(), settings.warnings());
    }

    @Test
    void shouldLetLaterLayersWinWhenAllGiveTheSameKey() throws IOException {
        final Path file = file("ringmaster.session { timeout = 30s }\nringmaster.name = file");
        final ServerConfig config = ServerConfig.load(
            "container", file, List.of("ringmaster.name=first", "ringmaster.name=second"));
        final ServerSettings settings = config.settings();
        assertEquals("second", settings.name());
        assertEquals(30_000_000_000L, settings.session().timeoutNs());
        assertEquals(48, settings.session().maxSessions());
        assertEquals(256, settings.session().maxKeys());
        assertEquals("--set", config.origin("ringmaster.name"));
        assertEquals(file + ":1", config.origin("ringmaster.session.timeout"));
        assertEquals("profile container", config.origin("ringmaster.session.max"));
        assertEquals("defaults", config.origin("ringmaster.session.max-keys"));
        assertEquals("", config.origin("ringmaster.session.nothing"));
    }

    @Test
    void shouldShowEveryValueWithItsOriginWhenAskedForTheEffectiveOnes() {
        final ServerConfig config = load("ringmaster.udp.endpoint=localhost:4000",
            "ringmaster.agents.groups=[{name=w,handler=echo}]");
        final Map<String, EffectiveValue> values =
            config.effective().stream().collect(Collectors.toMap(EffectiveValue::key, value -> value));
        assertEquals("localhost:4000", values.get("ringmaster.udp.endpoint").value());
        assertEquals("--set", values.get("ringmaster.udp.endpoint").origin());
        assertEquals(128, values.get("ringmaster.session.max").value());
        assertEquals("[{\"handler\":\"echo\",\"name\":\"w\"}]", values.get("ringmaster.agents.groups").text());
        final Set<String> known = ConfigFactory.parseResources("ringmaster-defaults.conf").entrySet().stream()
            .map(Map.Entry::getKey).collect(Collectors.toSet());
        assertEquals(known, values.keySet());
        assertTrue(known.size() >= 60, known.size() + " keys");
    }

    @ParameterizedTest
    @CsvSource({
        "ringmaster.session.maxx, ringmaster.session.max",
        "ringmaster.sesion.max, ringmaster.session.max",
        "ringmaster.aeron.ipc-term-lenght, ringmaster.aeron.ipc-term-length",
        "dir, ringmaster.dir",
        "registry.partitions, ringmaster.registry.partitions",
        "threads.network.cpu, ringmaster.threads.network.cpu",
        "ringmaster.threads.backof.spins, ringmaster.threads.backoff.spins",
        "ringmaster.threads.network.cpus, ringmaster.threads.network.cpu",
    })
    void shouldNameNearestKeyWhenKeyIsUnknown(final String key, final String nearest) {
        final ConfigException ex = assertThrows(ConfigException.class, () -> load(key + "=1"));
        assertEquals(key, ex.key());
        assertEquals("--set", ex.origin());
        assertEquals(key + " is no known key; did you mean " + nearest + "? (--set)", ex.getMessage());
    }

    @Test
    void shouldKeepTheOrderOfAttributesWhenTheyAreDeclared() {
        final AttributeSchema schema = load(
            "ringmaster.registry.attributes=[{name=zone,type=keyword},{name=memory-mb,type=integer}]").settings().registry()
            .attributes().schema();
        assertEquals(2, schema.size());
        assertEquals(new AttributeSchema.Attribute("zone", AttributeSchema.Type.KEYWORD), schema.get(0));
        assertEquals(new AttributeSchema.Attribute("memory-mb", AttributeSchema.Type.INTEGER), schema.get(1));
    }

    @Test
    void shouldSuggestNothingWhenNoKeyIsNear() {
        final ConfigException ex = assertThrows(ConfigException.class, () -> load("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz=1"));
        assertTrue(ex.getMessage().contains("`config --effective` lists all"), ex.getMessage());
    }

    @Test
    void shouldNameFileAndLineWhenUnknownKeyIsInFile() throws IOException {
        final Path file = file("# comment\nringmaster {\n  session {\n    timeuot = 5s\n  }\n}\n");
        final ConfigException ex = assertThrows(ConfigException.class, () -> ServerConfig.load(null, file, List.of()));
        assertEquals(file + ":4", ex.origin());
        assertTrue(ex.getMessage().contains("did you mean ringmaster.session.timeout?"), ex.getMessage());
    }

    @Test
    void shouldRefuseWhenBlockStandsForValueOrReverse() throws IOException {
        assertTrue(message("ringmaster.session=5").contains("must be a block"));
        final Path file = file("ringmaster.session.max { a = 1 }");
        final ConfigException ex = assertThrows(ConfigException.class, () -> ServerConfig.load(null, file, List.of()));
        assertTrue(ex.getMessage().contains("ringmaster.session.max is a block and must be a value"), ex.getMessage());
        final Path nullFile = file("ringmaster.session.max = null");
        final ConfigException nullEx = assertThrows(ConfigException.class, () -> ServerConfig.load(null, nullFile, List.of()));
        assertTrue(nullEx.getMessage().contains("= null must have a value"), nullEx.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "ringmaster.watch.max=0 | = 0 must be from 1 to 1024",
        "ringmaster.watch.max-per-session=65 | = 65 must be from 0 to 64",
        "ringmaster.watch.window-bytes=1KiB | = 1 KiB must be from 4 KiB to 1 MiB",
        "ringmaster.watch.window-bytes=2MiB | = 2 MiB must be from 4 KiB to 1 MiB",
        "ringmaster.watch.max-window-bytes=128MiB | = 128 MiB must be from 4 KiB to 64 MiB",
        "ringmaster.watch.backlog-bytes=100KiB | = 102400 must be a power of two",
        "ringmaster.watch.backlog-bytes=4KiB | = 4 KiB must be from 64 KiB to 1 GiB",
        "ringmaster.load.occupancy.degraded=0 | = 0 must be from 1 to 100",
        "ringmaster.load.occupancy.overloaded=20 | = 20 must be from 25 to 100",
        "ringmaster.load.occupancy.critical=101 | = 101 must be from 50 to 100",
        "ringmaster.load.wait.overloaded=1ms | = 1 ms must be from 20 ms to 60 s",
        "ringmaster.load.wait.critical=20ms | = 20 ms must be from 50 ms to 60 s",
        "ringmaster.load.hold=2m | = 120 s must be from 0 ms to 60 s",
        "ringmaster.session.max=many | \"many\" must be a whole number",
        "ringmaster.session.max=1.5 | \"1.5\" must be a whole number",
        "ringmaster.session.max=[1] | [1] must be a text",
        "ringmaster.session.max=99999999999 | must be at most 2147483647",
        "ringmaster.session.max=0 | = 0 must be from 1 to 65536",
        "ringmaster.session.max=-1 | = -1 must be from 1 to 65536",
        "ringmaster.session.timeout=soon | must be a duration such as",
        "ringmaster.session.timeout=5 | must have a unit",
        "ringmaster.session.timeout=-5s | = -5 s must be from 20 ms to 86400 s",
        "ringmaster.session.timeout=600ms | must be at least twice ringmaster.session.keep-alive-interval = 500 ms",
        "ringmaster.session.pending-bytes=lots | must be a size such as",
        "ringmaster.session.pending-bytes=100000 | must be a power of two",
        "ringmaster.session.pending-bytes=32KiB | must be at least 64 KiB: 4 of the longest message",
        "ringmaster.session.max-payload=15KiB | ringmaster.aeron.ipc-term-length / 8 = 16384",
        "ringmaster.session.max-batch-tasks=1000 | must fit the longest message",
        "ringmaster.session.max-keys=1000 | must fit the longest message",
        "ringmaster.aeron.threading=some | must be one of shared, dedicated",
        "ringmaster.aeron.sparse-terms=maybe | must be true or false",
        "ringmaster.aeron.ipc-term-length=96KiB | must be a power of two",
        "ringmaster.aeron.ipc-term-length=32KiB | = 32 KiB must be from 64 KiB to 256 MiB",
        "ringmaster.aeron.udp-mtu=1400 | must be a multiple of 32",
        "ringmaster.aeron.udp-mtu=32768 | must be at most ringmaster.aeron.udp-term-length / 8",
        "ringmaster.aeron.client-liveness-timeout=1s | must be from 1100 ms",
        "ringmaster.aeron.counters-buffer-length=256KiB | must be from 1 MiB",
        "ringmaster.udp.endpoint=localhost | must be HOST:PORT",
        "ringmaster.udp.endpoint=localhost:70000 | must be from 0 to 65535",
        "ringmaster.registry.partitions=3 | must be a power of two",
        "ringmaster.registry.partitions=16 | must be from 1 to 8",
        "ringmaster.registry.max-metadata=15KiB | must be at most 14336",
        "ringmaster.registry.inline-bytes=100 | = 100 must be a multiple of 64",
        "ringmaster.registry.inline-bytes=2KiB | = 2048 must be from 0 to 1024",
        "ringmaster.registry.entries=8000000 | = 8000000 takes 10000000 slots in each of ringmaster.registry.partitions = 1",
        "ringmaster.registry.store.ring-bytes=100000 | must be a power of two",
        "ringmaster.registry.store.ring-bytes=32KiB | = 32 KiB must be from 64 KiB to 1 GiB",
        "ringmaster.registry.store.warm-up-lookups=-1 | = -1 must be from 0 to",
        "ringmaster.registry.store.write-back=999ms | = 999 ms must be from 1 s to 86400 s",
        "ringmaster.registry.store.write-back=25h | = 90000 s must be from 1 s to 86400 s",
        "ringmaster.registry.restart-grace=0s | = 0 ms must be from 1 ms to 86400 s",
        "ringmaster.registry.restart-grace=30 | must have a unit",
        "ringmaster.registry.max-keywords=0 | = 0 must be from 1 to 65536",
        "ringmaster.registry.attributes=zone | = zone must be a list of blocks { name, type }",
        "ringmaster.registry.attributes=[zone] | entry 0 = \"zone\": must be a list of blocks",
        "ringmaster.registry.attributes=[{name=a}] | must be a list of blocks { name, type }",
        "ringmaster.registry.attributes=[{name=a,type=keyword,index=1}] | must be a list of blocks { name, type }",
        "ringmaster.registry.attributes=[{name=a,type=text}] | type = text must be keyword or integer",
        "ringmaster.registry.attributes=[{name=a b,type=keyword}] | attribute name=a b must be",
        "ringmaster.registry.attributes=[{name=a,type=keyword},{name=a,type=integer}] | is declared twice",
        "ringmaster.registry.durability=disk | must be one of none, process",
        "ringmaster.registry.lease.default=2h | = 7200 s must be from 100 ms to 3600 s",
        "ringmaster.registry.lease.min=2h | must be at most ringmaster.registry.lease.max",
        "ringmaster.registry.ring.reserved=1024 | must be from 0 to 1023",
        "ringmaster.coordination.max-attempts=0 | must be from 1 to 255",
        "ringmaster.coordination.answer-bytes=4096 | must be at least",
        "ringmaster.coordination.ring.slots=1048576 | must take at most",
        "ringmaster.egress.ring-bytes=64KiB | 8 of the longest message",
        "ringmaster.agents.mailbox.slots=3 | must be a power of two",
        "ringmaster.metrics.sample-interval=1ms | must be from 10 ms to 2 s",
        "ringmaster.rehearsal.limit=11m | = 660 s must be from 0 ms to 600 s",
        "ringmaster.threads.mode=fast | must be one of",
        "ringmaster.threads.workers.count=0 | must be from 1",
        "ringmaster.name=\"\" | printable ASCII",
        "ringmaster.dir=\"\" | must be a directory",
    })
    void shouldNameKeyValueAndBoundWhenValueIsRefused(final String set, final String expected) {
        final String message = message(set);
        assertTrue(message.startsWith(set.substring(0, set.indexOf('='))), message);
        assertTrue(message.contains(expected), message);
        assertTrue(message.endsWith("(--set)"), message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{name=a} | handler",
        "{handler=echo} | name",
        "{name=a, handler=echo, cuont=2} | cuont",
        "{name=a, handler=echo, count=0} | count",
        "{name=a, handler=echo, count=many} | count",
        "{name=a, handler=echo, capacity=1, parallelism=2} | parallelism",
        "{name=a, handler=echo, capacity=65} | mailbox.slots",
        "{name=a, handler=echo, settings{x=[1]}} | settings.x",
        "{name=a, handler=echo}, {name=a, handler=echo} | both make an agent a",
        "5 | is no block",
    })
    void shouldRefuseWhenAgentGroupIsWrong(final String groups, final String expected) {
        final String message = message("ringmaster.agents.groups=[" + groups + "]");
        assertTrue(message.startsWith("ringmaster.agents.groups"), message);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void shouldPassHandlerSettingsWhenTheyAreScalars() {
        final ServerSettings settings = load(
            "ringmaster.agents.groups=[{name=a, handler=echo, count=4, capacity=8, settings{x=1, y=two}}]").settings();
        assertEquals(Map.of("x", "1", "y", "two"), settings.agents().groups().get(0).settings());
        assertEquals("a-3", settings.agents().groups().get(0).agentName(3));
    }

    @Test
    void shouldAcceptFurtherThreadsWhenTheyHaveKnownKeys() {
        final ServerSettings settings = load(
            "ringmaster.threads.network.roles=[ingress, egress]",
            "ringmaster.threads.extra={roles=[driver], idle=backoff}",
            "ringmaster.threads.core.roles=[registry, coordinator]").settings();
        assertEquals(List.of("driver"), settings.threads().getStringList("threads.extra.roles"));
        assertFalse(settings.threads().getBoolean("affinity.required"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:40456", "192.168.1.5:40456", "[::]:40456"})
    void shouldWarnWhenUdpIsOpenToTheNetwork(final String endpoint) {
        final List<String> warnings = load("ringmaster.udp.endpoint=" + endpoint).settings().warnings();
        assertEquals(1, warnings.size());
        assertTrue(warnings.get(0).contains(endpoint), warnings.get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:40456", "127.0.0.1:40456", "[::1]:40456"})
    void shouldNotWarnWhenUdpIsLoopback(final String endpoint) {
        final ServerSettings settings = load("ringmaster.udp.endpoint=" + endpoint).settings();
        assertEquals(endpoint, settings.udp().endpoint());
        assertEquals(List.of(), settings.warnings());
    }

    @Test
    void shouldBoundMessagesByTheShorterTermWhenUdpIsOn() {
        final List<String> sets = List.of("ringmaster.aeron.udp-term-length=64KiB", "ringmaster.session.max-batch-tasks=128",
            "ringmaster.session.max-keys=128", "ringmaster.udp.endpoint=localhost:40456");
        assertEquals(8 * 1024, ServerConfig.load(null, null, sets).settings().maxMessageLength());
        assertEquals(16 * 1024, ServerConfig.load(null, null, sets.subList(0, 3)).settings().maxMessageLength());
    }

    @Test
    void shouldUseAnExplicitAeronDirectoryAndElseOneForEachDataDirectory() {
        assertEquals(Path.of("/tmp/x"), load("ringmaster.aeron.dir=/tmp/x").settings().aeron().directory());
        final Path a = load("ringmaster.dir=/tmp/a").settings().aeron().directory();
        final Path b = load("ringmaster.dir=/tmp/b").settings().aeron().directory();
        assertTrue(a.isAbsolute());
        assertFalse(a.equals(b), a + " and " + b);
    }

    @Test
    void shouldSaySoWhenSourceIsMissingOrBroken() throws IOException {
        assertTrue(assertThrows(ConfigException.class, () -> ServerConfig.load("fast", null, List.of())).getMessage()
            .contains("laptop, container, low-latency, throughput"));
        assertTrue(assertThrows(ConfigException.class, () -> ServerConfig.load(null, temp.resolve("none.conf"), List.of()))
            .getMessage().contains("is not there"));
        final Path broken = file("ringmaster {\n  name = \n");
        final String message = assertThrows(ConfigException.class, () -> ServerConfig.load(null, broken, List.of())).getMessage();
        assertTrue(message.contains(broken.getFileName().toString()), message);
        assertThrows(ConfigException.class, () -> load("nonsense"));
        assertThrows(ConfigException.class, () -> load("a..b=1"));
    }

    @Test
    void shouldResolveReferencesToLowerLayersWhenFileHasThem() throws IOException {
        final Path file = file("ringmaster.dir = /data\nringmaster.agents.plugins-dir = ${ringmaster.dir}\"/jars\"");
        assertEquals(Path.of("/data/jars"), ServerConfig.load(null, file, List.of()).settings().agents().pluginsDir());
        final Path unresolved = file("ringmaster.dir = ${HOME}");
        assertThrows(ConfigException.class, () -> ServerConfig.load(null, unresolved, List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"laptop", "container", "low-latency", "throughput"})
    void shouldLoadEveryProfileOfTheJar(final String profile) {
        final ServerSettings settings = ServerConfig.load(profile, null, List.of()).settings();
        assertEquals(List.of(), settings.warnings());
        assertTrue(ServerConfig.PROFILES.contains(profile));
    }

    @Test
    void shouldGiveTheDefaultsWhenProfileIsLaptop() {
        final List<EffectiveValue> defaults = load().effective();
        final List<EffectiveValue> laptop = ServerConfig.load("laptop", null, List.of()).effective();
        assertEquals(defaults.stream().map(value -> value.key() + "=" + value.text()).toList(),
            laptop.stream().map(value -> value.key() + "=" + value.text()).toList());
        assertTrue(laptop.stream().anyMatch(value -> value.origin().equals("profile laptop")));
    }

    @Test
    void shouldTakeProfileFromFileWhenItIsAPath() throws IOException {
        final Path profile = file("ringmaster.session.max = 7");
        assertEquals(7, ServerConfig.load(profile.toString(), null, List.of()).settings().session().maxSessions());
    }

    private static ServerConfig load(final String... sets) {
        return ServerConfig.load(null, null, List.of(sets));
    }

    private static String message(final String set) {
        return assertThrows(ConfigException.class, () -> load(set).settings()).getMessage();
    }

    private Path file(final String text) throws IOException {
        return Files.writeString(Files.createTempFile(temp, "test", ".conf"), text);
    }
}
