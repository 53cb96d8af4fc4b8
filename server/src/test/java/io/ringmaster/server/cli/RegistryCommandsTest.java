package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmaster.client.RegistrationRequest;
import io.ringmaster.client.RingmasterClient;
import io.ringmaster.protocol.Protocol;
import io.ringmaster.server.RingmasterServer;
import io.ringmaster.server.config.ServerConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The commands of the registry against a server: results, exit codes, the administrator's token. */
@Timeout(60)
class RegistryCommandsTest {
    private static final List<String> SETS = List.of("ringmaster.udp.endpoint=\"localhost:0\"", "ringmaster.registry.entries=1024",
        "ringmaster.registry.attributes=[{name=zone,type=keyword},{name=memory-mb,type=integer}]");

    @TempDir
    private Path parent;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path dir;
    private RingmasterServer server;
    private RingmasterClient client;

    @BeforeEach
    void start() {
        dir = parent.resolve("server");
        launch();
        client.register(new RegistrationRequest().namespace("shop").name("web-1").capabilities(List.of("http", "tls"))
            .attribute("zone", "eu").attribute("memory-mb", 512));
        client.register(new RegistrationRequest().namespace("shop").name("web-2").capabilities(List.of("http")));
        client.register(new RegistrationRequest().namespace("farm").name("cow").kind(Protocol.KIND_AGENT));
    }

    private void launch() {
        final List<String> sets = new ArrayList<>(SETS);
        sets.add("ringmaster.dir=\"" + dir + '"');
        server = RingmasterServer.launch(new RingmasterServer.Context()
            .settings(ServerConfig.load("laptop", null, sets).settings()));
        client = RingmasterClient.connect(new RingmasterClient.Context().dir(dir.toString()));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private int run(final String... arguments) {
        return run(new ShutdownSignal(), arguments);
    }

    private int run(final ShutdownSignal signal, final String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final CommandLine commandLine = Main.commandLine(signal);
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    private int ask(final String arguments) {
        return run((arguments + " --dir " + dir).split(" "));
    }

    private JsonNode json() throws IOException {
        assertEquals(1, out.toString().lines().count(), out.toString());
        return new ObjectMapper().readTree(out.toString());
    }

    private List<JsonNode> jsonLines() throws IOException {
        final List<JsonNode> nodes = new ArrayList<>();
        for (final String line : out.toString().lines().toList()) {
            nodes.add(new ObjectMapper().readTree(line));
        }
        return nodes;
    }

    @Test
    void shouldPrintMatchingRecordsOrTheirNumberWhenQuerying() throws IOException {
        assertEquals(0, ask("query --namespace shop --name-prefix web --none-of tls --format json"));
        assertEquals("web-2", json().get("records").get(0).get("name").asText());
        assertEquals(0, ask("query --attribute memory-mb>=512 --attribute zone=eu --readiness ready --kind service --format json"));
        assertEquals(1, json().get("count").asInt());
        assertEquals(0, ask("query --any-of http,tls --count-only --format json"));
        assertEquals(2, json().get("count").asInt());
        assertEquals(0, ask("query --count-only"));
        assertEquals("3", out.toString().strip());
        assertEquals(1, ask("query --attribute colour=red --format json"));
        assertEquals("INVALID_ARGUMENT", json().get("code").asText());
    }

    @Test
    void shouldChangeRecordOfAnotherSessionWhenTokenIsReadable() throws IOException {
        assertEquals(0, ask("update web-1 --namespace shop --metadata hello --attribute zone=us --remove-attribute memory-mb"
            + " --format json"));
        assertEquals(2, json().get("recordVersion").asInt());
        assertEquals(0, ask("lookup web-1 --namespace shop --format json"));
        final JsonNode record = json().get("record");
        assertEquals("hello", record.get("metadata").asText());
        assertEquals("{\"zone\":\"us\"}", record.get("attributes").toString());
        assertEquals(1, ask("update web-1 --namespace shop --metadata x --expected-version 1 --format json"));
        assertEquals("VERSION_CONFLICT", json().get("code").asText());
        assertEquals(2, json().get("recordVersion").asInt());
        assertTrue(err.toString().contains("VERSION_CONFLICT"), err.toString());
        assertEquals(1, ask("update nobody --metadata x --format json"));
        assertEquals("NOT_FOUND", json().get("code").asText());
        Files.delete(dir.resolve("admin.token"));
        assertEquals(1, ask("update web-1 --namespace shop --metadata x --format json"));
        assertEquals("NOT_OWNER", json().get("code").asText());
        assertEquals(1, ask("drop-namespace shop --format json"));
        assertEquals("FORBIDDEN", json().get("code").asText());
    }

    @Test
    void shouldRemoveRecordsWhenNamespaceIsDropped() throws IOException {
        assertEquals(0, ask("drop-namespace shop --grace 100ms --format json"));
        assertEquals(2, json().get("dropped").asInt());
        assertEquals(0, client.lookup("shop", "web-1").stream().count());
        assertTrue(client.lookup("farm", "cow").isPresent());
        assertEquals(0, ask("drop-namespace shop"));
        assertEquals("dropped 0 records of shop", out.toString().strip());
    }

    @Test
    void shouldPrintStatistics() throws IOException {
        assertEquals(0, ask("stats --format json"));
        assertEquals("NORMAL", json().get("loadState").asText());
        assertEquals(3, json().get("entries").asInt());
        assertEquals(2, json().get("namespaces").get("shop").asInt());
        assertTrue(json().get("partitions").get(0).get("bytes").asLong() > 0);
        assertEquals(0, ask("stats --namespace farm"));
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("1 +farm")), out.toString());
        assertFalse(out.toString().contains("shop"), out.toString());
    }

    @Test
    void shouldPrintEventsUntilCountOrTimeWhenWatching() throws IOException {
        assertEquals(0, ask("watch --namespace shop --count 4 --format json"));
        assertEquals(List.of("snapshot-begin", "record", "record", "snapshot-end"),
            jsonLines().stream().map(node -> node.get("event").asText()).toList());
        assertEquals("shop", jsonLines().get(1).get("record").get("namespace").asText());
        final Thread churn = new Thread(() -> {
            for (int i = 0; i < 30; i++) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                client.register(new RegistrationRequest().namespace("shop").name("late"));
                client.unregister("shop", "late");
            }
        });
        churn.start();
        assertEquals(0, ask("watch --namespace shop --name-prefix late --seconds 1"));
        assertTrue(out.toString().lines().anyMatch(line -> line.startsWith("registered  shop/late  service  READY")), out.toString());
        assertTrue(out.toString().lines().anyMatch(line -> line.startsWith("removed     shop/late") && line.endsWith("UNREGISTERED")),
            out.toString());
        join(churn);
    }

    @Test
    void shouldEndCleanlyWhenWatchIsInterrupted() {
        final ShutdownSignal signal = new ShutdownSignal();
        final Thread interrupt = new Thread(() -> {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            signal.raise();
        });
        interrupt.start();
        assertEquals(0, run(signal, "watch", "--dir", dir.toString()));
        assertTrue(out.toString().startsWith("snapshot-begin"), out.toString());
        join(interrupt);
    }

    @Test
    void shouldRegisterWithAttributesWhileHeld() throws IOException {
        assertEquals(0, ask("register mine --attribute zone=eu --attribute memory-mb=5 --hold 100ms --format json"));
        assertEquals("mine", json().get("name").asText());
        assertEquals(1, ask("register mine --attribute memory-mb=much --hold 100ms --format json"));
        assertEquals("INVALID_ARGUMENT", json().get("code").asText());
    }

    @Test
    void shouldBringRecordsBackWhenBackupIsRestored() throws IOException {
        final Path copy = parent.resolve("copy");
        assertEquals(0, ask("backup " + copy + " --format json"), err.toString());
        assertEquals(3, json().get("records").asInt());
        assertEquals(1, ask("backup " + copy + " --format json"));
        assertEquals("INVALID_ARGUMENT", json().get("code").asText());
        final Path other = parent.resolve("other");
        final String sized = "--set=" + SETS.get(1);
        final String declared = "--set=" + SETS.get(2);
        assertEquals(1, run("restore", copy.toString(), "--dir", dir.toString(), sized, declared, "--format", "json"));
        assertEquals(0, run("restore", copy.toString(), "--dir", other.toString(), sized, declared, "--format", "json"), err.toString());
        assertEquals(3, json().get("records").asInt());
        stop();
        dir = other;
        launch();
        assertEquals(Protocol.STALE, client.lookup("shop", "web-1").orElseThrow().readiness());
        assertEquals(1, run("restore", parent.resolve("nowhere").toString(), "--dir", parent.resolve("third").toString()));
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
