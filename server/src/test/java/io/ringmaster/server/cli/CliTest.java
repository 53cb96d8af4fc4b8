package io.ringmaster.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringmaster.server.metrics.CountersFile;
import io.ringmaster.server.metrics.ErrorLog;
import io.ringmaster.server.metrics.ServerCounter;
import io.ringmaster.server.metrics.ServerCounters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class CliTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {
        "", "nonsense", "config", "config --effective --format xml", "lookup", "lookup a b", "query --kind robot",
            "query --limit 0",
        "lookup a --dir x --endpoint localhost:1", "submit", "submit --capability a --file b", "submit --capability a --count 0",
        "submit --capability a --deadline soon", "submit --capability a --priority some", "submit --capability a --batch-id 0",
        "submit --capability a --payload x --payload-file y", "cancel", "cancel x", "register", "unregister",
            "lookup a --timeout 5",
        "server --unknown", "stat --dir", "query --name-prefix x", "query --readiness tired", "register a --attribute x",
        "register a --attribute x=", "register a --attribute a=b --attribute c=d,e", "update", "update a",
        "update a --attribute x", "update a --replace-attributes --remove-attribute b",
        "update a --metadata m --expected-version -1", "drop-namespace", "drop-namespace a --grace 5", "watch x", "watch --count 0",
        "watch --seconds soon", "watch --window 10", "watch --kind robot", "stats x", "backup", "backup a b", "restore",
        "restore a b"
    })
    void shouldExitWith2AndPrintNothingToStandardOutputWhenUsageIsWrong(final String arguments) {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ")), err.toString());
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("Usage: ringmaster") || err.toString().contains("Did you mean"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "server", "config", "stat", "agents", "lookup", "query", "register", "unregister", "submit", "cancel", "update",
        "drop-namespace", "watch", "stats", "backup", "restore"})
    void shouldExplainItselfWhenAskedForHelp(final String command) {
        assertEquals(0, command.isEmpty() ? run("--help") : run(command, "--help"));
        assertTrue(out.toString().contains("Usage: ringmaster " + command), out.toString());
        assertTrue(command.isEmpty() || out.toString().contains("--format"), out.toString());
    }

    @Test
    void shouldSayNotOwnerInHelpOfUnregister() {
        run("unregister", "--help");
        assertTrue(out.toString().contains("NOT_OWNER"), out.toString());
    }

    @Test
    void shouldPrintVersion() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().startsWith("ringmaster "), out.toString());
    }

    @Test
    void shouldPrintValuesAndOriginsWhenConfigIsEffective() throws IOException {
        assertEquals(0, run("config", "--effective", "--profile", "container", "--set", "ringmaster.name=x", "--format", "json"));
        final JsonNode values = json().get("values");
        assertEquals("x", values.get("ringmaster.name").get("value").asText());
        assertEquals("--set", values.get("ringmaster.name").get("origin").asText());
        assertEquals(48, values.get("ringmaster.session.max").get("value").asInt());
        assertEquals("profile container", values.get("ringmaster.session.max").get("origin").asText());
        assertEquals("defaults", values.get("ringmaster.dir").get("origin").asText());
        assertEquals("", err.toString());
    }

    @Test
    void shouldPrintATableWhenConfigIsText() throws IOException {
        final Path file = Files.writeString(dir.resolve("my.conf"), "\nringmaster.name = here\n");
        assertEquals(0, run("config", "--effective", "--config", file.toString()));
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("ringmaster\\.name +\"here\" +.*my\\.conf:2")),
            out.toString());
    }

    @Test
    void shouldFailWithOneLineWhenConfigurationIsWrong() throws IOException {
        assertEquals(1, run("config", "--effective", "--set", "ringmaster.sesion.max=3"));
        assertEquals("", out.toString());
        assertEquals("ringmaster: ringmaster.sesion.max is no known key; did you mean ringmaster.session.max? (--set)",
            err.toString().strip());
        assertEquals(1, run("server", "--set", "ringmaster.session.max=0", "--format", "json"));
        assertTrue(json().get("error").asText().contains("must be from 1 to 65536"), out.toString());
    }

    @Test
    void shouldRefuseInvokerModeWhenServing() {
        assertEquals(1, run("server", "--set", "ringmaster.threads.mode=invoker", "--set", "ringmaster.dir=" + dir));
        assertTrue(err.toString().contains("ringmaster.threads.mode = invoker"), err.toString());
    }

    @Test
    void shouldWarnOnStandardErrorWhenUdpIsOpen() throws IOException {
        assertEquals(0, run("config", "--effective", "--set", "ringmaster.udp.endpoint=0.0.0.0:4000", "--format", "json"));
        assertTrue(err.toString().contains("is not loopback"), err.toString());
        assertEquals(1, json().get("warnings").size());
    }

    @Test
    void shouldPrintCountersWhenServerIsAlive() throws IOException {
        try (CountersFile file = CountersFile.create(dir, 128, System::currentTimeMillis)) {
            new ServerCounters(file.manager()).of(ServerCounter.LOOKUPS).setRelease(11);
            assertEquals(0, run("stat", "--dir", dir.toString(), "--format", "json"));
            assertEquals("running", json().get("state").asText());
            assertEquals(11, json().get("counters").get("lookups").asLong());
            assertEquals(ProcessHandle.current().pid(), json().get("pid").asLong());
            assertEquals("", err.toString());
            assertEquals(0, run("stat", "--dir", dir.toString()));
            assertTrue(out.toString().lines().anyMatch(line -> line.matches("11 +lookups")), out.toString());
        }
    }

    @Test
    void shouldSayThatTheServerIsStuckOrStoppedAndHowOldItsHeartbeatIs() throws IOException {
        final CountersFile file = CountersFile.create(dir, 16, () -> System.currentTimeMillis() - 60_000);
        assertEquals(0, run("stat", "--dir", dir.toString(), "--format", "json"));
        assertEquals("stuck", json().get("state").asText());
        assertTrue(json().get("heartbeatAgeMs").asLong() >= 60_000);
        assertTrue(err.toString().contains("the server is stuck"), err.toString());
        file.close();
        run("stat", "--dir", dir.toString(), "--format", "json");
        assertEquals("stopped", json().get("state").asText());
    }

    @Test
    void shouldJudgeByProcessAndHeartbeat() {
        assertEquals(ServerState.Kind.RUNNING, ServerState.kind(false, true, 100));
        assertEquals(ServerState.Kind.RUNNING, ServerState.kind(false, false, 100));
        assertEquals(ServerState.Kind.STUCK, ServerState.kind(false, true, 5_001));
        assertEquals(ServerState.Kind.DEAD, ServerState.kind(false, false, 3_001));
        assertEquals(ServerState.Kind.STOPPED, ServerState.kind(true, false, 100));
    }

    @Test
    void shouldPrintErrorsWhenAsked() throws IOException {
        try (CountersFile file = CountersFile.create(dir, 16, System::currentTimeMillis);
            ErrorLog log = ErrorLog.create(dir, ErrorLog.DEFAULT_LENGTH, System::currentTimeMillis)) {
            file.heartbeat(System.currentTimeMillis());
            log.record(new IllegalStateException("test error"));
            assertEquals(0, run("stat", "--errors", "--dir", dir.toString(), "--format", "json"));
            assertEquals(1, json().get("errors").get(0).get("count").asInt());
            assertTrue(json().get("errors").get(0).get("text").asText().contains("test error"));
            run("stat", "--errors", "--dir", dir.toString());
            assertTrue(out.toString().contains("test error"), out.toString());
        }
    }

    @Test
    void shouldSayWhereItLookedWhenThereAreNoCounters() throws IOException {
        assertEquals(1, run("stat", "--dir", dir.toString(), "--format", "json"));
        assertTrue(json().get("error").asText().contains(dir.toString()), out.toString());
        assertEquals(1, err.toString().lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "agents", "lookup a", "query --all-of a,b", "register a --capability b --lease 5s --hold 1", "unregister a",
        "submit --capability a --count 3 --deadline 30s --cost 10ms --priority high --batch-id 9 --wait 1s", "cancel 5 --task 1",
        "query --any-of a --none-of b --readiness ready --name-prefix p --attribute m>=5 --attribute zone=eu --count-only",
        "update a --metadata m --capability b --attribute c=d --remove-attribute e", "drop-namespace x --grace 5s",
        "register a --attribute zone=eu --attribute m=5", "watch --name-prefix a --all-of b --count 5 --seconds 3", "stats",
        "backup somewhere"})
    void shouldFailWithOneLineWhenThereIsNoServer(final String arguments) throws IOException {
        final String all = arguments + " --namespace n --timeout 200ms --format json --dir " + dir;
        assertEquals(1, run(all.split(" ")), err.toString());
        assertTrue(json().get("error").asText().contains(dir.toString()), out.toString());
        assertEquals(1, err.toString().lines().filter(line -> line.startsWith("ringmaster: ")).count(), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    private int run(final String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        final CommandLine commandLine = Main.commandLine(new ShutdownSignal());
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    /** Exactly one object on one line. */
    private JsonNode json() throws IOException {
        assertEquals(1, out.toString().lines().count(), out.toString());
        return new ObjectMapper().readTree(out.toString());
    }
}
