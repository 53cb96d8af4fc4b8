package io.ringmaster.server.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RegistryQuery;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.MarkFileException;
import io.ringmaster.protocol.ServerAlreadyRunningException;
import io.ringmaster.protocol.ServerInfo;
import io.ringmaster.protocol.ServerMarkFile;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.config.ServerSettings;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that rehearse before they serve. */
@Timeout(120)
class RehearsalSystemTest {
    private static final Pattern SUMMARY =
        Pattern.compile("rehearsal: (\\d+) requests, (\\d+) leases ran out, (\\d+) acts, took \\d+ ms; (.*)");

    @TempDir
    private Path directory;

    private final List<String> reported = new ArrayList<>();

    private ServerSettings settings(final String... sets) {
        final List<String> all = new ArrayList<>(Arrays.asList(sets));
        all.add("ringmaster.aeron.dir=\"" + directory.resolve("aeron") + '"');
        return ServerFixture.settings(directory.resolve("server"), "localhost:0", all.toArray(new String[0]));
    }

    private RingmasterServer launch(final ServerSettings settings) {
        return RingmasterServer.launch(new RingmasterServer.Context().settings(settings).report(reported::add));
    }

    private Matcher summary() {
        return reported.stream().map(SUMMARY::matcher).filter(Matcher::matches).findFirst()
            .orElseThrow(() -> new AssertionError("no rehearsal among " + reported));
    }

    private TreeSet<String> files() throws IOException {
        final TreeSet<String> names = new TreeSet<>();
        for (final Path dir : List.of(directory, directory.resolve("server"))) {
            try (var files = Files.list(dir)) {
                files.forEach(file -> names.add(directory.relativize(file).toString()));
            }
        }
        return names;
    }

    @Test
    void shouldLeaveNothingBehindWhenItHasRehearsed() throws IOException {
        final ServerSettings settings = settings("ringmaster.rehearsal.limit=1500ms");
        try (RingmasterServer server = launch(settings);
            RingmasterClient client = RingmasterClient.connect(new RingmasterClient.Context().dir(settings.dir().toString()))) {
            final Matcher summary = summary();
            assertTrue(Long.parseLong(summary.group(1)) > 100, summary.group() + ": requests");
            assertTrue(Long.parseLong(summary.group(2)) > 0, summary.group() + ": leases");
            try (CountersFile counters = CountersFile.open(settings.dir())) {
                assertEquals(0, ServerCounters.read(counters.reader(), ServerCounter.REGISTRY_RECORDS));
                assertEquals(0, ServerCounters.read(counters.reader(), ServerCounter.LEASES_EXPIRED));
                assertEquals(0, ServerCounters.read(counters.reader(), ServerCounter.ERRORS));
            }
            assertFalse(Files.exists(directory.resolve("server/rehearsal")), "its directory");
            assertEquals(0, client.query(new RegistryQuery(), 0).records().size());
            client.register(new RegistrationRequest().name("real"));
            assertTrue(client.lookup("", "real").isPresent());
            assertTrue(server.isAlive());
        }
        assertEquals(new TreeSet<>(List.of("server", "server/admin.token", "server/registry", "server/ringmaster.counters",
            "server/ringmaster.errors", "server/ringmaster.mark")), files());
    }

    @Test
    void shouldServeWithoutItWhenItIsBrokenOff() throws IOException {
        final ServerSettings settings = settings("ringmaster.rehearsal.limit=10s");
        Files.createDirectories(settings.dir());
        final Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.createFile(elsewhere.resolve("file"));
        Files.createSymbolicLink(settings.dir().resolve("rehearsal"), elsewhere);
        try (RingmasterServer server = launch(settings);
            RingmasterClient client = RingmasterClient.connect(new RingmasterClient.Context().dir(settings.dir().toString()))) {
            assertTrue(server.isAlive());
            assertTrue(reported.stream().anyMatch(
                line -> line.matches(
                    "rehearsal: broken off after \\d+ ms, the server starts without it: .*rehearsal is a symbolic link.*")),
                reported.toString());
            assertTrue(Files.exists(elsewhere.resolve("file")), "what is not its own stays");
            assertTrue(client.lookup("", "nobody").isEmpty());
        }
    }

    @Test
    void shouldSayThatItIsAliveAndRefuseASecondServerWhileItRehearses() throws Exception {
        final ServerSettings settings = settings("ringmaster.rehearsal.limit=3s");
        final CompletableFuture<RingmasterServer> launched = CompletableFuture.supplyAsync(() -> launch(settings));
        final TreeSet<Long> heartbeats = new TreeSet<>();
        while (!launched.isDone()) {
            try {
                final ServerInfo info = ServerMarkFile.read(settings.dir().toFile());
                if (info.state() == ServerInfo.State.STARTING && Files.exists(settings.dir().resolve("rehearsal"))) {
                    heartbeats.add(info.activityEpochMs());
                    assertThrows(ServerAlreadyRunningException.class,
                        () -> RingmasterServer.launch(new RingmasterServer.Context().settings(settings)));
                }
            } catch (final MarkFileException ex) {
                // Not made yet.
            }
            Thread.sleep(10);
        }
        launched.get().close();
        assertTrue(heartbeats.size() >= 3, heartbeats + ": the first, and more while it rehearses");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "ringmaster.registry.partitions=4 ringmaster.registry.attributes=[{name=zone,type=keyword}]",
        "ringmaster.registry.durability=none ringmaster.registry.max-metadata=0",
        "ringmaster.udp.endpoint=localhost:20999 ringmaster.aeron.ipc-term-length=1MiB ringmaster.session.max=4"
            + " ringmaster.session.pending-bytes=64KiB",
        "ringmaster.registry.lease.max=10ms ringmaster.registry.lease.min=1ms ringmaster.registry.lease.default=5ms",
        "ringmaster.threads.mode=dedicated ringmaster.threads.driver={roles=[driver],cpu=none,idle=backoff}"
            + " ringmaster.threads.network.roles=[ingress,egress] ringmaster.threads.core.roles=[registry]"
            + " ringmaster.threads.store={roles=[store],cpu=none,idle=backoff}"
            + " ringmaster.threads.coordinator={roles=[coordinator],cpu=none,idle=backoff}",
        "ringmaster.threads.network.roles=[ingress,registry,store,coordinator,egress]",
        "ringmaster.registry.entries=16 ringmaster.registry.slab-bytes=64KiB"
    })
    void shouldRehearseWithWhateverTheServerIsConfigured(final String sets) {
        final List<String> all = new ArrayList<>(List.of(sets.split(" ")));
        all.add("ringmaster.rehearsal.limit=300ms");
        try (RingmasterServer server = launch(settings(all.toArray(new String[0])))) {
            assertTrue(Long.parseLong(summary().group(1)) > 0, reported.toString());
            assertTrue(server.isAlive());
        }
    }

    @Test
    void shouldSayThatTheLimitWasTooShortWhenTheCompilersAreStillAtWork() {
        try (RingmasterServer server = launch(settings("ringmaster.rehearsal.limit=1ms"))) {
            assertEquals("the compilers are not idle yet, ringmaster.rehearsal.limit was too short for that", summary().group(4));
            assertTrue(server.isAlive());
        }
    }

    @Test
    void shouldEndBeforeItsTimeWhenItIsAskedTo() {
        final ServerSettings settings = settings("ringmaster.rehearsal.limit=60s");
        try (RingmasterServer server = RingmasterServer.launch(
            new RingmasterServer.Context().settings(settings).report(reported::add).endRehearsal(() -> true))) {
            assertEquals("ended before its time", summary().group(4));
            assertTrue(server.isAlive());
        }
    }
}
